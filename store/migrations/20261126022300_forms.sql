-- migrate:up
-- The forms that events issue, each in the book of its agency and year, from 1 on (TT 01/2018/TT-VPCP, Điều 9–10).
CREATE TABLE form_book (
    agency text NOT NULL,
    form text NOT NULL,
    year integer NOT NULL,
    last_serial integer NOT NULL CHECK (last_serial > 0),
    PRIMARY KEY (agency, form, year)
);

CREATE TABLE issued_form (
    dossier uuid NOT NULL REFERENCES dossier,
    sequence integer NOT NULL CHECK (sequence > 0),
    form text NOT NULL,
    agency text NOT NULL,
    year integer NOT NULL,
    -- In the book; where the act brought a number of its own, that one stands instead.
    serial integer,
    number text,
    issued_at timestamptz NOT NULL,
    -- What stands on it, kept when it is first looked at: every later print is that one. Personal data.
    sheet json,
    digest text,
    PRIMARY KEY (dossier, sequence),
    CHECK ((serial IS NULL) <> (number IS NULL)),
    CHECK ((sheet IS NULL) = (digest IS NULL))
);

CREATE UNIQUE INDEX issued_form_serial ON issued_form (agency, form, year, serial) WHERE serial IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON form_book TO lienthong_app;
GRANT SELECT, INSERT ON issued_form TO lienthong_app;
GRANT UPDATE (sheet, digest) ON issued_form TO lienthong_app;

-- migrate:down
DROP TABLE issued_form;
DROP TABLE form_book;
