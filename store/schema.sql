-- Made from the migrations by `python -m tests.support.schema`; a test keeps it equal. Read it, never edit it.


CREATE TABLE public.command_inbox (
    id uuid NOT NULL,
    "position" bigint NOT NULL,
    dossier uuid NOT NULL,
    kind text NOT NULL,
    task text,
    actor jsonb NOT NULL,
    body jsonb NOT NULL,
    body_hash text NOT NULL,
    entered_for timestamp with time zone,
    evidence jsonb,
    state text DEFAULT 'pending'::text NOT NULL,
    problem jsonb,
    accepted_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    next_try_at timestamp with time zone NOT NULL,
    claimed_at timestamp with time zone,
    CONSTRAINT command_inbox_check CHECK (((state = 'refused'::text) = (problem IS NOT NULL))),
    CONSTRAINT command_inbox_check1 CHECK (((state = 'pending'::text) = (settled_at IS NULL))),
    CONSTRAINT command_inbox_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'done'::text, 'refused'::text])))
)
WITH (fillfactor='80');

CREATE FUNCTION public.admit_command(the_id uuid, the_dossier uuid, the_kind text, the_task text, only_holder boolean, the_actor jsonb, the_body jsonb, the_hash text, was_entered_for timestamp with time zone, the_evidence jsonb, the_texts jsonb, lease interval, the_revision integer) RETURNS TABLE(verdict text, held_by text, journalled integer, command public.command_inbox)
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.count_task_revision() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.revision := OLD.revision + 1;
    RETURN NEW;
END $$;

CREATE FUNCTION public.drawn_tracking_code() RETURNS text
    LANGUAGE sql
    AS $$
    SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(drawn.bytes, place) & 31), 1), '')
    FROM (SELECT uuid_send(gen_random_uuid()) AS bytes) AS drawn, unnest(ARRAY[0, 1, 2, 3, 4, 5, 9, 10]) AS place
$$;

