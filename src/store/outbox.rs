//! Events that have not been delivered yet.

use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{BigInt, Double, Nullable},
};
use diesel_async::RunQueryDsl;

use super::{Connection, prepared::Prepared, schema::outbox};
use crate::id::{TweetId, UserId};

/// One waiting event.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Waiting {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub tweet_id: TweetId,
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub author_id: UserId,
}

/// Takes up to `limit` events, oldest first, that no other relay has in hand. They are this transaction's
/// until it ends; if it ends without [`delete`], another takes them.
pub async fn claim(connection: &mut Connection, limit: i64) -> QueryResult<Vec<Waiting>> {
    Prepared(
        diesel::sql_query(
            "SELECT id, tweet_id, author_id FROM outbox ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED",
        )
        .bind::<BigInt, _>(limit),
    )
    .load(connection)
    .await
}

pub async fn delete(connection: &mut Connection, ids: &[i64]) -> QueryResult<usize> {
    diesel::delete(outbox::table.filter(outbox::id.eq_any(ids)))
        .execute(connection)
        .await
}

/// How many events wait, and for how many seconds the oldest has.
pub async fn depth(connection: &mut Connection) -> QueryResult<(i64, f64)> {
    #[derive(QueryableByName)]
    struct Depth {
        #[diesel(sql_type = BigInt)]
        depth: i64,
        #[diesel(sql_type = Nullable<Double>)]
        age: Option<f64>,
    }
    let row: Depth = Prepared(diesel::sql_query(
        "SELECT count(*) AS depth, \
         extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS age FROM outbox",
    ))
    .get_result(connection)
    .await?;
    Ok((row.depth, row.age.unwrap_or(0.0)))
}
