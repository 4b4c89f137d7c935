-- name: keep_document
-- Waits for whoever is throwing the same document away, so the row and the bytes come and go together.
WITH kept AS (
    INSERT INTO document (digest, media_type, size) VALUES ($1, $2, $3)
    ON CONFLICT (digest) DO UPDATE SET named_at = clock_timestamp()
    RETURNING digest
)
INSERT INTO document_upload (digest, uploader) SELECT digest, $4 FROM kept
ON CONFLICT (digest, uploader) DO UPDATE SET uploaded_at = clock_timestamp();

-- name: name_documents
-- What the caller brought, or the dossier holds already. Naming keeps a document until the act that names it is journalled.
WITH locked AS (
    SELECT digest FROM document WHERE digest = ANY($1::text[]) ORDER BY digest FOR UPDATE
)
UPDATE document d SET named_at = clock_timestamp() FROM locked
WHERE d.digest = locked.digest AND (
    EXISTS (SELECT FROM document_upload u WHERE u.digest = d.digest AND u.uploader = $2)
    OR EXISTS (SELECT FROM dossier_document v WHERE v.digest = d.digest AND v.dossier = $3::uuid)
)
RETURNING d.digest, d.media_type, d.size;

-- name: read_reusable
-- The newest version of every paper of the person's dossiers that were granted; one's own dossier is no source.
SELECT DISTINCT ON (v.dossier, v.kind, v.paper)
    v.dossier, d.number, d.procedure, d.procedure_version, v.kind, v.paper, v.digest, v.media_type, v.size, v.agency,
    v.attached_at, v.valid_until
FROM applicant a
JOIN dossier d ON d.id = a.dossier AND d.result IN ('granted', 'partial')
JOIN dossier_document v ON v.dossier = d.id
JOIN document o ON o.digest = v.digest
WHERE a.identity_number = $1 AND d.id IS DISTINCT FROM $2::uuid
ORDER BY v.dossier, v.kind, v.paper, v.version DESC;

-- name: list_unattached
-- While an act has waited for long, it may be about to attach what it names: then nothing is due.
SELECT digest FROM document d
WHERE d.named_at < clock_timestamp() - $1::interval
    AND NOT EXISTS (SELECT FROM dossier_document v WHERE v.digest = d.digest)
    AND NOT EXISTS (
        SELECT FROM command_inbox WHERE state = 'pending' AND accepted_at < clock_timestamp() - $1::interval / 2
    )
ORDER BY d.named_at LIMIT $2;

-- name: forget_document
-- Asked again of the row as it is now: whoever named it meanwhile keeps it.
DELETE FROM document d
WHERE d.digest = $1 AND d.named_at < clock_timestamp() - $2::interval
    AND NOT EXISTS (SELECT FROM dossier_document v WHERE v.digest = d.digest)
RETURNING d.digest;

-- name: list_documents
SELECT d.digest, d.media_type, d.size, d.stored_at,
    EXISTS (SELECT FROM dossier_document v WHERE v.digest = d.digest) AS is_attached
FROM document d WHERE d.digest > $1 ORDER BY d.digest LIMIT $2;

-- name: list_missing
-- Attached, and not even known as a document: a restored backup may be older than the journal.
SELECT DISTINCT digest FROM dossier_document v
WHERE NOT EXISTS (SELECT FROM document d WHERE d.digest = v.digest) ORDER BY digest LIMIT $1;

-- name: count_documents
SELECT count(*) AS documents, coalesce(sum(size), 0)::bigint AS bytes,
    count(*) FILTER (WHERE NOT EXISTS (SELECT FROM dossier_document v WHERE v.digest = d.digest)) AS unattached
FROM document d;
