-- migrate:up
-- What the object store holds whole, by the digest of its bytes. `named_at`: when an upload or an act last spoke of it; what
-- no dossier holds and nobody speaks of is thrown away.
CREATE TABLE document (
    digest text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{64}$'),
    media_type text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    named_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX document_named ON document (named_at);

-- Who brought the bytes, and so may attach them: a digest alone opens nothing.
CREATE TABLE document_upload (
    digest text NOT NULL REFERENCES document (digest) ON DELETE CASCADE,
    uploader text NOT NULL,
    uploaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (digest, uploader)
);

-- Every version of every paper, rendered from the journal. It names bytes that may be gone: the journal is never refused.
CREATE TABLE dossier_document (
    dossier uuid NOT NULL REFERENCES dossier (id),
    kind text NOT NULL CHECK (kind IN ('component', 'result')),
    paper text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    digest text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    digitisation text NOT NULL,
    attached_at timestamptz NOT NULL,
    agency text,
    valid_until date,
    PRIMARY KEY (dossier, kind, paper, version)
);

CREATE INDEX dossier_document_digest ON dossier_document (digest);

-- A person's electronic store is asked for by the identity number alone.
CREATE INDEX applicant_identity ON applicant (identity_number) WHERE identity_number IS NOT NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON document TO lienthong_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON document_upload TO lienthong_app;
GRANT SELECT, INSERT, DELETE ON dossier_document TO lienthong_app;

-- migrate:down
DROP INDEX applicant_identity;
DROP TABLE dossier_document;
DROP TABLE document_upload;
DROP TABLE document;
