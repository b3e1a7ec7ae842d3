//! `/settings/appearance`: how pages look on this device. Nobody need be logged in for that, so a cookie keeps it.

use actix_web::{
    HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
};
use serde::Deserialize;

use super::{
    places,
    site::{Fixed, Site},
};
use crate::{
    error::Error,
    http::{
        auth::MaybeLoggedIn,
        body::Body,
        failure::{Answer, Failure},
    },
};

const COOKIE: &str = "theme";
const PLACE: &str = "/settings/appearance";
/// The stylesheet has colours for each. None is as the system has them.
const THEMES: [&str; 3] = ["light", "dark", "contrast"];

#[derive(Deserialize)]
pub struct Choice {
    theme: Option<String>,
}

pub async fn form(site: Site, MaybeLoggedIn(viewer): MaybeLoggedIn) -> Answer {
    let user = viewer.map(|viewer| viewer.user);
    site.page("appearance.html", user.as_ref(), &Fixed {})
}

/// Keeps the choice for a year after it was made.
pub async fn submit(site: Site, Body(choice): Body<Choice>) -> Answer {
    let theme = choice.theme.unwrap_or_default();
    if !theme.is_empty() && known(&theme).is_none() {
        let message = "There are no such colours. Go back and choose one of the list.";
        return Err(Failure::bad_request(message));
    }
    let mut cookie = Cookie::build(COOKIE, theme.as_str())
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(site.app().settings.is_https())
        .max_age(Duration::days(365))
        .finish();
    if theme.is_empty() {
        cookie.make_removal();
    }
    let mut answer = places::see_other(PLACE);
    answer.add_cookie(&cookie).map_err(Error::internal)?;
    Ok(answer)
}

/// The colours chosen on this device; empty for the system's.
pub fn theme(request: &HttpRequest) -> &'static str {
    let kept = request.cookie(COOKIE);
    kept.and_then(|kept| known(kept.value())).unwrap_or("")
}

fn known(name: &str) -> Option<&'static str> {
    THEMES.into_iter().find(|theme| *theme == name)
}
