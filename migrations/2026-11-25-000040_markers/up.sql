-- Where somebody stopped reading their home, on whatever device: the newest tweet that they have seen.
CREATE TABLE markers (
    user_id      bigint PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    last_read_id bigint NOT NULL,
    -- Grows with every change.
    version      bigint NOT NULL DEFAULT 1,
    updated_at   timestamptz NOT NULL DEFAULT now()
);
