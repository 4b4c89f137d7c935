-- migrate:up
-- Who may call. A key has 256 random bits, so its plain SHA-256 cannot be searched; the prefix is for people.
CREATE TABLE caller (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('officer', 'system', 'citizen')),
    label text NOT NULL,
    agency text,
    unit text,
    roles text[] NOT NULL,
    key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    key_prefix text NOT NULL,
    added_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at timestamptz,
    CHECK (roles <@ ARRAY[
        'counter', 'officer', 'approver', 'unit_head', 'agency_head', 'one_stop_head', 'supervisor', 'late_entry'
    ])
);

-- What must never happen, and did. The same alarm raised again is counted, not repeated.
CREATE TABLE alarm (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    dossier uuid,
    particulars jsonb NOT NULL,
    times integer NOT NULL DEFAULT 1,
    first_raised_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_raised_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE UNIQUE INDEX alarm_once ON alarm (kind, dossier, md5(particulars::text)) NULLS NOT DISTINCT;

-- Temporal forgets a closed workflow; its history is kept here.
CREATE TABLE history_archive (
    dossier uuid NOT NULL REFERENCES dossier (id),
    run_id text NOT NULL,
    history jsonb NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (dossier, run_id)
);

GRANT SELECT, INSERT, UPDATE ON caller, alarm TO lienthong_app;
GRANT SELECT, INSERT ON history_archive TO lienthong_app;

-- migrate:down
DROP TABLE history_archive;
DROP TABLE alarm;
DROP TABLE caller;
