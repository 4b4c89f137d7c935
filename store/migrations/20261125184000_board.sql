-- migrate:up
-- The board counts all open work by agency and kind of step; read off this alone, no row is looked at.
CREATE INDEX task_board ON task (agency, step_kind, deadline_state) WHERE state IN ('open', 'awaiting');

-- migrate:down
DROP INDEX task_board;
