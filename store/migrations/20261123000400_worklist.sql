-- migrate:up
-- Work at a unit. All but the last group is rendered from the journal; who holds a task, and which command is on its
-- way, only the store knows.
CREATE TABLE task (
    id uuid PRIMARY KEY,
    dossier uuid NOT NULL REFERENCES dossier (id),
    key text NOT NULL,
    number text NOT NULL,
    procedure text NOT NULL,
    channel text NOT NULL CHECK (channel IN ('counter', 'online', 'post')),
    step text NOT NULL,
    step_kind text NOT NULL CHECK (step_kind IN (
        'reception', 'digitisation', 'assignment', 'appraisal', 'verification', 'consultation', 'approval', 'signing',
        'payment', 'result', 'return', 'sub_dossier'
    )),
    work text NOT NULL CHECK (work IN ('step', 'hand_over', 'acceptance')),
    agency text NOT NULL,
    unit text NOT NULL,
    role text NOT NULL CHECK (role IN (
        'counter', 'officer', 'approver', 'unit_head', 'agency_head', 'one_stop_head', 'supervisor', 'late_entry'
    )),
    sender_agency text,
    sender_unit text,
    state text NOT NULL CHECK (state IN ('open', 'awaiting', 'completed', 'cancelled', 'lapsed')),
    assigned text,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    due_at timestamptz,
    deadline_state text NOT NULL CHECK (deadline_state IN ('within', 'near', 'overdue', 'stopped', 'none')),

    holder text,
    claimed_at timestamptz,
    pending uuid REFERENCES command_inbox (id),
    revision integer NOT NULL DEFAULT 1,
    UNIQUE (dossier, key),
    CHECK ((holder IS NULL) = (claimed_at IS NULL))
) WITH (fillfactor = 70);

-- Neither holder nor pending is in an index: admission and the end of a command then write no index entry.
CREATE INDEX task_worklist ON task (agency, unit, state, (coalesce(due_at, 'infinity')), id);
CREATE INDEX task_due ON task ((coalesce(due_at, 'infinity')), id) WHERE state IN ('open', 'awaiting');

CREATE FUNCTION count_task_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    RETURN NEW;
END $$;

CREATE TRIGGER task_revision BEFORE UPDATE ON task
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION count_task_revision();

-- Who took, gave back or passed on which task; the workflow knows nothing of it.
CREATE TABLE worklist_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    task uuid NOT NULL,
    dossier uuid NOT NULL REFERENCES dossier (id),
    act text NOT NULL CHECK (act IN ('claim', 'get_next', 'release', 'transfer', 'implicit_claim', 'implicit_release')),
    actor text NOT NULL,
    holder_before text,
    holder_after text,
    command uuid,
    happened_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE INDEX worklist_log_task ON worklist_log (task, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON task TO lienthong_app;
GRANT SELECT, INSERT ON worklist_log TO lienthong_app;

-- migrate:down
DROP TABLE worklist_log;
DROP TABLE task;
DROP FUNCTION count_task_revision;
