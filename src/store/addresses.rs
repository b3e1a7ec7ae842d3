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
use crate::id::UserId;

/// An address, and since when it is known to be its owner's.
#[derive(Clone, Debug, Queryable)]
pub struct Address {
    pub email: String,
    pub confirmed_at: Option<DateTime<Utc>>,
}

/// Somebody with an address, and whether they confirmed it.
#[derive(Debug, QueryableByName)]
pub struct Addressee {
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub username: String,
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

/// Gives somebody an address that they have shown to be theirs; false when another has.
pub async fn confirm(
    connection: &mut Connection,
    id: UserId,
    address: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let confirm = Prepared(
        diesel::sql_query(
            "UPDATE users SET email = $2, email_confirmed_at = $3 WHERE id = $1 AND NOT EXISTS ( \
                 SELECT FROM users WHERE lower(email) = lower($2) AND email_confirmed_at IS NOT NULL AND id <> $1)",
        )
        .bind::<BigInt, _>(id.get())
        .bind::<Text, _>(address)
        .bind::<Timestamptz, _>(now),
    );
    match confirm.execute(connection).await {
        Ok(changed) => Ok(changed > 0),
        // At the same moment.
        Err(Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// The username of whoever confirmed an address.
pub async fn owner(connection: &mut Connection, address: &str) -> QueryResult<Option<String>> {
    let found: Option<Owner> = Prepared(
        diesel::sql_query(
            "SELECT username FROM users WHERE lower(email) = lower($1) AND email_confirmed_at IS NOT NULL",
        )
        .bind::<Text, _>(address),
    )
    .get_result(connection)
    .await
    .optional()?;
    Ok(found.map(|found| found.username))
}

/// Who has an address: whoever confirmed it first, then the oldest accounts; at most five.
pub async fn addressees(connection: &mut Connection, address: &str) -> QueryResult<Vec<Addressee>> {
    Prepared(
        diesel::sql_query(
            "SELECT id AS user_id, username, email_confirmed_at AS confirmed_at FROM users \
             WHERE lower(email) = lower($1) ORDER BY email_confirmed_at, id LIMIT 5",
        )
        .bind::<Text, _>(address),
    )
    .load(connection)
    .await
}
