DROP TRIGGER users_changed ON users;
DROP TRIGGER users_deleted ON users;
DROP TRIGGER sessions_ended ON sessions;
DROP TRIGGER tweets_changed ON tweets;
DROP FUNCTION note_change;
DROP TABLE changes;
