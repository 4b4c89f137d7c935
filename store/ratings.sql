-- name: add_rating
INSERT INTO rating (dossier, score, comment) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING dossier;

-- name: read_rating
SELECT score FROM rating WHERE dossier = $1;

-- name: list_ratings
SELECT r.dossier, d.number, d.procedure, d.counter_agency, d.lead_agency, d.grade, r.score, r.comment, r.rated_at
FROM rating r JOIN dossier d ON d.id = r.dossier
WHERE ($1::text IS NULL OR d.agencies @> ARRAY[$1]) AND ($2::smallint IS NULL OR r.score = $2)
ORDER BY r.rated_at DESC, r.dossier LIMIT $3;

-- name: count_ratings
SELECT r.score, count(*) AS ratings FROM rating r JOIN dossier d ON d.id = r.dossier
WHERE $1::text IS NULL OR d.agencies @> ARRAY[$1] GROUP BY r.score ORDER BY r.score;
