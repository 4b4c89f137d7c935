-- name: read_feed
-- The first condition is implied by the second and is what the index on the transaction understands best.
SELECT
    e.transaction, e.dossier, e.sequence, e.cause, e.actor, e.occurred_at, e.recorded_at, e.evidence, e.event,
    d.number, d.procedure, d.procedure_version, d.filed_by, d.agencies
FROM dossier_event e JOIN dossier d ON d.id = e.dossier
WHERE e.transaction >= $1::xid8 AND (e.transaction, e.dossier, e.sequence) > ($1::xid8, $2::uuid, $3::integer)
    AND e.transaction < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY e.transaction, e.dossier, e.sequence LIMIT $4;

-- name: newest_mark
SELECT transaction, dossier, sequence FROM dossier_event
WHERE transaction < pg_snapshot_xmin(pg_current_snapshot())
ORDER BY transaction DESC, dossier DESC, sequence DESC LIMIT 1;

-- name: is_settled
SELECT $1::xid8 < pg_snapshot_xmin(pg_current_snapshot());

-- name: newest_to_come
SELECT transaction FROM dossier_event
WHERE transaction >= pg_snapshot_xmax(pg_current_snapshot()) ORDER BY transaction DESC LIMIT 1;
