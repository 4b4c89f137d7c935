-- migrate:up
-- A dossier that waits for the applicant to come, or stands still as a whole; what was refused, for supervisors to read.
ALTER TABLE dossier DROP CONSTRAINT dossier_status_check;
ALTER TABLE dossier ADD CONSTRAINT dossier_status_check CHECK (status IN (
    'new', 'filed', 'accepted', 'refused_at_intake', 'processing', 'awaiting_supplement', 'awaiting_payment',
    'awaiting_attendance', 'suspended', 'withdrawn', 'decided', 'returned'
));

CREATE INDEX command_refused ON command_inbox (accepted_at DESC, id DESC) WHERE state = 'refused';
CREATE INDEX dossier_event_violation ON dossier_event (occurred_at DESC, dossier, sequence)
    WHERE kind = 'violation.recorded';
CREATE INDEX deadline_stop_notice ON deadline (due_at, dossier) WHERE subject = 'stop-notice' AND state = 'running';

-- migrate:down
DROP INDEX deadline_stop_notice;
DROP INDEX dossier_event_violation;
DROP INDEX command_refused;
ALTER TABLE dossier DROP CONSTRAINT dossier_status_check;
ALTER TABLE dossier ADD CONSTRAINT dossier_status_check CHECK (status IN (
    'new', 'filed', 'accepted', 'refused_at_intake', 'processing', 'awaiting_supplement', 'awaiting_payment',
    'withdrawn', 'decided', 'returned'
));
