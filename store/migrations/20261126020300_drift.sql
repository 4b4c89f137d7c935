-- migrate:up
-- What a comparison with another system found last, and when every line was compared last. Written by that comparison alone:
-- the journal knows nothing of it, and no rule of the law looks at it.
CREATE TABLE drift (
    line text NOT NULL,
    dossier uuid NOT NULL REFERENCES dossier (id),
    kind text NOT NULL CHECK (kind IN ('missing', 'behind', 'different')),
    has integer NOT NULL,
    told integer NOT NULL,
    ours jsonb NOT NULL,
    theirs jsonb NOT NULL,
    first_found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_found_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (line, dossier)
);

CREATE INDEX drift_dossier ON drift (dossier);

CREATE TABLE comparison (
    line text PRIMARY KEY,
    ended_at timestamptz NOT NULL,
    compared integer NOT NULL,
    unanswered integer NOT NULL
);

GRANT SELECT, INSERT, UPDATE, DELETE ON drift, comparison TO lienthong_app;

-- migrate:down
DROP TABLE comparison;
DROP TABLE drift;
