//! Who follows whom.

use std::collections::HashSet;

use diesel::{
    prelude::*,
    result::QueryResult,
    sql_types::{Array, BigInt, Bool, Nullable},
};
use diesel_async::RunQueryDsl;

use super::{
    Connection, User,
    committed::committed_row,
    prepared::Prepared,
    schema::{follows, users},
};
use crate::{
    cursor::Page,
    id::{TweetId, UserId},
};

/// What following or unfollowing did.
#[derive(Debug, QueryableByName)]
pub struct Change {
    /// Whether both people exist; if not, nothing was done.
    #[diesel(sql_type = Bool)]
    pub both_exist: bool,
    /// False when it already was as asked for.
    #[diesel(sql_type = Bool)]
    pub changed: bool,
    /// The follower's `home_version` afterwards.
    #[diesel(sql_type = BigInt)]
    pub home_version: i64,
}

/// Makes one follow another and counts it, its own transaction. Safe to repeat.
///
/// Both rows of `users` are locked first and in the order of their ids, so that two people who follow
/// each other at the same moment do not wait for each other for ever.
pub async fn follow(
    connection: &mut Connection,
    follower: UserId,
    followee: UserId,
) -> QueryResult<Change> {
    change(
        connection,
        follower,
        followee,
        "WITH locked AS MATERIALIZED ( \
             SELECT id, home_version FROM users WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE \
         ), changed AS ( \
             INSERT INTO follows (follower_id, followee_id) \
             SELECT $1, $2 FROM locked HAVING count(*) = 2 \
             ON CONFLICT DO NOTHING RETURNING 1 \
         ), counted AS ( \
             UPDATE users SET \
                 following_count = following_count + (id = $1)::int, \
                 follower_count = follower_count + (id = $2)::int, \
                 home_version = home_version + (id = $1)::int \
             WHERE id IN ($1, $2) AND EXISTS (SELECT FROM changed) \
             RETURNING id, home_version \
         ) \
         SELECT (SELECT count(*) FROM locked) = 2 AS both_exist, \
             EXISTS (SELECT FROM changed) AS changed, \
             coalesce((SELECT home_version FROM counted WHERE id = $1), \
                      (SELECT home_version FROM locked WHERE id = $1), 0) AS home_version",
    )
    .await
}

/// Ends a following and counts it, its own transaction. Safe to repeat.
pub async fn unfollow(
    connection: &mut Connection,
    follower: UserId,
    followee: UserId,
) -> QueryResult<Change> {
    change(
        connection,
        follower,
        followee,
        "WITH locked AS MATERIALIZED ( \
             SELECT id, home_version FROM users WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE \
         ), changed AS ( \
             DELETE FROM follows WHERE follower_id = $1 AND followee_id = $2 \
             AND (SELECT count(*) FROM locked) = 2 RETURNING 1 \
         ), counted AS ( \
             UPDATE users SET \
                 following_count = following_count - (id = $1)::int, \
                 follower_count = follower_count - (id = $2)::int, \
                 home_version = home_version + (id = $1)::int \
             WHERE id IN ($1, $2) AND EXISTS (SELECT FROM changed) \
             RETURNING id, home_version \
         ) \
         SELECT (SELECT count(*) FROM locked) = 2 AS both_exist, \
             EXISTS (SELECT FROM changed) AS changed, \
             coalesce((SELECT home_version FROM counted WHERE id = $1), \
                      (SELECT home_version FROM locked WHERE id = $1), 0) AS home_version",
    )
    .await
}

async fn change(
    connection: &mut Connection,
    follower: UserId,
    followee: UserId,
    sql: &'static str,
) -> QueryResult<Change> {
    let change = Prepared(
        diesel::sql_query(sql)
            .bind::<BigInt, _>(follower.get())
            .bind::<BigInt, _>(followee.get()),
    );
    committed_row(change.load(connection).await)
}

/// One row of [`followers_after`].
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Follower {
    /// Which of the given tweets, counted from 0.
    #[diesel(sql_type = BigInt)]
    pub tweet: i64,
    /// The author, or one of the followers; `None` when the author has too many to be given.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub id: Option<i64>,
}

/// Whose followers are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    pub tweet: TweetId,
    pub author: UserId,
    /// The last follower that was given; 0 the first time.
    pub after: i64,
}

