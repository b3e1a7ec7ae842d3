//! What somebody needs beside their password: a code of an authenticator app, a recovery code, or a passkey. Once they have
//! one of these, the password alone lets nobody in.

use totp_rs::{Builder, Secret, Totp};

use super::{
    ceremony,
    device::Device,
    guessing, limits, secret,
    session::{self, Viewer},
};
use crate::{
    app::App,
    error::{Error, Result},
    id::UserId,
    language::message,
    mail::{self, Mail},
    store::{
        Connection, Transaction, addresses, ceremonies,
        second_factors::{self, Factors},
    },
};

const SECOND_STEP: &str = "second step";
const RECOVERY_CODES: usize = 10;
/// Letters and digits that are not mistaken for one another.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// What an app has to be given.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// In base 32, to be typed.
    pub secret: String,
    /// The same as an address, for a picture that the app looks at.
    pub url: String,
}

impl Factors {
    /// Whether the password is not enough.
    pub fn are_needed(&self) -> bool {
        self.has_app || self.passkeys > 0
    }
}

/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn of(app: &App, viewer: &Viewer) -> Result<Factors> {
    Ok(second_factors::of(&mut *app.db.get().await?, viewer.user.id).await?)
}

/// Makes a secret for an app, which is not asked for before it has given a right code. As [`super::log_in()`], it runs its own
/// operations on the main runtime.
///
/// # Errors
/// As [`session::prove`].
pub async fn propose_app(
    app: &App,
    viewer: &Viewer,
    device: &Device,
    password: &str,
) -> Result<Proposal> {
    session::prove(app, viewer, device, password).await?;
    let viewer = viewer.clone();
    app.run(move |app| async move {
        let secret = Secret::generate().to_base32();
        second_factors::propose_app(&mut *app.db.get().await?, viewer.user.id, &secret).await?;
        proposal(&app, &viewer).await
    })
    .await
}

/// The secret that was made and is not on yet.
///
/// # Errors
/// [`Error::BadRequest`] when there is none.
pub async fn proposal(app: &App, viewer: &Viewer) -> Result<Proposal> {
    let found = second_factors::app(&mut *app.db.get().await?, viewer.user.id).await?;
    let found = found.filter(|found| !found.is_on);
    let secret = found.ok_or_else(nothing_proposed)?.secret;
    let url = codes(app, &secret, &viewer.user.username)?
        .to_url()
        .map_err(Error::internal)?;
    Ok(Proposal { secret, url })
}

/// Turns the app on by its first code; recovery codes, where there were none.
///
/// # Errors
/// [`Error::Invalid`] for a wrong code, after which it can be tried again.
pub async fn confirm_app(
    app: &App,
    viewer: &Viewer,
    device: &Device,
    code: &str,
) -> Result<Option<Vec<String>>> {
    let user = viewer.user.id;
    proposal(app, viewer).await?;
    let mut connection = app.db.get().await?;
    limits::code(app, &mut connection, user).await?;
    if !is_of_app(app, &mut connection, user, code).await? {
        return Err(wrong_code());
    }
    added(app, &mut connection, user, device).await
}

/// Turns the app off.
///
/// # Errors
/// As [`session::prove`].
pub async fn remove_app(app: &App, viewer: &Viewer, device: &Device, password: &str) -> Result<()> {
    session::prove(app, viewer, device, password).await?;
    let (viewer, device) = (viewer.clone(), device.clone());
    app.run(move |app| async move {
        let mut all = Transaction::begin(&app.db).await?;
        addresses::lock(all.connection(), viewer.user.id).await?;
        if second_factors::remove_app(all.connection(), viewer.user.id).await? {
            removed(&app, all, &viewer, &device).await
        } else {
            all.roll_back().await;
            Ok(())
        }
    })
    .await
}

/// New recovery codes; the old ones work no more.
///
/// # Errors
/// As [`session::prove`].
pub async fn renew_recovery_codes(
    app: &App,
    viewer: &Viewer,
    device: &Device,
    password: &str,
) -> Result<Vec<String>> {
    session::prove(app, viewer, device, password).await?;
    let user = viewer.user.id;
    app.run(move |app| async move { make_recovery_codes(&mut *app.db.get().await?, user).await })
        .await
}

/// A factor was added: they are told, and get recovery codes if they have none.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn added(
    app: &App,
    connection: &mut Connection,
    user: UserId,
    device: &Device,
) -> Result<Option<Vec<String>>> {
    let language = device.language();
    mail::tell(app, connection, user, language, &Mail::SecondFactorAdded).await?;
    let has = second_factors::of(connection, user).await?;
    if has.recovery_codes > 0 {
        return Ok(None);
    }
    make_recovery_codes(connection, user).await.map(Some)
}

