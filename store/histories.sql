-- name: keep_history
INSERT INTO history_archive (dossier, run_id, history) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: read_histories
SELECT run_id, history, kept_at FROM history_archive WHERE dossier = $1 ORDER BY kept_at, run_id;