/// For each tweet that exists its author, the first time, and if it is pushed the next `limit` followers of that
/// author, by id: an index-only scan each, in one round trip. A tweet that comes with fewer than `limit` has no more.
/// Of an author whose counter says more than `most` followers one row says just that.
///
/// The arrays are sub-selects so that PostgreSQL does not see how long they are: it would make a plan for that length, each
/// time, which for one tweet takes 0.25 ms of 0.4.
pub async fn followers_after(
    connection: &mut Connection,
    asked: &[Ask],
    limit: i64,
    most: i64,
) -> QueryResult<Vec<Follower>> {
    let tweets: Vec<i64> = asked.iter().map(|ask| ask.tweet.get()).collect();
    let authors: Vec<i64> = asked.iter().map(|ask| ask.author.get()).collect();
    let cursors: Vec<i64> = asked.iter().map(|ask| ask.after).collect();
    Prepared(
        diesel::sql_query(
            "SELECT asked.at - 1 AS tweet, page.follower_id AS id \
             FROM unnest((SELECT $1::bigint[]), (SELECT $2::bigint[]), (SELECT $3::bigint[])) \
                 WITH ORDINALITY AS asked (tweet_id, author_id, after, at) \
             JOIN users author ON author.id = asked.author_id \
             JOIN tweets tweet ON tweet.id = asked.tweet_id \
             CROSS JOIN LATERAL ( \
                 (SELECT follower_id FROM follows \
                  WHERE followee_id = asked.author_id AND follower_id > asked.after \
                      AND author.follower_count <= $5 AND NOT tweet.is_pulled \
                  ORDER BY follower_id LIMIT $4) \
                 UNION ALL SELECT NULL WHERE author.follower_count > $5 AND NOT tweet.is_pulled \
                 UNION ALL SELECT asked.author_id WHERE asked.after = 0 \
             ) page \
             ORDER BY asked.at, page.follower_id",
        )
        .bind::<Array<BigInt>, _>(tweets)
        .bind::<Array<BigInt>, _>(authors)
        .bind::<Array<BigInt>, _>(cursors)
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(most),
    )
    .load(connection)
    .await
}

/// The followers of a user, newest account first.
pub async fn followers(
    connection: &mut Connection,
    of: UserId,
    page: &Page,
) -> QueryResult<Vec<User>> {
    let ids = follows::table
        .filter(follows::followee_id.eq(of.get()))
        .filter(follows::follower_id.lt(page.below()))
        .filter(follows::follower_id.gt(page.above()))
        .select(follows::follower_id)
        .limit(page.sql_limit());
    let ids = if page.from_below() {
        ids.order(follows::follower_id.asc()).load(connection).await
    } else {
        ids.order(follows::follower_id.desc())
            .load(connection)
            .await
    };
    newest_first(connection, ids?).await
}

/// The people a user follows, newest account first.
pub async fn following(
    connection: &mut Connection,
    of: UserId,
    page: &Page,
) -> QueryResult<Vec<User>> {
    let ids = follows::table
        .filter(follows::follower_id.eq(of.get()))
        .filter(follows::followee_id.lt(page.below()))
        .filter(follows::followee_id.gt(page.above()))
        .select(follows::followee_id)
        .limit(page.sql_limit());
    let ids = if page.from_below() {
        ids.order(follows::followee_id.asc()).load(connection).await
    } else {
        ids.order(follows::followee_id.desc())
            .load(connection)
            .await
    };
    newest_first(connection, ids?).await
}

/// In a statement of its own: joined to the one that gives the ids, PostgreSQL now and then walks through `users` from
/// its end instead of looking a few rows up.
async fn newest_first(connection: &mut Connection, ids: Vec<i64>) -> QueryResult<Vec<User>> {
    users::table
        .filter(users::id.eq_any(ids))
        .order(users::id.desc())
        .select(User::as_select())
        .load(connection)
        .await
}

/// Whom a user follows, and the user's `home_version` that it belongs to, from one snapshot.
pub async fn followings(
    connection: &mut Connection,
    follower: UserId,
) -> QueryResult<(i64, Vec<i64>)> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        home_version: i64,
        #[diesel(sql_type = Array<BigInt>)]
        followees: Vec<i64>,
    }
    let row: Option<Row> = Prepared(
        diesel::sql_query(
            "SELECT home_version, ARRAY( \
                 SELECT followee_id FROM follows WHERE follower_id = users.id \
             ) AS followees FROM users WHERE id = $1",
        )
        .bind::<BigInt, _>(follower.get()),
    )
    .get_result(connection)
    .await
    .optional()?;
    Ok(row.map_or((0, Vec::new()), |row| (row.home_version, row.followees)))
}

/// Which of `others` the viewer follows.
pub async fn followed_among(
    connection: &mut Connection,
    viewer: UserId,
    others: &[UserId],
) -> QueryResult<HashSet<UserId>> {
    let others: Vec<i64> = others.iter().map(|id| id.get()).collect();
    let ids: Vec<i64> = follows::table
        .filter(follows::follower_id.eq(viewer.get()))
        .filter(follows::followee_id.eq_any(others))
        .select(follows::followee_id)
        .load(connection)
        .await?;
    Ok(ids.into_iter().map(UserId::from).collect())
}

/// Which of `others` follow the viewer.
pub async fn followers_among(
    connection: &mut Connection,
    viewer: UserId,
    others: &[UserId],
) -> QueryResult<HashSet<UserId>> {
    let others: Vec<i64> = others.iter().map(|id| id.get()).collect();
    let ids: Vec<i64> = follows::table
        .filter(follows::followee_id.eq(viewer.get()))
        .filter(follows::follower_id.eq_any(others))
        .select(follows::follower_id)
        .load(connection)
        .await?;
    Ok(ids.into_iter().map(UserId::from).collect())
}
