-- name: plan_for_these
-- One plan for every filter would be right for none: it could not use the index that the given ones call for.
SET LOCAL plan_cache_mode = force_custom_plan;

-- name: list_tasks
-- By a field ($16), then by due instant. Whatever these arguments do not ask for is folded away by the planner.
SELECT * FROM (
    SELECT
        task.*,
        CASE $16::text
            WHEN 'due' THEN ''
            WHEN 'opened' THEN to_char(opened_at AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')
            WHEN 'agency' THEN agency WHEN 'unit' THEN unit WHEN 'role' THEN role WHEN 'state' THEN state
            WHEN 'officer' THEN coalesce(holder, '') WHEN 'procedure' THEN procedure WHEN 'channel' THEN channel
            WHEN 'number' THEN task.number
        END AS place
    FROM task JOIN applicant ON applicant.dossier = task.dossier
    WHERE state = ANY ($1::text[])
        AND ($2::text IS NULL OR agency = $2) AND ($3::text IS NULL OR unit = $3) AND ($4::text IS NULL OR role = $4)
        -- Of a single holder the index gives the order too; of a list of one it would not.
        AND ($5::text[] IS NULL OR CASE cardinality($5) WHEN 1 THEN holder = ($5)[1] ELSE holder = ANY ($5) END) AND ($6::boolean IS NULL OR (holder IS NULL) = $6)
        AND ($7::timestamptz IS NULL OR coalesce(due_at, 'infinity') < $7)
        AND ($8::text[] IS NULL OR due_at < (
            SELECT last.due_at FROM unnest($8, $9::timestamptz[]) AS last (unit, due_at) WHERE last.unit = task.unit
        ))
        AND ($10::text IS NULL OR deadline_state = $10) AND ($11::text IS NULL OR procedure = $11)
        AND ($12::text IS NULL OR channel = $12) AND ($13::uuid IS NULL OR task.dossier = $13)
        AND ($14::text IS NULL OR applicant.words @@ words_query($14, $15))
) AS wanted
WHERE CASE
    WHEN $17::text IS NULL THEN true
    WHEN $16 = 'due' THEN (coalesce(due_at, 'infinity'), id) > ($18::text::timestamptz, $19::uuid)
    ELSE (place, coalesce(due_at, 'infinity'), id) > ($17, $18::text::timestamptz, $19)
END
ORDER BY place, coalesce(due_at, 'infinity'), id LIMIT $20;

-- name: count_tasks
-- Of the open work of a unit or an agency: how much there is in each queue, looking at no more than $6 tasks.
SELECT
    agency, unit, state, deadline_state, count(*) AS tasks, count(*) FILTER (WHERE holder IS NULL) AS free,
    count(*) FILTER (WHERE holder = ANY ($5::text[])) AS mine
FROM (
    SELECT agency, unit, state, deadline_state, holder FROM task
    WHERE state IN ('open', 'awaiting')
        AND ($1::text IS NULL OR agency = $1) AND ($2::text IS NULL OR unit = $2) AND ($3::text IS NULL OR role = $3)
        AND ($4::text[] IS NULL OR holder = ANY ($4))
    ORDER BY coalesce(due_at, 'infinity') LIMIT $6
) AS looked_at
GROUP BY agency, unit, state, deadline_state ORDER BY agency, unit, state, deadline_state;

-- name: fast_clocks
SELECT id AS dossier, fast_clock::text AS clock FROM dossier WHERE id = ANY ($1::uuid[]) AND fast_clock IS NOT NULL;

-- name: read_task
SELECT * FROM task WHERE id = $1;

-- name: tasks_of
SELECT * FROM task WHERE dossier = $1 ORDER BY opened_at, key;

-- name: lock_task
SELECT * FROM task WHERE id = $1 FOR NO KEY UPDATE;

-- name: give
-- The row is locked by the statement before; the log says who did it.
WITH given AS (
    UPDATE task SET holder = $2, claimed_at = CASE WHEN $2::text IS NOT NULL THEN clock_timestamp() END
    WHERE id = $1 RETURNING *
), logged AS (
    INSERT INTO worklist_log (task, dossier, act, actor, holder_before, holder_after)
    SELECT id, dossier, $3, $4, $5, $2 FROM given
)
SELECT * FROM given;

-- name: take_next
-- What others are taking at this moment is passed over, so twenty officers at once get twenty tasks. A task that waits
-- for a sub-dossier is nobody's work: the work lies in the sub-dossier.
WITH next AS MATERIALIZED (
    SELECT id FROM task
    WHERE agency = $2 AND unit = $3 AND state = 'open' AND role = ANY ($4::text[])
        AND step_kind <> 'sub_dossier' AND holder IS NULL AND pending IS NULL
    ORDER BY coalesce(due_at, 'infinity'), id LIMIT 1
    FOR NO KEY UPDATE SKIP LOCKED
), taken AS (
    UPDATE task SET holder = $1, claimed_at = clock_timestamp() FROM next WHERE task.id = next.id RETURNING task.*
), logged AS (
    INSERT INTO worklist_log (task, dossier, act, actor, holder_before, holder_after)
    SELECT id, dossier, 'get_next', $1, NULL, $1 FROM taken
)
SELECT * FROM taken;

-- name: read_log
SELECT act, actor, holder_before, holder_after, command, happened_at FROM worklist_log WHERE task = $1 ORDER BY id;
