-- name: add_caller
INSERT INTO caller (id, kind, label, agency, unit, roles, key_hash, key_prefix) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (id) DO UPDATE SET
    kind = EXCLUDED.kind, label = EXCLUDED.label, agency = EXCLUDED.agency, unit = EXCLUDED.unit,
    roles = EXCLUDED.roles, key_hash = EXCLUDED.key_hash, key_prefix = EXCLUDED.key_prefix, revoked_at = NULL;

-- name: find_caller
SELECT * FROM caller WHERE key_hash = $1 AND revoked_at IS NULL;

-- name: revoke_caller
UPDATE caller SET revoked_at = clock_timestamp() WHERE id = $1 AND revoked_at IS NULL RETURNING id;

-- name: list_callers
SELECT * FROM caller ORDER BY id;
