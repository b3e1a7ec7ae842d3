//! Where people stopped reading.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{BigInt, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Connection, committed::committed_row, prepared::Prepared};
use crate::id::{TweetId, UserId};

/// Where somebody stopped reading their home.
#[derive(Debug, QueryableByName)]
pub struct Marker {
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub last_read_id: TweetId,
    #[diesel(sql_type = BigInt)]
    pub version: i64,
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

pub async fn get(connection: &mut Connection, user: UserId) -> QueryResult<Option<Marker>> {
    Prepared(
        diesel::sql_query(
            "SELECT last_read_id, version, updated_at FROM markers WHERE user_id = $1",
        )
        .bind::<BigInt, _>(user.get()),
    )
    .get_result(connection)
    .await
    .optional()
}

pub async fn set(
    connection: &mut Connection,
    user: UserId,
    last_read: TweetId,
) -> QueryResult<Marker> {
    let set = Prepared(
        diesel::sql_query(
            "INSERT INTO markers (user_id, last_read_id) VALUES ($1, $2) \
             ON CONFLICT (user_id) DO UPDATE SET last_read_id = $2, version = markers.version + 1, updated_at = now() \
             RETURNING last_read_id, version, updated_at",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<BigInt, _>(last_read.get()),
    );
    committed_row(set.load(connection).await)
}
