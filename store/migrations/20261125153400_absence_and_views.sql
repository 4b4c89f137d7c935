-- migrate:up
-- While an officer is away, another of the same agency acts in the officer's place: sees that work, holds that seat and
-- those roles. Why somebody is away is nobody's business and is not kept.
CREATE TABLE absence (
    id uuid PRIMARY KEY,
    officer text NOT NULL,
    substitute text NOT NULL CHECK (substitute <> officer),
    agency text NOT NULL,
    begins_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL CHECK (ends_at > begins_at),
    registered_by text NOT NULL,
    registered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at timestamptz,
    ended_by text,
    CHECK ((ended_at IS NULL) = (ended_by IS NULL))
);

CREATE INDEX absence_substitute ON absence (substitute, ends_at);
CREATE INDEX absence_agency ON absence (agency, begins_at DESC, id);

-- A selection of tasks under a name: its owner's own, or shared with an agency, one unit of it, or one role in it.
CREATE TABLE saved_view (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name IS NFC NORMALIZED),
    owner text NOT NULL,
    shared_with_agency text,
    shared_with_unit text,
    shared_with_role text,
    selection jsonb NOT NULL,
    saved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK (shared_with_agency IS NOT NULL OR (shared_with_unit IS NULL AND shared_with_role IS NULL))
);

CREATE INDEX saved_view_owner ON saved_view (owner);
CREATE INDEX saved_view_agency ON saved_view (shared_with_agency) WHERE shared_with_agency IS NOT NULL;

GRANT SELECT, INSERT, UPDATE ON absence TO lienthong_app;
GRANT SELECT, INSERT, DELETE ON saved_view TO lienthong_app;

-- An act may be meant for one revision of its task, and whoever stands in for the holder may perform it.
DROP FUNCTION admit_command(uuid, uuid, text, text, boolean, jsonb, jsonb, text, timestamptz, jsonb, jsonb, interval);
CREATE FUNCTION admit_command(
    the_id uuid, the_dossier uuid, the_kind text, the_task text, only_holder boolean, the_actor jsonb, the_body jsonb,
    the_hash text, was_entered_for timestamptz, the_evidence jsonb, the_texts jsonb, lease interval,
    the_revision integer
) RETURNS TABLE (verdict text, held_by text, journalled integer, command command_inbox)
LANGUAGE plpgsql AS $$
DECLARE
    caller text := the_actor ->> 'id';
    runs_fast boolean;
    work task;
    takes boolean := false;
    moment timestamptz;
BEGIN
    SELECT d.last_sequence, d.fast_clock IS NOT NULL INTO journalled, runs_fast
        FROM dossier d WHERE d.id = the_dossier FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        verdict := 'dossier-unknown';
        RETURN NEXT; RETURN;
    END IF;
    SELECT * INTO work FROM task t WHERE t.dossier = the_dossier AND t.key = the_task FOR NO KEY UPDATE;
    SELECT * INTO command FROM command_inbox c WHERE c.id = the_id;

    held_by := work.holder;
    takes := only_holder AND work.holder IS NULL AND work.state IN ('open', 'awaiting');
    verdict := CASE
        WHEN command.id IS NOT NULL AND command.body_hash = the_hash THEN 'known'
        WHEN command.id IS NOT NULL THEN 'other-body'
        WHEN the_task IS NOT NULL AND work.id IS NULL THEN 'task-unknown'
        WHEN work.revision <> the_revision THEN 'task-changed'
        WHEN only_holder AND work.holder <> caller AND work.holder IS DISTINCT FROM the_actor ->> 'acting_for'
            THEN 'task-claimed'
        WHEN work.pending IS NOT NULL THEN 'task-pending'
        ELSE 'admitted'
    END;
    IF verdict <> 'admitted' THEN
        RETURN NEXT; RETURN;
    END IF;

    moment := clock_timestamp();
    INSERT INTO free_text (id, dossier, salt, body, digest)
        SELECT t.id, the_dossier, decode(t.salt, 'hex'), t.body, t.digest
        FROM jsonb_to_recordset(the_texts) AS t (id uuid, salt text, body text, digest text);
    INSERT INTO command_inbox (
        id, dossier, kind, task, actor, body, body_hash, entered_for, evidence, accepted_at, attempts, next_try_at,
        claimed_at
    ) VALUES (
        the_id, the_dossier, the_kind, the_task, the_actor, the_body, the_hash, was_entered_for, the_evidence,
        -- Legal instants are whole seconds, but on a fast clock part of a second is many of them.
        CASE WHEN runs_fast THEN moment ELSE date_trunc('second', moment) END, 1, moment + lease,
        CASE WHEN takes THEN moment END
    ) RETURNING * INTO command;
    IF the_task IS NOT NULL THEN
        UPDATE task SET
            pending = the_id,
            holder = CASE WHEN takes THEN caller ELSE holder END,
            claimed_at = CASE WHEN takes THEN moment ELSE claimed_at END
            WHERE id = work.id;
    END IF;
    IF takes THEN
        INSERT INTO worklist_log (task, dossier, act, actor, holder_before, holder_after, command)
            VALUES (work.id, the_dossier, 'implicit_claim', caller, NULL, caller, the_id);
    END IF;
    RETURN NEXT;
