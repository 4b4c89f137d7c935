-- migrate:up
-- Published versions are immutable: the application may read them and add new ones, never change one.
CREATE TABLE procedure_version (
    code text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    definition json NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (code, version)
);

CREATE TABLE rule_set (
    code text PRIMARY KEY,
    definition json NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE calendar_version (
    version text PRIMARY KEY,
    definition json NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

GRANT SELECT, INSERT ON procedure_version, rule_set, calendar_version TO lienthong_app;

-- migrate:down
DROP TABLE calendar_version;
DROP TABLE rule_set;
DROP TABLE procedure_version;
