//! Email addresses: confirming one, changing it, and getting back in by it.

use chrono::{DateTime, Utc};

use super::{
    device::Device,
    guessing, limits,
    password::Password,
    secret::hash_of,
    session::{self, Viewer},
};
use crate::{
    app::App,
    config::EmailPolicy,
    error::{Error, Result},
    id::UserId,
    language::message,
    mail::{self, Mail},
    rows::{self, Change},
    store::{
        Connection, Transaction, User,
        addresses::{self, Address},
        mails::{self, Link},
        revocation, users,
    },
    text::email::{CanonicalEmail, Email},
};

/// Whether somebody may say something and follow people: not while this server wants their address confirmed and it is not.
///
/// # Errors
/// [`Error::Forbidden`] that says what to do.
pub fn may_write(app: &App, user: &User) -> Result<()> {
    if app.settings.sign_up.email == EmailPolicy::Confirmed && user.email_confirmed_at.is_none() {
        return Err(Error::Forbidden(message("confirm-first")));
    }
    Ok(())
}

/// The viewer's own address.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn of(app: &App, viewer: &Viewer) -> Result<Address> {
    let found = addresses::of(&mut *app.db.get().await?, viewer.user.id).await?;
    found.ok_or_else(session::over)
}

/// Sends the viewer a link again by which they confirm their address.
///
/// # Errors
/// [`Error::TooMany`] when it was sent several times already.
pub async fn send_again(app: &App, viewer: &Viewer, device: &Device) -> Result<()> {
    let address = of(app, viewer).await?;
    if address.confirmed_at.is_some() {
        return Ok(());
    }
    let canonical = CanonicalEmail::of(&address.email);
    limits::mail(app, &canonical, device).await?;
    ask_to_confirm(app, viewer.user.id, &address.email, device).await
}

/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn ask_to_confirm(app: &App, user: UserId, address: &str, device: &Device) -> Result<()> {
    let mut connection = app.db.get().await?;
    let language = device.language();
    mail::send(
        app,
        &mut connection,
        Some(user),
        address,
        language,
        &Mail::ConfirmAddress,
    )
    .await
}

/// Takes the link of such a mail. Its address becomes the confirmed address of the account. When the address differs
/// from the one before, all other links of the account end, and a notice goes to the old address.
///
/// # Errors
/// [`Error::NotFound`] when the link is none of ours, used up or too old; [`Error::Invalid`] when somebody else has confirmed
/// the address meanwhile, after which the link still works.
pub async fn confirm(app: &App, secret: &str, device: &Device) -> Result<()> {
    let now = app.clock.now();
    let mut all = Transaction::begin(&app.db).await?;
    let used = use_link(all.connection(), secret, "confirm", now).await?;
    let Some((link, before)) = used else {
        all.roll_back().await;
        return Err(unusable());
    };
    let (user, new) = (link.user_id, Email::stored(&link.address));
    if !addresses::confirm(all.connection(), user, &new, now).await? {
        all.roll_back().await;
        return Err(Error::invalid("email", message("email-of-another")));
    }
    if !before.is(new.as_str()) {
        revocation::revoke_links(all.connection(), user).await?;
        let told = Mail::AddressChanged { to: link.address };
        let (of, language) = (Some(user), device.language());
        mail::send(app, all.connection(), of, &before.email, language, &told).await?;
    }
    all.commit().await?;
    // Nobody could see the mail before.
    app.mailbox.ring();
    rows::announce(app, &[Change::User(user)]).await;
    Ok(())
}

/// Asks for another address, which counts once it is confirmed. The old one is told. As [`super::log_in()`], it runs its own
/// operations on the main runtime.
///
/// # Errors
/// [`Error::Invalid`] when the address is none or the password is another; [`Error::TooMany`] when that was done too often.
pub async fn change(
    app: &App,
    viewer: &Viewer,
    device: &Device,
    password: &str,
    new: &str,
) -> Result<()> {
    let new = Email::parse(new).map_err(|said| Error::invalid("email", said))?;
    let proven = session::prove(app, viewer, device, password).await?;
    let (viewer, device) = (viewer.clone(), device.clone());
    app.run(move |app| async move {
        limits::mail(&app, new.canonical(), &device).await?;
        let (user, language) = (viewer.user.id, device.language());
        let mut all = Transaction::begin(&app.db).await?;
        // The password may have been changed since it was proven, which ends what was begun by the old one.
        if !users::holds_password(all.connection(), user, &proven).await? {
            all.roll_back().await;
            return Err(session::not_present());
        }
        let old = addresses::of(all.connection(), user).await?;
        let old = old.ok_or_else(session::over)?;
        let to = new.as_str();
        let confirm = Mail::ConfirmAddress;
        mail::send(&app, all.connection(), Some(user), to, language, &confirm).await?;
        if !old.is(to) {
            let (of, told) = (Some(user), Mail::AddressToChange { to: to.to_owned() });
            mail::send(&app, all.connection(), of, &old.email, language, &told).await?;
        }
        all.commit().await?;
        app.mailbox.ring();
        Ok(())
    })
    .await
}

