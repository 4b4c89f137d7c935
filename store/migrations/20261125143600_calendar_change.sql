-- migrate:up
-- A calendar version that is published while dossiers are under way: what it was written as, who decided that they count
-- by it, and by which version each of them counts.

-- As it was written: in full, or as the difference from the one it amends. No version is amended twice.
CREATE TABLE calendar_source (
    version text PRIMARY KEY REFERENCES calendar_version,
    extends text UNIQUE REFERENCES calendar_source,
    source json NOT NULL
);

-- What a directory version says about the working time of its units; a dossier counts by the one it was filed with.
CREATE TABLE directory_calendar (
    version text PRIMARY KEY,
    definition json NOT NULL
);

-- The order that open dossiers count by a version. One process at a time carries it out, and renews its lease.
CREATE TABLE calendar_change (
    version text PRIMARY KEY REFERENCES calendar_source,
    decision text NOT NULL,
    ordered_by jsonb NOT NULL,
    ordered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    leased_until timestamptz NOT NULL DEFAULT '-infinity'
);

ALTER TABLE dossier ADD COLUMN calendar text;
UPDATE dossier SET calendar = snapshot -> 'filed' ->> 'calendar_version';

CREATE INDEX dossier_calendar ON dossier (calendar, id) WHERE closed_at IS NULL;
CREATE INDEX command_inbox_calendar ON command_inbox ((body -> 'change' ->> 'version'), state)
    WHERE kind = 'change_calendar';

GRANT SELECT, INSERT ON calendar_source, directory_calendar TO lienthong_app;
GRANT SELECT, INSERT, UPDATE ON calendar_change TO lienthong_app;

-- migrate:down
DROP INDEX command_inbox_calendar;
DROP INDEX dossier_calendar;
ALTER TABLE dossier DROP COLUMN calendar;
DROP TABLE calendar_change;
DROP TABLE directory_calendar;
DROP TABLE calendar_source;
