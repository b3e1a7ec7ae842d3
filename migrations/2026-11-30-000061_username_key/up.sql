-- A username in ASCII lower case. lower() depends on the locale: in Turkish, that of I is not i. Usernames have ASCII letters alone.
CREATE FUNCTION username_key(name text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN translate(name, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz');

DROP INDEX users_username;
CREATE UNIQUE INDEX users_username ON users (username_key(username));
DROP INDEX sign_ups_username;
CREATE UNIQUE INDEX sign_ups_username ON sign_ups (username_key(username));
