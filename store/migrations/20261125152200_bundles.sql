-- migrate:up
-- A sub-dossier is a dossier like any other that also belongs to one. What its parent gave it to do is in the events.
ALTER TABLE dossier ADD COLUMN parent uuid REFERENCES dossier (id);
ALTER TABLE dossier ADD COLUMN parent_task text;
ALTER TABLE dossier ADD CHECK ((parent IS NULL) = (parent_task IS NULL));
CREATE UNIQUE INDEX dossier_parent ON dossier (parent, parent_task) WHERE parent IS NOT NULL;

ALTER TABLE dossier DROP CONSTRAINT dossier_result_check;
ALTER TABLE dossier ADD CONSTRAINT dossier_result_check CHECK (result IN ('granted', 'partial', 'refused'));

-- Numbers of one identifier come from one series, whichever unit of the agency takes them: a sub-dossier's is numbered
-- by the agency that is competent for it.
ALTER TABLE number_series RENAME COLUMN unit TO identifier;

-- migrate:down
ALTER TABLE number_series RENAME COLUMN identifier TO unit;
ALTER TABLE dossier DROP CONSTRAINT dossier_result_check;
ALTER TABLE dossier ADD CONSTRAINT dossier_result_check CHECK (result IN ('granted', 'refused'));
DROP INDEX dossier_parent;
ALTER TABLE dossier DROP COLUMN parent_task;
ALTER TABLE dossier DROP COLUMN parent;
