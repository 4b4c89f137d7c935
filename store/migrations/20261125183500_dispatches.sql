-- migrate:up
-- What other systems are told, and how far it came. `state` to `problem` are rendered from the journal; from `attempts` on
-- the rest is what only the sender knows, and it stands apart from the legal state.
CREATE TABLE dispatch (
    id uuid PRIMARY KEY,
    dossier uuid NOT NULL REFERENCES dossier (id),
    line text NOT NULL,
    event integer NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'received', 'parked')),
    settled_at timestamptz,
    digest text,
    problem text,
    attempts integer NOT NULL DEFAULT 0,
    attempted_at timestamptz,
    failure text,
    arrived_at timestamptz,
    arrived_digest text,
    UNIQUE (dossier, line, event)
);

CREATE INDEX dispatch_owed ON dispatch (line, state) WHERE arrived_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON dispatch TO lienthong_app;

-- migrate:down
DROP TABLE dispatch;
