-- name: lock_identity
-- A dossier that does not exist yet has no row to lock, so two identical filings meet here.
SELECT pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0));

-- name: find_command
SELECT c.*, d.last_sequence AS journalled, d.fast_clock::text AS clock, clock_timestamp() AS moment
FROM (SELECT) AS nothing
LEFT JOIN command_inbox c ON c.id = $1
LEFT JOIN dossier d ON d.id = c.dossier;

-- name: next_serial
INSERT INTO number_series AS s (identifier, day, last_serial) VALUES ($1, $2, 1)
ON CONFLICT (identifier, day) DO UPDATE SET last_serial = s.last_serial + 1
RETURNING last_serial;

-- name: insert_filing
WITH register AS (
    INSERT INTO dossier (
        id, number, procedure, procedure_version, channel, counter_agency, counter_unit, lead_agency, lead_unit,
        fast_clock, opened_at, snapshot, filed_by, agencies, parent, parent_task
    ) VALUES (
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::text::json, $11, $12::text::json, $22, ARRAY[$6, $8], $23, $24
    )
), person AS (
    INSERT INTO applicant (
        dossier, number, title, full_name, identity_number, phone, email, address, submitter_name,
        submitter_identity_number
    )
    SELECT $1, $2, $3 || ' ' || $25::text, a.* FROM jsonb_to_record($13) AS a (
        full_name text, identity_number text, phone text, email text, address text,
        submitter_name text, submitter_identity_number text
    )
), written AS (
    INSERT INTO free_text (id, dossier, salt, body, digest)
    SELECT t.id, $1, decode(t.salt, 'hex'), t.body, t.digest
    FROM jsonb_to_recordset($14) AS t (id uuid, salt text, body text, digest text)
)
INSERT INTO command_inbox (
    id, dossier, kind, actor, body, body_hash, entered_for, evidence, accepted_at, attempts, next_try_at
) VALUES ($15, $1, 'file', $16, $17, $18, $19, $20, $11, 1, clock_timestamp() + $21::interval)
RETURNING *;

-- name: read_applicant
SELECT full_name, identity_number, phone, email, address, submitter_name, submitter_identity_number
FROM applicant WHERE dossier = $1;

-- name: read_tracking_code
SELECT tracking_code FROM applicant WHERE dossier = $1;
