-- migrate:up
-- Every command before it is sent: a crash anywhere finds it here. `position` is the order of admission, which
-- within a dossier is exact because its register row is locked; `accepted_at` alone has whole seconds.
CREATE TABLE command_inbox (
    id uuid PRIMARY KEY,
    position bigint GENERATED ALWAYS AS IDENTITY,
    dossier uuid NOT NULL REFERENCES dossier (id),
    kind text NOT NULL,
    task text,
    actor jsonb NOT NULL,
    body jsonb NOT NULL,
    body_hash text NOT NULL,
    entered_for timestamptz,
    evidence jsonb,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'refused')),
    problem jsonb,
    accepted_at timestamptz NOT NULL,
    settled_at timestamptz,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    -- When admission gave a free task to the actor: a refusal gives back that very claim and no later one.
    claimed_at timestamptz,
    CHECK ((state = 'refused') = (problem IS NOT NULL)),
    CHECK ((state = 'pending') = (settled_at IS NULL))
) WITH (fillfactor = 80);

CREATE INDEX command_inbox_due ON command_inbox (next_try_at) WHERE state = 'pending';
CREATE INDEX command_inbox_pending ON command_inbox (dossier, position) WHERE state = 'pending';
CREATE INDEX command_inbox_dossier ON command_inbox (dossier);

GRANT SELECT, INSERT, UPDATE ON command_inbox TO lienthong_app;

-- migrate:down
DROP TABLE command_inbox;
