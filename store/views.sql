-- name: save_view
INSERT INTO saved_view (id, name, owner, shared_with_agency, shared_with_unit, shared_with_role, selection)
VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING RETURNING *;

-- name: read_view
SELECT * FROM saved_view WHERE id = $1;

-- name: list_views
-- One's own, and those shared with one's agency, with no other unit and no other role than one's own.
SELECT * FROM saved_view
WHERE owner = $1 OR (
    shared_with_agency = $2 AND (shared_with_unit IS NULL OR shared_with_unit = $3)
    AND (shared_with_role IS NULL OR shared_with_role = ANY ($4::text[]))
)
ORDER BY name, id LIMIT 200;

-- name: delete_view
DELETE FROM saved_view WHERE id = $1 AND owner = $2 RETURNING id;
