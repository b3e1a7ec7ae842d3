-- Ids follow the clock only forwards. The sequence holds the whole id that was given last, and is moved up to the clock
-- when it lags behind by a millisecond; where the clock is set back, ids go on one by one until it has caught up. Else
-- what is posted in that hour would sort below what is an hour old, and whoever asks for what is newer than the last
-- they saw would never see it. As before, an id needs no lock: whoever finds another moving the sequence takes the next
-- one as it is. Moving it can hand out no id twice, since it goes only forwards by more than all sessions could have
-- taken in between.
CREATE OR REPLACE FUNCTION next_id() RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    millisecond CONSTANT bigint := 65536;
    now_is CONSTANT bigint := id_at(clock_timestamp(), 0);
    mover CONSTANT integer := hashtext(current_schema());
    id bigint := nextval('id_sequence');
BEGIN
    IF now_is - id >= millisecond AND pg_try_advisory_lock(hashtext('id_sequence'), mover) THEN
        id := nextval('id_sequence');
        IF now_is - id >= millisecond THEN
            PERFORM setval('id_sequence', now_is);
        END IF;
        PERFORM pg_advisory_unlock(hashtext('id_sequence'), mover);
        id := nextval('id_sequence');
    END IF;
    RETURN id;
END $$;

-- Above every id that there is.
SELECT setval('id_sequence', greatest(
    (SELECT last_value FROM id_sequence),
    (SELECT max(id) FROM users), (SELECT max(id) FROM tweets), (SELECT max(id) FROM sessions)));
