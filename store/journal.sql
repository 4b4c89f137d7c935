-- name: lock_register
SELECT last_sequence, snapshot::text AS snapshot FROM dossier WHERE id = $1 FOR NO KEY UPDATE;

-- name: last_sequence
SELECT last_sequence FROM dossier WHERE id = $1;

-- name: read_events
SELECT sequence, cause, actor, occurred_at, recorded_at, evidence, event
FROM dossier_event WHERE dossier = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence;

-- name: write
-- One statement for the journal, the inbox and the whole read side: $2 what has changed, $3 the snapshot, $4 the
-- commands that are done, $5 the tasks that a head gave away, $6 whether the dossier has ended, $7 the records to
-- append, $8 their run. What happens once, and earlier than these records, stays as it is written. Every command that
-- an event names as its cause is done, whoever brings the event here. A command that was refused and has an event all
-- the same is an alarm: somebody was told the contrary.
WITH rendered AS MATERIALIZED (
    SELECT $2::text::jsonb AS rows
), register AS (
    UPDATE dossier d SET
        status = r.status, portal_code = r.portal_code, last_sequence = r.last_sequence, filed_at = r.filed_at,
        received_at = coalesce(r.received_at, d.received_at), first_promise_at = r.first_promise_at,
        promise_at = r.promise_at, appointment_at = r.appointment_at, reappointments = r.reappointments,
        result = r.result, grade = r.grade, decided_at = coalesce(r.decided_at, d.decided_at),
        closed_at = coalesce(r.closed_at, d.closed_at), late_entries = d.late_entries + r.late_entries,
        agencies = r.agencies, calendar = r.calendar, snapshot = $3::text::json
    FROM rendered, jsonb_to_record(rendered.rows -> 'dossier') AS r (
        status text, portal_code integer, last_sequence integer, filed_at timestamptz, received_at timestamptz,
        first_promise_at timestamptz, promise_at timestamptz, appointment_at timestamptz, reappointments integer,
        result text, grade text, decided_at timestamptz, closed_at timestamptz, late_entries integer,
        agencies text[], calendar text
    )
    WHERE d.id = $1
), changed AS MATERIALIZED (
    SELECT r.*, r.state IN ('open', 'awaiting') AND NOT $6::boolean AS is_live
    FROM rendered, jsonb_to_recordset(rendered.rows -> 'tasks') AS r (
        id uuid, key text, number text, procedure text, channel text, step text, step_kind text, work text,
        agency text, unit text, role text, sender_agency text, sender_unit text, state text, assigned text,
        opened_at timestamptz, closed_at timestamptz, due_at timestamptz, deadline_state text
    )
), tasks AS (
    INSERT INTO task AS t (
        id, dossier, key, number, procedure, channel, step, step_kind, work, agency, unit, role, sender_agency,
        sender_unit, state, assigned, opened_at, closed_at, due_at, deadline_state, holder, claimed_at
    )
    SELECT
        id, $1, key, number, procedure, channel, step, step_kind, work, agency, unit, role, sender_agency,
        sender_unit, state, assigned, opened_at, closed_at, due_at, deadline_state,
        CASE WHEN is_live THEN assigned END,
        CASE WHEN is_live AND assigned IS NOT NULL THEN clock_timestamp() END
    FROM changed
    ON CONFLICT (id) DO UPDATE SET
        key = EXCLUDED.key, number = EXCLUDED.number, procedure = EXCLUDED.procedure, channel = EXCLUDED.channel,
        step = EXCLUDED.step, step_kind = EXCLUDED.step_kind, work = EXCLUDED.work, agency = EXCLUDED.agency,
        unit = EXCLUDED.unit, role = EXCLUDED.role, sender_agency = EXCLUDED.sender_agency,
        sender_unit = EXCLUDED.sender_unit, state = EXCLUDED.state, assigned = EXCLUDED.assigned,
        opened_at = EXCLUDED.opened_at, closed_at = coalesce(EXCLUDED.closed_at, t.closed_at),
        due_at = EXCLUDED.due_at, deadline_state = EXCLUDED.deadline_state,
        holder = CASE
            WHEN EXCLUDED.state NOT IN ('open', 'awaiting') OR $6::boolean THEN NULL
            WHEN EXCLUDED.key = ANY($5::text[]) THEN EXCLUDED.assigned
            ELSE t.holder
        END,
        claimed_at = CASE
            WHEN EXCLUDED.state NOT IN ('open', 'awaiting') OR $6::boolean THEN NULL
            WHEN EXCLUDED.key = ANY($5::text[]) THEN EXCLUDED.claimed_at
            ELSE t.claimed_at
        END,
        pending = CASE WHEN t.pending = ANY($4::uuid[]) THEN NULL ELSE t.pending END
), freed AS (
    UPDATE task SET
        pending = CASE WHEN pending = ANY($4::uuid[]) THEN NULL ELSE pending END,
        holder = CASE WHEN $6::boolean THEN NULL ELSE holder END,
        claimed_at = CASE WHEN $6::boolean THEN NULL ELSE claimed_at END
    WHERE dossier = $1 AND (pending = ANY($4::uuid[]) OR ($6::boolean AND holder IS NOT NULL))
        AND id NOT IN (SELECT id FROM changed)
), legs AS (
    INSERT INTO leg AS l (
        dossier, task, step, sender_agency, sender_unit, receiver_agency, receiver_unit, state, released_at,
        released_by, settled_at, settled_by, grade
    )
    SELECT $1, r.* FROM rendered, jsonb_to_recordset(rendered.rows -> 'legs') AS r (
        task text, step text, sender_agency text, sender_unit text, receiver_agency text, receiver_unit text,
        state text, released_at timestamptz, released_by text, settled_at timestamptz, settled_by text, grade text
    )
    ON CONFLICT (dossier, task) DO UPDATE SET
        state = EXCLUDED.state, settled_at = EXCLUDED.settled_at, settled_by = EXCLUDED.settled_by,
        grade = EXCLUDED.grade
), deadlines AS (
    INSERT INTO deadline AS d (dossier, subject, term, since, due_at, first_due_at, state, next_rung_at)
    SELECT $1, r.* FROM rendered, jsonb_to_recordset(rendered.rows -> 'deadlines') AS r (
        subject text, term integer, since timestamptz, due_at timestamptz, first_due_at timestamptz, state text,
        next_rung_at timestamptz
    )
    ON CONFLICT (dossier, subject) DO UPDATE SET
        term = EXCLUDED.term, since = EXCLUDED.since, due_at = EXCLUDED.due_at,
        first_due_at = coalesce(d.first_due_at, EXCLUDED.first_due_at), state = EXCLUDED.state,
        next_rung_at = EXCLUDED.next_rung_at
), lifted AS (
    UPDATE escalation s SET lifted_at = r.lifted_at
    FROM rendered, jsonb_to_recordset(rendered.rows -> 'lifted') AS r (
        subject text, rung text, before integer, lifted_at timestamptz
    )
    WHERE s.dossier = $1 AND s.subject = r.subject AND s.rung = r.rung AND s.sequence < r.before
        AND s.lifted_at IS NULL
), escalations AS (
    INSERT INTO escalation (
        dossier, sequence, subject, rung, term, is_overdue, reached_at, decided_at, notice, previous_acknowledged,
        lifted_at, agency, unit
    )
    SELECT $1, r.*, coalesce(c.agency, t.agency, d.lead_agency), coalesce(c.unit, t.unit, d.lead_unit)
    FROM rendered
    CROSS JOIN jsonb_to_recordset(rendered.rows -> 'escalations') AS r (
        sequence integer, subject text, rung text, term integer, is_overdue boolean, reached_at timestamptz,
        decided_at timestamptz, notice uuid, previous_acknowledged boolean, lifted_at timestamptz
    )
    JOIN dossier d ON d.id = $1
    LEFT JOIN changed c ON c.key = r.subject
    LEFT JOIN task t ON t.dossier = $1 AND t.key = r.subject
), dispatches AS (
    INSERT INTO dispatch AS p (dossier, id, line, event, state, settled_at, digest, problem)
    SELECT $1, r.* FROM rendered, jsonb_to_recordset(rendered.rows -> 'dispatches') AS r (
        id uuid, line text, event integer, state text, settled_at timestamptz, digest text, problem text
    )
    ON CONFLICT (id) DO UPDATE SET
        state = EXCLUDED.state, settled_at = EXCLUDED.settled_at, digest = EXCLUDED.digest, problem = EXCLUDED.problem
), documents AS (
    INSERT INTO dossier_document (
        dossier, kind, paper, version, digest, media_type, size, digitisation, attached_at, agency, valid_until
    )
    SELECT $1, r.* FROM rendered, jsonb_to_recordset(rendered.rows -> 'documents') AS r (
        kind text, paper text, version integer, digest text, media_type text, size bigint, digitisation text,
        attached_at timestamptz, agency text, valid_until date
    )
), acknowledged AS (
    UPDATE notice n SET acknowledged_at = r.acknowledged_at, acknowledged_by = r.acknowledged_by
    FROM rendered, jsonb_to_recordset(rendered.rows -> 'acknowledged') AS r (
        id uuid, acknowledged_at timestamptz, acknowledged_by text
    )
    -- One that is made by these very records is written acknowledged; a rebuilt one is too.
    WHERE n.id = r.id AND NOT rendered.rows -> 'notices' @> jsonb_build_array(jsonb_build_object('id', r.id))
), notices AS (
    INSERT INTO notice (
        id, dossier, sequence, subject, event_kind, rung, agency, unit, role, officer, made_at, decided_at,
        acknowledged_at, acknowledged_by, addressee
    )
    SELECT
        r.id, $1, r.sequence, r.subject, r.event_kind, r.rung, r.agency, r.unit, r.role, r.officer, r.made_at,
        r.decided_at, r.acknowledged_at, r.acknowledged_by,
        -- A notice to the holder goes to whoever holds the task now.
        CASE WHEN r.role = 'holder' THEN coalesce(t.holder, r.officer) ELSE r.officer END
    FROM rendered, jsonb_to_recordset(rendered.rows -> 'notices') AS r (
        id uuid, sequence integer, subject text, event_kind text, rung text, agency text, unit text, role text,
        officer text, made_at timestamptz, decided_at timestamptz, acknowledged_at timestamptz, acknowledged_by text
    )
    LEFT JOIN task t ON t.dossier = $1 AND t.key = r.subject
    ON CONFLICT (id) DO UPDATE SET
        dossier = EXCLUDED.dossier, sequence = EXCLUDED.sequence, subject = EXCLUDED.subject,
        event_kind = EXCLUDED.event_kind, rung = EXCLUDED.rung, agency = EXCLUDED.agency, unit = EXCLUDED.unit,
        role = EXCLUDED.role, officer = EXCLUDED.officer, made_at = EXCLUDED.made_at, decided_at = EXCLUDED.decided_at,
        acknowledged_at = EXCLUDED.acknowledged_at, acknowledged_by = EXCLUDED.acknowledged_by
), appended AS (
    INSERT INTO dossier_event (
        dossier, sequence, kind, cause, occurred_at, recorded_at, actor, event, evidence, run_id
    )
    SELECT $1, r.sequence, r.event ->> 'kind', r.cause, r.occurred_at, r.recorded_at, r.actor, r.event, r.evidence, $8
    FROM jsonb_to_recordset($7::text::jsonb) AS r (
        sequence integer, cause text, occurred_at timestamptz, recorded_at timestamptz,
        actor jsonb, event jsonb, evidence jsonb
    )
), lacking AS MATERIALIZED (
    -- What a rebuilt dossier issued once stays issued under its number.
    SELECT r.sequence, r.form, coalesce(r.agency, d.counter_agency) AS agency, r.year, r.number, r.issued_at
    FROM rendered, jsonb_to_recordset(rendered.rows -> 'forms') AS r (
        sequence integer, form text, agency text, year integer, number text, issued_at timestamptz
    )
    JOIN dossier d ON d.id = $1
    WHERE NOT EXISTS (SELECT FROM issued_form f WHERE f.dossier = $1 AND f.sequence = r.sequence)
), books AS (
    -- The number is taken with the event that issues the letter, so no act that is refused loses one.
    INSERT INTO form_book AS b (agency, form, year, last_serial)
    SELECT agency, form, year, count(*) FROM lacking WHERE number IS NULL GROUP BY agency, form, year
    ORDER BY agency, form, year
    ON CONFLICT (agency, form, year) DO UPDATE SET last_serial = b.last_serial + EXCLUDED.last_serial
    RETURNING b.agency, b.form, b.year, b.last_serial
), forms AS (
    INSERT INTO issued_form (dossier, sequence, form, agency, year, serial, number, issued_at)
    SELECT
        $1, l.sequence, l.form, l.agency, l.year,
        b.last_serial + 1 - row_number() OVER (
            PARTITION BY l.agency, l.form, l.year, l.number IS NULL ORDER BY l.sequence DESC
        ),
        l.number, l.issued_at
    FROM lacking l
    LEFT JOIN books b ON b.agency = l.agency AND b.form = l.form AND b.year = l.year AND l.number IS NULL
), settled AS (
    UPDATE command_inbox SET state = 'done', settled_at = clock_timestamp()
    WHERE id = ANY($4::uuid[]) AND state = 'pending'
)
INSERT INTO alarm (kind, dossier, particulars)
SELECT 'applied-after-refused', $1, jsonb_build_object('command', id)
FROM command_inbox WHERE id = ANY($4::uuid[]) AND state = 'refused'
ON CONFLICT (kind, dossier, md5(particulars::text))
DO UPDATE SET times = alarm.times + 1, last_raised_at = clock_timestamp();

-- name: forget_projection
-- Everything that the journal will say again; claims and addressees stay, for only the store knows them.
WITH register AS (
    UPDATE dossier SET received_at = NULL, decided_at = NULL, closed_at = NULL, late_entries = 0 WHERE id = $1
), legs AS (
    DELETE FROM leg WHERE dossier = $1
), deadlines AS (
    DELETE FROM deadline WHERE dossier = $1
), escalations AS (
    DELETE FROM escalation WHERE dossier = $1
), documents AS (
    DELETE FROM dossier_document WHERE dossier = $1
), strange_notices AS (
    DELETE FROM notice WHERE dossier = $1 AND id <> ALL ($2::uuid[])
), strange_dispatches AS (
    DELETE FROM dispatch WHERE dossier = $1 AND id <> ALL ($4::uuid[])
), strange_tasks AS (
    DELETE FROM task WHERE dossier = $1 AND id <> ALL ($3::uuid[])
)
UPDATE task SET closed_at = NULL WHERE dossier = $1 AND id = ANY($3::uuid[]);
