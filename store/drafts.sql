-- name: save_draft
-- Whatever has ended meanwhile is swept out by whoever comes next.
WITH ended AS (DELETE FROM filing_draft WHERE ends_at <= clock_timestamp() AND code_hash <> $1)
INSERT INTO filing_draft (code_hash, procedure, fields, ends_at) VALUES ($1, $2, $3, clock_timestamp() + $4)
ON CONFLICT (code_hash) DO UPDATE SET procedure = $2, fields = $3, ends_at = clock_timestamp() + $4
RETURNING ends_at;

-- name: find_draft
SELECT procedure, fields, ends_at FROM filing_draft WHERE code_hash = $1 AND ends_at > clock_timestamp();

-- name: end_draft
DELETE FROM filing_draft WHERE code_hash = $1;
