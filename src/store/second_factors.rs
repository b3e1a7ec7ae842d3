//! What somebody needs beside their password: secrets of authenticator apps, recovery codes, passkeys.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{Array, BigInt, Bool, Bytea, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Connection, prepared::Prepared};
use crate::id::UserId;

/// What somebody has.
#[derive(Clone, Copy, Debug, Default, QueryableByName)]
pub struct Factors {
    #[diesel(sql_type = Bool)]
    pub has_app: bool,
    #[diesel(sql_type = BigInt)]
    pub passkeys: i64,
    #[diesel(sql_type = BigInt)]
    pub recovery_codes: i64,
}

/// The secret of an app.
#[derive(Clone, Debug, QueryableByName)]
pub struct AppSecret {
    #[diesel(sql_type = Text)]
    pub secret: String,
    #[diesel(sql_type = Bool)]
    pub is_on: bool,
}

/// A device that logs its owner in.
#[derive(Clone, Debug, QueryableByName)]
pub struct Passkey {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub credential: String,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_used_at: Option<DateTime<Utc>>,
}

pub async fn of(connection: &mut Connection, user: UserId) -> QueryResult<Factors> {
    Prepared(
        diesel::sql_query(
            "SELECT EXISTS (SELECT FROM totp_secrets WHERE user_id = $1 AND is_on) AS has_app, \
             (SELECT count(*) FROM passkeys WHERE user_id = $1) AS passkeys, \
             (SELECT count(*) FROM recovery_codes WHERE user_id = $1) AS recovery_codes",
        )
        .bind::<BigInt, _>(user.get()),
    )
    .get_result(connection)
    .await
}

/// Keeps the secret of an app that is not on yet; one that is on stays.
pub async fn propose_app(
    connection: &mut Connection,
    user: UserId,
    secret: &str,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query(
            "INSERT INTO totp_secrets (user_id, secret) VALUES ($1, $2) \
             ON CONFLICT (user_id) DO UPDATE SET secret = $2 WHERE NOT totp_secrets.is_on",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<Text, _>(secret),
    )
    .execute(connection)
    .await
}

pub async fn app(connection: &mut Connection, user: UserId) -> QueryResult<Option<AppSecret>> {
    Prepared(
        diesel::sql_query("SELECT secret, is_on FROM totp_secrets WHERE user_id = $1")
            .bind::<BigInt, _>(user.get()),
    )
    .get_result(connection)
    .await
    .optional()
}

/// Uses the code of a step, which turns the app on; false when it was used before, or a later one was.
pub async fn use_step(connection: &mut Connection, user: UserId, step: i64) -> QueryResult<bool> {
    let used = Prepared(
        diesel::sql_query(
            "UPDATE totp_secrets SET last_step = $2, is_on = true WHERE user_id = $1 AND last_step < $2",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<BigInt, _>(step),
    );
    Ok(used.execute(connection).await? > 0)
}

pub async fn remove_app(connection: &mut Connection, user: UserId) -> QueryResult<bool> {
    let remove = Prepared(
        diesel::sql_query("DELETE FROM totp_secrets WHERE user_id = $1")
            .bind::<BigInt, _>(user.get()),
    );
    Ok(remove.execute(connection).await? > 0)
}

/// Instead of those there were.
pub async fn set_recovery_codes(
    connection: &mut Connection,
    user: UserId,
    hashes: &[Vec<u8>],
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query(
            "WITH old AS (DELETE FROM recovery_codes WHERE user_id = $1) \
             INSERT INTO recovery_codes (user_id, code_hash) SELECT $1, unnest($2)",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<Array<Bytea>, _>(hashes),
    )
    .execute(connection)
    .await
}

/// Uses one up; false when it is none of theirs.
pub async fn use_recovery_code(
    connection: &mut Connection,
    user: UserId,
    hash: &[u8],
) -> QueryResult<bool> {
    let used = Prepared(
        diesel::sql_query("DELETE FROM recovery_codes WHERE user_id = $1 AND code_hash = $2")
            .bind::<BigInt, _>(user.get())
            .bind::<Bytea, _>(hash),
    );
    Ok(used.execute(connection).await? > 0)
}

pub async fn passkeys(connection: &mut Connection, user: UserId) -> QueryResult<Vec<Passkey>> {
    Prepared(
        diesel::sql_query(
            "SELECT id, user_id, name, credential, created_at, last_used_at FROM passkeys \
             WHERE user_id = $1 ORDER BY id",
        )
        .bind::<BigInt, _>(user.get()),
    )
    .load(connection)
    .await
}

pub async fn passkey(
    connection: &mut Connection,
    credential_id: &[u8],
) -> QueryResult<Option<Passkey>> {
    Prepared(
        diesel::sql_query(
            "SELECT id, user_id, name, credential, created_at, last_used_at FROM passkeys \
             WHERE credential_id = $1",
        )
        .bind::<Bytea, _>(credential_id),
    )
    .get_result(connection)
    .await
    .optional()
}

/// False when somebody has it already.
pub async fn add_passkey(
    connection: &mut Connection,
    user: UserId,
    credential_id: &[u8],
    name: &str,
    credential: &str,
) -> QueryResult<bool> {
    let add = Prepared(
        diesel::sql_query(
            "INSERT INTO passkeys (user_id, credential_id, name, credential) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (credential_id) DO NOTHING",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<Bytea, _>(credential_id)
        .bind::<Text, _>(name)
        .bind::<Text, _>(credential),
    );
    Ok(add.execute(connection).await? > 0)
}

/// Notes that it was used, and what it counts to since.
pub async fn touch_passkey(
    connection: &mut Connection,
    id: i64,
    credential: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query("UPDATE passkeys SET credential = $2, last_used_at = $3 WHERE id = $1")
            .bind::<BigInt, _>(id)
            .bind::<Text, _>(credential)
            .bind::<Timestamptz, _>(now),
    )
    .execute(connection)
    .await
}

/// False when it is none of theirs.
pub async fn remove_passkey(
    connection: &mut Connection,
    user: UserId,
    id: i64,
) -> QueryResult<bool> {
    let remove = Prepared(
        diesel::sql_query("DELETE FROM passkeys WHERE user_id = $1 AND id = $2")
            .bind::<BigInt, _>(user.get())
            .bind::<BigInt, _>(id),
    );
    Ok(remove.execute(connection).await? > 0)
}
