-- name: list_legs
-- $1 is an agency on either side of the hand-over.
SELECT l.*, d.number, v.definition ->> 'title' AS title, t.id AS task_id, t.due_at
FROM leg l
JOIN dossier d ON d.id = l.dossier
JOIN procedure_version v ON v.code = d.procedure AND v.version = d.procedure_version
JOIN task t ON t.dossier = l.dossier AND t.key = l.task
WHERE ($1::text IS NULL OR l.sender_agency = $1 OR l.receiver_agency = $1)
    AND ($2::text IS NULL OR l.sender_unit = $2) AND ($3::text IS NULL OR l.receiver_unit = $3)
    AND ($4::text IS NULL OR l.state = $4)
    AND ($5::timestamptz IS NULL OR l.released_at >= $5) AND ($6::timestamptz IS NULL OR l.released_at < $6)
    AND ($7::timestamptz IS NULL OR (l.released_at, l.dossier, l.task) > ($7, $8::uuid, $9::text))
ORDER BY l.released_at, l.dossier, l.task LIMIT $10;
