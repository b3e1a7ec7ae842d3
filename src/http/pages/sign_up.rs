//! `/signup`.

use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};

use super::{
    form::Problems,
    places,
    site::{Reader, Site},
};
use crate::{
    account::{self, SignUp, SignedUp},
    http::{
        auth::MaybeLoggedIn,
        body::{Body, Params},
        failure::{Answer, Failure},
    },
};

#[derive(Deserialize)]
pub struct SignUpForm {
    #[serde(default)]
    pub username: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub password: String,
    #[serde(default)]
    pub reason: String,
    pub invitation: Option<String>,
    pub next: Option<String>,
}

/// `?invitation=` of an invitation's link.
#[derive(Deserialize)]
pub struct Invited {
    next: Option<String>,
    invitation: Option<String>,
}

pub async fn form(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    Params(Invited { next, invitation }): Params<Invited>,
) -> Answer {
    let next = places::next_or_home(next.as_deref());
    if viewer.is_some() {
        return Ok(places::see_other(next));
    }
    let view = View {
        invitation: invitation.as_deref().unwrap_or_default(),
        ..View::new(next)
    };
    site.page("signup.html", Reader::LoggedOut, &view)
}

/// Makes the account and logs in.
pub async fn submit(site: Site, Body(form): Body<SignUpForm>) -> Answer {
    let SignUpForm {
        username,
        email,
        password,
        reason,
        invitation,
        next,
    } = form;
    let next = places::next_or_home(next.as_deref());
    let asked = SignUp {
        username: username.clone(),
        email: email.clone(),
        password,
        reason: reason.clone(),
        invitation: invitation.clone(),
    };
    let signed_up = account::sign_up(site.app(), &asked, &site.device()).await;
    match signed_up {
        Ok(SignedUp::In(made)) => {
            let (_, begun) = *made;
            site.begin(begun);
            Ok(places::see_other(next))
        }
        Ok(SignedUp::Waiting) => {
            let view = View {
                username: &username,
                is_waiting: true,
                ..View::new(next)
            };
            let reader = Reader::LoggedOut;
            site.form_again(StatusCode::OK, "signup.html", reader, "/signup", &view)
        }
        Err(error) => {
            let failure = Failure::from(error);
            let status = site.status_of(&failure);
            let view = View {
                username: &username,
                email: &email,
                reason: &reason,
                invitation: invitation.as_deref().unwrap_or_default(),
                problems: Some(Problems::of(&site, &failure)),
                ..View::new(next)
            };
            site.form_again(status, "signup.html", Reader::LoggedOut, "/signup", &view)
        }
    }
}

#[derive(Default, Serialize)]
struct View<'f> {
    next: &'f str,
    log_in_link: String,
    username: &'f str,
    email: &'f str,
    reason: &'f str,
    invitation: &'f str,
    /// Somebody has to let them in.
    is_waiting: bool,
    problems: Option<Problems>,
}

impl<'f> View<'f> {
    fn new(next: &'f str) -> Self {
        Self {
            next,
            log_in_link: places::with_next("/login", next),
            ..Self::default()
        }
    }
}
