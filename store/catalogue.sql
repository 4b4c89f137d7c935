-- name: publish_procedure
INSERT INTO procedure_version (code, version, definition) VALUES ($1, $2, $3::text::json)
ON CONFLICT DO NOTHING RETURNING code;

-- name: read_procedure
SELECT definition::text FROM procedure_version WHERE code = $1 AND ($2::integer IS NULL OR version = $2)
ORDER BY version DESC LIMIT 1;

-- name: list_procedures
SELECT DISTINCT ON (code) definition::text FROM procedure_version ORDER BY code, version DESC;

-- name: read_procedure_on
-- Of the versions in force by then the one that began last; before all of them the one that begins first.
SELECT definition::text FROM procedure_version WHERE code = $1
ORDER BY
    (definition ->> 'effective_on')::date > $2,
    CASE WHEN (definition ->> 'effective_on')::date <= $2 THEN (definition ->> 'effective_on')::date END DESC,
    (definition ->> 'effective_on')::date,
    version DESC
LIMIT 1;

-- name: list_procedures_on
SELECT definition::text FROM (
    SELECT DISTINCT ON (code) code, definition FROM procedure_version
    WHERE (definition ->> 'effective_on')::date <= $1
    ORDER BY code, (definition ->> 'effective_on')::date DESC, version DESC
) AS latest
WHERE coalesce((definition ->> 'effective_to')::date, $1) >= $1 ORDER BY code;

-- name: list_procedure_versions
SELECT definition::text FROM procedure_version ORDER BY code, version;

-- name: search_procedures
-- What may be filed that day and has every word of $2 in its title, code or field; without words, all of it.
SELECT code, version, title, field, level, lasts FROM (
    SELECT DISTINCT ON (code)
        code, version, definition ->> 'title' AS title, definition ->> 'field' AS field,
        definition ->> 'level' AS level, definition ->> 'limit' AS lasts,
        (definition ->> 'effective_to')::date AS effective_to
    FROM procedure_version WHERE (definition ->> 'effective_on')::date <= $1
    ORDER BY code, (definition ->> 'effective_on')::date DESC, version DESC
) AS latest
WHERE coalesce(effective_to, $1) >= $1
    AND coalesce(weighted_words(title || ' ' || code || ' ' || field, 'A') @@ words_query($2, 'A'), true)
ORDER BY folded(field), folded(title), code;

-- name: list_versions
SELECT
    version, (definition ->> 'effective_on')::date AS effective_on, (definition ->> 'effective_to')::date AS effective_to,
    published_at
FROM procedure_version WHERE code = $1 ORDER BY version DESC;

-- name: publish_rule_set
INSERT INTO rule_set (code, definition) VALUES ($1, $2::text::json) ON CONFLICT DO NOTHING RETURNING code;

-- name: read_rule_set
SELECT definition::text FROM rule_set WHERE code = $1;

-- name: list_rule_sets
SELECT definition::text FROM rule_set ORDER BY code;

-- name: publish_directory
INSERT INTO directory_version (version, definition) VALUES ($1, $2::text::json) ON CONFLICT DO NOTHING RETURNING version;

-- name: directories_beyond
SELECT definition::text FROM directory_version WHERE version <> ALL ($1::text[]) ORDER BY version;

-- name: read_directory
SELECT definition::text FROM directory_version WHERE version = $1;
