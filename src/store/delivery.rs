//! How far the delivery of one tweet is, from what is written down about it.

use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{BigInt, Bool, Integer, Nullable, Text},
};
use diesel_async::RunQueryDsl;

use super::{Connection, prepared::Prepared};
use crate::id::{TweetId, UserId};

/// Events at the head of the outbox that are looked through. What is younger than all of them waits behind them.
const HEAD: i64 = 1000;

/// What is written down about a tweet's delivery.
#[derive(Debug, QueryableByName)]
pub struct Facts {
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub author_id: UserId,
    /// Whether it is merged into homes when they are read.
    #[diesel(sql_type = Bool)]
    pub is_pulled: bool,
    /// How many follow its author now.
    #[diesel(sql_type = BigInt)]
    pub followers: i64,
    /// Whether its event has not left the outbox.
    #[diesel(sql_type = Bool)]
    pub is_in_outbox: bool,
    /// `aside`, `retry` or `bulk`: the worst of the lanes in which something of it is left.
    #[diesel(sql_type = Nullable<Text>)]
    pub lane: Option<String>,
    /// How often it has failed.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    /// Of the followers those in cut pieces that are not done.
    #[diesel(sql_type = BigInt)]
    pub followers_left: i64,
    /// Whether something for all followers is left.
    #[diesel(sql_type = Bool)]
    pub is_uncut: bool,
}

/// The facts of a tweet; `None` when it does not exist. The cost is bounded: as many pieces as the tweet has left, and
/// the head of the outbox, which has no index by tweet since every post would pay for it.
pub async fn facts(connection: &mut Connection, tweet: TweetId) -> QueryResult<Option<Facts>> {
    Prepared(
        diesel::sql_query(
            "SELECT tweet.author_id, tweet.is_pulled, author.follower_count AS followers, \
                 head.has_it OR (head.is_full AND head.newest < tweet.id) AS is_in_outbox, \
                 left_over.lane, left_over.attempts, left_over.followers_left, left_over.is_uncut \
             FROM tweets tweet JOIN users author ON author.id = tweet.author_id \
             CROSS JOIN LATERAL ( \
                 SELECT coalesce(bool_or(tweet_id = $1), false) AS has_it, count(*) = $2 AS is_full, \
                     max(tweet_id) AS newest \
                 FROM (SELECT tweet_id FROM outbox ORDER BY id LIMIT $2) oldest \
             ) head \
             CROSS JOIN LATERAL ( \
                 SELECT coalesce(min(lane) FILTER (WHERE lane = 'aside'), max(lane)) AS lane, \
                     coalesce(max(pieces.attempts), 0) AS attempts, \
                     coalesce(sum(pieces.followers), 0)::bigint AS followers_left, \
                     coalesce(bool_or(NOT is_cut), false) AS is_uncut \
                 FROM pieces WHERE pieces.tweet_id = $1 AND lane <> 'delete' \
             ) left_over \
             WHERE tweet.id = $1",
        )
        .bind::<BigInt, _>(tweet.get())
        .bind::<BigInt, _>(HEAD),
    )
    .get_result(connection)
    .await
    .optional()
}

/// Somebody whose home is looked at.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Follower {
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub id: UserId,
    #[diesel(sql_type = BigInt)]
    pub home_version: i64,
}

/// The first and the last few followers of an author, in the order of their ids, which is the order of deliveries.
pub async fn outermost(
    connection: &mut Connection,
    author: UserId,
    few: i64,
) -> QueryResult<Vec<Follower>> {
    Prepared(
        diesel::sql_query(
            "SELECT id, home_version FROM users WHERE id IN ( \
                 (SELECT follower_id FROM follows WHERE followee_id = $1 ORDER BY follower_id LIMIT $2) \
                 UNION \
                 (SELECT follower_id FROM follows WHERE followee_id = $1 ORDER BY follower_id DESC LIMIT $2) \
             ) ORDER BY id",
        )
        .bind::<BigInt, _>(author.get())
        .bind::<BigInt, _>(few),
    )
    .load(connection)
    .await
}
