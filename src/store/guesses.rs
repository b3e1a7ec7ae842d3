//! Tries to log in, and the devices on which that succeeded.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{BigInt, Bool, Bytea, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Connection, committed::committed_row, prepared::Prepared};
use crate::id::UserId;

/// Whether a try may be made.
#[derive(Debug, QueryableByName)]
pub struct Verdict {
    #[diesel(sql_type = Bool)]
    pub is_refused: bool,
    /// When the oldest of the tries that count was made.
    #[diesel(sql_type = Timestamptz)]
    pub oldest: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct IsKnown {
    #[diesel(sql_type = Bool)]
    is_known: bool,
}

/// Counts a try, and in the same statement whether there were `most` since `since` already; then it is not counted. However
/// many try at once, `most` get through.
pub async fn count(
    connection: &mut Connection,
    tried: &[u8],
    now: DateTime<Utc>,
    since: DateTime<Utc>,
    most: i64,
) -> QueryResult<Verdict> {
    let count = Prepared(
        diesel::sql_query(
            "INSERT INTO guesses (tried, at, until) VALUES ($1, ARRAY[$2], $2 + ($2 - $3)) \
             ON CONFLICT (tried) DO UPDATE SET (at, is_refused, until) = ( \
                 SELECT CASE WHEN count(*) < $4 THEN coalesce(array_agg(try ORDER BY try), '{}') || $2 \
                         ELSE array_agg(try ORDER BY try) END, \
                     count(*) >= $4, $2 + ($2 - $3) \
                 FROM unnest(guesses.at) AS try WHERE try > $3) \
             RETURNING is_refused, at[1] AS oldest",
        )
        .bind::<Bytea, _>(tried)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(since)
        .bind::<BigInt, _>(most),
    );
    committed_row(count.load(connection).await)
}

/// Forgets the tries: the last was right.
pub async fn forgive(connection: &mut Connection, tried: &[u8]) -> QueryResult<usize> {
    Prepared(diesel::sql_query("DELETE FROM guesses WHERE tried = $1").bind::<Bytea, _>(tried))
        .execute(connection)
        .await
}

/// Whether somebody of that name has logged in on the device of that secret.
pub async fn is_known(
    connection: &mut Connection,
    name: &str,
    secret_hash: &[u8],
) -> QueryResult<bool> {
    let row: IsKnown = Prepared(
        diesel::sql_query(
            "SELECT EXISTS (SELECT FROM known_devices JOIN users ON id = user_id \
             WHERE username_key(username) = $1 AND secret_hash = $2) AS is_known",
        )
        .bind::<Text, _>(name.to_ascii_lowercase())
        .bind::<Bytea, _>(secret_hash),
    )
    .get_result(connection)
    .await?;
    Ok(row.is_known)
}

/// The same of somebody who is known.
pub async fn is_known_to(
    connection: &mut Connection,
    user: UserId,
    secret_hash: &[u8],
) -> QueryResult<bool> {
    let found: Option<IsKnown> = Prepared(
        diesel::sql_query(
            "SELECT true AS is_known FROM known_devices WHERE user_id = $1 AND secret_hash = $2",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<Bytea, _>(secret_hash),
    )
    .get_result(connection)
    .await
    .optional()?;
    Ok(found.is_some_and(|found| found.is_known))
}

pub async fn know(
    connection: &mut Connection,
    user: UserId,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query(
            "INSERT INTO known_devices (user_id, secret_hash, last_used_at) VALUES ($1, $2, $3) \
             ON CONFLICT (user_id, secret_hash) DO UPDATE SET last_used_at = $3",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<Bytea, _>(secret_hash)
        .bind::<Timestamptz, _>(now),
    )
    .execute(connection)
    .await
}

/// Forgets tries that count no more, and devices that nobody has logged in on since `unused_since`.
pub async fn forget_old(
    connection: &mut Connection,
    now: DateTime<Utc>,
    unused_since: DateTime<Utc>,
) -> QueryResult<()> {
    Prepared(
        diesel::sql_query("DELETE FROM guesses WHERE until <= $1").bind::<Timestamptz, _>(now),
    )
    .execute(connection)
    .await?;
    Prepared(
        diesel::sql_query("DELETE FROM known_devices WHERE last_used_at <= $1")
            .bind::<Timestamptz, _>(unused_since),
    )
    .execute(connection)
    .await?;
    Ok(())
}
