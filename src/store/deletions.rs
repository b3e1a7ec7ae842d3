//! Accounts that are to be deleted.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{BigInt, Bool, Bytea, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Connection, committed::committed_row, prepared::Prepared};
use crate::id::{TweetId, UserId};

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

#[derive(QueryableByName)]
struct Flag {
    #[diesel(sql_type = Bool)]
    flag: bool,
}

/// Has an account deleted at that moment; asking again changes nothing.
pub async fn add(
    connection: &mut Connection,
    user: UserId,
    now: DateTime<Utc>,
    due_at: DateTime<Utc>,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query(
            "INSERT INTO deletions (user_id, asked_at, due_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(due_at),
    )
    .execute(connection)
    .await
}

/// Takes it back, unless it has begun.
pub async fn remove(
    connection: &mut Connection,
    user: UserId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query("DELETE FROM deletions WHERE user_id = $1 AND due_at > $2")
            .bind::<BigInt, _>(user.get())
            .bind::<Timestamptz, _>(now),
    )
    .execute(connection)
    .await
}

/// When somebody's account is to be deleted.
pub async fn due_at(
    connection: &mut Connection,
    user: UserId,
) -> QueryResult<Option<DateTime<Utc>>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Timestamptz)]
        due_at: DateTime<Utc>,
    }
    let row: Option<Row> = Prepared(
        diesel::sql_query("SELECT due_at FROM deletions WHERE user_id = $1")
            .bind::<BigInt, _>(user.get()),
    )
    .get_result(connection)
    .await
    .optional()?;
    Ok(row.map(|row| row.due_at))
}

/// Takes one that is due and that nobody is at, and has until `until`.
pub async fn take(
    connection: &mut Connection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Option<UserId>> {
    let take = Prepared(
        diesel::sql_query(
            "UPDATE deletions SET taken_until = $2 WHERE user_id = ( \
                 SELECT user_id FROM deletions WHERE due_at <= $1 AND taken_until <= $1 \
                 ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED) \
             RETURNING user_id AS id",
        )
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(until),
    );
    let taken: Option<Id> = committed_row(take.load(connection).await).optional()?;
    Ok(taken.map(|row| row.id.into()))
}

/// Lets nobody in any more: no password, key or code is right.
pub async fn lock(connection: &mut Connection, user: UserId) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query(
            "WITH keys AS (DELETE FROM passkeys WHERE user_id = $1) \
             UPDATE users SET password_hash = '' WHERE id = $1",
        )
        .bind::<BigInt, _>(user.get()),
    )
    .execute(connection)
    .await
}

/// Some of somebody's tweets.
pub async fn some_tweets(
    connection: &mut Connection,
    user: UserId,
    limit: i64,
) -> QueryResult<Vec<TweetId>> {
    let rows: Vec<Id> = Prepared(
        diesel::sql_query("SELECT id FROM tweets WHERE author_id = $1 ORDER BY id DESC LIMIT $2")
            .bind::<BigInt, _>(user.get())
            .bind::<BigInt, _>(limit),
    )
    .load(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// Whether some of their tweets are still being taken out of timelines.
pub async fn is_being_taken_out(connection: &mut Connection, user: UserId) -> QueryResult<bool> {
    let row: Flag = Prepared(
        diesel::sql_query(
            "SELECT EXISTS (SELECT FROM pieces WHERE author_id = $1 AND lane = 'delete') AS flag",
        )
        .bind::<BigInt, _>(user.get()),
    )
    .get_result(connection)
    .await?;
    Ok(row.flag)
}

/// Some of whom they follow and who follows them: follower, followee.
pub async fn some_follows(
    connection: &mut Connection,
    user: UserId,
    limit: i64,
) -> QueryResult<Vec<(UserId, UserId)>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        follower_id: i64,
        #[diesel(sql_type = BigInt)]
        followee_id: i64,
    }
    let rows: Vec<Row> = Prepared(
        diesel::sql_query(
            "(SELECT follower_id, followee_id FROM follows WHERE follower_id = $1 LIMIT $2) \
             UNION ALL (SELECT follower_id, followee_id FROM follows WHERE followee_id = $1 LIMIT $2)",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<BigInt, _>(limit),
    )
    .load(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.follower_id.into(), row.followee_id.into()))
        .collect())
}

/// The account itself, with all that hangs on it. Its name is nobody's from then on.
pub async fn finish(
    connection: &mut Connection,
    user: UserId,
    name_hash: &[u8],
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query(
            "WITH kept AS (INSERT INTO former_names (name_hash) VALUES ($2) ON CONFLICT DO NOTHING) \
             DELETE FROM users WHERE id = $1",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<Bytea, _>(name_hash),
    )
    .execute(connection)
    .await
}
