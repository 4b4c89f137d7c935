-- migrate:up
-- A unit's hand-overs of a day, in either direction.
CREATE INDEX leg_sent ON leg (sender_unit, released_at);
CREATE INDEX leg_received ON leg (receiver_unit, released_at);

-- migrate:down
DROP INDEX leg_received;
DROP INDEX leg_sent;
