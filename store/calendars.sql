-- name: publish_calendar
INSERT INTO calendar_version (version, definition) VALUES ($1, $2::text::json) ON CONFLICT DO NOTHING RETURNING version;

-- name: publish_source
INSERT INTO calendar_source (version, extends, source) VALUES ($1, $2, $3::text::json)
ON CONFLICT (version) DO NOTHING RETURNING version;

-- name: read_calendar
SELECT definition::text FROM calendar_version WHERE version = $1;

-- name: read_lineage
-- From the version back to the one that is written in full.
WITH RECURSIVE lineage AS (
    SELECT version, extends, source, 0 AS back FROM calendar_source WHERE version = $1
    UNION ALL
    SELECT s.version, s.extends, s.source, l.back + 1 FROM calendar_source s JOIN lineage l ON s.version = l.extends
)
SELECT version, extends, source::text AS source FROM lineage ORDER BY back DESC;

-- name: newest_calendar
-- The one that no other amends.
SELECT version FROM calendar_source s
WHERE NOT EXISTS (SELECT FROM calendar_source l WHERE l.extends = s.version) ORDER BY version DESC LIMIT 1;

-- name: amended_by
SELECT version FROM calendar_source WHERE extends = $1;

-- name: list_calendars
SELECT
    v.version, s.extends, v.published_at, c.decision, c.ordered_at, c.ordered_by ->> 'id' AS ordered_by,
    (SELECT count(*) FROM dossier d WHERE d.calendar = v.version AND d.closed_at IS NULL) AS open_dossiers
FROM calendar_version v JOIN calendar_source s USING (version) LEFT JOIN calendar_change c USING (version)
WHERE $1::text IS NULL OR v.version = $1
ORDER BY v.published_at, v.version;

-- name: publish_directory_calendar
INSERT INTO directory_calendar (version, definition) VALUES ($1, $2::text::json)
ON CONFLICT DO NOTHING RETURNING version;

-- name: read_directory_calendar
SELECT definition::text FROM directory_calendar WHERE version = $1;

-- name: order_change
INSERT INTO calendar_change (version, decision, ordered_by) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING version;

-- name: current_change
SELECT version, decision, ordered_by, ordered_at FROM calendar_change ORDER BY ordered_at DESC LIMIT 1;

-- name: read_change
SELECT version, decision, ordered_by, ordered_at FROM calendar_change WHERE version = $1;

-- name: lease_change
UPDATE calendar_change SET leased_until = clock_timestamp() + $2
WHERE version = $1 AND leased_until <= clock_timestamp() RETURNING version;

-- name: renew_lease
UPDATE calendar_change SET leased_until = clock_timestamp() + $2 WHERE version = $1;

-- name: list_behind
-- Open dossiers that count by one of these versions, in the order of their identities.
SELECT id, snapshot::text AS snapshot, fast_clock::text AS clock
FROM dossier
WHERE closed_at IS NULL AND calendar = ANY($1::text[]) AND ($2::uuid IS NULL OR id > $2)
ORDER BY id LIMIT $3;

-- name: count_behind
SELECT count(*) FROM dossier WHERE closed_at IS NULL AND calendar = ANY($1::text[]);

-- name: count_commands
SELECT
    count(*) FILTER (WHERE state = 'done') AS done,
    count(*) FILTER (WHERE state = 'pending') AS pending,
    count(*) FILTER (WHERE state = 'refused') AS refused
FROM command_inbox WHERE kind = 'change_calendar' AND body -> 'change' ->> 'version' = $1;

-- name: list_refusing
-- Open dossiers that refused the latest order and still count by the version before it.
SELECT d.id AS dossier, d.number, c.body -> 'change' ->> 'version' AS version, d.calendar,
    c.problem ->> 'code' AS code, c.problem ->> 'message' AS message
FROM dossier d JOIN command_inbox c ON c.dossier = d.id
WHERE c.state = 'refused' AND c.kind = 'change_calendar' AND d.closed_at IS NULL
    AND d.calendar = c.body ->> 'previous'
    AND c.body -> 'change' ->> 'version' = (SELECT version FROM calendar_change ORDER BY ordered_at DESC LIMIT 1)
ORDER BY d.number LIMIT $1;
