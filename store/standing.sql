-- name: read_standing
-- Read from the snapshot: the agencies that fill its seats, and before the first event those of the register row.
SELECT
    d.id AS dossier,
    ARRAY(
        SELECT s.value ->> 'agency'
        FROM json_each(CASE json_typeof(d.snapshot -> 'filed') WHEN 'object' THEN d.snapshot -> 'filed' -> 'seats' END) s
        UNION SELECT d.counter_agency
        UNION SELECT d.lead_agency
        ORDER BY 1
    ) AS agencies,
    (
        SELECT c.actor ->> 'id' FROM command_inbox c
        WHERE c.dossier = d.id AND c.kind = 'file'
        ORDER BY c.position LIMIT 1
    ) AS filed_by,
    d.snapshot -> 'awaited' AS awaited
FROM dossier d
WHERE d.id = $1;
