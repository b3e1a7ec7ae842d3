-- The form of an address by which it is compared. The program makes it (src/text/email.rs), never lower(), which makes one address
-- of two. NULL: not made yet; `twitclone migrate` makes it, and the account is not found by its address until then.
ALTER TABLE users ADD COLUMN canonical_email text;

-- Whether an account that confirmed it earlier has the same canonical address. Only older versions let two accounts confirm one. Both
-- go on, and the account that confirmed it first has it.
ALTER TABLE users ADD COLUMN shares_email boolean NOT NULL DEFAULT false;

-- The canonical form of an address in ASCII; none for others.
CREATE FUNCTION ascii_email(email text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(email) = char_length(email)
    THEN translate(email, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') END;

UPDATE users SET canonical_email = ascii_email(email);
UPDATE users SET shares_email = true WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY canonical_email ORDER BY email_confirmed_at, id) AS place FROM users
        WHERE email_confirmed_at IS NOT NULL AND canonical_email IS NOT NULL
    ) confirmed WHERE place > 1
);

DROP INDEX users_email;
DROP INDEX users_confirmed_email;
CREATE INDEX users_email ON users (canonical_email);
CREATE UNIQUE INDEX users_confirmed_email ON users (canonical_email)
    WHERE email_confirmed_at IS NOT NULL AND NOT shares_email;
-- For what `twitclone migrate` looks through.
CREATE INDEX users_email_beyond_ascii ON users (id) WHERE octet_length(email) <> char_length(email);
CREATE INDEX users_shared_email ON users (id) WHERE shares_email;

-- Processes of the version before, and a hand at psql, write the address alone.
CREATE FUNCTION note_email() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.canonical_email := coalesce(NEW.canonical_email, ascii_email(NEW.email));
    ELSIF NEW.canonical_email IS NOT DISTINCT FROM OLD.canonical_email THEN
        NEW.canonical_email := coalesce(ascii_email(NEW.email), NEW.canonical_email);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER users_email_written BEFORE INSERT OR UPDATE OF email ON users
    FOR EACH ROW EXECUTE FUNCTION note_email();
