//! Log-ins.

use chrono::{DateTime, Utc};
use diesel::{prelude::*, result::QueryResult};
use diesel_async::RunQueryDsl;

use super::{
    Connection, RowVersion, User,
    committed::committed_row,
    schema::{sessions, users},
};
use crate::id::{SessionId, UserId};

/// Begins a session.
pub async fn insert(
    connection: &mut Connection,
    user: UserId,
    user_agent: &str,
    now: DateTime<Utc>,
) -> QueryResult<SessionId> {
    let begin = diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(user.get()),
            sessions::user_agent.eq(user_agent),
            sessions::created_at.eq(now),
            sessions::last_used_at.eq(now),
        ))
        .returning(sessions::id);
    let id: i64 = committed_row(begin.load(connection).await)?;
    Ok(id.into())
}

/// The user of a session that was used since `idle_since`, the version of their row, and when it was used last.
pub async fn user_of(
    connection: &mut Connection,
    id: SessionId,
    user: UserId,
    idle_since: DateTime<Utc>,
) -> QueryResult<Option<(User, RowVersion, DateTime<Utc>)>> {
    sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .filter(sessions::id.eq(id.get()))
        .filter(sessions::user_id.eq(user.get()))
        .filter(sessions::last_used_at.gt(idle_since))
        .select((User::as_select(), users::xmin, sessions::last_used_at))
        .first(connection)
        .await
        .optional()
}

/// Notes that a session is in use.
pub async fn touch(
    connection: &mut Connection,
    id: SessionId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(sessions::table.find(id.get()))
        .set(sessions::last_used_at.eq(now))
        .execute(connection)
        .await
}

/// Ends a session; its tokens are refused from then on. Safe to repeat.
pub async fn delete(connection: &mut Connection, id: SessionId) -> QueryResult<usize> {
    diesel::delete(sessions::table.find(id.get()))
        .execute(connection)
        .await
}

/// Forgets the sessions that nobody has used since `idle_since`.
pub async fn delete_idle(
    connection: &mut Connection,
    idle_since: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(sessions::table.filter(sessions::last_used_at.le(idle_since)))
        .execute(connection)
        .await
}
