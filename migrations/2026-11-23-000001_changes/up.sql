-- What changed in rows that processes keep in memory, until every process could know of it. Triggers write
-- it, so that no statement can forget to, cascades and a hand at psql among them.
CREATE TABLE changes (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind    text NOT NULL CHECK (kind IN ('tweet', 'user', 'session')),
    row_id  bigint NOT NULL
);

CREATE FUNCTION note_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (kind, row_id) VALUES (TG_ARGV[0], OLD.id);
    RETURN NULL;
END $$;

CREATE TRIGGER tweets_changed AFTER UPDATE OR DELETE ON tweets
    FOR EACH ROW EXECUTE FUNCTION note_change('tweet');
CREATE TRIGGER sessions_ended AFTER DELETE ON sessions
    FOR EACH ROW EXECUTE FUNCTION note_change('session');
CREATE TRIGGER users_deleted AFTER DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION note_change('user');
-- Not the counters: those may be a minute old where they are shown beside a tweet.
CREATE TRIGGER users_changed AFTER UPDATE OF username, display_name, bio, home_version ON users
    FOR EACH ROW WHEN ((OLD.username, OLD.display_name, OLD.bio, OLD.home_version)
        IS DISTINCT FROM (NEW.username, NEW.display_name, NEW.bio, NEW.home_version))
    EXECUTE FUNCTION note_change('user');
