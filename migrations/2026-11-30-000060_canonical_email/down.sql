DROP TRIGGER users_email_written ON users;
DROP FUNCTION note_email();
DROP INDEX users_shared_email;
DROP INDEX users_email_beyond_ascii;
DROP INDEX users_confirmed_email;
DROP INDEX users_email;
-- Accounts that confirmed addresses which lower() makes one: the first of them keeps it.
UPDATE users SET email_confirmed_at = NULL WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY lower(email) ORDER BY email_confirmed_at, id) AS place FROM users
        WHERE email_confirmed_at IS NOT NULL
    ) confirmed WHERE place > 1
);
CREATE INDEX users_email ON users (lower(email));
CREATE UNIQUE INDEX users_confirmed_email ON users (lower(email)) WHERE email_confirmed_at IS NOT NULL;
DROP FUNCTION ascii_email(text);
ALTER TABLE users DROP COLUMN shares_email;
ALTER TABLE users DROP COLUMN canonical_email;
