-- migrate:up
-- The journal: what has happened to a dossier, sequenced by its workflow. It only ever grows. The application may
-- read and append; the trigger stops the owner's hand too, and says why, where a missing grant would only refuse.
CREATE TABLE dossier_event (
    dossier uuid NOT NULL REFERENCES dossier (id),
    sequence integer NOT NULL CHECK (sequence > 0),
    kind text NOT NULL,
    cause text NOT NULL,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor jsonb,
    event jsonb NOT NULL,
    evidence jsonb,
    run_id text NOT NULL,
    inserted_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- A reader that follows the whole journal orders by it: a sequence would show gaps that later fill.
    transaction xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (dossier, sequence)
);

CREATE INDEX dossier_event_transaction ON dossier_event (transaction);

CREATE FUNCTION refuse_change_of_journal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER dossier_event_is_append_only
    BEFORE UPDATE OR DELETE OR TRUNCATE ON dossier_event
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_journal();

GRANT SELECT, INSERT ON dossier_event TO lienthong_app;

-- migrate:down
DROP TABLE dossier_event;
DROP FUNCTION refuse_change_of_journal;