/// Finishes the removal of a factor, in a transaction that holds the account's row. Tells the owner by mail, ends
/// everything that was begun for the account except the viewer's session, and commits.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn removed(
    app: &App,
    mut all: Transaction,
    viewer: &Viewer,
    device: &Device,
) -> Result<()> {
    let (user, told) = (viewer.user.id, Mail::SecondFactorRemoved);
    mail::tell(app, all.connection(), user, device.language(), &told).await?;
    session::revoke_others(app, all, viewer).await?;
    Ok(())
}

/// The password was right, and more is needed: what the browser brings with the second step.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn begin_second_step(
    app: &App,
    connection: &mut Connection,
    user: UserId,
) -> Result<String> {
    ceremony::begin(app, connection, SECOND_STEP, Some(user), &()).await
}

/// Returns the user of a second step whose code is right, and the transaction that uses up the ticket. The session must
/// begin in this transaction. So a remedy, which ends tickets and sessions, waits for it or comes first.
///
/// # Errors
/// [`Error::Invalid`] for a wrong code, [`Error::TooMany`] after ten, [`Error::Unauthorized`] when the ticket is too old.
pub async fn take_second_step(
    app: &App,
    ticket: &str,
    code: &str,
) -> Result<(Transaction, UserId)> {
    let (hash, now) = (secret::hash_of(ticket), app.clock.now());
    let mut connection = app.db.get().await?;
    let begun = ceremonies::get(&mut connection, &hash, SECOND_STEP, now).await?;
    let user = begun.and_then(|begun| begun.user()).ok_or_else(too_late)?;
    check(app, &mut connection, user, code).await?;
    drop(connection);
    let mut all = Transaction::begin(&app.db).await?;
    if ceremonies::end(all.connection(), &hash, SECOND_STEP, now)
        .await?
        .is_none()
    {
        all.roll_back().await;
        return Err(too_late());
    }
    Ok((all, user))
}

/// Whether a code is of somebody's app or one of their recovery codes, which is used up by it.
///
/// # Errors
/// [`Error::Invalid`] when it is not, [`Error::TooMany`] after ten in a quarter of an hour.
pub async fn check(app: &App, connection: &mut Connection, user: UserId, code: &str) -> Result<()> {
    limits::code(app, connection, user).await?;
    let is_right = is_of_app(app, connection, user, code).await?
        || second_factors::use_recovery_code(connection, user, &recovery_hash(user, code)).await?;
    if !is_right {
        return Err(wrong_code());
    }
    limits::forgive_codes(connection, user).await
}

async fn is_of_app(
    app: &App,
    connection: &mut Connection,
    user: UserId,
    code: &str,
) -> Result<bool> {
    let Some(found) = second_factors::app(connection, user).await? else {
        return Ok(false);
    };
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let now = u64::try_from(app.clock.now().timestamp()).map_err(Error::internal)?;
    let Some(step) = codes(app, &found.secret, "")?.check(&typed, now) else {
        return Ok(false);
    };
    let step = i64::try_from(step).map_err(Error::internal)?;
    Ok(second_factors::use_step(connection, user, step).await?)
}

fn codes(app: &App, secret: &str, username: &str) -> Result<Totp> {
    let secret = Secret::try_from_base32(secret)
        .map_err(|_| Error::internal("a secret of an app is not in base 32"))?;
    let issuer = app.settings.instance.title.replace(':', " ");
    let builder = Builder::new()
        .with_secret(secret)
        .with_issuer(Some(issuer))
        .with_account_name(username);
    Ok(builder.build_noncompliant())
}

async fn make_recovery_codes(connection: &mut Connection, user: UserId) -> Result<Vec<String>> {
    let codes: Vec<String> = (0..RECOVERY_CODES).map(|_| recovery_code()).collect();
    let hashes: Vec<Vec<u8>> = codes
        .iter()
        .map(|code| recovery_hash(user, code).to_vec())
        .collect();
    second_factors::set_recovery_codes(connection, user, &hashes).await?;
    Ok(codes)
}

/// 60 bits, in three groups.
fn recovery_code() -> String {
    let bits: u64 = rand::random();
    let letter = |at: u32| {
        let index = usize::try_from((bits >> (5 * at)) & 31).unwrap_or_default();
        ALPHABET.get(index).copied().map_or('a', char::from)
    };
    let letters: Vec<char> = (0..12).map(letter).collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join("-")
}

fn recovery_hash(user: UserId, code: &str) -> [u8; 32] {
    let typed: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    guessing::hash_of(&[&user.to_string(), &typed.to_lowercase()])
}

fn wrong_code() -> Error {
    Error::invalid("code", message("code-wrong"))
}

fn too_late() -> Error {
    Error::Unauthorized(message("second-step-over"))
}

fn nothing_proposed() -> Error {
    Error::BadRequest(message("app-not-proposed"))
}
