-- name: begin_session
-- Whatever has ended meanwhile is swept out by whoever comes next.
WITH ended AS (DELETE FROM session WHERE ends_at <= clock_timestamp())
INSERT INTO session (token_hash, caller, key_hash, ends_at)
SELECT $1, id, key_hash, clock_timestamp() + $3 FROM caller WHERE key_hash = $2 AND revoked_at IS NULL;

-- name: find_session
SELECT caller.*, session.acting_for FROM session
JOIN caller ON caller.id = session.caller AND caller.key_hash = session.key_hash AND caller.revoked_at IS NULL
WHERE session.token_hash = $1 AND session.ends_at > clock_timestamp();

-- name: stand_in
UPDATE session SET acting_for = $2 WHERE token_hash = $1;

-- name: end_session
DELETE FROM session WHERE token_hash = $1;
