//! Changes of rows that processes keep, written by triggers, until they have been announced.

use diesel::{prelude::*, result::QueryResult};
use diesel_async::RunQueryDsl;

use super::{Connection, schema::changes};

/// One change.
#[derive(Debug, Queryable)]
pub struct Changed {
    pub id: i64,
    /// `tweet`, `user` or `session`.
    pub kind: String,
    pub row_id: i64,
}

/// The oldest changes that wait.
pub async fn waiting(connection: &mut Connection, limit: i64) -> QueryResult<Vec<Changed>> {
    changes::table
        .order(changes::id)
        .limit(limit)
        .load(connection)
        .await
}

/// Takes announced ones away. Safe to repeat.
pub async fn delete(connection: &mut Connection, ids: &[i64]) -> QueryResult<usize> {
    diesel::delete(changes::table.filter(changes::id.eq_any(ids)))
        .execute(connection)
        .await
}
