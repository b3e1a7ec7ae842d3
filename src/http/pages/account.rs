//! `/settings/account`: how one gets in, and the pages on which that is changed.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{form::Problems, site::Site};
use crate::{
    account::{self, Viewer, deletion, email, second_factor, sign_up},
    config::EmailPolicy,
    error::Result,
    http::{
        auth::{LoggedIn, MaybeLoggedIn},
        body::{Body, Params},
        failure::{Answer, Failure},
        present::Moment,
    },
    language::{Message, message},
    store::addresses::Address,
};

const ACCOUNT: &str = "/settings/account";
const PASSWORD: &str = "/settings/account/password";
const EMAIL: &str = "/settings/account/email";
const DELETE: &str = "/settings/account/delete";
const CONFIRM: &str = "/settings/account/confirm";

#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    new_password: String,
}

#[derive(Deserialize)]
pub struct EmailForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
}

/// What a link in mail carries, and the form that it leads to.
#[derive(Deserialize)]
pub struct Secret {
    #[serde(default)]
    pub secret: String,
}

/// What there is, and where it is changed.
pub async fn overview(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    let view = Overview::of(&site, &viewer, None).await?;
    site.page("account.html", &viewer.user, &view)
}

pub async fn password(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    site.page("password.html", &viewer.user, &Form::default())
}

/// Changes the password and ends the other sessions.
pub async fn change_password(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<PasswordForm>,
) -> Answer {
    let viewer = LoggedIn::or_first(viewer, PASSWORD)?;
    let PasswordForm {
        password,
        new_password,
    } = form;
    let device = site.device();
    let changed =
        account::change_password(site.app(), &viewer, &device, &password, &new_password).await;
    match changed {
        Ok(ended) => done(&site, &viewer, message("password-changed").with("n", ended)).await,
        Err(error) => {
            let failure = Failure::from(error);
            let view = Form {
                problems: Some(Problems::of(&site, &failure)),
                ..Form::default()
            };
            let status = site.status_of(&failure);
            site.form_again(status, "password.html", &viewer.user, PASSWORD, &view)
        }
    }
}

pub async fn email(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    site.page("email.html", &viewer.user, &Form::default())
}

/// Sends a link to another address, which counts once it is confirmed.
pub async fn change_email(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<EmailForm>,
) -> Answer {
    let viewer = LoggedIn::or_first(viewer, EMAIL)?;
    let device = site.device();
    let asked = email::change(site.app(), &viewer, &device, &form.password, &form.email).await;
    match asked {
        Ok(()) => {
            let sent = message("email-change-sent").with("to", form.email.trim());
            done(&site, &viewer, sent).await
        }
        Err(error) => {
            let failure = Failure::from(error);
            let view = Form {
                problems: Some(Problems::of(&site, &failure)),
                email: &form.email,
            };
            let status = site.status_of(&failure);
            site.form_again(status, "email.html", &viewer.user, EMAIL, &view)
        }
    }
}

pub async fn deleting(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    let view = Deleting::of(&site, None);
    site.page("delete.html", &viewer.user, &view)
}

/// Has the account deleted, and logs out.
pub async fn delete(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<EmailForm>,
) -> Answer {
    let viewer = LoggedIn::or_first(viewer, DELETE)?;
    let device = site.device();
    match deletion::ask(site.app(), &viewer, &device, &form.password).await {
        Ok(at) => {
            site.take_token();
            let view = Deleting {
                at: Some(at.into()),
                ..Deleting::of(&site, None)
            };
            site.form_again(StatusCode::OK, "deleted.html", None, "/", &view)
        }
        Err(error) => {
            let failure = Failure::from(error);
            let view = Deleting::of(&site, Some(Problems::of(&site, &failure)));
            let status = site.status_of(&failure);
            site.form_again(status, "delete.html", &viewer.user, DELETE, &view)
        }
    }
}

