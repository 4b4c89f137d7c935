-- migrate:up
-- An apology is work like any other: it lies at a unit, somebody takes it and ends it.
ALTER TABLE task DROP CONSTRAINT task_work_check;
ALTER TABLE task ADD CONSTRAINT task_work_check CHECK (work IN ('step', 'hand_over', 'acceptance', 'apology'));

-- migrate:down
ALTER TABLE task DROP CONSTRAINT task_work_check;
ALTER TABLE task ADD CONSTRAINT task_work_check CHECK (work IN ('step', 'hand_over', 'acceptance'));
