-- name: publish_procedure
INSERT INTO procedure_version (code, version, definition) VALUES ($1, $2, $3::text::json)
ON CONFLICT DO NOTHING RETURNING code;

-- name: read_procedure
SELECT definition::text FROM procedure_version WHERE code = $1 AND ($2::integer IS NULL OR version = $2)
ORDER BY version DESC LIMIT 1;

-- name: list_procedures
SELECT DISTINCT ON (code) definition::text FROM procedure_version ORDER BY code, version DESC;

-- name: publish_rule_set
INSERT INTO rule_set (code, definition) VALUES ($1, $2::text::json) ON CONFLICT DO NOTHING RETURNING code;

-- name: read_rule_set
SELECT definition::text FROM rule_set WHERE code = $1;

-- name: list_rule_sets
SELECT definition::text FROM rule_set ORDER BY code;

-- name: read_procedure_in_force
SELECT definition::text FROM procedure_version
WHERE code = $1 AND (definition ->> 'effective_on')::date <= $2 ORDER BY version DESC LIMIT 1;
