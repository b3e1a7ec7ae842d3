-- Ids follow the clock only forwards. The sequence holds the whole id that was given last, and is moved up to the clock
-- when it lags behind by a millisecond; where the clock is set back, ids go on one by one until it has caught up. Else
-- what is posted in that hour would sort below what is an hour old, and whoever asks for what is newer than the last
-- they saw would never see it.
CREATE OR REPLACE FUNCTION next_id() RETURNS bigint
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    millisecond CONSTANT bigint := 65536;
    now_is CONSTANT bigint := id_at(clock_timestamp(), 0);
    mover CONSTANT integer := hashtext(current_schema());
    id bigint;
BEGIN
    FOR attempt IN 1..100 LOOP
        id := nextval('id_sequence');
        EXIT WHEN now_is - id < millisecond;
        -- One at a time, so that it is never moved backwards, which would give ids out twice.
        IF pg_try_advisory_lock(hashtext('id_sequence'), mover) THEN
            IF now_is - nextval('id_sequence') >= millisecond THEN
                PERFORM setval('id_sequence', now_is);
            END IF;
            PERFORM pg_advisory_unlock(hashtext('id_sequence'), mover);
        ELSIF now_is - id < 20 * millisecond THEN
            -- Another is at it. This one is in order and good enough, so nobody waits while many tweet.
            EXIT;
        ELSE
            -- Nobody has tweeted for a while, and then several at once.
            PERFORM pg_sleep(0.001);
        END IF;
    END LOOP;
    RETURN id;
END $$;

-- Above every id that there is.
SELECT setval('id_sequence', greatest(
    (SELECT last_value FROM id_sequence),
    (SELECT max(id) FROM users), (SELECT max(id) FROM tweets), (SELECT max(id) FROM sessions)));