CREATE FUNCTION public.folded(given text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN translate(lower(regexp_replace(NORMALIZE(given, NFD), '[\u0300-\u036f]'::text, ''::text, 'g'::text)), 'đĐ'::text, 'dd'::text);

CREATE FUNCTION public.refuse_change_of_journal() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only: % on % is refused', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE FUNCTION public.refuse_command(the_id uuid, the_problem jsonb) RETURNS SETOF public.command_inbox
    LANGUAGE plpgsql
    AS $$
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

CREATE FUNCTION public.words_of(given text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN array_remove(regexp_split_to_array(public.folded(given), '[^a-z0-9]+'::text), ''::text);

CREATE FUNCTION public.weighted_words(given text, weight text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT (COALESCE(string_agg(((word.word || ':1'::text) || weighted_words.weight), ' '::text), ''::text))::tsvector AS "coalesce"
    FROM unnest(public.words_of(weighted_words.given)) word(word);
END;

CREATE FUNCTION public.words_query(given text, weights text) RETURNS tsquery
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    BEGIN ATOMIC
 SELECT (string_agg(((word.word || ':*'::text) || words_query.weights), ' & '::text))::tsquery AS string_agg
    FROM unnest(public.words_of(words_query.given)) word(word);
END;

CREATE TABLE public.absence (
    id uuid NOT NULL,
    officer text NOT NULL,
    substitute text NOT NULL,
    agency text NOT NULL,
    begins_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    registered_by text NOT NULL,
    registered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    ended_by text,
    CONSTRAINT absence_check CHECK ((substitute <> officer)),
    CONSTRAINT absence_check1 CHECK ((ends_at > begins_at)),
    CONSTRAINT absence_check2 CHECK (((ended_at IS NULL) = (ended_by IS NULL)))
);

CREATE TABLE public.alarm (
    id bigint NOT NULL,
    kind text NOT NULL,
    dossier uuid,
    particulars jsonb NOT NULL,
    times integer DEFAULT 1 NOT NULL,
    first_raised_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_raised_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    settled_at timestamp with time zone
);

ALTER TABLE public.alarm ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.alarm_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.applicant (
    dossier uuid NOT NULL,
    full_name text NOT NULL,
    identity_number text,
    phone text,
    email text,
    address text,
    submitter_name text,
    submitter_identity_number text,
    number text DEFAULT ''::text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    words tsvector GENERATED ALWAYS AS (((public.weighted_words(((full_name || ' '::text) || COALESCE(submitter_name, ''::text)), 'A'::text) || public.weighted_words(number, 'B'::text)) || public.weighted_words(title, 'C'::text))) STORED,
    tracking_code text DEFAULT public.drawn_tracking_code() NOT NULL,
    CONSTRAINT applicant_address_check CHECK ((address IS NFC NORMALIZED)),
    CONSTRAINT applicant_full_name_check CHECK ((full_name IS NFC NORMALIZED)),
    CONSTRAINT applicant_submitter_name_check CHECK ((submitter_name IS NFC NORMALIZED))
);

CREATE TABLE public.calendar_change (
    version text NOT NULL,
    decision text NOT NULL,
    ordered_by jsonb NOT NULL,
    ordered_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    leased_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
);

CREATE TABLE public.calendar_source (
    version text NOT NULL,
    extends text,
    source json NOT NULL
);

CREATE TABLE public.calendar_version (
    version text NOT NULL,
    definition json NOT NULL,
    published_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.caller (
    id text NOT NULL,
    kind text NOT NULL,
    label text NOT NULL,
    agency text,
    unit text,
    roles text[] NOT NULL,
    key_hash bytea NOT NULL,
    key_prefix text NOT NULL,
    added_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    revoked_at timestamp with time zone,
    CONSTRAINT caller_key_hash_check CHECK ((octet_length(key_hash) = 32)),
    CONSTRAINT caller_kind_check CHECK ((kind = ANY (ARRAY['officer'::text, 'system'::text, 'citizen'::text]))),
    CONSTRAINT caller_roles_check CHECK ((roles <@ ARRAY['counter'::text, 'officer'::text, 'approver'::text, 'unit_head'::text, 'agency_head'::text, 'one_stop_head'::text, 'supervisor'::text, 'late_entry'::text]))
);

ALTER TABLE public.command_inbox ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.command_inbox_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.comparison (
    line text NOT NULL,
    ended_at timestamp with time zone NOT NULL,
    compared integer NOT NULL,
    unanswered integer NOT NULL
);

CREATE TABLE public.deadline (
    dossier uuid NOT NULL,
    subject text NOT NULL,
    term integer NOT NULL,
    since timestamp with time zone NOT NULL,
    due_at timestamp with time zone,
    first_due_at timestamp with time zone,
    state text NOT NULL,
    next_rung_at timestamp with time zone,
    CONSTRAINT deadline_state_check CHECK ((state = ANY (ARRAY['running'::text, 'stopped'::text, 'ended'::text])))
);

CREATE TABLE public.directory_calendar (
    version text NOT NULL,
    definition json NOT NULL
);

CREATE TABLE public.directory_version (
    version text NOT NULL,
    definition json NOT NULL,
    published_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.dispatch (
    id uuid NOT NULL,
    dossier uuid NOT NULL,
    line text NOT NULL,
    event integer NOT NULL,
    state text NOT NULL,
    settled_at timestamp with time zone,
    digest text,
    problem text,
    attempts integer DEFAULT 0 NOT NULL,
    attempted_at timestamp with time zone,
    failure text,
    arrived_at timestamp with time zone,
    arrived_digest text,
    CONSTRAINT dispatch_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'received'::text, 'parked'::text])))
);

CREATE TABLE public.document (
    digest text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    stored_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    named_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT document_digest_check CHECK ((digest ~ '^[0-9a-f]{64}$'::text)),
    CONSTRAINT document_size_check CHECK ((size > 0))
);

CREATE TABLE public.document_upload (
    digest text NOT NULL,
    uploader text NOT NULL,
    uploaded_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.dossier (
    id uuid NOT NULL,
    number text NOT NULL,
    procedure text NOT NULL,
    procedure_version integer NOT NULL,
    channel text NOT NULL,
    counter_agency text NOT NULL,
    counter_unit text NOT NULL,
    lead_agency text NOT NULL,
    lead_unit text NOT NULL,
    filed_by text NOT NULL,
    fast_clock json,
    opened_at timestamp with time zone NOT NULL,
    status text DEFAULT 'new'::text NOT NULL,
    portal_code integer DEFAULT 0 NOT NULL,
    last_sequence integer DEFAULT 0 NOT NULL,
    filed_at timestamp with time zone,
    received_at timestamp with time zone,
    first_promise_at timestamp with time zone,
    promise_at timestamp with time zone,
    appointment_at timestamp with time zone,
    reappointments integer DEFAULT 0 NOT NULL,
    result text,
    grade text,
    decided_at timestamp with time zone,
    closed_at timestamp with time zone,
    late_entries integer DEFAULT 0 NOT NULL,
    agencies text[] DEFAULT '{}'::text[] NOT NULL,
    snapshot json NOT NULL,
    history text DEFAULT 'with_temporal'::text NOT NULL,
    calendar text,
    parent uuid,
    parent_task text,
    CONSTRAINT dossier_channel_check CHECK ((channel = ANY (ARRAY['counter'::text, 'online'::text, 'post'::text]))),
    CONSTRAINT dossier_check CHECK (((parent IS NULL) = (parent_task IS NULL))),
    CONSTRAINT dossier_grade_check CHECK ((grade = ANY (ARRAY['early'::text, 'on_time'::text, 'late'::text]))),
    CONSTRAINT dossier_history_check CHECK ((history = ANY (ARRAY['with_temporal'::text, 'kept'::text, 'lost'::text]))),
    CONSTRAINT dossier_result_check CHECK ((result = ANY (ARRAY['granted'::text, 'partial'::text, 'refused'::text]))),
    CONSTRAINT dossier_status_check CHECK ((status = ANY (ARRAY['new'::text, 'filed'::text, 'accepted'::text, 'refused_at_intake'::text, 'processing'::text, 'awaiting_supplement'::text, 'awaiting_payment'::text, 'awaiting_attendance'::text, 'suspended'::text, 'withdrawn'::text, 'decided'::text, 'returned'::text])))
)
WITH (fillfactor='80');

CREATE TABLE public.dossier_document (
    dossier uuid NOT NULL,
    kind text NOT NULL,
    paper text NOT NULL,
    version integer NOT NULL,
    digest text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    digitisation text NOT NULL,
    attached_at timestamp with time zone NOT NULL,
    agency text,
    valid_until date,
    CONSTRAINT dossier_document_kind_check CHECK ((kind = ANY (ARRAY['component'::text, 'result'::text]))),
    CONSTRAINT dossier_document_version_check CHECK ((version > 0))
);

CREATE TABLE public.dossier_event (
    dossier uuid NOT NULL,
    sequence integer NOT NULL,
    kind text NOT NULL,
    cause text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    actor jsonb,
    event jsonb NOT NULL,
    evidence jsonb,
    run_id text NOT NULL,
    inserted_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    transaction xid8 DEFAULT pg_current_xact_id() NOT NULL,
    CONSTRAINT dossier_event_sequence_check CHECK ((sequence > 0))
);

CREATE TABLE public.drift (
    line text NOT NULL,
    dossier uuid NOT NULL,
    kind text NOT NULL,
    has integer NOT NULL,
    told integer NOT NULL,
    ours jsonb NOT NULL,
    theirs jsonb NOT NULL,
    first_found_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    last_found_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT drift_kind_check CHECK ((kind = ANY (ARRAY['missing'::text, 'behind'::text, 'different'::text])))
);

CREATE TABLE public.escalation (
    dossier uuid NOT NULL,
    sequence integer NOT NULL,
    subject text NOT NULL,
    rung text NOT NULL,
    term integer NOT NULL,
    is_overdue boolean NOT NULL,
    reached_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    notice uuid,
    previous_acknowledged boolean,
    lifted_at timestamp with time zone,
    agency text NOT NULL,
    unit text NOT NULL
);

CREATE TABLE public.filing_draft (
    code_hash bytea NOT NULL,
    procedure text NOT NULL,
    fields jsonb NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    CONSTRAINT filing_draft_code_hash_check CHECK ((octet_length(code_hash) = 32))
);

CREATE TABLE public.form_book (
    agency text NOT NULL,
    form text NOT NULL,
    year integer NOT NULL,
    last_serial integer NOT NULL,
    CONSTRAINT form_book_last_serial_check CHECK ((last_serial > 0))
);

CREATE TABLE public.free_text (
    id uuid NOT NULL,
    dossier uuid NOT NULL,
    salt bytea NOT NULL,
    body text NOT NULL,
    digest text NOT NULL,
    written_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT free_text_body_check CHECK ((body IS NFC NORMALIZED)),
    CONSTRAINT free_text_check CHECK ((digest = encode(sha256((salt || convert_to(body, 'UTF8'::name))), 'hex'::text))),
    CONSTRAINT free_text_salt_check CHECK ((octet_length(salt) >= 16))
);

CREATE TABLE public.history_archive (
    dossier uuid NOT NULL,
    run_id text NOT NULL,
    history jsonb NOT NULL,
    kept_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.issued_form (
    dossier uuid NOT NULL,
    sequence integer NOT NULL,
    form text NOT NULL,
    agency text NOT NULL,
    year integer NOT NULL,
    serial integer,
    number text,
    issued_at timestamp with time zone NOT NULL,
    sheet json,
    digest text,
    CONSTRAINT issued_form_check CHECK (((serial IS NULL) <> (number IS NULL))),
    CONSTRAINT issued_form_check1 CHECK (((sheet IS NULL) = (digest IS NULL))),
    CONSTRAINT issued_form_sequence_check CHECK ((sequence > 0))
);

CREATE TABLE public.leg (
    dossier uuid NOT NULL,
    task text NOT NULL,
    step text NOT NULL,
    sender_agency text NOT NULL,
    sender_unit text NOT NULL,
    receiver_agency text NOT NULL,
    receiver_unit text NOT NULL,
    state text NOT NULL,
    released_at timestamp with time zone NOT NULL,
    released_by text,
    settled_at timestamp with time zone,
    settled_by text,
    grade text,
    CONSTRAINT leg_grade_check CHECK ((grade = ANY (ARRAY['early'::text, 'on_time'::text, 'late'::text]))),
    CONSTRAINT leg_state_check CHECK ((state = ANY (ARRAY['released'::text, 'accepted'::text, 'refused'::text, 'recalled'::text, 'cancelled'::text])))
);

CREATE TABLE public.notice (
    id uuid NOT NULL,
    dossier uuid NOT NULL,
    sequence integer NOT NULL,
    subject text NOT NULL,
    event_kind text NOT NULL,
    rung text,
    agency text NOT NULL,
    unit text,
    role text NOT NULL,
    officer text,
    made_at timestamp with time zone NOT NULL,
    decided_at timestamp with time zone NOT NULL,
    acknowledged_at timestamp with time zone,
    acknowledged_by text,
    addressee text,
    CONSTRAINT notice_role_check CHECK ((role = ANY (ARRAY['holder'::text, 'unit_head'::text, 'agency_head'::text, 'one_stop_head'::text, 'supervisor'::text])))
);

CREATE TABLE public.number_series (
    identifier text CONSTRAINT number_series_unit_not_null NOT NULL,
    day date NOT NULL,
    last_serial integer NOT NULL,
    CONSTRAINT number_series_last_serial_check CHECK ((last_serial > 0))
);

CREATE TABLE public.petition (
    dossier uuid NOT NULL,
    kind text NOT NULL,
    about text,
    body text NOT NULL,
    written_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT petition_body_check CHECK ((body IS NFC NORMALIZED)),
    CONSTRAINT petition_kind_check CHECK ((kind = ANY (ARRAY['complaint'::text, 'proposal'::text])))
);

CREATE TABLE public.procedure_version (
    code text NOT NULL,
    version integer NOT NULL,
    definition json NOT NULL,
    published_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT procedure_version_version_check CHECK ((version > 0))
);

CREATE TABLE public.rating (
    dossier uuid NOT NULL,
    score smallint NOT NULL,
    comment text,
    rated_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT rating_comment_check CHECK ((comment IS NFC NORMALIZED)),
    CONSTRAINT rating_score_check CHECK (((score >= 1) AND (score <= 3)))
);

CREATE TABLE public.rule_set (
    code text NOT NULL,
    definition json NOT NULL,
    published_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

CREATE TABLE public.saved_view (
    id uuid NOT NULL,
    name text NOT NULL,
    owner text NOT NULL,
    shared_with_agency text,
    shared_with_unit text,
    shared_with_role text,
    selection jsonb NOT NULL,
    saved_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT saved_view_check CHECK (((shared_with_agency IS NOT NULL) OR ((shared_with_unit IS NULL) AND (shared_with_role IS NULL)))),
    CONSTRAINT saved_view_name_check CHECK ((name IS NFC NORMALIZED))
);

CREATE TABLE public.session (
    token_hash bytea NOT NULL,
    caller text NOT NULL,
    key_hash bytea NOT NULL,
    acting_for text,
    begun_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    CONSTRAINT session_token_hash_check CHECK ((octet_length(token_hash) = 32))
);

CREATE TABLE public.task (
    id uuid NOT NULL,
    dossier uuid NOT NULL,
    key text NOT NULL,
    number text NOT NULL,
    procedure text NOT NULL,
    channel text NOT NULL,
    step text NOT NULL,
    step_kind text NOT NULL,
    work text NOT NULL,
    agency text NOT NULL,
    unit text NOT NULL,
    role text NOT NULL,
    sender_agency text,
    sender_unit text,
    state text NOT NULL,
    assigned text,
    opened_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    due_at timestamp with time zone,
    deadline_state text NOT NULL,
    holder text,
    claimed_at timestamp with time zone,
    pending uuid,
    revision integer DEFAULT 1 NOT NULL,
    CONSTRAINT task_channel_check CHECK ((channel = ANY (ARRAY['counter'::text, 'online'::text, 'post'::text]))),
    CONSTRAINT task_check CHECK (((holder IS NULL) = (claimed_at IS NULL))),
    CONSTRAINT task_deadline_state_check CHECK ((deadline_state = ANY (ARRAY['within'::text, 'near'::text, 'overdue'::text, 'stopped'::text, 'none'::text]))),
    CONSTRAINT task_role_check CHECK ((role = ANY (ARRAY['counter'::text, 'officer'::text, 'approver'::text, 'unit_head'::text, 'agency_head'::text, 'one_stop_head'::text, 'supervisor'::text, 'late_entry'::text]))),
    CONSTRAINT task_state_check CHECK ((state = ANY (ARRAY['open'::text, 'awaiting'::text, 'completed'::text, 'cancelled'::text, 'lapsed'::text]))),
    CONSTRAINT task_step_kind_check CHECK ((step_kind = ANY (ARRAY['reception'::text, 'digitisation'::text, 'assignment'::text, 'appraisal'::text, 'verification'::text, 'consultation'::text, 'approval'::text, 'signing'::text, 'payment'::text, 'result'::text, 'return'::text, 'sub_dossier'::text]))),
    CONSTRAINT task_work_check CHECK ((work = ANY (ARRAY['step'::text, 'hand_over'::text, 'acceptance'::text, 'apology'::text])))
)
WITH (fillfactor='70');

CREATE TABLE public.worklist_log (
    id bigint NOT NULL,
    task uuid NOT NULL,
    dossier uuid NOT NULL,
    act text NOT NULL,
    actor text NOT NULL,
    holder_before text,
    holder_after text,
    command uuid,
    happened_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT worklist_log_act_check CHECK ((act = ANY (ARRAY['claim'::text, 'get_next'::text, 'release'::text, 'transfer'::text, 'implicit_claim'::text, 'implicit_release'::text])))
);

ALTER TABLE public.worklist_log ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.worklist_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY public.absence
    ADD CONSTRAINT absence_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.alarm
    ADD CONSTRAINT alarm_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.applicant
    ADD CONSTRAINT applicant_pkey PRIMARY KEY (dossier);

ALTER TABLE ONLY public.calendar_change
    ADD CONSTRAINT calendar_change_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.calendar_source
    ADD CONSTRAINT calendar_source_extends_key UNIQUE (extends);

ALTER TABLE ONLY public.calendar_source
    ADD CONSTRAINT calendar_source_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.calendar_version
    ADD CONSTRAINT calendar_version_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.caller
    ADD CONSTRAINT caller_key_hash_key UNIQUE (key_hash);

ALTER TABLE ONLY public.caller
    ADD CONSTRAINT caller_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.command_inbox
    ADD CONSTRAINT command_inbox_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.comparison
    ADD CONSTRAINT comparison_pkey PRIMARY KEY (line);

ALTER TABLE ONLY public.deadline
    ADD CONSTRAINT deadline_pkey PRIMARY KEY (dossier, subject);

ALTER TABLE ONLY public.directory_calendar
    ADD CONSTRAINT directory_calendar_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.directory_version
    ADD CONSTRAINT directory_version_pkey PRIMARY KEY (version);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_dossier_line_event_key UNIQUE (dossier, line, event);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.document
    ADD CONSTRAINT document_pkey PRIMARY KEY (digest);

ALTER TABLE ONLY public.document_upload
    ADD CONSTRAINT document_upload_pkey PRIMARY KEY (digest, uploader);

ALTER TABLE ONLY public.dossier_document
    ADD CONSTRAINT dossier_document_pkey PRIMARY KEY (dossier, kind, paper, version);

ALTER TABLE ONLY public.dossier_event
    ADD CONSTRAINT dossier_event_pkey PRIMARY KEY (dossier, sequence);

ALTER TABLE ONLY public.dossier
    ADD CONSTRAINT dossier_number_key UNIQUE (number);

ALTER TABLE ONLY public.dossier
    ADD CONSTRAINT dossier_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.drift
    ADD CONSTRAINT drift_pkey PRIMARY KEY (line, dossier);

ALTER TABLE ONLY public.escalation
    ADD CONSTRAINT escalation_pkey PRIMARY KEY (dossier, sequence);

ALTER TABLE ONLY public.filing_draft
    ADD CONSTRAINT filing_draft_pkey PRIMARY KEY (code_hash);

ALTER TABLE ONLY public.form_book
    ADD CONSTRAINT form_book_pkey PRIMARY KEY (agency, form, year);

ALTER TABLE ONLY public.free_text
    ADD CONSTRAINT free_text_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.history_archive
    ADD CONSTRAINT history_archive_pkey PRIMARY KEY (dossier, run_id);

ALTER TABLE ONLY public.issued_form
    ADD CONSTRAINT issued_form_pkey PRIMARY KEY (dossier, sequence);

ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_pkey PRIMARY KEY (dossier, task);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.number_series
    ADD CONSTRAINT number_series_pkey PRIMARY KEY (identifier, day);

ALTER TABLE ONLY public.petition
    ADD CONSTRAINT petition_pkey PRIMARY KEY (dossier);

ALTER TABLE ONLY public.procedure_version
    ADD CONSTRAINT procedure_version_pkey PRIMARY KEY (code, version);

ALTER TABLE ONLY public.rating
    ADD CONSTRAINT rating_pkey PRIMARY KEY (dossier);

ALTER TABLE ONLY public.rule_set
    ADD CONSTRAINT rule_set_pkey PRIMARY KEY (code);

ALTER TABLE ONLY public.saved_view
    ADD CONSTRAINT saved_view_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_dossier_key_key UNIQUE (dossier, key);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.worklist_log
    ADD CONSTRAINT worklist_log_pkey PRIMARY KEY (id);

CREATE INDEX absence_agency ON public.absence USING btree (agency, begins_at DESC, id);

CREATE INDEX absence_substitute ON public.absence USING btree (substitute, ends_at);

CREATE UNIQUE INDEX alarm_once ON public.alarm USING btree (kind, dossier, md5((particulars)::text)) NULLS NOT DISTINCT;

CREATE INDEX applicant_identity ON public.applicant USING btree (identity_number) WHERE (identity_number IS NOT NULL);

CREATE INDEX applicant_words ON public.applicant USING gin (words);

CREATE INDEX command_inbox_calendar ON public.command_inbox USING btree ((((body -> 'change'::text) ->> 'version'::text)), state) WHERE (kind = 'change_calendar'::text);

CREATE INDEX command_inbox_dossier ON public.command_inbox USING btree (dossier);

CREATE INDEX command_inbox_due ON public.command_inbox USING btree (next_try_at) WHERE (state = 'pending'::text);

CREATE INDEX command_inbox_pending ON public.command_inbox USING btree (dossier, "position") WHERE (state = 'pending'::text);

CREATE INDEX command_refused ON public.command_inbox USING btree (accepted_at DESC, id DESC) WHERE (state = 'refused'::text);

CREATE INDEX deadline_stop_notice ON public.deadline USING btree (due_at, dossier) WHERE ((subject = 'stop-notice'::text) AND (state = 'running'::text));

CREATE INDEX dispatch_owed ON public.dispatch USING btree (line, state) WHERE (arrived_at IS NULL);

CREATE INDEX document_named ON public.document USING btree (named_at);

CREATE INDEX dossier_agencies ON public.dossier USING gin (agencies);

CREATE INDEX dossier_calendar ON public.dossier USING btree (calendar, id) WHERE (closed_at IS NULL);

CREATE INDEX dossier_decided ON public.dossier USING btree (procedure, decided_at DESC) INCLUDE (received_at) WHERE (decided_at IS NOT NULL);

CREATE INDEX dossier_document_digest ON public.dossier_document USING btree (digest);

CREATE INDEX dossier_event_transaction ON public.dossier_event USING btree (transaction);

CREATE INDEX dossier_event_violation ON public.dossier_event USING btree (occurred_at DESC, dossier, sequence) WHERE ((kind = 'violation.recorded'::text) OR ((kind = 'supplement.requested'::text) AND (event @> '{"beyond_notice": true}'::jsonb)));

CREATE INDEX dossier_history_due ON public.dossier USING btree (closed_at) WHERE ((closed_at IS NOT NULL) AND (history = 'with_temporal'::text));

CREATE INDEX dossier_opened ON public.dossier USING btree (opened_at DESC, id DESC);

CREATE UNIQUE INDEX dossier_parent ON public.dossier USING btree (parent, parent_task) WHERE (parent IS NOT NULL);

CREATE INDEX dossier_procedure ON public.dossier USING btree (procedure, opened_at DESC, id DESC);

CREATE INDEX drift_dossier ON public.drift USING btree (dossier);

CREATE INDEX escalation_of_agency ON public.escalation USING btree (agency, reached_at DESC, dossier DESC, sequence DESC);

CREATE INDEX escalation_reached ON public.escalation USING btree (reached_at DESC, dossier DESC, sequence DESC);

CREATE INDEX filing_draft_end ON public.filing_draft USING btree (ends_at);

CREATE INDEX free_text_dossier ON public.free_text USING btree (dossier);

CREATE UNIQUE INDEX issued_form_serial ON public.issued_form USING btree (agency, form, year, serial) WHERE (serial IS NOT NULL);

CREATE INDEX leg_received ON public.leg USING btree (receiver_unit, released_at);

CREATE INDEX leg_sent ON public.leg USING btree (sender_unit, released_at);

CREATE INDEX notice_dossier ON public.notice USING btree (dossier, sequence);

CREATE INDEX notice_waiting ON public.notice USING btree (agency, made_at DESC, id) WHERE (acknowledged_at IS NULL);

CREATE INDEX rating_latest ON public.rating USING btree (rated_at DESC, dossier);

CREATE INDEX saved_view_agency ON public.saved_view USING btree (shared_with_agency) WHERE (shared_with_agency IS NOT NULL);

CREATE INDEX saved_view_owner ON public.saved_view USING btree (owner);

CREATE INDEX session_end ON public.session USING btree (ends_at);

CREATE INDEX task_board ON public.task USING btree (agency, step_kind, deadline_state) WHERE (state = ANY (ARRAY['open'::text, 'awaiting'::text]));

CREATE INDEX task_due ON public.task USING btree (COALESCE(due_at, 'infinity'::timestamp with time zone), id) WHERE (state = ANY (ARRAY['open'::text, 'awaiting'::text]));

CREATE INDEX task_ended ON public.task USING btree (agency, unit, COALESCE(due_at, 'infinity'::timestamp with time zone), id) WHERE (state <> ALL (ARRAY['open'::text, 'awaiting'::text]));

CREATE INDEX task_free ON public.task USING btree (agency, unit, COALESCE(due_at, 'infinity'::timestamp with time zone), id, role, state) WHERE ((state = ANY (ARRAY['open'::text, 'awaiting'::text])) AND (holder IS NULL));

CREATE INDEX task_held ON public.task USING btree (holder, COALESCE(due_at, 'infinity'::timestamp with time zone), id) WHERE ((state = ANY (ARRAY['open'::text, 'awaiting'::text])) AND (holder IS NOT NULL));

CREATE INDEX task_of_agency ON public.task USING btree (agency, COALESCE(due_at, 'infinity'::timestamp with time zone), id, role, procedure, channel, deadline_state) WHERE (state = ANY (ARRAY['open'::text, 'awaiting'::text]));

CREATE INDEX task_of_unit ON public.task USING btree (agency, unit, COALESCE(due_at, 'infinity'::timestamp with time zone), id, role, procedure, channel, deadline_state) WHERE (state = ANY (ARRAY['open'::text, 'awaiting'::text]));

CREATE INDEX worklist_log_task ON public.worklist_log USING btree (task, id);

CREATE TRIGGER dossier_event_is_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.dossier_event FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change_of_journal();

CREATE TRIGGER task_revision BEFORE UPDATE ON public.task FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION public.count_task_revision();

ALTER TABLE ONLY public.applicant
    ADD CONSTRAINT applicant_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.calendar_change
    ADD CONSTRAINT calendar_change_version_fkey FOREIGN KEY (version) REFERENCES public.calendar_source(version);

ALTER TABLE ONLY public.calendar_source
    ADD CONSTRAINT calendar_source_extends_fkey FOREIGN KEY (extends) REFERENCES public.calendar_source(version);

ALTER TABLE ONLY public.calendar_source
    ADD CONSTRAINT calendar_source_version_fkey FOREIGN KEY (version) REFERENCES public.calendar_version(version);

ALTER TABLE ONLY public.command_inbox
    ADD CONSTRAINT command_inbox_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.deadline
    ADD CONSTRAINT deadline_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.dispatch
    ADD CONSTRAINT dispatch_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.document_upload
    ADD CONSTRAINT document_upload_digest_fkey FOREIGN KEY (digest) REFERENCES public.document(digest) ON DELETE CASCADE;

ALTER TABLE ONLY public.dossier_document
    ADD CONSTRAINT dossier_document_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.dossier_event
    ADD CONSTRAINT dossier_event_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.dossier
    ADD CONSTRAINT dossier_parent_fkey FOREIGN KEY (parent) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.drift
    ADD CONSTRAINT drift_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.escalation
    ADD CONSTRAINT escalation_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.free_text
    ADD CONSTRAINT free_text_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.history_archive
    ADD CONSTRAINT history_archive_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.issued_form
    ADD CONSTRAINT issued_form_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.leg
    ADD CONSTRAINT leg_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.notice
    ADD CONSTRAINT notice_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.rating
    ADD CONSTRAINT rating_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.session
    ADD CONSTRAINT session_caller_fkey FOREIGN KEY (caller) REFERENCES public.caller(id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

ALTER TABLE ONLY public.task
    ADD CONSTRAINT task_pending_fkey FOREIGN KEY (pending) REFERENCES public.command_inbox(id);

ALTER TABLE ONLY public.worklist_log
    ADD CONSTRAINT worklist_log_dossier_fkey FOREIGN KEY (dossier) REFERENCES public.dossier(id);

GRANT SELECT,INSERT,UPDATE ON TABLE public.command_inbox TO lienthong_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.absence TO lienthong_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.alarm TO lienthong_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.applicant TO lienthong_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.calendar_change TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.calendar_source TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.calendar_version TO lienthong_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.caller TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.comparison TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.deadline TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.directory_calendar TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.directory_version TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dispatch TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.document_upload TO lienthong_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.dossier TO lienthong_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.dossier_document TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.dossier_event TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.drift TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.escalation TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.filing_draft TO lienthong_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.form_book TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.free_text TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.history_archive TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.issued_form TO lienthong_app;

GRANT UPDATE(sheet) ON TABLE public.issued_form TO lienthong_app;

GRANT UPDATE(digest) ON TABLE public.issued_form TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.leg TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notice TO lienthong_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.number_series TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.petition TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.procedure_version TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.rating TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.rule_set TO lienthong_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.saved_view TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.session TO lienthong_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.task TO lienthong_app;

GRANT SELECT,INSERT ON TABLE public.worklist_log TO lienthong_app;
