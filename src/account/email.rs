//! Email addresses: confirming one, changing it, and getting back in by it.

use super::{
    device::Device,
    guessing, limits,
    name::Email,
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
        Transaction, User,
        addresses::{self, Address},
        mails, sessions, users,
    },
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
    limits::mail(app, &address.email, device).await?;
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

/// Takes the link of such a mail: the address is theirs, and it is the one of the account from now on.
///
/// # Errors
/// [`Error::NotFound`] when the link is none of ours, used up or too old; [`Error::Invalid`] when somebody else has confirmed
/// the address meanwhile.
pub async fn confirm(app: &App, secret: &str, device: &Device) -> Result<()> {
    let now = app.clock.now();
    let mut connection = app.db.get().await?;
    let link = mails::use_link(&mut connection, &hash_of(secret), "confirm", now).await?;
    let link = link.ok_or_else(unusable)?;
    let before = addresses::of(&mut connection, link.user_id)
        .await?
        .ok_or_else(unusable)?;
    let is_theirs = addresses::confirm(&mut connection, link.user_id, &link.address, now).await?;
    if !is_theirs {
        return Err(Error::invalid("email", message("email-of-another")));
    }
    let is_changed = !before.email.eq_ignore_ascii_case(&link.address);
    if is_changed && before.confirmed_at.is_some() {
        let told = Mail::AddressChanged {
            to: link.address.clone(),
        };
        let (user, language) = (Some(link.user_id), device.language());
        mail::send(app, &mut connection, user, &before.email, language, &told).await?;
    }
    drop(connection);
    rows::announce(app, &[Change::User(link.user_id)]).await;
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
    session::prove(app, viewer, device, password).await?;
    let (viewer, device) = (viewer.clone(), device.clone());
    app.run(move |app| async move {
        let new = new.as_str();
        limits::mail(&app, new, &device).await?;
        let old = of(&app, &viewer).await?;
        ask_to_confirm(&app, viewer.user.id, new, &device).await?;
        if old.confirmed_at.is_some() {
            let told = Mail::AddressToChange { to: new.to_owned() };
            let (user, language) = (Some(viewer.user.id), device.language());
            let mut connection = app.db.get().await?;
            mail::send(&app, &mut connection, user, &old.email, language, &told).await?;
        }
        Ok(())
    })
    .await
}

/// Sends whoever has an address a link by which they choose another password. What is answered, and how soon, does not
/// depend on whether anybody has it: that is found out when the mail is made.
///
/// # Errors
/// [`Error::Invalid`] when it is no address; [`Error::TooMany`] when that was asked for too often.
pub async fn ask_to_reset(app: &App, address: &str, device: &Device) -> Result<()> {
    let address = Email::parse(address).map_err(|said| Error::invalid("email", said))?;
    limits::mail(app, address.as_str(), device).await?;
    let mut connection = app.db.get().await?;
    let language = device.language();
    mail::send(
        app,
        &mut connection,
        None,
        address.as_str(),
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
    let user = link.ok_or_else(unusable)?.user_id;
    users::by_id(&mut connection, user)
        .await?
        .ok_or_else(unusable)
}

/// Sets a password by such a link, which is used up, ends all sessions and confirms the address; the secret by which the
/// device is known from now on. As [`super::log_in()`], it
/// runs its own operations on the main runtime.
///
/// # Errors
/// [`Error::NotFound`] when the link does not work (any more); [`Error::Invalid`] for a password that may not be one, after
/// which the link still works.
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
        let link = mails::use_link(all.connection(), &hash_of(&secret), "reset", now).await?;
        let Some(link) = link else {
            all.roll_back().await;
            return Err(unusable());
        };
        let user = link.user_id;
        users::replace_password(all.connection(), user, &hash).await?;
        let ended = sessions::delete_all(all.connection(), user).await?;
        let told = Mail::PasswordChanged;
        mail::send(
            &app,
            all.connection(),
            Some(user),
            &link.address,
            language,
            &told,
        )
        .await?;
        all.commit().await?;
        // Nobody could see it before.
        app.mailbox.ring();
        let mut connection = app.db.get().await?;
        // Somebody else may have confirmed the same one; then it stays as it is.
        addresses::confirm(&mut connection, user, &link.address, now).await?;
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

fn unusable() -> Error {
    Error::NotFound(message("link-unusable"))
}
