-- name: keep_history
INSERT INTO history_archive (dossier, run_id, history) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: read_histories
SELECT run_id, history, kept_at FROM history_archive WHERE dossier = $1 ORDER BY kept_at, run_id;

-- name: list_due
SELECT id FROM dossier WHERE closed_at IS NOT NULL AND history = 'with_temporal' ORDER BY closed_at, id LIMIT $1;

-- name: mark
UPDATE dossier SET history = $2 WHERE id = $1;
