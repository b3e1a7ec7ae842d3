//! What takes two requests, between them.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{BigInt, Bytea, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Connection, committed::committed_row, prepared::Prepared};
use crate::id::UserId;

/// What the first request left for the second.
#[derive(Debug, QueryableByName)]
pub struct Ceremony {
    #[diesel(sql_type = Nullable<BigInt>)]
    user_id: Option<i64>,
    #[diesel(sql_type = Text)]
    pub state: String,
}

impl Ceremony {
    /// None while it is not known who it is.
    pub fn user(&self) -> Option<UserId> {
        self.user_id.map(UserId::from)
    }
}

pub async fn begin(
    connection: &mut Connection,
    secret_hash: &[u8],
    purpose: &str,
    user: Option<UserId>,
    state: &str,
    expires_at: DateTime<Utc>,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query(
            "INSERT INTO ceremonies (secret_hash, purpose, user_id, state, expires_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind::<Bytea, _>(secret_hash)
        .bind::<Text, _>(purpose)
        .bind::<Nullable<BigInt>, _>(user.map(UserId::get))
        .bind::<Text, _>(state)
        .bind::<Timestamptz, _>(expires_at),
    )
    .execute(connection)
    .await
}

/// Looks at one without ending it.
pub async fn get(
    connection: &mut Connection,
    secret_hash: &[u8],
    purpose: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Ceremony>> {
    Prepared(
        diesel::sql_query(
            "SELECT user_id, state FROM ceremonies WHERE secret_hash = $1 AND purpose = $2 AND expires_at > $3",
        )
        .bind::<Bytea, _>(secret_hash)
        .bind::<Text, _>(purpose)
        .bind::<Timestamptz, _>(now),
    )
    .get_result(connection)
    .await
    .optional()
}

/// Ends one, for whoever comes first.
pub async fn end(
    connection: &mut Connection,
    secret_hash: &[u8],
    purpose: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Ceremony>> {
    let end = Prepared(
        diesel::sql_query(
            "DELETE FROM ceremonies WHERE secret_hash = $1 AND purpose = $2 AND expires_at > $3 \
             RETURNING user_id, state",
        )
        .bind::<Bytea, _>(secret_hash)
        .bind::<Text, _>(purpose)
        .bind::<Timestamptz, _>(now),
    );
    committed_row(end.load(connection).await).optional()
}

/// Forgets those that were never ended.
pub async fn forget_old(connection: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query("DELETE FROM ceremonies WHERE expires_at <= $1")
            .bind::<Timestamptz, _>(now),
    )
    .execute(connection)
    .await
}
