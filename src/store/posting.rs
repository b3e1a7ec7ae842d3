//! Posting: tweets with their tags, their events and their authors' counters, in one statement.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    result::QueryResult,
    sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Connection, Tweet, outbox::Waiting, prepared::Prepared};
use crate::id::UserId;

/// What somebody asked to post.
#[derive(Debug)]
pub struct Asked {
    pub author: UserId,
    pub text: String,
    pub tags: Vec<String>,
    pub idempotency_key: Option<String>,
}

/// A tweet that was written.
#[derive(Debug)]
pub struct Posted {
    pub tweet: Tweet,
    pub event: Waiting,
    /// Whether it is merged into homes when they are read.
    pub is_pulled: bool,
    /// How many tweets its author has with this one.
    pub tweet_count: i64,
}

/// What to do where an author's row is locked by another.
#[derive(Clone, Copy, Debug)]
pub enum IfLocked {
    /// Nothing is posted for this author.
    Skip,
    Wait,
}

/// The authors' rows are locked first. While nothing is waited for, authors who post together cannot lock each other out.
/// With parameters in the place of `(SELECT $1)` the statement would be planned anew each time.
macro_rules! post {
    ($if_locked:literal) => {
        concat!(
            "WITH asked AS ( \
                 SELECT * FROM unnest((SELECT $1::bigint[]), (SELECT $2::text[]), (SELECT $3::text[])) \
                     AS asked (author_id, text, idempotency_key) \
             ), author AS ( \
                 SELECT id, follower_count > $6 AS is_pulled FROM users \
                 WHERE id = ANY((SELECT $1::bigint[])::bigint[]) FOR NO KEY UPDATE",
            $if_locked,
            "), tweet AS ( \
                 INSERT INTO tweets (author_id, text, idempotency_key, is_pulled) \
                 SELECT author_id, text, idempotency_key, is_pulled FROM asked JOIN author ON author.id = author_id \
                 ON CONFLICT (author_id, idempotency_key) WHERE idempotency_key IS NOT NULL DO NOTHING \
                 RETURNING id, author_id, text, created_at, is_pulled \
             ), event AS ( \
                 INSERT INTO outbox (tweet_id, author_id) SELECT id, author_id FROM tweet RETURNING id, tweet_id \
             ), tagged AS ( \
                 INSERT INTO tweet_tags (tag, tweet_id) \
                 SELECT tag, id FROM unnest((SELECT $4::bigint[]), (SELECT $5::text[])) AS tags (author_id, tag) \
                     JOIN tweet USING (author_id) \
             ), counted AS ( \
                 UPDATE users SET tweet_count = tweet_count + 1 FROM tweet WHERE users.id = author_id \
                 RETURNING users.id, tweet_count \
             ) \
             SELECT tweet.id, author_id, text, created_at, event.id AS event_id, is_pulled, tweet_count \
             FROM tweet JOIN event ON event.tweet_id = tweet.id JOIN counted ON counted.id = author_id"
        )
    };
}

/// The statement that posts what is asked for by authors whose rows nobody has locked: authors, texts, idempotency keys;
/// authors of tags, tags; most followers of somebody whose tweets are pushed.
pub const POST: &str = post!(" SKIP LOCKED");
const POST_WHEN_UNLOCKED: &str = post!("");

/// Posts what several authors asked for, each of them one tweet; its own transaction. In no order, and without those whose
/// key was used before, those who are gone and, unless they are waited for, those whose row is locked. With more than
/// `push_limit` followers a tweet is not to be pushed. Only one author may be waited for.
pub async fn post(
    connection: &mut Connection,
    asked: &[&Asked],
    if_locked: IfLocked,
    push_limit: i64,
) -> QueryResult<Vec<Posted>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        id: i64,
        #[diesel(sql_type = BigInt)]
        author_id: i64,
        #[diesel(sql_type = Text)]
        text: String,
        #[diesel(sql_type = Timestamptz)]
        created_at: DateTime<Utc>,
        #[diesel(sql_type = BigInt)]
        event_id: i64,
        #[diesel(sql_type = Bool)]
        is_pulled: bool,
        #[diesel(sql_type = BigInt)]
        tweet_count: i64,
    }
    let post = match if_locked {
        IfLocked::Skip => POST,
        IfLocked::Wait => POST_WHEN_UNLOCKED,
    };
    let authors: Vec<i64> = asked.iter().map(|one| one.author.get()).collect();
    let texts: Vec<&str> = asked.iter().map(|one| one.text.as_str()).collect();
    let keys: Vec<Option<&str>> = asked
        .iter()
        .map(|one| one.idempotency_key.as_deref())
        .collect();
    let (tag_authors, tags): (Vec<i64>, Vec<&str>) = asked
        .iter()
        .flat_map(|one| one.tags.iter().map(|tag| (one.author.get(), tag.as_str())))
        .unzip();
    // All rows are read, so it is committed.
    let rows: Vec<Row> = Prepared(
        diesel::sql_query(post)
            .bind::<Array<BigInt>, _>(authors)
            .bind::<Array<Text>, _>(texts)
            .bind::<Array<Nullable<Text>>, _>(keys)
            .bind::<Array<BigInt>, _>(tag_authors)
            .bind::<Array<Text>, _>(tags)
            .bind::<BigInt, _>(push_limit),
    )
    .load(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Posted {
            event: Waiting {
                id: row.event_id,
                tweet_id: row.id.into(),
                author_id: row.author_id.into(),
            },
            is_pulled: row.is_pulled,
            tweet_count: row.tweet_count,
            tweet: Tweet {
                id: row.id.into(),
                author_id: row.author_id.into(),
                text: row.text,
                created_at: row.created_at,
            },
        })
        .collect())
}
