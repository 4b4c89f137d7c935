-- name: read_dossier
SELECT d.*, (SELECT count(*) FROM escalation s WHERE s.dossier = d.id AND s.lifted_at IS NULL) AS rungs
FROM dossier d WHERE d.id = $1;

-- name: read_sub_dossiers
SELECT d.*, (SELECT count(*) FROM escalation s WHERE s.dossier = d.id AND s.lifted_at IS NULL) AS rungs
FROM dossier d WHERE d.parent = $1 ORDER BY d.opened_at, d.id;

-- name: find_by_number
SELECT d.*, (SELECT count(*) FROM escalation s WHERE s.dossier = d.id AND s.lifted_at IS NULL) AS rungs
FROM dossier d WHERE d.number = $1;

-- name: list_dossiers
SELECT d.*, (SELECT count(*) FROM escalation s WHERE s.dossier = d.id AND s.lifted_at IS NULL) AS rungs
FROM dossier d
WHERE ($1::text IS NULL OR d.agencies @> ARRAY[$1]) AND ($2::text IS NULL OR d.procedure = $2)
    AND ($3::text IS NULL OR d.status = $3) AND ($4::text IS NULL OR d.filed_by = $4)
    AND ($5::boolean IS NULL OR (d.closed_at IS NULL) = $5)
    AND ($6::timestamptz IS NULL OR (d.opened_at, d.id) < ($6, $7::uuid))
ORDER BY d.opened_at DESC, d.id DESC LIMIT $8;

-- name: read_state
SELECT snapshot::text FROM dossier WHERE id = $1;

-- name: read_clock
SELECT fast_clock::text FROM dossier WHERE id = $1;

-- name: is_closed
SELECT closed_at IS NOT NULL FROM dossier WHERE id = $1;

-- name: read_participation
SELECT filed_by, agencies FROM dossier WHERE id = $1;

-- name: read_statistics
SELECT
    procedure,
    count(*) AS filed,
    count(received_at) AS received,
    count(*) FILTER (WHERE grade = 'early') AS early,
    count(*) FILTER (WHERE grade = 'on_time') AS on_time,
    count(*) FILTER (WHERE grade = 'late') AS late,
    count(*) FILTER (WHERE status = 'refused_at_intake') AS refused_at_intake,
    count(*) FILTER (WHERE status = 'withdrawn') AS withdrawn,
    count(*) FILTER (WHERE closed_at IS NULL) AS open,
    coalesce(sum(reached.rungs), 0)::bigint AS rungs
FROM dossier d
LEFT JOIN (SELECT dossier, count(*) AS rungs FROM escalation WHERE lifted_at IS NULL GROUP BY dossier) AS reached
    ON reached.dossier = d.id
WHERE $1::text IS NULL OR d.agencies @> ARRAY[$1]
GROUP BY procedure ORDER BY procedure;

-- name: read_headings
SELECT d.id AS dossier, d.number, d.procedure, d.procedure_version, d.status, applicant.full_name AS applicant, applicant.title
FROM dossier d JOIN applicant ON applicant.dossier = d.id WHERE d.id = ANY ($1::uuid[]);

-- name: read_usual_time
-- From reception to decision, of the latest so many: half of them, and nine in ten, took no longer.
SELECT
    count(*) AS dossiers,
    percentile_disc(0.5) WITHIN GROUP (ORDER BY decided_at - received_at) AS half,
    percentile_disc(0.9) WITHIN GROUP (ORDER BY decided_at - received_at) AS nine_in_ten
FROM (
    SELECT received_at, decided_at FROM dossier
    WHERE procedure = $1 AND decided_at IS NOT NULL AND received_at IS NOT NULL ORDER BY decided_at DESC LIMIT 500
) AS latest;
