-- The extension stays: other things in the database may use it.
DROP TABLE backfills, sessions, outbox, follows, tweet_tags, tweets, users;
DROP FUNCTION next_id();
DROP FUNCTION id_at(timestamptz, bigint);
DROP SEQUENCE id_sequence;
