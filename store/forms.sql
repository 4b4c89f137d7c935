-- name: list_forms
SELECT sequence, form, agency, year, serial, number, issued_at, digest FROM issued_form
WHERE dossier = $1 ORDER BY sequence;

-- name: read_sheet
SELECT sheet::text AS sheet FROM issued_form WHERE dossier = $1 AND sequence = $2;

-- name: keep_sheet
-- Whoever is first keeps it; everybody else reads what was kept.
UPDATE issued_form SET sheet = $3::text::json, digest = $4 WHERE dossier = $1 AND sequence = $2 AND sheet IS NULL
RETURNING digest;
