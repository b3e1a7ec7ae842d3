-- What a username looks like at a glance: 0 as O, 1 and I as l, rn as m, vv as w (of the pairs in Unicode's Technical
-- Standard 39, those that a username can have). Two that look the same are not both given out.
CREATE FUNCTION name_skeleton(name text) RETURNS text
LANGUAGE sql IMMUTABLE
RETURN lower(translate(replace(replace(name, 'rn', 'm'), 'vv', 'w'), '01I', 'oll'));

CREATE INDEX users_name_skeleton ON users (name_skeleton(username));

-- Who wants to be let in, where somebody has to let people in.
CREATE TABLE sign_ups (
    id            bigint PRIMARY KEY DEFAULT next_id(),
    username      text NOT NULL CHECK (username ~ '^[A-Za-z0-9_]{1,30}$'),
    email         text NOT NULL CHECK (octet_length(email) <= 254),
    password_hash text NOT NULL,
    reason        text NOT NULL CHECK (octet_length(reason) <= 16384),
    language      text NOT NULL,
    created_at    timestamptz NOT NULL
);
CREATE UNIQUE INDEX sign_ups_username ON sign_ups (lower(username));

-- Links that let one person in, by the hash of their secret.
CREATE TABLE invitations (
    id          bigint PRIMARY KEY DEFAULT next_id(),
    secret_hash bytea NOT NULL UNIQUE,
    made_by     bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX invitations_made_by ON invitations (made_by);
