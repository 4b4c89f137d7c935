-- name: list_told
-- The dossiers of which a line was ever owed a message, after one of them.
SELECT DISTINCT p.dossier, d.number
FROM dispatch p JOIN dossier d ON d.id = p.dossier
WHERE p.line = $1 AND ($2::uuid IS NULL OR p.dossier > $2)
ORDER BY p.dossier LIMIT $3;

-- name: note_drift
INSERT INTO drift (line, dossier, kind, has, told, ours, theirs) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (line, dossier) DO UPDATE SET
    kind = excluded.kind, has = excluded.has, told = excluded.told, ours = excluded.ours, theirs = excluded.theirs,
    last_found_at = clock_timestamp();

-- name: clear_drift
DELETE FROM drift WHERE line = $1 AND dossier = $2;

-- name: note_comparison
INSERT INTO comparison (line, ended_at, compared, unanswered) VALUES ($1, clock_timestamp(), $2, $3)
ON CONFLICT (line) DO UPDATE SET
    ended_at = excluded.ended_at, compared = excluded.compared, unanswered = excluded.unanswered;

-- name: list_drift
SELECT r.*, d.number
FROM drift r JOIN dossier d ON d.id = r.dossier
WHERE ($1::text IS NULL OR r.line = $1)
    AND ($2::timestamptz IS NULL OR (r.first_found_at, r.dossier, r.line) > ($2, $3::uuid, $4::text))
ORDER BY r.first_found_at, r.dossier, r.line LIMIT $5;

-- name: forget_arrivals
-- The other side has lost them, so they have not arrived. What the journal says of them stays.
UPDATE dispatch SET arrived_at = NULL, arrived_digest = NULL, failure = 'lost-by-partner'
WHERE dossier = $1 AND line = $2 AND event = ANY ($3::integer[]);
