-- Accounts that their owners have deleted. Until the day they may take it back.
CREATE TABLE deletions (
    user_id     bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    asked_at    timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    -- Somebody is at it until then.
    taken_until timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX deletions_due ON deletions (due_at);

-- Names that somebody had, by their hashes: nobody else gets one, since links and mentions would lead to them.
CREATE TABLE former_names (
    name_hash bytea PRIMARY KEY
);