/// Sends the accounts with this address a link to choose another password. Mail goes to the address that each account
/// stores. Accounts are looked up when the mail is made, so neither answer nor time tells whether one exists.
///
/// # Errors
/// [`Error::Invalid`] when it is no address; [`Error::TooMany`] when that was asked for too often.
pub async fn ask_to_reset(app: &App, address: &str, device: &Device) -> Result<()> {
    let address = Email::parse(address).map_err(|said| Error::invalid("email", said))?;
    limits::mail(app, address.canonical(), device).await?;
    let mut connection = app.db.get().await?;
    let language = device.language();
    mail::send(
        app,
        &mut connection,
        None,
        address.canonical().as_str(),
        language,
        &Mail::ResetPassword,
    )
    .await
}

/// Whose password a link may set, if it still works.
///
/// # Errors
/// [`Error::NotFound`] when it does not.
pub async fn may_reset(app: &App, secret: &str) -> Result<User> {
    let now = app.clock.now();
    let mut connection = app.db.get().await?;
    let link = mails::link(&mut connection, &hash_of(secret), "reset", now).await?;
    let link = link.ok_or_else(unusable)?;
    let address = addresses::of(&mut connection, link.user_id).await?;
    if !address.is_some_and(|address| address.is(&link.address)) {
        return Err(unusable());
    }
    users::by_id(&mut connection, link.user_id)
        .await?
        .ok_or_else(unusable)
}

/// Sets a password by such a link, which is used up. Confirms the address, and ends everything else that was begun for
/// the account. Returns the secret by which the device is known from now on. As [`super::log_in()`], it runs its own
/// operations on the main runtime.
///
/// # Errors
/// [`Error::NotFound`] when the link does not work, or the account has another address now; [`Error::Invalid`] for a
/// password that may not be one, after which the link still works.
pub async fn reset(app: &App, secret: &str, new: &str, device: &Device) -> Result<String> {
    let place = app.hasher.place()?;
    let (asked, typed) = (secret.to_owned(), new.to_owned());
    let chosen = app
        .run(move |app| async move {
            let user = may_reset(&app, &asked).await?;
            Password::choose(&typed, &[&user.username, &user.display_name])
                .map_err(|said| Error::invalid("new_password", said))
        })
        .await?;
    let hash = place.hash(&chosen).await?;
    let (secret, language) = (secret.to_owned(), device.language());
    app.run(move |app| async move {
        let now = app.clock.now();
        let mut all = Transaction::begin(&app.db).await?;
        let used = use_link(all.connection(), &secret, "reset", now).await?;
        let Some((link, address)) = used.filter(|(link, address)| address.is(&link.address)) else {
            all.roll_back().await;
            return Err(unusable());
        };
        let user = link.user_id;
        users::replace_password(all.connection(), user, &hash).await?;
        let ended = revocation::revoke_all(all.connection(), user, None).await?;
        let (of, told) = (Some(user), Mail::PasswordChanged);
        mail::send(&app, all.connection(), of, &address.email, language, &told).await?;
        all.commit().await?;
        // Nobody could see it before.
        app.mailbox.ring();
        let mut connection = app.db.get().await?;
        // Somebody else may have confirmed the same one, or it may have been changed; then it stays as it is.
        let present = CanonicalEmail::of(&address.email);
        addresses::confirm_present(&mut connection, user, &present, now).await?;
        // Whoever guessed meanwhile may have had all the tries that there are.
        let known = guessing::know(&app, &mut connection, user, None).await?;
        drop(connection);
        let mut changes: Vec<Change> = ended.into_iter().map(Change::Session).collect();
        changes.push(Change::User(user));
        rows::announce(&app, &changes).await;
        Ok(known)
    })
    .await
}

/// Uses a link up in a transaction, which holds the account from then on. The link, and the address that the account has.
async fn use_link(
    connection: &mut Connection,
    secret: &str,
    purpose: &str,
    now: DateTime<Utc>,
) -> Result<Option<(Link, Address)>> {
    let hash = hash_of(secret);
    // The account first, as whatever ends links does.
    let Some(link) = mails::link(connection, &hash, purpose, now).await? else {
        return Ok(None);
    };
    let address = addresses::lock(connection, link.user_id).await?;
    let used = mails::use_link(connection, &hash, purpose, now).await?;
    Ok(used.zip(address))
}

fn unusable() -> Error {
    Error::NotFound(message("link-unusable"))
}
