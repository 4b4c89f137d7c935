-- migrate:up
-- Supervisors see what is marked without being refused, too: a supplement asked for later than the decree allows.
DROP INDEX dossier_event_violation;
CREATE INDEX dossier_event_violation ON dossier_event (occurred_at DESC, dossier, sequence)
    WHERE kind = 'violation.recorded' OR (kind = 'supplement.requested' AND event @> '{"beyond_notice": true}');

-- migrate:down
DROP INDEX dossier_event_violation;
CREATE INDEX dossier_event_violation ON dossier_event (occurred_at DESC, dossier, sequence)
    WHERE kind = 'violation.recorded';
