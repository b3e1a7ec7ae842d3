//! `/login`, also in the middle of something.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{
    form::{Compose, Draft, Problems},
    home, places, settings,
    site::{Reader, Site},
};
use crate::{
    account::{self, Begun, Viewer, session::Carrier},
    error::{Error, Invalid, Result},
    http::{
        auth::MaybeLoggedIn,
        body::{Body, Params},
        failure::{Answer, Failure},
    },
    language::message,
};

#[derive(Deserialize)]
pub struct Next {
    pub next: Option<String>,
}

#[derive(Deserialize)]
pub struct LogInForm {
    #[serde(default)]
    username: String,
    #[serde(default)]
    password: String,
    next: Option<String>,
    #[serde(flatten)]
    draft: Draft,
}

pub async fn form(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    Params(Next { next }): Params<Next>,
) -> Answer {
    let next = places::next_or_home(next.as_deref());
    if viewer.is_some() {
        return Ok(places::see_other(next));
    }
    let view = View::new(next);
    site.page("login.html", Reader::LoggedOut, &view)
}

/// The answer to a form that came without a session: logging in first, and what was typed comes along.
///
/// # Errors
/// When the template is broken.
pub fn first(site: &Site, next: &str, draft: Draft) -> Answer {
    let view = View {
        draft: Some(&draft),
        is_interrupted: true,
        ..View::new(next)
    };
    let status = StatusCode::UNAUTHORIZED;
    site.form_again(status, "login.html", Reader::LoggedOut, "/login", &view)
}

pub async fn submit(site: Site, Body(form): Body<LogInForm>) -> Answer {
    let LogInForm {
        username,
        password,
        next,
        draft,
    } = form;
    let next = places::next_or_home(next.as_deref());
    let logged_in = match complete(&username, &password) {
        Err(invalid) => Err(Error::Invalid(invalid)),
        Ok(()) => log_in(&site, &username, &password).await,
    };
    let (begun, viewer) = match logged_in {
        Ok(logged_in) => logged_in,
        Err(error) => {
            let failure = Failure::from(error);
            let status = site.status_of(&failure);
            let view = View {
                username: &username,
                draft: Some(&draft),
                is_refused: status == StatusCode::UNAUTHORIZED,
                problems: Some(Problems::of(&site, &failure)),
                ..View::new(next)
            };
            return site.form_again(status, "login.html", Reader::LoggedOut, "/login", &view);
        }
    };
    site.begin(begun);
    if draft.is_profile() {
        return settings::with_draft(&site, &viewer.user, &draft);
    }
    let Draft {
        text,
        idempotency_key,
        ..
    } = draft;
    match text {
        Some(text) => {
            let compose = Compose::with(text, idempotency_key)
                .noting(site.say(&message("logged-in-tweet-waits")));
            home::with_compose(&site, StatusCode::OK, &viewer.user, compose, None).await
        }
        None => Ok(places::see_other(next)),
    }
}

async fn log_in(site: &Site, username: &str, password: &str) -> Result<(Begun, Viewer)> {
    let begun = account::log_in(site.app(), username, password, &site.device()).await?;
    let used = begun.token.clone();
    let viewer = site
        .run(move |app| async move { account::authenticate(&app, &used, Carrier::Cookie).await })
        .await?;
    Ok((begun, viewer))
}

fn complete(username: &str, password: &str) -> Result<(), Invalid> {
    let mut invalid = Invalid::default();
    if username.trim().is_empty() {
        invalid.add("username", message("username-empty"));
    }
    if password.is_empty() {
        invalid.add("password", message("password-empty"));
    }
    if invalid.is_empty() {
        Ok(())
    } else {
        Err(invalid)
    }
}

#[derive(Default, Serialize)]
struct View<'f> {
    next: &'f str,
    sign_up_link: String,
    username: &'f str,
    draft: Option<&'f Draft>,
    /// A form was sent without a session.
    is_interrupted: bool,
    /// The username or the password is wrong; which is not said.
    is_refused: bool,
    problems: Option<Problems>,
}

impl<'f> View<'f> {
    fn new(next: &'f str) -> Self {
        Self {
            next,
            sign_up_link: places::with_next("/signup", next),
            ..Self::default()
        }
    }
}
