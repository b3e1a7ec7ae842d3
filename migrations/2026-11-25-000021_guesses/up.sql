-- Tries to log in lately. What is tried is a name, whether or not anybody has it, alone or with a device that its owner has
-- used before; kept as a hash, since people type passwords into the wrong field.
CREATE TABLE guesses (
    tried      bytea PRIMARY KEY,
    at         timestamptz[] NOT NULL,
    is_refused boolean NOT NULL DEFAULT false,
    -- Forgotten from then on.
    until      timestamptz NOT NULL
);
CREATE INDEX guesses_until ON guesses (until);

-- Devices on which somebody has logged in, by the hash of the secret in a cookie.
CREATE TABLE known_devices (
    user_id      bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    secret_hash  bytea NOT NULL,
    last_used_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, secret_hash)
);
CREATE INDEX known_devices_last_used ON known_devices (last_used_at);
