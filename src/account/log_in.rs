//! Logging in: by a password, by a password and a code, or by a passkey.

use super::{
    device::Device,
    guessing::{self, Guess},
    limits, passkey,
    password::Password,
    second_factor,
    session::{self, Begun},
};
use crate::{
    app::App,
    error::{Error, Result},
    id::UserId,
    language::message,
    mail::{self, Mail},
    store::{
        Connection, Transaction, addresses, second_factors, sign_ups,
        users::{self, Credentials},
    },
    text::email::CanonicalEmail,
};

/// What came of a right password.
#[derive(Clone, Debug)]
pub enum FirstStep {
    Begun(Begun),
    /// More is needed: what the browser brings with the code.
    Ticket(String),
}

/// Checks a username, or a confirmed email address, and a password, and begins a session, or the second step where one is
/// needed and no code came along. It runs its own operations on the main runtime: hashing takes its time and must not count
/// against theirs.
///
/// # Errors
/// [`Error::Busy`] when many log in already, [`Error::TooMany`] when this name was tried too often. [`Error::Unauthorized`],
/// the same and after the same time whether the name or the password is wrong. [`Error::Invalid`] when the code is wrong.
pub async fn log_in(
    app: &App,
    username: &str,
    password: &str,
    code: Option<&str>,
    device: &Device,
) -> Result<FirstStep> {
    let place = app.hasher.place()?;
    let (name, known) = (username.trim().to_owned(), device.clone());
    let (guess, found, waits) = app
        .run(|app| async move {
            limits::log_in(&app, &known).await?;
            let name = account_name(&app, name).await?;
            let guess = Guess::begin(&app, &name, known.secret()).await?;
            let mut connection = app.db.get().await?;
            let found = users::credentials(&mut connection, &name).await?;
            let waits = sign_ups::of_name(&mut connection, &name).await?;
            Ok((guess, found, waits))
        })
        .await?;
    let hash = found.as_ref().map(|found| found.password_hash.as_str());
    let waiting = waits.as_ref().map(|waits| waits.password_hash.as_str());
    let hash = hash.or(waiting);
    let right = place.verify(&Password::attempt(password), hash).await?;
    if right && found.is_none() {
        return Err(Error::Forbidden(message("sign-up-waits")));
    }
    let Some(found) = found.filter(|_| right) else {
        return Err(Error::Unauthorized(message("wrong-credentials")));
    };
    let hash = if app.hasher.is_outdated(&found.password_hash) {
        hash_anew(app, &found, password).await
    } else {
        found.password_hash
    };
    let (device, code) = (device.clone(), code.map(str::to_owned));
    app.run(|app| async move {
        let user = found.user_id;
        let mut connection = app.db.get().await?;
        guess.was_right(&mut connection).await?;
        let is_more_needed = second_factors::of(&mut connection, user)
            .await?
            .are_needed();
        if is_more_needed && let Some(code) = &code {
            second_factor::check(&app, &mut connection, user, code).await?;
        }
        drop(connection);
        let mut all = Transaction::begin(&app.db).await?;
        // It may have been changed since it was compared, which ends what was begun by it.
        if !users::holds_password(all.connection(), user, &hash).await? {
            all.roll_back().await;
            return Err(Error::Unauthorized(message("wrong-credentials")));
        }
        if is_more_needed && code.is_none() {
            let ticket = second_factor::begin_second_step(&app, all.connection(), user).await?;
            all.commit().await?;
            return Ok(FirstStep::Ticket(ticket));
        }
        if !guess.is_on_known_device() {
            tell_of_new_device(&app, all.connection(), user, &device).await?;
        }
        let secret = guess.know(&app, all.connection(), user).await?;
        let token = session::begin(&app, all.connection(), user, &device).await?;
        all.commit().await?;
        // Nobody could see the mail before.
        app.mailbox.ring();
        Ok(FirstStep::Begun(Begun { token, secret }))
    })
    .await
}

/// The username that is meant by what was typed: a confirmed address is its owner's, who has no more tries by that.
async fn account_name(app: &App, typed: String) -> Result<String> {
    if !typed.contains('@') {
        return Ok(typed);
    }
    let owner = addresses::owner(&mut *app.db.get().await?, &typed).await?;
    Ok(owner.unwrap_or_else(|| CanonicalEmail::of(&typed).as_str().to_owned()))
}

/// The second step.
///
/// # Errors
/// As [`second_factor::take_second_step`].
pub async fn log_in_by_code(app: &App, ticket: &str, code: &str, device: &Device) -> Result<Begun> {
    let (all, user) = second_factor::take_second_step(app, ticket, code).await?;
    begin(app, all, user, device).await
}

/// All of it by a passkey, which its owner has shown that they are with.
///
/// # Errors
/// As [`passkey::authenticate`].
pub async fn log_in_by_passkey(
    app: &App,
    ticket: &str,
    answer: &str,
    device: &Device,
) -> Result<Begun> {
    limits::log_in(app, device).await?;
    let (all, user) = passkey::authenticate(app, ticket, answer).await?;
    begin(app, all, user, device).await
}

/// Begins a session for a user who has passed every step of the log-in, and commits the transaction.
async fn begin(app: &App, mut all: Transaction, user: UserId, device: &Device) -> Result<Begun> {
    let known = guessing::known(all.connection(), user, device.secret()).await?;
    if known.is_none() {
        tell_of_new_device(app, all.connection(), user, device).await?;
    }
    let secret = guessing::know(app, all.connection(), user, known).await?;
    let token = session::begin(app, all.connection(), user, device).await?;
    all.commit().await?;
    // Nobody could see the mail before.
    app.mailbox.ring();
    Ok(Begun { token, secret })
}

async fn tell_of_new_device(
    app: &App,
    connection: &mut Connection,
    user: UserId,
    device: &Device,
) -> Result<()> {
    let mail = Mail::NewDevice {
        user_agent: device.user_agent().to_owned(),
        address: device.address().to_owned(),
        at: app.clock.now(),
    };
    mail::tell(app, connection, user, device.language(), &mail).await
}

/// Hashes a password anew by the work factor of today. Returns the hash that is stored afterwards: the old one when
/// this fails, since the next log-in tries it again.
async fn hash_anew(app: &App, found: &Credentials, password: &str) -> String {
    let hashed = async {
        let hash = app
            .hasher
            .place()?
            .hash(&Password::attempt(password))
            .await?;
        let (user, old) = (found.user_id, found.password_hash.clone());
        app.run(move |app| async move {
            let mut connection = app.db.get().await?;
            let is_set = users::set_password(&mut connection, user, &old, &hash).await?;
            Ok(if is_set { hash } else { old })
        })
        .await
    };
    hashed.await.unwrap_or_else(|error| {
        tracing::info!(%error, "a password keeps its old hash");
        found.password_hash.clone()
    })
}
