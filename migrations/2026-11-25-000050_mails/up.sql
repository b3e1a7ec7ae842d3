-- An address belongs to somebody once they have shown that they read what is sent there. Until then several may have
-- it, so that nobody can keep others from signing up with their own, or learn who has an account.
ALTER TABLE users ADD COLUMN email_confirmed_at timestamptz;
DROP INDEX users_email;
CREATE INDEX users_email ON users (lower(email));
CREATE UNIQUE INDEX users_confirmed_email ON users (lower(email)) WHERE email_confirmed_at IS NOT NULL;

-- Who has not confirmed one may be kept from writing, which processes are told of as of the rest.
DROP TRIGGER users_changed ON users;
CREATE TRIGGER users_changed AFTER UPDATE OF username, display_name, bio, home_version, email_confirmed_at ON users
    FOR EACH ROW WHEN ((OLD.username, OLD.display_name, OLD.bio, OLD.home_version, OLD.email_confirmed_at)
        IS DISTINCT FROM (NEW.username, NEW.display_name, NEW.bio, NEW.home_version, NEW.email_confirmed_at))
    EXECUTE FUNCTION note_change('user');

-- Mail that waits to be sent. What it says is made when it is sent, so that no secret of a link is kept here.
CREATE TABLE mails (
    id         bigint PRIMARY KEY DEFAULT next_id(),
    user_id    bigint REFERENCES users (id) ON DELETE CASCADE,
    address    text NOT NULL CHECK (octet_length(address) <= 254),
    language   text NOT NULL,
    content    text NOT NULL,
    attempts   integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL,
    -- Tried from then on.
    due_at     timestamptz NOT NULL
);
CREATE INDEX mails_due ON mails (due_at);

-- Links that were sent, by the hash of their secret. Each works once.
CREATE TABLE mailed_links (
    secret_hash bytea PRIMARY KEY,
    purpose     text NOT NULL CHECK (purpose IN ('confirm', 'reset')),
    user_id     bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address     text NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX mailed_links_user ON mailed_links (user_id);
CREATE INDEX mailed_links_expires ON mailed_links (expires_at);
