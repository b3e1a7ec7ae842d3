DROP TABLE mailed_links;
DROP TABLE mails;
DROP TRIGGER users_changed ON users;
CREATE TRIGGER users_changed AFTER UPDATE OF username, display_name, bio, home_version ON users
    FOR EACH ROW WHEN ((OLD.username, OLD.display_name, OLD.bio, OLD.home_version)
        IS DISTINCT FROM (NEW.username, NEW.display_name, NEW.bio, NEW.home_version))
    EXECUTE FUNCTION note_change('user');
DROP INDEX users_confirmed_email;
DROP INDEX users_email;
-- Several who have the same address: the one who confirmed it keeps it, or else the first.
UPDATE users SET email = id || '@invalid'
WHERE id NOT IN (
    SELECT DISTINCT ON (lower(email)) id FROM users ORDER BY lower(email), email_confirmed_at IS NULL, id
);
ALTER TABLE users DROP COLUMN email_confirmed_at;
CREATE UNIQUE INDEX users_email ON users (lower(email));
