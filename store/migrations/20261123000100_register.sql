-- migrate:up
-- The register (sổ theo dõi hồ sơ, Mẫu 06): one row per dossier. What filing fixes stands first; everything below
-- `status` is rendered from the journal in the transaction that appends to it. `snapshot` is json, not jsonb: a
-- dossier's tasks keep the order in which they opened.
CREATE TABLE dossier (
    id uuid PRIMARY KEY,
    number text NOT NULL UNIQUE,
    procedure text NOT NULL,
    procedure_version integer NOT NULL,
    channel text NOT NULL CHECK (channel IN ('counter', 'online', 'post')),
    counter_agency text NOT NULL,
    counter_unit text NOT NULL,
    lead_agency text NOT NULL,
    lead_unit text NOT NULL,
    filed_by text NOT NULL,
    fast_clock json,
    opened_at timestamptz NOT NULL,
    status text NOT NULL DEFAULT 'new' CHECK (status IN (
        'new', 'filed', 'accepted', 'refused_at_intake', 'processing', 'awaiting_supplement', 'awaiting_payment',
        'withdrawn', 'decided', 'returned'
    )),
    portal_code integer NOT NULL DEFAULT 0,
    last_sequence integer NOT NULL DEFAULT 0,
    filed_at timestamptz,
    received_at timestamptz,
    first_promise_at timestamptz,
    promise_at timestamptz,
    appointment_at timestamptz,
    reappointments integer NOT NULL DEFAULT 0,
    result text CHECK (result IN ('granted', 'refused')),
    grade text CHECK (grade IN ('early', 'on_time', 'late')),
    decided_at timestamptz,
    closed_at timestamptz,
    late_entries integer NOT NULL DEFAULT 0,
    agencies text[] NOT NULL DEFAULT '{}',
    snapshot json NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX dossier_opened ON dossier (opened_at DESC, id DESC);
CREATE INDEX dossier_procedure ON dossier (procedure, opened_at DESC, id DESC);
CREATE INDEX dossier_agencies ON dossier USING gin (agencies);

-- Our own series of dossier numbers: one per receiving unit and local day, counted in the filing's transaction.
CREATE TABLE number_series (
    unit text NOT NULL,
    day date NOT NULL,
    last_serial integer NOT NULL CHECK (last_serial > 0),
    PRIMARY KEY (unit, day)
);

GRANT SELECT, INSERT, UPDATE ON dossier, number_series TO lienthong_app;

-- migrate:down
DROP TABLE number_series;
DROP TABLE dossier;
