//! Email addresses, and who has shown that one is theirs.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    result::{DatabaseErrorKind, Error as Diesel, QueryResult},
    sql_types::{BigInt, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Connection, prepared::Prepared, schema::users};
use crate::{
    id::UserId,
    text::email::{CanonicalEmail, Email},
};

/// An address, and since when it is known to be its owner's.
#[derive(Clone, Debug, Queryable)]
pub struct Address {
    pub email: String,
    pub confirmed_at: Option<DateTime<Utc>>,
}

impl Address {
    /// Whether another address is the same one, however both are written.
    pub fn is(&self, other: &str) -> bool {
        CanonicalEmail::of(&self.email) == CanonicalEmail::of(other)
    }
}

/// Somebody with an address, and whether they confirmed it.
#[derive(Debug, QueryableByName)]
pub struct Addressee {
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub username: String,
    /// As it is stored, which is where mail goes.
    #[diesel(sql_type = Text)]
    pub email: String,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub confirmed_at: Option<DateTime<Utc>>,
}

#[derive(QueryableByName)]
struct Owner {
    #[diesel(sql_type = Text)]
    username: String,
}

/// Somebody's own.
pub async fn of(connection: &mut Connection, id: UserId) -> QueryResult<Option<Address>> {
    users::table
        .find(id.get())
        .select((users::email, users::email_confirmed_at))
        .first(connection)
        .await
        .optional()
}

/// The same, and locks the account's row. Transactions that change how the owner gets in lock it, so they run one after
/// another.
pub async fn lock(connection: &mut Connection, id: UserId) -> QueryResult<Option<Address>> {
    users::table
        .find(id.get())
        .select((users::email, users::email_confirmed_at))
        .for_no_key_update()
        .first(connection)
        .await
        .optional()
}

/// Gives somebody an address that they have shown to be theirs; false when another has.
pub async fn confirm(
    connection: &mut Connection,
    id: UserId,
    address: &Email,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let confirm = Prepared(
        diesel::sql_query(
            "UPDATE users SET email = $2, canonical_email = $3, email_confirmed_at = $4, shares_email = false \
             WHERE id = $1 AND NOT EXISTS ( \
                 SELECT FROM users WHERE canonical_email = $3 AND email_confirmed_at IS NOT NULL AND id <> $1)",
        )
        .bind::<BigInt, _>(id.get())
        .bind::<Text, _>(address.as_str())
        .bind::<Text, _>(address.canonical().as_str())
        .bind::<Timestamptz, _>(now),
    );
    is_changed(confirm.execute(connection).await)
}

/// Confirms the present address of an account. Returns false when the account has another address, when the address is
/// confirmed already, or when another account has confirmed it.
pub async fn confirm_present(
    connection: &mut Connection,
    id: UserId,
    address: &CanonicalEmail,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let confirm = Prepared(
        diesel::sql_query(
            "UPDATE users SET email_confirmed_at = $3 \
             WHERE id = $1 AND canonical_email = $2 AND email_confirmed_at IS NULL AND NOT EXISTS ( \
                 SELECT FROM users WHERE canonical_email = $2 AND email_confirmed_at IS NOT NULL AND id <> $1)",
        )
        .bind::<BigInt, _>(id.get())
        .bind::<Text, _>(address.as_str())
        .bind::<Timestamptz, _>(now),
    );
    is_changed(confirm.execute(connection).await)
}

fn is_changed(confirmed: QueryResult<usize>) -> QueryResult<bool> {
    match confirmed {
        Ok(changed) => Ok(changed > 0),
        // At the same moment.
        Err(Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The username of the account that confirmed an address. Older versions let several confirm one; then it is the
/// account that stores the address as typed, or else the first.
pub async fn owner(connection: &mut Connection, typed: &str) -> QueryResult<Option<String>> {
    let found: Option<Owner> = Prepared(
        diesel::sql_query(
            "SELECT username FROM users WHERE canonical_email = $1 AND email_confirmed_at IS NOT NULL \
             ORDER BY email <> $2, shares_email, email_confirmed_at, id LIMIT 1",
        )
        .bind::<Text, _>(CanonicalEmail::of(typed).as_str())
        .bind::<Text, _>(typed.trim()),
    )
    .get_result(connection)
    .await
    .optional()?;
    Ok(found.map(|found| found.username))
}

/// Who has an address: whoever confirmed it first, then the oldest accounts; at most five.
pub async fn addressees(
    connection: &mut Connection,
    address: &CanonicalEmail,
) -> QueryResult<Vec<Addressee>> {
    Prepared(
        diesel::sql_query(
            "SELECT id AS user_id, username, email, email_confirmed_at AS confirmed_at FROM users \
             WHERE canonical_email = $1 ORDER BY email_confirmed_at, id LIMIT 5",
        )
        .bind::<Text, _>(address.as_str()),
    )
    .load(connection)
    .await
}
