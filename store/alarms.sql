-- name: raise_alarm
INSERT INTO alarm (kind, dossier, particulars) VALUES ($1, $2, $3)
ON CONFLICT (kind, dossier, md5(particulars::text))
DO UPDATE SET times = alarm.times + 1, last_raised_at = clock_timestamp();

-- name: list_alarms
SELECT id, kind, dossier, particulars, times, first_raised_at, last_raised_at
FROM alarm WHERE $1::uuid IS NULL OR dossier = $1
ORDER BY last_raised_at DESC, id DESC LIMIT $2;

-- name: list_open
SELECT id, kind, dossier, particulars, times, first_raised_at, last_raised_at
FROM alarm WHERE settled_at IS NULL OR settled_at < last_raised_at
ORDER BY last_raised_at DESC, id DESC LIMIT $1;

-- name: settle
WITH settled AS (
    UPDATE alarm SET settled_at = clock_timestamp()
    WHERE dossier = $1 AND kind = ANY($2::text[]) AND (settled_at IS NULL OR settled_at < last_raised_at)
    RETURNING id
)
SELECT count(*) FROM settled;