END $$;

-- migrate:down
DROP FUNCTION admit_command(uuid, uuid, text, text, boolean, jsonb, jsonb, text, timestamptz, jsonb, jsonb, interval, integer);
CREATE FUNCTION admit_command(
    the_id uuid, the_dossier uuid, the_kind text, the_task text, only_holder boolean, the_actor jsonb, the_body jsonb,
    the_hash text, was_entered_for timestamptz, the_evidence jsonb, the_texts jsonb, lease interval
) RETURNS TABLE (verdict text, held_by text, journalled integer, command command_inbox)
LANGUAGE plpgsql AS $$
DECLARE
    caller text := the_actor ->> 'id';
    runs_fast boolean;
    work task;
    takes boolean := false;
    moment timestamptz;
BEGIN
    SELECT d.last_sequence, d.fast_clock IS NOT NULL INTO journalled, runs_fast
        FROM dossier d WHERE d.id = the_dossier FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        verdict := 'dossier-unknown';
        RETURN NEXT; RETURN;
    END IF;
    SELECT * INTO work FROM task t WHERE t.dossier = the_dossier AND t.key = the_task FOR NO KEY UPDATE;
    SELECT * INTO command FROM command_inbox c WHERE c.id = the_id;

    held_by := work.holder;
    takes := only_holder AND work.holder IS NULL AND work.state IN ('open', 'awaiting');
    verdict := CASE
        WHEN command.id IS NOT NULL AND command.body_hash = the_hash THEN 'known'
        WHEN command.id IS NOT NULL THEN 'other-body'
        WHEN the_task IS NOT NULL AND work.id IS NULL THEN 'task-unknown'
        WHEN only_holder AND work.holder <> caller THEN 'task-claimed'
        WHEN work.pending IS NOT NULL THEN 'task-pending'
        ELSE 'admitted'
    END;
    IF verdict <> 'admitted' THEN
        RETURN NEXT; RETURN;
    END IF;

    moment := clock_timestamp();
    INSERT INTO free_text (id, dossier, salt, body, digest)
        SELECT t.id, the_dossier, decode(t.salt, 'hex'), t.body, t.digest
        FROM jsonb_to_recordset(the_texts) AS t (id uuid, salt text, body text, digest text);
    INSERT INTO command_inbox (
        id, dossier, kind, task, actor, body, body_hash, entered_for, evidence, accepted_at, attempts, next_try_at,
        claimed_at
    ) VALUES (
        the_id, the_dossier, the_kind, the_task, the_actor, the_body, the_hash, was_entered_for, the_evidence,
        -- Legal instants are whole seconds, but on a fast clock part of a second is many of them.
        CASE WHEN runs_fast THEN moment ELSE date_trunc('second', moment) END, 1, moment + lease,
        CASE WHEN takes THEN moment END
    ) RETURNING * INTO command;
    IF the_task IS NOT NULL THEN
        UPDATE task SET
            pending = the_id,
            holder = CASE WHEN takes THEN caller ELSE holder END,
            claimed_at = CASE WHEN takes THEN moment ELSE claimed_at END
            WHERE id = work.id;
    END IF;
    IF takes THEN
        INSERT INTO worklist_log (task, dossier, act, actor, holder_before, holder_after, command)
            VALUES (work.id, the_dossier, 'implicit_claim', caller, NULL, caller, the_id);
    END IF;
    RETURN NEXT;
END $$;
DROP TABLE saved_view;
DROP TABLE absence;
