//! Canonical email addresses of accounts that an older version made.

use diesel::{
    QueryableByName,
    result::QueryResult,
    sql_types::{BigInt, Text},
};
use diesel_async::{AnsiTransactionManager, RunQueryDsl, TransactionManager};

use super::Connection;
use crate::text::email::CanonicalEmail;

const A_PAGE: i64 = 1000;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    email: String,
}

/// An account that confirmed the same address as an older account did.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct Sharing {
    #[diesel(sql_type = Text)]
    pub username: String,
    /// The username of the account that confirmed it first, and has it.
    #[diesel(sql_type = Text)]
    pub owner: String,
}

/// Makes the canonical form of addresses beyond ASCII, which SQL cannot make. Returns the number of changed accounts.
/// It is one transaction, and safe to repeat.
pub async fn fill(connection: &mut Connection) -> QueryResult<usize> {
    AnsiTransactionManager::begin_transaction(&mut *connection).await?;
    let (mut after, mut filled) = (0, 0);
    loop {
        let rows = page(connection, after).await?;
        let Some(last) = rows.last() else {
            break;
        };
        after = last.id;
        for row in &rows {
            filled += set(connection, row).await?;
        }
    }
    if filled > 0 {
        decide_who_shares(connection).await?;
    }
    AnsiTransactionManager::commit_transaction(&mut *connection).await?;
    Ok(filled)
}

async fn page(connection: &mut Connection, after: i64) -> QueryResult<Vec<Row>> {
    diesel::sql_query(
        "SELECT id, email FROM users WHERE octet_length(email) <> char_length(email) AND id > $1 ORDER BY id LIMIT $2",
    )
    .bind::<BigInt, _>(after)
    .bind::<BigInt, _>(A_PAGE)
    .load(connection)
    .await
}

/// Until it is known who confirmed it first, the unique index does not look at it.
async fn set(connection: &mut Connection, row: &Row) -> QueryResult<usize> {
    diesel::sql_query(
        "UPDATE users SET canonical_email = $2, shares_email = email_confirmed_at IS NOT NULL \
         WHERE id = $1 AND email = $3 AND canonical_email IS DISTINCT FROM $2",
    )
    .bind::<BigInt, _>(row.id)
    .bind::<Text, _>(CanonicalEmail::of(&row.email).as_str())
    .bind::<Text, _>(&row.email)
    .execute(connection)
    .await
}

async fn decide_who_shares(connection: &mut Connection) -> QueryResult<()> {
    // One after the other, so that no two have the same address without sharing it at any moment.
    for shares in ["true", "false"] {
        diesel::sql_query(format!(
            "UPDATE users SET shares_email = {shares} FROM ( \
                 SELECT id, row_number() OVER (PARTITION BY canonical_email ORDER BY email_confirmed_at, id) > 1 AS shares \
                 FROM users WHERE email_confirmed_at IS NOT NULL AND canonical_email IS NOT NULL \
             ) confirmed \
             WHERE users.id = confirmed.id AND confirmed.shares = {shares} AND users.shares_email <> {shares}"
        ))
        .execute(connection)
        .await?;
    }
    Ok(())
}

/// The accounts that share their address with an older one, oldest first.
pub async fn sharing(connection: &mut Connection) -> QueryResult<Vec<Sharing>> {
    diesel::sql_query(
        "SELECT users.username, first.username AS owner FROM users \
         JOIN users first ON first.canonical_email = users.canonical_email \
             AND first.email_confirmed_at IS NOT NULL AND NOT first.shares_email \
         WHERE users.shares_email AND users.email_confirmed_at IS NOT NULL ORDER BY users.id",
    )
    .load(connection)
    .await
}