/// Keeps the account after all.
pub async fn keep(site: Site, viewer: Result<LoggedIn, Failure>) -> Answer {
    let viewer = LoggedIn::or_first(viewer, ACCOUNT)?;
    let asking = viewer.clone();
    site.run(move |app| async move { deletion::take_back(&app, &asking).await })
        .await?;
    done(&site, &viewer, message("delete-taken-back")).await
}

/// Sends the link once more.
pub async fn confirm_again(site: Site, viewer: Result<LoggedIn, Failure>) -> Answer {
    let viewer = LoggedIn::or_first(viewer, ACCOUNT)?;
    let (asking, device) = (viewer.clone(), site.device());
    site.run(move |app| async move { email::send_again(&app, &asking, &device).await })
        .await?;
    done(&site, &viewer, message("email-confirm-sent")).await
}

/// Where the link leads: a button, since programs that look at mail follow links too.
pub async fn confirm_form(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    Params(Secret { secret }): Params<Secret>,
) -> Answer {
    let user = viewer.map(|viewer| viewer.user);
    let view = Confirm {
        secret: &secret,
        is_done: false,
    };
    site.page("confirm.html", user.as_ref(), &view)
}

pub async fn confirm(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    Body(Secret { secret }): Body<Secret>,
) -> Answer {
    let device = site.device();
    site.run(move |app| async move { email::confirm(&app, &secret, &device).await })
        .await?;
    let user = viewer.map(|viewer| viewer.user);
    let view = Confirm {
        secret: "",
        is_done: true,
    };
    let status = StatusCode::OK;
    site.form_again(status, "confirm.html", user.as_ref(), CONFIRM, &view)
}

/// The overview, with what was done.
async fn done(site: &Site, viewer: &Viewer, notice: Message) -> Answer {
    let view = Overview::of(site, viewer, Some(site.say(&notice))).await?;
    site.form_again(StatusCode::OK, "account.html", &viewer.user, ACCOUNT, &view)
}

#[derive(Serialize)]
struct Overview {
    email: String,
    is_confirmed: bool,
    /// Nothing may be written before.
    has_to_confirm: bool,
    second_factor: bool,
    takes_invitations: bool,
    is_moderator: bool,
    /// When it is to be deleted.
    deleted_at: Option<Moment>,
    notice: Option<String>,
}

impl Overview {
    async fn of(site: &Site, viewer: &Viewer, notice: Option<String>) -> Result<Self> {
        let asking = viewer.clone();
        let read = site.run(move |app| async move {
            let factors = second_factor::of(&app, &asking).await?;
            let due_at = deletion::due_at(&app, asking.user.id).await?;
            Ok((email::of(&app, &asking).await?, factors, due_at))
        });
        let (address, factors, due_at) = read.await?;
        let Address {
            email,
            confirmed_at,
        } = address;
        let is_confirmed = confirmed_at.is_some();
        let wanted = site.app().settings.sign_up.email == EmailPolicy::Confirmed;
        Ok(Self {
            email,
            is_confirmed,
            has_to_confirm: wanted && !is_confirmed,
            second_factor: factors.are_needed(),
            takes_invitations: sign_up::takes_invitations(site.app()),
            is_moderator: sign_up::is_moderator(site.app(), &viewer.user),
            deleted_at: due_at.map(Moment::from),
            notice,
        })
    }
}

#[derive(Default, Serialize)]
struct Form<'f> {
    problems: Option<Problems>,
    email: &'f str,
}

#[derive(Serialize)]
struct Confirm<'s> {
    secret: &'s str,
    is_done: bool,
}

#[derive(Serialize)]
struct Deleting {
    days: u32,
    at: Option<Moment>,
    problems: Option<Problems>,
}

impl Deleting {
    fn of(site: &Site, problems: Option<Problems>) -> Self {
        Self {
            days: site.app().settings.auth.deletion_days,
            at: None,
            problems,
        }
    }
}
