-- name: list_escalations
SELECT s.*, d.number
FROM escalation s JOIN dossier d ON d.id = s.dossier
WHERE ($1::text IS NULL OR s.agency = $1) AND ($2::text IS NULL OR s.unit = $2)
    AND ($3::uuid IS NULL OR s.dossier = $3) AND ($4::boolean IS NULL OR (s.lifted_at IS NULL) = $4)
    AND ($5::timestamptz IS NULL OR (s.reached_at, s.dossier, s.sequence) < ($5, $6::uuid, $7::integer))
ORDER BY s.reached_at DESC, s.dossier DESC, s.sequence DESC LIMIT $8;

-- name: list_notices
-- $5 to $8 say who asks: then only what is addressed to him, to whom he stands in for, or to one of his roles. The
-- same rule as permission to acknowledge.
SELECT n.* FROM notice n
WHERE ($1::text IS NULL OR n.agency = $1) AND ($2::text IS NULL OR n.unit = $2)
    AND ($3::uuid IS NULL OR n.dossier = $3) AND ($4::boolean IS NULL OR (n.acknowledged_at IS NULL) = $4)
    AND ($5::text[] IS NULL OR CASE
        WHEN coalesce(n.addressee, n.officer) IS NOT NULL THEN n.addressee = ANY ($5) OR n.officer = ANY ($5)
        WHEN n.role = 'supervisor' THEN 'supervisor' = ANY ($8::text[])
        WHEN n.agency IS DISTINCT FROM $6 THEN false
        WHEN n.role = 'holder' THEN n.unit = $7
        WHEN n.role = 'unit_head' THEN n.unit = $7 AND 'unit_head' = ANY ($8::text[])
        ELSE n.role = ANY ($8::text[])
    END)
    AND ($9::timestamptz IS NULL OR (n.made_at, n.id) < ($9, $10::uuid))
ORDER BY n.made_at DESC, n.id DESC LIMIT $11;

-- name: read_notice
SELECT * FROM notice WHERE id = $1;
