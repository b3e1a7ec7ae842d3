//! Ending what was begun for an account, before its owner took it back.

use diesel::{result::QueryResult, sql_types::BigInt};
use diesel_async::RunQueryDsl;

use super::{Connection, prepared::Prepared, sessions};
use crate::id::{SessionId, UserId};

/// Ends everything that was begun for an account: mailed links, waiting mail that would bring one, second steps and
/// other ceremonies, a proposed authenticator app, and all sessions except `but`. Returns the ended sessions.
///
/// Every change that takes an account back calls it, in the transaction of that change and after
/// [`lock`](super::addresses::lock) or an update of the account's row.
pub async fn revoke_all(
    connection: &mut Connection,
    user: UserId,
    but: Option<SessionId>,
) -> QueryResult<Vec<SessionId>> {
    revoke_links(connection, user).await?;
    for delete in [
        "DELETE FROM ceremonies WHERE user_id = $1",
        "DELETE FROM totp_secrets WHERE user_id = $1 AND NOT is_on",
    ] {
        delete_of(connection, delete, user).await?;
    }
    match but {
        Some(but) => sessions::delete_others(connection, user, but).await,
        None => sessions::delete_all(connection, user).await,
    }
}

/// Ends the mailed links of an account, and removes waiting mail that would bring one. Mail to reset a password waits
/// without an account. It is removed when this account alone would get the link.
pub async fn revoke_links(connection: &mut Connection, user: UserId) -> QueryResult<()> {
    // The mail first: a process that is writing one makes its link while it holds the row of `mails`.
    for delete in [
        "DELETE FROM mails WHERE user_id = $1 AND content::json ->> 'kind' IN ('confirm_address', 'reset_password')",
        "DELETE FROM mails USING users WHERE users.id = $1 AND mails.user_id IS NULL \
         AND mails.content::json ->> 'kind' = 'reset_password' AND mails.address = users.canonical_email \
         AND (users.email_confirmed_at IS NOT NULL OR NOT EXISTS ( \
             SELECT FROM users other WHERE other.canonical_email = users.canonical_email AND other.id <> $1))",
        "DELETE FROM mailed_links WHERE user_id = $1",
    ] {
        delete_of(connection, delete, user).await?;
    }
    Ok(())
}

async fn delete_of(
    connection: &mut Connection,
    delete: &'static str,
    user: UserId,
) -> QueryResult<usize> {
    Prepared(diesel::sql_query(delete).bind::<BigInt, _>(user.get()))
        .execute(connection)
        .await
}
