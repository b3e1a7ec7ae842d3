DROP INDEX sign_ups_username;
CREATE UNIQUE INDEX sign_ups_username ON sign_ups (lower(username));
DROP INDEX users_username;
CREATE UNIQUE INDEX users_username ON users (lower(username));
DROP FUNCTION username_key(text);
