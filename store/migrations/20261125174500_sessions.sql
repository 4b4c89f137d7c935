-- migrate:up
-- An officer's session in the console. The cookie's token is kept as its SHA-256 alone, as keys are; whoever loses the
-- key that began the session loses the session too, at once and in every process.
CREATE TABLE session (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    caller text NOT NULL REFERENCES caller (id),
    key_hash bytea NOT NULL,
    acting_for text,
    begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ends_at timestamptz NOT NULL
);

CREATE INDEX session_end ON session (ends_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON session TO lienthong_app;

-- migrate:down
DROP TABLE session;
