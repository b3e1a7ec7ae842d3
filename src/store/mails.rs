//! Mail that waits to be sent, and the links in mail that was.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{BigInt, Bytea, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Connection, committed::committed_row, prepared::Prepared};
use crate::id::UserId;

/// Mail that waits.
#[derive(Debug, QueryableByName)]
pub struct Waiting {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    user_id: Option<i64>,
    #[diesel(sql_type = Text)]
    pub address: String,
    #[diesel(sql_type = Text)]
    pub language: String,
    #[diesel(sql_type = Text)]
    pub content: String,
    /// This one included.
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

impl Waiting {
    pub fn user(&self) -> Option<UserId> {
        self.user_id.map(UserId::from)
    }
}

/// Whose a link is, and which address it was sent to.
#[derive(Debug, QueryableByName)]
pub struct Link {
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub address: String,
}

pub async fn add(
    connection: &mut Connection,
    user: Option<UserId>,
    address: &str,
    language: &str,
    content: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query(
            "INSERT INTO mails (user_id, address, language, content, created_at, due_at) \
             VALUES ($1, $2, $3, $4, $5, $5)",
        )
        .bind::<Nullable<BigInt>, _>(user.map(UserId::get))
        .bind::<Text, _>(address)
        .bind::<Text, _>(language)
        .bind::<Text, _>(content)
        .bind::<Timestamptz, _>(now),
    )
    .execute(connection)
    .await
}

/// Takes what is due, the oldest first. Who took it has until `again_at` before it is due again.
pub async fn take(
    connection: &mut Connection,
    now: DateTime<Utc>,
    again_at: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<Waiting>> {
    Prepared(
        diesel::sql_query(
            "UPDATE mails SET attempts = attempts + 1, due_at = $2 \
             WHERE id IN (SELECT id FROM mails WHERE due_at <= $1 ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED) \
             RETURNING id, user_id, address, language, content, attempts, created_at",
        )
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(again_at)
        .bind::<BigInt, _>(limit),
    )
    .load(connection)
    .await
}

/// Has it tried again at that moment.
pub async fn put_off(
    connection: &mut Connection,
    id: i64,
    until: DateTime<Utc>,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query("UPDATE mails SET due_at = $2 WHERE id = $1")
            .bind::<BigInt, _>(id)
            .bind::<Timestamptz, _>(until),
    )
    .execute(connection)
    .await
}

/// It is sent, or will never be.
pub async fn remove(connection: &mut Connection, id: i64) -> QueryResult<usize> {
    Prepared(diesel::sql_query("DELETE FROM mails WHERE id = $1").bind::<BigInt, _>(id))
        .execute(connection)
        .await
}

/// Adds the link of a mail that is being written. Returns false when the mail was removed meanwhile; then it must not
/// be sent. The statement locks the row of the mail, so a transaction that removes mail and then links finds the link.
pub async fn add_link(
    connection: &mut Connection,
    mail: i64,
    secret_hash: &[u8],
    purpose: &str,
    user: UserId,
    address: &str,
    expires_at: DateTime<Utc>,
) -> QueryResult<bool> {
    let add = Prepared(
        diesel::sql_query(
            "WITH mail AS (SELECT id FROM mails WHERE id = $6 FOR KEY SHARE) \
             INSERT INTO mailed_links (secret_hash, purpose, user_id, address, expires_at) \
             SELECT $1, $2, $3, $4, $5 FROM mail",
        )
        .bind::<Bytea, _>(secret_hash)
        .bind::<Text, _>(purpose)
        .bind::<BigInt, _>(user.get())
        .bind::<Text, _>(address)
        .bind::<Timestamptz, _>(expires_at)
        .bind::<BigInt, _>(mail),
    );
    Ok(add.execute(connection).await? > 0)
}

/// What a link is for, without using it.
pub async fn link(
    connection: &mut Connection,
    secret_hash: &[u8],
    purpose: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Link>> {
    Prepared(
        diesel::sql_query(
            "SELECT user_id, address FROM mailed_links \
             WHERE secret_hash = $1 AND purpose = $2 AND expires_at > $3",
        )
        .bind::<Bytea, _>(secret_hash)
        .bind::<Text, _>(purpose)
        .bind::<Timestamptz, _>(now),
    )
    .get_result(connection)
    .await
    .optional()
}

/// Uses a link up, and with it all others that the same person was sent for the same.
pub async fn use_link(
    connection: &mut Connection,
    secret_hash: &[u8],
    purpose: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<Link>> {
    let used = Prepared(
        diesel::sql_query(
            "WITH used AS ( \
                 DELETE FROM mailed_links WHERE secret_hash = $1 AND purpose = $2 AND expires_at > $3 \
                 RETURNING user_id, address \
             ), others AS ( \
                 DELETE FROM mailed_links USING used \
                 WHERE mailed_links.user_id = used.user_id AND purpose = $2 AND secret_hash <> $1 \
             ) SELECT user_id, address FROM used",
        )
        .bind::<Bytea, _>(secret_hash)
        .bind::<Text, _>(purpose)
        .bind::<Timestamptz, _>(now),
    );
    committed_row(used.load(connection).await).optional()
}

/// Forgets links that work no more.
pub async fn forget_old_links(
    connection: &mut Connection,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query("DELETE FROM mailed_links WHERE expires_at <= $1")
            .bind::<Timestamptz, _>(now),
    )
    .execute(connection)
    .await
}
