-- Whether a tweet is merged into its followers' homes when they read, instead of pushed: decided once, in the
-- statement that posts it, by how many followers its author has then. So an author may cross the limit in either
-- direction at any time, and each tweet still comes in exactly one of the two ways.
ALTER TABLE tweets ADD COLUMN is_pulled boolean NOT NULL DEFAULT false;
CREATE INDEX tweets_pulled ON tweets (author_id, id DESC) WHERE is_pulled;

ALTER TABLE changes DROP CONSTRAINT changes_kind_check;
ALTER TABLE changes ADD CONSTRAINT changes_kind_check CHECK (kind IN ('tweet', 'user', 'session', 'pulled'));

CREATE FUNCTION note_pulled() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO changes (kind, row_id) VALUES ('pulled', coalesce(NEW.author_id, OLD.author_id));
    RETURN NULL;
END $$;

CREATE TRIGGER pulled_tweet_posted AFTER INSERT ON tweets
    FOR EACH ROW WHEN (NEW.is_pulled) EXECUTE FUNCTION note_pulled();
CREATE TRIGGER pulled_tweet_deleted AFTER DELETE ON tweets
    FOR EACH ROW WHEN (OLD.is_pulled) EXECUTE FUNCTION note_pulled();
