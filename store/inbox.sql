-- name: admit
-- The function takes the locks in their order and sees what they waited for; see its migration.
SELECT a.verdict, a.held_by, a.journalled, d.fast_clock::text AS clock, (a.command).*
FROM admit_command($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS a
LEFT JOIN dossier d ON d.id = $2;

-- name: refuse
SELECT * FROM refuse_command($1, $2);

-- name: read_command
SELECT * FROM command_inbox WHERE id = $1;

-- name: retry_now
-- A failure that is known to have done nothing need not wait for the end of its lease.
UPDATE command_inbox SET next_try_at = clock_timestamp() WHERE id = $1 AND state = 'pending';

-- name: lease_due
-- The oldest pending command of each dossier, if it is due: a dossier's acts are resent in the order of admission.
UPDATE command_inbox i SET attempts = i.attempts + 1, next_try_at = clock_timestamp() + $2
FROM dossier d
WHERE d.id = i.dossier AND i.id IN (
    SELECT c.id FROM command_inbox c
    WHERE c.state = 'pending' AND c.next_try_at <= clock_timestamp() AND NOT EXISTS (
        SELECT FROM command_inbox e
        WHERE e.dossier = c.dossier AND e.state = 'pending' AND e.position < c.position
    )
    ORDER BY c.position LIMIT $1
    FOR NO KEY UPDATE SKIP LOCKED
)
RETURNING i.*, d.last_sequence AS journalled, d.fast_clock::text AS clock;

-- name: count_pending
SELECT count(*) AS pending, min(accepted_at) AS oldest_at FROM command_inbox WHERE state = 'pending';
