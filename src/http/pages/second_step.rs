//! `/login/code` and `/login/passkey`: what lets somebody in beside or instead of a password.

use actix_web::{HttpResponse, http::StatusCode};
use serde::{Deserialize, Serialize};

use super::{
    form::{Draft, Problems},
    log_in::{self, Along},
    site::{Reader, Site},
};
use crate::{
    account::{self, passkey},
    error::Error,
    http::{
        body::Body,
        failure::{Answer, Failure},
    },
};

const CODE: &str = "/login/code";

#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    code: String,
    #[serde(flatten)]
    along: Along,
}

#[derive(Deserialize)]
pub struct PasskeyForm {
    #[serde(default)]
    ticket: String,
    /// JSON, as the browser has it.
    #[serde(default)]
    credential: String,
    #[serde(flatten)]
    along: Along,
}

/// The page that asks for a code, after a right password.
///
/// # Errors
/// When the template is broken.
pub fn ask(site: &Site, ticket: &str, along: &Along, failure: Option<&Failure>) -> Answer {
    let status = failure.map_or(StatusCode::OK, |failure| site.status_of(failure));
    let view = View {
        ticket,
        next: along.next(),
        draft: &along.draft,
        problems: failure.map(|failure| Problems::of(site, failure)),
    };
    site.form_again(status, "code.html", Reader::LoggedOut, CODE, &view)
}

pub async fn code(site: Site, Body(form): Body<CodeForm>) -> Answer {
    let CodeForm {
        ticket,
        code,
        along,
    } = form;
    let (brought, device) = (ticket.clone(), site.device());
    let begun = site
        .run(
            move |app| async move { account::log_in_by_code(&app, &brought, &code, &device).await },
        )
        .await;
    match begun {
        Ok(begun) => log_in::begin(&site, begun, along).await,
        Err(error @ (Error::Invalid(_) | Error::TooMany(_))) => {
            ask(&site, &ticket, &along, Some(&error.into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// What a script asks the browser for.
pub async fn ask_for_passkey(site: Site) -> Answer {
    let asked = site
        .run(|app| async move { passkey::ask(&app).await })
        .await?;
    Ok(HttpResponse::Ok().json(asked))
}

pub async fn passkey(site: Site, Body(form): Body<PasskeyForm>) -> Answer {
    let PasskeyForm {
        ticket,
        credential,
        along,
    } = form;
    let device = site.device();
    let begun = site
        .run(move |app| async move {
            account::log_in_by_passkey(&app, &ticket, &credential, &device).await
        })
        .await?;
    log_in::begin(&site, begun, along).await
}

#[derive(Serialize)]
struct View<'f> {
    ticket: &'f str,
    next: &'f str,
    draft: &'f Draft,
    problems: Option<Problems>,
}
