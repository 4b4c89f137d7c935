-- migrate:up
-- What an applicant thinks of how it went, once for each dossier, after there was a result.
CREATE TABLE rating (
    dossier uuid PRIMARY KEY REFERENCES dossier (id),
    score smallint NOT NULL CHECK (score BETWEEN 1 AND 3),
    comment text CHECK (comment IS NFC NORMALIZED),
    rated_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX rating_latest ON rating (rated_at DESC, dossier);

-- What a complaint or proposal says; its way is that of a dossier. Written before that is filed, under the identity that
-- the filing will have, so that no petition is filed without its words; one that was never filed is read by nobody.
CREATE TABLE petition (
    dossier uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('complaint', 'proposal')),
    about text,
    body text NOT NULL CHECK (body IS NFC NORMALIZED),
    written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

GRANT SELECT, INSERT ON rating, petition TO lienthong_app;

-- migrate:down
DROP TABLE petition;
DROP TABLE rating;
