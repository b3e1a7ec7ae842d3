DROP TRIGGER pulled_tweet_posted ON tweets;
DROP TRIGGER pulled_tweet_deleted ON tweets;
DROP FUNCTION note_pulled();
DELETE FROM changes WHERE kind = 'pulled';
ALTER TABLE changes DROP CONSTRAINT changes_kind_check;
ALTER TABLE changes ADD CONSTRAINT changes_kind_check CHECK (kind IN ('tweet', 'user', 'session'));
-- Lists lack what was pulled, so every one of them is built again.
UPDATE users SET home_version = home_version + 1 WHERE EXISTS (SELECT FROM tweets WHERE is_pulled);
ALTER TABLE tweets DROP COLUMN is_pulled;
