-- The secret that somebody's authenticator app makes its codes from (RFC 6238). It has to be known to check one.
CREATE TABLE totp_secrets (
    user_id    bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    secret     text NOT NULL,
    -- Not before a first code was right.
    is_on      boolean NOT NULL DEFAULT false,
    -- Each step of time is good for one code.
    last_step  bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- For when the app or the key is lost, by their hashes. Each works once.
CREATE TABLE recovery_codes (
    user_id   bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash bytea NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);

-- Public keys of devices that log their owner in (Web Authentication).
CREATE TABLE passkeys (
    id            bigint PRIMARY KEY DEFAULT next_id(),
    user_id       bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    credential_id bytea NOT NULL UNIQUE,
    name          text NOT NULL,
    credential    text NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    last_used_at  timestamptz
);
CREATE INDEX passkeys_user ON passkeys (user_id, id);

-- What takes two requests, between them: whichever process gets the second knows of the first. By the hash of a secret that
-- the browser brings back.
CREATE TABLE ceremonies (
    secret_hash bytea PRIMARY KEY,
    purpose     text NOT NULL CHECK (purpose IN ('second step', 'register', 'authenticate')),
    user_id     bigint REFERENCES users (id) ON DELETE CASCADE,
    state       text NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX ceremonies_user ON ceremonies (user_id);
CREATE INDEX ceremonies_expires ON ceremonies (expires_at);
