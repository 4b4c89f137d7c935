-- migrate:up
-- How a command gets in and is turned away. These are functions because every check must see what the lock before it
-- waited for, and one round trip is all the time an officer's click should spend on it. Locks are taken in one order
-- everywhere: register row, task row, inbox row.

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

-- Only a pending command can be refused. What it took goes back: its mark on the task, and the claim it made by the way,
-- unless a head has given the task to somebody meanwhile.
CREATE FUNCTION refuse_command(the_id uuid, the_problem jsonb) RETURNS SETOF command_inbox
LANGUAGE plpgsql AS $$
DECLARE
    command command_inbox;
    work task;
    gives_back boolean;
BEGIN
    SELECT * INTO command FROM command_inbox c WHERE c.id = the_id;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    PERFORM FROM dossier d WHERE d.id = command.dossier FOR NO KEY UPDATE;
    SELECT * INTO work FROM task t WHERE t.dossier = command.dossier AND t.key = command.task FOR NO KEY UPDATE;
    UPDATE command_inbox c SET state = 'refused', problem = the_problem, settled_at = clock_timestamp()
        WHERE c.id = the_id AND c.state = 'pending' RETURNING * INTO command;
    IF NOT FOUND THEN
        RETURN QUERY SELECT * FROM command_inbox c WHERE c.id = the_id;
        RETURN;
    END IF;
    IF work.pending = the_id THEN
        gives_back := coalesce(work.claimed_at = command.claimed_at, false);
        UPDATE task SET
            pending = NULL,
            holder = CASE WHEN gives_back THEN NULL ELSE holder END,
            claimed_at = CASE WHEN gives_back THEN NULL ELSE claimed_at END
            WHERE id = work.id;
        IF gives_back THEN
            INSERT INTO worklist_log (task, dossier, act, actor, holder_before, holder_after, command)
                VALUES (work.id, work.dossier, 'implicit_release', work.holder, work.holder, NULL, the_id);
        END IF;
    END IF;
    RETURN NEXT command;
END $$;

-- migrate:down
DROP FUNCTION refuse_command;
DROP FUNCTION admit_command;
