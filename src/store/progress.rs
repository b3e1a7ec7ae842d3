//! How far a backfill came, so that an interrupted one goes on where it stopped.

use diesel::{prelude::*, result::QueryResult};
use diesel_async::RunQueryDsl;

use super::{Connection, schema::backfills};

/// The last user done and how many were.
pub async fn get(connection: &mut Connection, scope: &str) -> QueryResult<Option<(i64, i64)>> {
    backfills::table
        .find(scope)
        .select((backfills::last_user_id, backfills::done))
        .first(connection)
        .await
        .optional()
}

pub async fn save(
    connection: &mut Connection,
    scope: &str,
    last_user_id: i64,
    done: i64,
) -> QueryResult<usize> {
    let values = (
        backfills::last_user_id.eq(last_user_id),
        backfills::done.eq(done),
        backfills::updated_at.eq(diesel::dsl::now),
    );
    diesel::insert_into(backfills::table)
        .values((backfills::scope.eq(scope), values))
        .on_conflict(backfills::scope)
        .do_update()
        .set(values)
        .execute(connection)
        .await
}

pub async fn clear(connection: &mut Connection, scope: &str) -> QueryResult<usize> {
    diesel::delete(backfills::table.find(scope))
        .execute(connection)
        .await
}
