-- name: list_tasks
SELECT * FROM task
WHERE ($1::text IS NULL OR agency = $1) AND ($2::text IS NULL OR unit = $2) AND ($3::text IS NULL OR role = $3)
    AND ($4::text IS NULL OR holder = $4) AND state = ANY ($5::text[])
    AND ($6::timestamptz IS NULL OR due_at < $6) AND ($7::text IS NULL OR deadline_state = $7)
    AND ($8::text IS NULL OR procedure = $8) AND ($9::uuid IS NULL OR dossier = $9)
    AND ($10::boolean IS NULL OR (holder IS NULL) = $10)
    AND ($11::text IS NULL OR (coalesce(due_at, 'infinity'), id) > ($11::text::timestamptz, $12::uuid))
ORDER BY coalesce(due_at, 'infinity'), id LIMIT $13;

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
