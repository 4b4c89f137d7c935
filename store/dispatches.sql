-- name: find_dispatch
SELECT arrived_digest FROM dispatch WHERE id = $1;

-- name: note_arrival
UPDATE dispatch SET
    attempts = attempts + 1, attempted_at = clock_timestamp(), failure = NULL,
    arrived_at = coalesce(arrived_at, clock_timestamp()), arrived_digest = coalesce(arrived_digest, $2)
WHERE id = $1;

-- name: note_failure
UPDATE dispatch SET attempts = attempts + 1, attempted_at = clock_timestamp(), failure = $2 WHERE id = $1;

-- name: list_dispatches
SELECT p.*, d.number, d.closed_at IS NOT NULL AS is_closed, v.kind, v.recorded_at AS queued_at
FROM dispatch p
JOIN dossier d ON d.id = p.dossier
JOIN dossier_event v ON v.dossier = p.dossier AND v.sequence = p.event
WHERE ($1::text IS NULL OR p.line = $1) AND ($2::uuid IS NULL OR p.dossier = $2)
    AND ($3::text IS NULL OR CASE WHEN p.arrived_at IS NULL THEN p.state ELSE 'received' END = $3)
    AND ($4::timestamptz IS NULL OR (v.recorded_at, p.dossier, p.event, p.line) > ($4, $5::uuid, $6::integer, $7::text))
ORDER BY v.recorded_at, p.dossier, p.event, p.line LIMIT $8;

-- name: read_health
-- Under way: what is waiting and has not arrived; lag is told by the oldest of it.
SELECT
    p.line,
    count(*) FILTER (WHERE p.state = 'waiting' AND p.arrived_at IS NULL) AS waiting,
    min(v.recorded_at) FILTER (WHERE p.state = 'waiting' AND p.arrived_at IS NULL) AS oldest_waiting_at,
    count(*) FILTER (WHERE p.state = 'parked' AND p.arrived_at IS NULL) AS parked,
    count(*) FILTER (WHERE p.arrived_at IS NOT NULL) AS received,
    max(p.arrived_at) AS last_arrival_at,
    max(p.attempted_at) FILTER (WHERE p.failure IS NOT NULL) AS last_failure_at,
    (array_agg(p.failure ORDER BY p.attempted_at DESC NULLS LAST) FILTER (WHERE p.failure IS NOT NULL))[1]
        AS last_failure,
    (SELECT count(*) FROM drift r WHERE r.line = p.line) AS drifting,
    (SELECT c.ended_at FROM comparison c WHERE c.line = p.line) AS compared_at
FROM dispatch p
JOIN dossier_event v ON v.dossier = p.dossier AND v.sequence = p.event
WHERE $1::text IS NULL OR p.line = $1
GROUP BY p.line ORDER BY p.line;

-- name: read_lines_of
SELECT
    p.line,
    count(*) FILTER (WHERE p.state = 'waiting' AND p.arrived_at IS NULL) AS waiting,
    count(*) FILTER (WHERE p.state = 'parked' AND p.arrived_at IS NULL) AS parked,
    count(*) FILTER (WHERE p.arrived_at IS NOT NULL) AS received,
    max(p.arrived_at) AS last_arrival_at,
    (SELECT r.kind FROM drift r WHERE r.line = p.line AND r.dossier = $1) AS drift
FROM dispatch p WHERE p.dossier = $1 GROUP BY p.line ORDER BY p.line;
