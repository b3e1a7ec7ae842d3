//! Mail to people. It waits in PostgreSQL until it is sent, so that none is lost, and says why it came.

mod letter;
pub mod postman;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    error::{Error, Result},
    id::UserId,
    language::Language,
    store::{Connection, addresses, mails},
};

/// What is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Mail {
    /// With a link, to the address that it is about.
    ConfirmAddress,
    /// With a link for each account that has the address, if there is any.
    ResetPassword,
    /// To the old address, when another one was asked for and when it was confirmed.
    AddressToChange {
        to: String,
    },
    AddressChanged {
        to: String,
    },
    PasswordChanged,
    /// A sign-up was looked at.
    LetIn {
        name: String,
    },
    NotLetIn {
        name: String,
    },
    AccountToDelete {
        at: DateTime<Utc>,
    },
    AccountDeleted {
        name: String,
    },
    SecondFactorAdded,
    SecondFactorRemoved,
    /// Somebody logged in where they had not before.
    NewDevice {
        user_agent: String,
        address: String,
        at: DateTime<Utc>,
    },
}

/// Has mail sent to an address, by whichever process gets to it first.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn send(
    app: &App,
    connection: &mut Connection,
    user: Option<UserId>,
    address: &str,
    language: Language,
    mail: &Mail,
) -> Result<()> {
    let content = serde_json::to_string(mail).map_err(Error::internal)?;
    let now = app.clock.now();
    mails::add(connection, user, address, language.tag(), &content, now).await?;
    app.mailbox.ring();
    Ok(())
}

/// The same to somebody's own address, if they have confirmed it: nobody else is told what happens here.
///
/// # Errors
/// As [`send`].
pub async fn tell(
    app: &App,
    connection: &mut Connection,
    user: UserId,
    language: Language,
    mail: &Mail,
) -> Result<()> {
    let address = addresses::of(connection, user).await?;
    match address.filter(|address| address.confirmed_at.is_some()) {
        Some(address) => send(app, connection, Some(user), &address.email, language, mail).await,
        None => Ok(()),
    }
}
