//! `/login`, also in the middle of something.

use actix_web::{HttpRequest, http::StatusCode};
use serde::{Deserialize, Serialize};

use super::{
    form::{Compose, Draft, Problems},
    home, places, second_step, settings,
    site::{Reader, Site},
};
use crate::{
    account::{self, Begun, FirstStep, deletion, session::Carrier},
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
    pub username: String,
    #[serde(default)]
    pub password: String,
    /// For programs, which would not come back with it.
    pub code: Option<String>,
    #[serde(flatten)]
    pub along: Along,
}

/// What comes along through logging in: where to go then, and what was typed before.
#[derive(Clone, Default, Deserialize)]
pub struct Along {
    pub next: Option<String>,
    #[serde(flatten)]
    pub draft: Draft,
}

impl Along {
    pub fn next(&self) -> &str {
        places::next_or_home(self.next.as_deref())
    }
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

/// The answer to a form that came without a session: logging in first, and going on at `next`.
///
/// # Errors
/// When the template is broken.
pub fn first(request: &HttpRequest, next: &str) -> Answer {
    first_with(&Site::of(request)?, next, Draft::default())
}

/// The same where what was typed comes along.
///
/// # Errors
/// When the template is broken.
pub fn first_with(site: &Site, next: &str, draft: Draft) -> Answer {
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
        code,
        along,
    } = form;
    let logged_in = match complete(&username, &password) {
        Err(invalid) => Err(Error::Invalid(invalid)),
        Ok(()) => {
            let (code, device) = (code.as_deref(), site.device());
            account::log_in(site.app(), &username, &password, code, &device).await
        }
    };
    match logged_in {
        Ok(FirstStep::Begun(begun)) => begin(&site, begun, along).await,
        Ok(FirstStep::Ticket(ticket)) => second_step::ask(&site, &ticket, &along, None),
        Err(error) => {
            let failure = Failure::from(error);
            let status = site.status_of(&failure);
            let view = View {
                username: &username,
                draft: Some(&along.draft),
                is_refused: status == StatusCode::UNAUTHORIZED,
                problems: Some(Problems::of(&site, &failure)),
                ..View::new(along.next())
            };
            site.form_again(status, "login.html", Reader::LoggedOut, "/login", &view)
        }
    }
}

/// Logs the browser in, and goes on with what it was about before.
///
/// # Errors
/// When the database is away.
pub async fn begin(site: &Site, begun: Begun, along: Along) -> Answer {
    let used = begun.token.clone();
    let viewer = site
        .run(move |app| async move { account::authenticate(&app, &used, Carrier::Cookie).await })
        .await?;
    site.begin(begun);
    let user = viewer.user.id;
    let is_leaving = site.run(move |app| async move { deletion::due_at(&app, user).await });
    if is_leaving.await?.is_some() {
        return Ok(places::see_other("/settings/account"));
    }
    let next = along.next().to_owned();
    let draft = along.draft;
    if draft.is_profile() {
        return settings::with_draft(site, &viewer.user, &draft);
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
            home::with_compose(site, StatusCode::OK, &viewer.user, compose, None).await
        }
        None => Ok(places::see_other(&next)),
    }
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
