-- migrate:up
-- The only two tables that hold personal data; everything else knows the dossier by its identity.
CREATE TABLE applicant (
    dossier uuid PRIMARY KEY REFERENCES dossier (id),
    full_name text NOT NULL CHECK (full_name IS NFC NORMALIZED),
    identity_number text,
    phone text,
    email text,
    address text CHECK (address IS NFC NORMALIZED),
    submitter_name text CHECK (submitter_name IS NFC NORMALIZED),
    submitter_identity_number text,
    -- For search without diacritics, in core SQL: the embedded PostgreSQL has no unaccent. Đ does not decompose.
    name_folded text GENERATED ALWAYS AS (
        translate(lower(regexp_replace(normalize(full_name, NFD), '[\u0300-\u036f]', '', 'g')), 'đĐ', 'dd')
    ) STORED
);

-- What people wrote: reasons, opinions, supplement requests. Journal and workflow hold the id and the digest.
CREATE TABLE free_text (
    id uuid PRIMARY KEY,
    dossier uuid NOT NULL REFERENCES dossier (id),
    salt bytea NOT NULL CHECK (octet_length(salt) >= 16),
    body text NOT NULL CHECK (body IS NFC NORMALIZED),
    digest text NOT NULL CHECK (digest = encode(sha256(salt || convert_to(body, 'UTF8')), 'hex')),
    written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX free_text_dossier ON free_text (dossier);

GRANT SELECT, INSERT, UPDATE ON applicant TO lienthong_app;
GRANT SELECT, INSERT ON free_text TO lienthong_app;

-- migrate:down
DROP TABLE free_text;
DROP TABLE applicant;
