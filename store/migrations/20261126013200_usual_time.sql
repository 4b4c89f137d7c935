-- migrate:up
-- How long the latest decided dossiers of one procedure took, without reading all there ever were.
CREATE INDEX dossier_decided ON dossier (procedure, decided_at DESC) INCLUDE (received_at) WHERE decided_at IS NOT NULL;

-- migrate:down
DROP INDEX dossier_decided;
