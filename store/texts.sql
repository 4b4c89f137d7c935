-- name: read_texts
SELECT id, salt, body, digest FROM free_text WHERE id = ANY($1::uuid[]) ORDER BY id;
