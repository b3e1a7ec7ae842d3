-- Search by part of a name. The extension is trusted, so the database's owner may create it.
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

-- Ids are time-ordered: milliseconds since 1970 in the high bits, a sequence in the low 16. They sort
-- by time, need no node numbers and serve as one-column cursors. Until the year 2453 they have
-- eighteen digits, so as strings they also sort by time.
CREATE SEQUENCE id_sequence AS bigint;

CREATE FUNCTION id_at(moment timestamptz, sequence_value bigint) RETURNS bigint
LANGUAGE sql STABLE
RETURN (floor(extract(epoch FROM moment) * 1000)::bigint << 16) | (sequence_value & 65535);

CREATE FUNCTION next_id() RETURNS bigint
LANGUAGE sql VOLATILE
RETURN id_at(clock_timestamp(), nextval('id_sequence'));

CREATE TABLE users (
    id              bigint PRIMARY KEY DEFAULT next_id(),
    username        text NOT NULL CHECK (username ~ '^[A-Za-z0-9_]{1,30}$'),
    email           text NOT NULL CHECK (octet_length(email) <= 254),
    display_name    text NOT NULL DEFAULT '' CHECK (char_length(display_name) <= 200),
    bio             text NOT NULL DEFAULT '' CHECK (octet_length(bio) <= 16384),
    password_hash   text NOT NULL,
    tweet_count     bigint NOT NULL DEFAULT 0 CHECK (tweet_count >= 0),
    follower_count  bigint NOT NULL DEFAULT 0 CHECK (follower_count >= 0),
    following_count bigint NOT NULL DEFAULT 0 CHECK (following_count >= 0),
    -- Changes with every change of whom this user follows. A cached home timeline carries the version
    -- it was made for, so one that missed a change is known to be stale.
    home_version    bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX users_username ON users (lower(username));
CREATE UNIQUE INDEX users_email ON users (lower(email));
CREATE INDEX users_username_trigrams ON users USING gin (lower(username) public.gin_trgm_ops);
CREATE INDEX users_display_name_trigrams ON users USING gin (lower(display_name) public.gin_trgm_ops);

CREATE TABLE tweets (
    id              bigint PRIMARY KEY DEFAULT next_id(),
    author_id       bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    text            text NOT NULL CHECK (text <> '' AND octet_length(text) <= 65536),
    idempotency_key text CHECK (octet_length(idempotency_key) <= 200),
    created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tweets_author ON tweets (author_id, id DESC);
CREATE UNIQUE INDEX tweets_idempotency_key ON tweets (author_id, idempotency_key)
    WHERE idempotency_key IS NOT NULL;

-- Which tweets carry which #tag, in lower case.
CREATE TABLE tweet_tags (
    tag      text NOT NULL CHECK (octet_length(tag) <= 400),
    tweet_id bigint NOT NULL REFERENCES tweets (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, tweet_id)
);
CREATE INDEX tweet_tags_tweet ON tweet_tags (tweet_id);

CREATE TABLE follows (
    follower_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    followee_id bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (follower_id, followee_id),
    CHECK (follower_id <> followee_id)
);
CREATE INDEX follows_followee ON follows (followee_id, follower_id);

-- One row a tweet event, written in the tweet's own transaction and deleted once it has been delivered.
-- No foreign key: the event of a deleted tweet is delivered like any other, and has no effect.
CREATE TABLE outbox (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tweet_id   bigint NOT NULL,
    author_id  bigint NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- One row a log-in, so that a token can be revoked.
CREATE TABLE sessions (
    id           bigint PRIMARY KEY DEFAULT next_id(),
    user_id      bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    user_agent   text NOT NULL DEFAULT '',
    created_at   timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX sessions_user ON sessions (user_id, last_used_at);

-- How far an interrupted `twitclone backfill` came. Deleted when it is done.
CREATE TABLE backfills (
    scope        text PRIMARY KEY CHECK (scope IN ('all', 'active')),
    last_user_id bigint NOT NULL,
    done         bigint NOT NULL,
    updated_at   timestamptz NOT NULL DEFAULT now()
);
