-- name: register
INSERT INTO absence (id, officer, substitute, agency, begins_at, ends_at, registered_by)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING RETURNING *;

-- name: read_absence
SELECT * FROM absence WHERE id = $1;

-- name: end_absence
UPDATE absence SET ended_at = clock_timestamp(), ended_by = $2 WHERE id = $1 AND ended_at IS NULL RETURNING *;

-- name: in_force
SELECT DISTINCT officer FROM absence
WHERE substitute = $1 AND ended_at IS NULL AND begins_at <= clock_timestamp() AND ends_at > clock_timestamp()
ORDER BY officer;

-- name: list_absences
SELECT * FROM absence
WHERE ($1::text IS NULL OR agency = $1) AND ($2::text IS NULL OR officer = $2 OR substitute = $2)
    AND ($3::timestamptz IS NULL OR (begins_at, id) < ($3, $4::uuid))
ORDER BY begins_at DESC, id DESC LIMIT $5;
