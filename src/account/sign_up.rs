//! Signing up: for everybody, for the invited, or for those whom somebody lets in.

use chrono::TimeDelta;

use super::{
    deletion,
    device::Device,
    email, guessing, limits,
    name::{self, Username},
    password::Password,
    secret::{self, hash_of},
    session::{self, Begun, Viewer},
};
use crate::{
    app::App,
    config::SignUpMode,
    error::{Error, Invalid, Result},
    language::{Language, message},
    mail::{self, Mail},
    store::{
        Transaction, User,
        sign_ups::{self, Invitation, Waiting},
        users,
    },
    text::email::Email,
};

const INVITED_FOR: TimeDelta = TimeDelta::days(7);
const MOST_INVITATIONS: i64 = 10;
/// More would be a page that nobody reads.
const MOST_SHOWN: i64 = 100;

/// What someone typed to sign up.
#[derive(Clone, Debug, Default)]
pub struct SignUp {
    pub username: String,
    pub email: String,
    pub password: String,
    /// Why they want to be here, where that is asked.
    pub reason: String,
    /// The secret of an invitation's link.
    pub invitation: Option<String>,
}

/// What came of it.
#[derive(Debug)]
pub enum SignedUp {
    /// They have an account and are logged in.
    In(Box<(User, Begun)>),
    /// Somebody has to let them in.
    Waiting,
}

/// A form that may be carried out.
struct Checked {
    username: String,
    email: Email,
    reason: String,
    /// The hash of an invitation's secret.
    invitation: Option<[u8; 32]>,
    password: Password,
}

/// Makes an account and begins its first session, or has somebody wait. As [`super::log_in()`], it runs its own operations on
/// the main runtime.
///
/// # Errors
/// [`Error::Invalid`] with every field that must change, a taken name among them; [`Error::Forbidden`] where nobody may sign
/// up; [`Error::TooMany`] when many signed up from there today.
pub async fn sign_up(app: &App, form: &SignUp, device: &Device) -> Result<SignedUp> {
    let typed = form.clone();
    // Asked before the costly hash, so that the form comes back at once and with everything there is to
    // say. The unique indexes decide.
    let checked = app
        .run(|app| async move { check(&app, &typed).await })
        .await?;
    let place = app.hasher.place()?;
    let counted = device.clone();
    app.run(|app| async move { limits::sign_up(&app, &counted).await })
        .await?;
    let hash = place.hash(&checked.password).await?;
    let device = device.clone();
    app.run(|app| async move {
        let is_invited = checked.invitation.is_some();
        if app.settings.sign_up.mode == SignUpMode::Approval && !is_invited {
            wait(&app, &checked, &hash, &device).await
        } else {
            let made = make(&app, checked, &hash, &device).await?;
            Ok(SignedUp::In(Box::new(made)))
        }
    })
    .await
}

async fn check(app: &App, form: &SignUp) -> Result<Checked> {
    let mode = app.settings.sign_up.mode;
    if mode == SignUpMode::Closed {
        return Err(Error::Forbidden(message("sign-up-closed")));
    }
    let mut invalid = Invalid::default();
    let username = invalid.check("username", Username::parse(&form.username));
    let email = invalid.check("email", Email::parse(&form.email));
    let username = username.as_ref().map_or("", Username::as_str);
    let address = email.as_ref().map_or("", Email::as_str);
    let password = invalid.check(
        "password",
        Password::choose(&form.password, &[username, address]),
    );
    let now = app.clock.now();
    let mut connection = app.db.get().await?;
    let hash = deletion::name_hash(username);
    let standing = sign_ups::check_name(&mut connection, username, &hash).await?;
    if standing.is_taken {
        invalid.add("username", message("username-taken"));
    } else if standing.is_confusable {
        invalid.add("username", message("username-confusable"));
    }
    let given = form
        .invitation
        .as_deref()
        .filter(|secret| !secret.is_empty());
    let mut invitation = given.map(hash_of);
    if let Some(hash) = &invitation
        && !sign_ups::is_invited(&mut connection, hash, now).await?
    {
        invitation = None;
    }
    if mode == SignUpMode::Invitation && invitation.is_none() {
        invalid.add("invitation", message("invitation-unusable"));
    }
    let is_asked = mode == SignUpMode::Approval && invitation.is_none();
    let reason = invalid.check("reason", name::reason(&form.reason, is_asked));
    match (email, password, reason) {
        (Some(email), Some(password), Some(reason)) if invalid.is_empty() => Ok(Checked {
            username: username.to_owned(),
            email,
            reason,
            invitation,
            password,
        }),
        _ => Err(Error::Invalid(invalid)),
    }
}

