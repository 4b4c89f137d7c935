-- migrate:up
-- Where the work lay when a rung was reached, so that a board of one agency is read in the order of an index; of the
-- promise, at the lead agency. The state of the deadline stands in the index of a unit's and an agency's work: whoever
-- asks for what is overdue then reads no row that is not.
ALTER TABLE escalation ADD COLUMN agency text, ADD COLUMN unit text;
UPDATE escalation s SET agency = coalesce(t.agency, d.lead_agency), unit = coalesce(t.unit, d.lead_unit)
FROM dossier d LEFT JOIN task t ON t.dossier = d.id
WHERE d.id = s.dossier AND (t.key = s.subject OR NOT EXISTS (
    SELECT FROM task o WHERE o.dossier = s.dossier AND o.key = s.subject
));
ALTER TABLE escalation ALTER COLUMN agency SET NOT NULL, ALTER COLUMN unit SET NOT NULL;
CREATE INDEX escalation_of_agency ON escalation (agency, reached_at DESC, dossier DESC, sequence DESC);

DROP INDEX escalation_reached;
CREATE INDEX escalation_reached ON escalation (reached_at DESC, dossier DESC, sequence DESC);

DROP INDEX task_of_unit;
CREATE INDEX task_of_unit ON task (
    agency, unit, (coalesce(due_at, 'infinity')), id, role, procedure, channel, deadline_state
) WHERE state IN ('open', 'awaiting');
DROP INDEX task_of_agency;
CREATE INDEX task_of_agency ON task (
    agency, (coalesce(due_at, 'infinity')), id, role, procedure, channel, deadline_state
) WHERE state IN ('open', 'awaiting');

-- migrate:down
DROP INDEX task_of_agency;
CREATE INDEX task_of_agency ON task (agency, (coalesce(due_at, 'infinity')), id, role, procedure, channel)
    WHERE state IN ('open', 'awaiting');
DROP INDEX task_of_unit;
CREATE INDEX task_of_unit ON task (agency, unit, (coalesce(due_at, 'infinity')), id, role, procedure, channel)
    WHERE state IN ('open', 'awaiting');
DROP INDEX escalation_reached;
CREATE INDEX escalation_reached ON escalation (reached_at DESC, dossier, sequence);
DROP INDEX escalation_of_agency;
ALTER TABLE escalation DROP COLUMN unit, DROP COLUMN agency;
