-- migrate:up
-- What comes after: an alarm that somebody has dealt with, and a closed dossier whose history Temporal will forget.

-- Settled until it is raised again.
ALTER TABLE alarm ADD COLUMN settled_at timestamptz;

-- Where Temporal's own history of a dossier is: still there, kept in history_archive, or gone before it was kept.
ALTER TABLE dossier ADD COLUMN history text NOT NULL DEFAULT 'with_temporal'
    CHECK (history IN ('with_temporal', 'kept', 'lost'));

CREATE INDEX dossier_history_due ON dossier (closed_at) WHERE closed_at IS NOT NULL AND history = 'with_temporal';

-- migrate:down
DROP INDEX dossier_history_due;
ALTER TABLE dossier DROP COLUMN history;
ALTER TABLE alarm DROP COLUMN settled_at;
