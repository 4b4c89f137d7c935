-- name: list_overdue
-- Work that is late where it lies, with the highest rung that stands and whom it told; the latest first are the worst.
SELECT task.*, latest.rung, latest.reached_at, notice.role AS told, notice.acknowledged_at
FROM task
LEFT JOIN LATERAL (
    SELECT rung, reached_at, notice FROM escalation
    WHERE escalation.dossier = task.dossier AND escalation.subject = task.key AND lifted_at IS NULL AND is_overdue
    ORDER BY sequence DESC LIMIT 1
) AS latest ON true
LEFT JOIN notice ON notice.id = latest.notice
WHERE state IN ('open', 'awaiting') AND deadline_state = 'overdue'
    AND ($1::text IS NULL OR task.agency = $1) AND ($2::text IS NULL OR step_kind = $2)
    AND ($3::text IS NULL OR coalesce(notice.role, 'none') = $3)
ORDER BY coalesce(due_at, 'infinity'), task.id LIMIT $4;

-- name: count_by_rung
SELECT coalesce(notice.role, 'none') AS told, count(*) AS tasks
FROM task
LEFT JOIN LATERAL (
    SELECT notice FROM escalation
    WHERE escalation.dossier = task.dossier AND escalation.subject = task.key AND lifted_at IS NULL AND is_overdue
    ORDER BY sequence DESC LIMIT 1
) AS latest ON true
LEFT JOIN notice ON notice.id = latest.notice
WHERE state IN ('open', 'awaiting') AND deadline_state = 'overdue'
    AND ($1::text IS NULL OR task.agency = $1) AND ($2::text IS NULL OR step_kind = $2)
GROUP BY 1;

-- name: heat
-- How much open work of each kind lies at each agency, and how much of it is late or nearly so.
SELECT
    agency, step_kind, count(*) AS tasks, count(*) FILTER (WHERE deadline_state = 'overdue') AS overdue,
    count(*) FILTER (WHERE deadline_state = 'near') AS near
FROM task WHERE state IN ('open', 'awaiting') AND ($1::text IS NULL OR agency = $1)
GROUP BY agency, step_kind;
