//! `/signup`.

use serde::{Deserialize, Serialize};

use super::{
    form::Problems,
    log_in::Next,
    places,
    site::{Reader, Site},
};
use crate::{
    account::{self, SignUp},
    http::{
        auth::MaybeLoggedIn,
        body::{Body, Params},
        failure::{Answer, Failure},
    },
};

#[derive(Deserialize)]
pub struct SignUpForm {
    #[serde(default)]
    username: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    next: Option<String>,
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
    site.page("signup.html", Reader::LoggedOut, &view)
}

/// Makes the account and logs in.
pub async fn submit(site: Site, Body(form): Body<SignUpForm>) -> Answer {
    let SignUpForm {
        username,
        email,
        password,
        next,
    } = form;
    let next = places::next_or_home(next.as_deref());
    let asked = SignUp {
        username: username.clone(),
        email: email.clone(),
        password,
    };
    let signed_up = account::sign_up(site.app(), &asked, &site.device()).await;
    match signed_up {
        Ok((_, begun)) => {
            site.begin(begun);
            Ok(places::see_other(next))
        }
        Err(error) => {
            let failure = Failure::from(error);
            let status = site.status_of(&failure);
            let view = View {
                username: &username,
                email: &email,
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
