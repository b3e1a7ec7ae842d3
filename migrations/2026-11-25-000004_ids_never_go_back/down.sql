CREATE OR REPLACE FUNCTION next_id() RETURNS bigint
LANGUAGE sql VOLATILE
RETURN id_at(clock_timestamp(), nextval('id_sequence'));
