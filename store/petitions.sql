-- name: write_petition
INSERT INTO petition (dossier, kind, about, body) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: read_petition
SELECT kind, about, body FROM petition WHERE dossier = $1;
