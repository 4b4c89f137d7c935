-- name: describe
SELECT current_setting('server_version') AS version, pg_postmaster_start_time() AS since;