async fn make(app: &App, checked: Checked, hash: &str, device: &Device) -> Result<(User, Begun)> {
    let Checked {
        username, email, ..
    } = checked;
    let mut all = Transaction::begin(&app.db).await?;
    if let Some(secret_hash) = checked.invitation {
        let now = app.clock.now();
        if !sign_ups::use_invitation(all.connection(), &secret_hash, now).await? {
            all.roll_back().await;
            return Err(Error::invalid("invitation", message("invitation-unusable")));
        }
    }
    let Some(user) = users::insert(all.connection(), &username, &email, hash).await? else {
        all.roll_back().await;
        return Err(taken());
    };
    all.commit().await?;
    // Whether somebody else has the address is found out when the mail is made, and told there alone.
    email::ask_to_confirm(app, user.id, email.as_str(), device).await?;
    let mut connection = app.db.get().await?;
    let token = session::begin(app, &mut connection, user.id, device).await?;
    let secret = guessing::know(app, &mut connection, user.id, None).await?;
    Ok((user, Begun { token, secret }))
}

async fn wait(app: &App, checked: &Checked, hash: &str, device: &Device) -> Result<SignedUp> {
    let is_new = sign_ups::add(
        &mut *app.db.get().await?,
        &checked.username,
        checked.email.as_str(),
        hash,
        &checked.reason,
        device.language().tag(),
        app.clock.now(),
    )
    .await?;
    if is_new {
        Ok(SignedUp::Waiting)
    } else {
        Err(taken())
    }
}

/// Whether somebody lets others in here: `instance.moderators` has them.
pub fn is_moderator(app: &App, user: &User) -> bool {
    let mut moderators = app.settings.instance.moderators();
    moderators.any(|name| name.eq_ignore_ascii_case(&user.username))
}

/// Those who wait longest.
///
/// # Errors
/// [`Error::Forbidden`] for whoever is no moderator.
pub async fn waiting(app: &App, viewer: &Viewer) -> Result<Vec<Waiting>> {
    only_moderators(app, viewer)?;
    Ok(sign_ups::waiting(&mut *app.db.get().await?, MOST_SHOWN).await?)
}

/// Lets somebody in, or does not, and tells them. Safe to repeat.
///
/// # Errors
/// [`Error::Forbidden`] for whoever is no moderator.
pub async fn decide(app: &App, viewer: &Viewer, id: i64, is_let_in: bool) -> Result<()> {
    only_moderators(app, viewer)?;
    let mut all = Transaction::begin(&app.db).await?;
    let Some(asked) = sign_ups::take(all.connection(), id).await? else {
        all.roll_back().await;
        return Ok(());
    };
    let language = Language::of(&asked.language).unwrap_or_default();
    let (address, name) = (asked.email.as_str(), asked.username.clone());
    let told = if is_let_in {
        let hash = &asked.password_hash;
        let email = Email::stored(address);
        let made = users::insert(all.connection(), &asked.username, &email, hash).await?;
        let Some(user) = made else {
            all.roll_back().await;
            return Err(taken());
        };
        let confirm = Mail::ConfirmAddress;
        mail::send(
            app,
            all.connection(),
            Some(user.id),
            address,
            language,
            &confirm,
        )
        .await?;
        Mail::LetIn { name }
    } else {
        Mail::NotLetIn { name }
    };
    mail::send(app, all.connection(), None, address, language, &told).await?;
    all.commit().await?;
    app.mailbox.ring();
    Ok(())
}

/// The secret of a link by which one person may sign up.
///
/// # Errors
/// [`Error::BadRequest`] when the viewer has as many as one may have, or where nobody needs one.
pub async fn invite(app: &App, viewer: &Viewer) -> Result<String> {
    if !takes_invitations(app) {
        return Err(Error::BadRequest(message("invitations-none")));
    }
    email::may_write(app, &viewer.user)?;
    let (secret, now) = (secret::fresh(), app.clock.now());
    let (hash, until) = (hash_of(&secret), now + INVITED_FOR);
    let mut connection = app.db.get().await?;
    let by = viewer.user.id;
    let is_made =
        sign_ups::invite(&mut connection, by, &hash, now, until, MOST_INVITATIONS).await?;
    if !is_made {
        let said = message("invitations-too-many").with("most", MOST_INVITATIONS);
        return Err(Error::BadRequest(said));
    }
    Ok(secret)
}

/// Whether an invitation lets anybody in who would not be let in without.
pub fn takes_invitations(app: &App) -> bool {
    let mode = app.settings.sign_up.mode;
    matches!(mode, SignUpMode::Invitation | SignUpMode::Approval)
}

/// The viewer's invitations that nobody has used.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn invitations(app: &App, viewer: &Viewer) -> Result<Vec<Invitation>> {
    let now = app.clock.now();
    Ok(sign_ups::invitations(&mut *app.db.get().await?, viewer.user.id, now).await?)
}

/// Takes one of the viewer's back.
///
/// # Errors
/// [`Error::NotFound`] when it is none of theirs, or used or taken back already.
pub async fn withdraw(app: &App, viewer: &Viewer, id: i64) -> Result<()> {
    let mut connection = app.db.get().await?;
    if sign_ups::withdraw(&mut connection, viewer.user.id, id).await? {
        Ok(())
    } else {
        Err(Error::NotFound(message("no-such-invitation")))
    }
}

fn only_moderators(app: &App, viewer: &Viewer) -> Result<()> {
    if is_moderator(app, &viewer.user) {
        Ok(())
    } else {
        Err(Error::Forbidden(message("moderators-only")))
    }
}

fn taken() -> Error {
    Error::invalid("username", message("username-taken"))
}
