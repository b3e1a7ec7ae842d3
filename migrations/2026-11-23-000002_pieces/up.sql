-- Work that is cut off from the usual deliveries, so that nobody waits behind it: followers of authors who have
-- many, deletions, and events whose delivery failed. Workers take rows with SKIP LOCKED and delete them when they
-- are done, in one transaction, so a worker that dies gives back just the one it had in hand.
CREATE TABLE pieces (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- bulk: push; delete: take out; retry: deliver the event again; aside: given up, until someone sends it again.
    lane       text NOT NULL CHECK (lane IN ('bulk', 'delete', 'retry', 'aside')),
    tweet_id   bigint NOT NULL,
    author_id  bigint NOT NULL,
    -- The followers with after_id < follower_id <= until_id.
    after_id   bigint NOT NULL DEFAULT 0,
    until_id   bigint NOT NULL DEFAULT 9223372036854775807,
    -- Whether it is small enough to be done at once.
    is_cut     boolean NOT NULL DEFAULT false,
    attempts   integer NOT NULL DEFAULT 0,
    due_at     timestamptz NOT NULL DEFAULT now(),
    cause      text,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX pieces_lane ON pieces (lane, id);
CREATE INDEX pieces_tweet ON pieces (tweet_id);
