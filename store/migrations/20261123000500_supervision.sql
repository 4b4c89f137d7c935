-- migrate:up
-- What supervisors read, all of it rendered from the journal; rebuilding a dossier writes these rows anew.

-- A hand-over is two-sided: released by the one agency, accepted, refused or recalled.
CREATE TABLE leg (
    dossier uuid NOT NULL REFERENCES dossier (id),
    task text NOT NULL,
    step text NOT NULL,
    sender_agency text NOT NULL,
    sender_unit text NOT NULL,
    receiver_agency text NOT NULL,
    receiver_unit text NOT NULL,
    state text NOT NULL CHECK (state IN ('released', 'accepted', 'refused', 'recalled', 'cancelled')),
    released_at timestamptz NOT NULL,
    released_by text,
    settled_at timestamptz,
    settled_by text,
    grade text CHECK (grade IN ('early', 'on_time', 'late')),
    PRIMARY KEY (dossier, task)
);

-- Every deadline of a dossier: the promise, the appointment and each task's own.
CREATE TABLE deadline (
    dossier uuid NOT NULL REFERENCES dossier (id),
    subject text NOT NULL,
    term integer NOT NULL,
    since timestamptz NOT NULL,
    due_at timestamptz,
    first_due_at timestamptz,
    state text NOT NULL CHECK (state IN ('running', 'stopped', 'ended')),
    next_rung_at timestamptz,
    PRIMARY KEY (dossier, subject)
);

-- One row for each time a rung was reached; lifted when an act in time turns out to have come before it.
CREATE TABLE escalation (
    dossier uuid NOT NULL REFERENCES dossier (id),
    sequence integer NOT NULL,
    subject text NOT NULL,
    rung text NOT NULL,
    term integer NOT NULL,
    is_overdue boolean NOT NULL,
    reached_at timestamptz NOT NULL,
    decided_at timestamptz NOT NULL,
    notice uuid,
    previous_acknowledged boolean,
    lifted_at timestamptz,
    PRIMARY KEY (dossier, sequence)
);

CREATE INDEX escalation_reached ON escalation (reached_at DESC, dossier, sequence);

-- What somebody must see. `addressee` is the store's own: who held the task when a notice to its holder was made.
CREATE TABLE notice (
    id uuid PRIMARY KEY,
    dossier uuid NOT NULL REFERENCES dossier (id),
    sequence integer NOT NULL,
    subject text NOT NULL,
    event_kind text NOT NULL,
    rung text,
    agency text NOT NULL,
    unit text,
    role text NOT NULL CHECK (role IN ('holder', 'unit_head', 'agency_head', 'one_stop_head', 'supervisor')),
    officer text,
    made_at timestamptz NOT NULL,
    decided_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    addressee text
);

CREATE INDEX notice_dossier ON notice (dossier, sequence);
CREATE INDEX notice_waiting ON notice (agency, made_at DESC, id) WHERE acknowledged_at IS NULL;

GRANT SELECT, INSERT, UPDATE, DELETE ON leg, deadline, escalation, notice TO lienthong_app;

-- migrate:down
DROP TABLE notice;
DROP TABLE escalation;
DROP TABLE deadline;
DROP TABLE leg;
