//! Who wants to be let in, and invitations.

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

/// Somebody who waits.
#[derive(Clone, Debug, QueryableByName)]
pub struct Waiting {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = Text)]
    pub username: String,
    #[diesel(sql_type = Text)]
    pub email: String,
    #[diesel(sql_type = Text)]
    pub password_hash: String,
    #[diesel(sql_type = Text)]
    pub reason: String,
    #[diesel(sql_type = Text)]
    pub language: String,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

/// An invitation that nobody has used.
#[derive(Clone, Debug, QueryableByName)]
pub struct Invitation {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = Timestamptz)]
    pub expires_at: DateTime<Utc>,
}

/// What stands in the way of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct NameCheck {
    /// Somebody has it, had it, or waits with it.
    #[diesel(sql_type = Bool)]
    pub is_taken: bool,
    /// Somebody has one that looks the same.
    #[diesel(sql_type = Bool)]
    pub is_confusable: bool,
}

/// Whether a name may be given out.
pub async fn check_name(
    connection: &mut Connection,
    name: &str,
    name_hash: &[u8],
) -> QueryResult<NameCheck> {
    Prepared(
        diesel::sql_query(
            "SELECT EXISTS (SELECT FROM users WHERE username_key(username) = $3) \
                 OR EXISTS (SELECT FROM sign_ups WHERE username_key(username) = $3) \
                 OR EXISTS (SELECT FROM former_names WHERE name_hash = $2) AS is_taken, \
             EXISTS (SELECT FROM users WHERE name_skeleton(username) = name_skeleton($1)) AS is_confusable",
        )
        .bind::<Text, _>(name)
        .bind::<Bytea, _>(name_hash)
        .bind::<Text, _>(name.to_ascii_lowercase()),
    )
    .get_result(connection)
    .await
}

/// Has somebody wait; false when the name is taken.
pub async fn add(
    connection: &mut Connection,
    username: &str,
    email: &str,
    password_hash: &str,
    reason: &str,
    language: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let add = Prepared(
        diesel::sql_query(
            "INSERT INTO sign_ups (username, email, password_hash, reason, language, created_at) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        )
        .bind::<Text, _>(username)
        .bind::<Text, _>(email)
        .bind::<Text, _>(password_hash)
        .bind::<Text, _>(reason)
        .bind::<Text, _>(language)
        .bind::<Timestamptz, _>(now),
    );
    Ok(add.execute(connection).await? > 0)
}

/// Those who wait longest.
pub async fn waiting(connection: &mut Connection, limit: i64) -> QueryResult<Vec<Waiting>> {
    Prepared(
        diesel::sql_query("SELECT * FROM sign_ups ORDER BY id LIMIT $1").bind::<BigInt, _>(limit),
    )
    .load(connection)
    .await
}

/// Somebody who waits, by the name that they want.
pub async fn of_name(connection: &mut Connection, name: &str) -> QueryResult<Option<Waiting>> {
    Prepared(
        diesel::sql_query("SELECT * FROM sign_ups WHERE username_key(username) = $1")
            .bind::<Text, _>(name.to_ascii_lowercase()),
    )
    .get_result(connection)
    .await
    .optional()
}

/// Has somebody wait no more; who it was.
pub async fn take(connection: &mut Connection, id: i64) -> QueryResult<Option<Waiting>> {
    let take = Prepared(
        diesel::sql_query("DELETE FROM sign_ups WHERE id = $1 RETURNING *").bind::<BigInt, _>(id),
    );
    committed_row(take.load(connection).await).optional()
}

/// Makes an invitation; false when there are `most` already.
pub async fn invite(
    connection: &mut Connection,
    by: UserId,
    secret_hash: &[u8],
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    most: i64,
) -> QueryResult<bool> {
    let invite = Prepared(
        diesel::sql_query(
            "INSERT INTO invitations (secret_hash, made_by, expires_at) SELECT $1, $2, $4 \
             WHERE (SELECT count(*) FROM invitations WHERE made_by = $2 AND expires_at > $3) < $5",
        )
        .bind::<Bytea, _>(secret_hash)
        .bind::<BigInt, _>(by.get())
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(expires_at)
        .bind::<BigInt, _>(most),
    );
    Ok(invite.execute(connection).await? > 0)
}

/// Somebody's invitations that still work.
pub async fn invitations(
    connection: &mut Connection,
    by: UserId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Invitation>> {
    Prepared(
        diesel::sql_query(
            "SELECT id, expires_at FROM invitations WHERE made_by = $1 AND expires_at > $2 ORDER BY id",
        )
        .bind::<BigInt, _>(by.get())
        .bind::<Timestamptz, _>(now),
    )
    .load(connection)
    .await
}

pub async fn withdraw(connection: &mut Connection, by: UserId, id: i64) -> QueryResult<bool> {
    let withdraw = Prepared(
        diesel::sql_query("DELETE FROM invitations WHERE made_by = $1 AND id = $2")
            .bind::<BigInt, _>(by.get())
            .bind::<BigInt, _>(id),
    );
    Ok(withdraw.execute(connection).await? > 0)
}

/// Whether an invitation works, without using it.
pub async fn is_invited(
    connection: &mut Connection,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        is_invited: bool,
    }
    let row: Row = Prepared(
        diesel::sql_query(
            "SELECT EXISTS (SELECT FROM invitations WHERE secret_hash = $1 AND expires_at > $2) AS is_invited",
        )
        .bind::<Bytea, _>(secret_hash)
        .bind::<Timestamptz, _>(now),
    )
    .get_result(connection)
    .await?;
    Ok(row.is_invited)
}

/// Uses one up; false when somebody else has meanwhile.
pub async fn use_invitation(
    connection: &mut Connection,
    secret_hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let used = Prepared(
        diesel::sql_query("DELETE FROM invitations WHERE secret_hash = $1 AND expires_at > $2")
            .bind::<Bytea, _>(secret_hash)
            .bind::<Timestamptz, _>(now),
    );
    Ok(used.execute(connection).await? > 0)
}
