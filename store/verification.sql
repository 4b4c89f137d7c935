-- name: read_register
SELECT * FROM dossier WHERE id = $1;

-- name: read_tasks
SELECT * FROM task WHERE dossier = $1;

-- name: read_legs
SELECT * FROM leg WHERE dossier = $1;

-- name: read_deadlines
SELECT * FROM deadline WHERE dossier = $1;

-- name: read_escalations
SELECT * FROM escalation WHERE dossier = $1;

-- name: read_notices
SELECT * FROM notice WHERE dossier = $1;

-- name: read_dispatches
SELECT * FROM dispatch WHERE dossier = $1;

-- name: read_documents
SELECT * FROM dossier_document WHERE dossier = $1;

-- name: read_forms
SELECT
    f.sequence, f.form, f.year, f.number, f.issued_at,
    CASE WHEN f.agency <> d.counter_agency OR f.number IS NOT NULL THEN f.agency END AS agency
FROM issued_form f JOIN dossier d ON d.id = f.dossier WHERE f.dossier = $1;

-- name: find_stray_marks
-- What only the store knows, against what the journal knows.
SELECT 'task ' || t.key || ': pending by a command that is not pending' AS difference
FROM task t LEFT JOIN command_inbox c ON c.id = t.pending
WHERE t.dossier = $1 AND t.pending IS NOT NULL AND (c.state <> 'pending' OR c.dossier <> t.dossier OR c.task <> t.key)
UNION ALL
SELECT 'task ' || key || ': held although it has ended'
FROM task WHERE dossier = $1 AND holder IS NOT NULL AND state NOT IN ('open', 'awaiting')
UNION ALL
SELECT 'command ' || c.id || ': ' || c.state || ', against the journal'
FROM command_inbox c
WHERE c.dossier = $1 AND (c.state = 'done') <> EXISTS (
    SELECT FROM dossier_event v WHERE v.dossier = c.dossier AND v.cause = c.id::text
)
UNION ALL
SELECT 'event ' || sequence || ': kind ' || kind || ', content says ' || (event ->> 'kind')
FROM dossier_event WHERE dossier = $1 AND kind <> event ->> 'kind'
ORDER BY difference;
