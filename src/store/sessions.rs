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

/// Since when a session has to have been used, and to have begun, to be one still.
#[derive(Clone, Copy, Debug)]
pub struct SessionLimits {
    pub used_since: DateTime<Utc>,
    pub begun_since: DateTime<Utc>,
}

/// A log-in, for whoever it belongs to.
#[derive(Clone, Debug, Queryable)]
pub struct Session {
    #[diesel(deserialize_as = i64)]
    pub id: SessionId,
    pub user_agent: String,
    pub address: String,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

/// What a session that is not over says of its user.
pub struct InUse {
    pub user: User,
    /// Of the user's row.
    pub version: RowVersion,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

/// Begins a session.
pub async fn insert(
    connection: &mut Connection,
    user: UserId,
    user_agent: &str,
    address: &str,
    now: DateTime<Utc>,
) -> QueryResult<SessionId> {
    let begin = diesel::insert_into(sessions::table)
        .values((
            sessions::user_id.eq(user.get()),
            sessions::user_agent.eq(user_agent),
            sessions::address.eq(address),
            sessions::created_at.eq(now),
            sessions::last_used_at.eq(now),
        ))
        .returning(sessions::id);
    let id: i64 = committed_row(begin.load(connection).await)?;
    Ok(id.into())
}

/// Who uses a session that is not over.
pub async fn user_of(
    connection: &mut Connection,
    id: SessionId,
    user: UserId,
    limits: SessionLimits,
) -> QueryResult<Option<InUse>> {
    let found = sessions::table
        .inner_join(users::table.on(users::id.eq(sessions::user_id)))
        .filter(sessions::id.eq(id.get()))
        .filter(sessions::user_id.eq(user.get()))
        .filter(sessions::last_used_at.gt(limits.used_since))
        .filter(sessions::created_at.gt(limits.begun_since))
        .select((
            User::as_select(),
            users::xmin,
            sessions::created_at,
            sessions::last_used_at,
        ))
        .first(connection)
        .await
        .optional()?;
    let in_use = |(user, version, created_at, last_used_at)| InUse {
        user,
        version,
        created_at,
        last_used_at,
    };
    Ok(found.map(in_use))
}

/// Somebody's sessions that are not over, the one used last first.
pub async fn of_user(
    connection: &mut Connection,
    user: UserId,
    limits: SessionLimits,
    limit: i64,
) -> QueryResult<Vec<Session>> {
    sessions::table
        .filter(sessions::user_id.eq(user.get()))
        .filter(sessions::last_used_at.gt(limits.used_since))
        .filter(sessions::created_at.gt(limits.begun_since))
        .order((sessions::last_used_at.desc(), sessions::id.desc()))
        .limit(limit)
        .select((
            sessions::id,
            sessions::user_agent,
            sessions::address,
            sessions::created_at,
            sessions::last_used_at,
        ))
        .load(connection)
        .await
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

/// Ends one of somebody's sessions; false when it is none of theirs.
pub async fn delete_of(
    connection: &mut Connection,
    user: UserId,
    id: SessionId,
) -> QueryResult<bool> {
    let own = sessions::table
        .filter(sessions::id.eq(id.get()))
        .filter(sessions::user_id.eq(user.get()));
    Ok(diesel::delete(own).execute(connection).await? > 0)
}

/// Ends all of somebody's sessions but one; which.
pub async fn delete_others(
    connection: &mut Connection,
    user: UserId,
    but: SessionId,
) -> QueryResult<Vec<SessionId>> {
    let others = sessions::table
        .filter(sessions::user_id.eq(user.get()))
        .filter(sessions::id.ne(but.get()));
    let ended: Vec<i64> = diesel::delete(others)
        .returning(sessions::id)
        .load(connection)
        .await?;
    Ok(ended.into_iter().map(SessionId::from).collect())
}

/// Ends all of somebody's sessions; which.
pub async fn delete_all(connection: &mut Connection, user: UserId) -> QueryResult<Vec<SessionId>> {
    let all = sessions::table.filter(sessions::user_id.eq(user.get()));
    let ended: Vec<i64> = diesel::delete(all)
        .returning(sessions::id)
        .load(connection)
        .await?;
    Ok(ended.into_iter().map(SessionId::from).collect())
}

/// Forgets the sessions that are over.
pub async fn delete_over(connection: &mut Connection, limits: SessionLimits) -> QueryResult<usize> {
    let over = sessions::table.filter(
        sessions::last_used_at
            .le(limits.used_since)
            .or(sessions::created_at.le(limits.begun_since)),
    );
    diesel::delete(over).execute(connection).await
}
