-- name: list_refused
-- What somebody asked of a dossier and the law did not allow; the row is all that is left of it.
SELECT c.id, c.dossier, d.number, c.kind, c.task, c.actor ->> 'id' AS actor, c.accepted_at,
    c.problem ->> 'code' AS code, c.problem ->> 'message' AS message
FROM command_inbox c JOIN dossier d ON d.id = c.dossier
WHERE c.state = 'refused' AND ($1::text IS NULL OR $1 = ANY (d.agencies))
    AND ($2::uuid IS NULL OR c.dossier = $2) AND ($3::text IS NULL OR c.problem ->> 'code' = $3)
    AND ($4::timestamptz IS NULL OR (c.accepted_at, c.id) < ($4, $5::uuid))
ORDER BY c.accepted_at DESC, c.id DESC LIMIT $6;

-- name: list_violations
-- What was entered from paper, and what the engine marked and let pass; the index has the same condition.
SELECT e.dossier, d.number, e.sequence, coalesce(e.event ->> 'rule', 'late-supplement') AS rule,
    e.actor ->> 'id' AS actor, e.occurred_at, e.recorded_at
FROM dossier_event e JOIN dossier d ON d.id = e.dossier
WHERE (e.kind = 'violation.recorded' OR (e.kind = 'supplement.requested' AND e.event @> '{"beyond_notice": true}'))
    AND ($1::text IS NULL OR $1 = ANY (d.agencies))
ORDER BY e.occurred_at DESC, e.dossier, e.sequence LIMIT $2;

-- name: list_unsent
-- A rung tells that the day has closed, by the dossier's own clock.
SELECT s.dossier, d.number, d.counter_agency AS agency, d.counter_unit AS unit, s.since AS stopped_at, s.due_at
FROM deadline s JOIN dossier d ON d.id = s.dossier
WHERE s.subject = 'stop-notice' AND s.state = 'running' AND ($1::text IS NULL OR $1 = ANY (d.agencies))
    AND EXISTS (
        SELECT FROM escalation r
        WHERE r.dossier = s.dossier AND r.subject = s.subject AND r.term = s.term AND r.is_overdue
            AND r.lifted_at IS NULL
    )
ORDER BY s.due_at, s.dossier LIMIT $2;
