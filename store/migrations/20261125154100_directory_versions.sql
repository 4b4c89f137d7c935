-- migrate:up
-- Published versions are immutable: the application may read them and add new ones, never change one.
CREATE TABLE directory_version (
    version text PRIMARY KEY,
    definition json NOT NULL,
    published_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

GRANT SELECT, INSERT ON directory_version TO lienthong_app;

-- migrate:down
DROP TABLE directory_version;
