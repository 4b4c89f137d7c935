-- migrate:up
-- What somebody began to fill in and keeps under a code; of the code there is only its SHA-256. It is personal data from
-- a stranger, so it is not kept long: whatever has ended is swept out by whoever saves next, and filing ends it.
CREATE TABLE filing_draft (
    code_hash bytea PRIMARY KEY CHECK (octet_length(code_hash) = 32),
    procedure text NOT NULL,
    fields jsonb NOT NULL,
    ends_at timestamptz NOT NULL
);

CREATE INDEX filing_draft_end ON filing_draft (ends_at);

GRANT SELECT, INSERT, UPDATE, DELETE ON filing_draft TO lienthong_app;

-- migrate:down
DROP TABLE filing_draft;
