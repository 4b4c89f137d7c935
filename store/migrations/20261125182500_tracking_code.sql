-- migrate:up
-- With the number, what lets an applicant follow the dossier without an account (TT 01/2018/TT-VPCP, Điều 16.2d). Eight
-- signs of an alphabet in which none is taken for another, drawn from a random UUID's random bytes: forty bits.
CREATE FUNCTION drawn_tracking_code() RETURNS text
LANGUAGE sql VOLATILE AS $$
    SELECT string_agg(substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + (get_byte(drawn.bytes, place) & 31), 1), '')
    FROM (SELECT uuid_send(gen_random_uuid()) AS bytes) AS drawn, unnest(ARRAY[0, 1, 2, 3, 4, 5, 9, 10]) AS place
$$;

ALTER TABLE applicant ADD COLUMN tracking_code text NOT NULL DEFAULT drawn_tracking_code();

-- migrate:down
ALTER TABLE applicant DROP COLUMN tracking_code;
DROP FUNCTION drawn_tracking_code();
