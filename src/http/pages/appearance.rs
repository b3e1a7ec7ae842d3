//! `/settings/appearance`: the colours and the language of this device, whoever is logged in. Cookies keep them.

use actix_web::{
    HttpMessage, HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
    http::header::{AcceptLanguage, Header},
};
use serde::{Deserialize, Serialize};

use super::{places, site::Site};
use crate::{
    error::Error,
    http::{
        auth::MaybeLoggedIn,
        body::Body,
        failure::{Answer, Failure},
    },
    language::{Language, message},
};

const THEME: &str = "theme";
const LANGUAGE: &str = "language";
const PLACE: &str = "/settings/appearance";
/// The stylesheet has colours for each. None is as the system has them.
const THEMES: [&str; 3] = ["light", "dark", "contrast"];

#[derive(Deserialize)]
pub struct Choice {
    theme: Option<String>,
    language: Option<String>,
}

pub async fn form(site: Site, MaybeLoggedIn(viewer): MaybeLoggedIn) -> Answer {
    let user = viewer.map(|viewer| viewer.user);
    let view = View {
        languages: Language::ALL.map(|language| (language.tag(), language.name())),
        chosen: kept_language(site.request()).map(Language::tag),
    };
    site.page("appearance.html", user.as_ref(), &view)
}

/// Keeps the choices for a year after they were made. What is not sent stays as it is.
pub async fn submit(site: Site, Body(choice): Body<Choice>) -> Answer {
    let mut answer = places::see_other(PLACE);
    let is_https = site.app().settings.is_https();
    if let Some(theme) = choice.theme {
        if !theme.is_empty() && known(&theme).is_none() {
            return Err(Failure::bad_request(message("no-such-colours")));
        }
        let cookie = cookie(THEME, &theme, is_https);
        answer.add_cookie(&cookie).map_err(Error::internal)?;
    }
    if let Some(tag) = choice.language {
        if !tag.is_empty() && Language::of(&tag).is_none() {
            return Err(Failure::bad_request(message("no-such-language")));
        }
        let cookie = cookie(LANGUAGE, &tag, is_https);
        answer.add_cookie(&cookie).map_err(Error::internal)?;
    }
    Ok(answer)
}

/// An empty choice takes the cookie away.
fn cookie<'c>(name: &'c str, value: &'c str, is_https: bool) -> Cookie<'c> {
    let mut cookie = Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_https)
        .max_age(Duration::days(365))
        .finish();
    if value.is_empty() {
        cookie.make_removal();
    }
    cookie
}

/// The colours chosen on this device; empty for the system's.
pub fn theme(request: &HttpRequest) -> &'static str {
    let kept = request.cookie(THEME);
    kept.and_then(|kept| known(kept.value())).unwrap_or("")
}

/// The language chosen on this device, else the one that its browser asks for first and we speak, else English.
pub fn language(request: &HttpRequest) -> Language {
    if let Some(seen) = request.extensions().get::<Language>() {
        return *seen;
    }
    let language = kept_language(request)
        .or_else(|| asked_for(request))
        .unwrap_or_default();
    request.extensions_mut().insert(language);
    language
}

fn kept_language(request: &HttpRequest) -> Option<Language> {
    Language::of(request.cookie(LANGUAGE)?.value())
}

fn asked_for(request: &HttpRequest) -> Option<Language> {
    let asked = AcceptLanguage::parse(request).ok()?;
    let ranked = asked.ranked();
    let mut tags = ranked.iter().filter_map(|tag| tag.item());
    tags.find_map(|tag| Language::of(tag.as_str()))
}

fn known(name: &str) -> Option<&'static str> {
    THEMES.into_iter().find(|theme| *theme == name)
}

#[derive(Serialize)]
struct View {
    /// Each with its tag.
    languages: [(&'static str, &'static str); 3],
    chosen: Option<&'static str>,
}
