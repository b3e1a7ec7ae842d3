//! POST `/tweets`: saying something.

use actix_web::http::StatusCode;
use serde::Deserialize;

use super::{
    form::{Compose, Draft, Problems, posting_key},
    home, log_in, places,
    site::{Reader, Site},
};
use crate::{
    error::Error,
    http::{
        auth::LoggedIn,
        body::Body,
        failure::{Answer, Failure},
    },
    tweet,
};

/// What a missing field is: nothing was typed.
#[derive(Deserialize)]
pub struct TweetForm {
    #[serde(default)]
    pub text: String,
    pub idempotency_key: Option<String>,
}

/// Whatever happens, what was typed comes back.
pub async fn submit(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<TweetForm>,
) -> Answer {
    let TweetForm {
        text,
        idempotency_key,
    } = form;
    let viewer = match viewer {
        Ok(LoggedIn(viewer)) => viewer,
        Err(Failure::Domain(Error::Unauthorized(_))) => {
            let draft = Draft {
                text: Some(text),
                idempotency_key,
                ..Draft::default()
            };
            return log_in::first_with(&site, "/", draft);
        }
        Err(failure) => {
            let compose = Compose::with(text, idempotency_key);
            let status = site.status_of(&failure);
            let problems = Some(Problems::of(&site, &failure));
            return home::compose_alone(&site, status, Reader::Unknown, compose, problems);
        }
    };
    let key = idempotency_key
        .as_deref()
        .filter(|key| !key.is_empty())
        .map(|key| posting_key(key, &text));
    let (author, typed) = (viewer.user.clone(), text.clone());
    let posted = site
        .run(move |app| async move { tweet::post(&app, &author, &typed, key.as_deref()).await })
        .await;
    let Err(error) = posted else {
        return Ok(places::see_other("/"));
    };
    let failure = Failure::from(error);
    let compose = Compose::with(text, idempotency_key);
    let problems = Some(Problems::of(&site, &failure));
    match site.status_of(&failure) {
        StatusCode::UNPROCESSABLE_ENTITY => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            home::with_compose(&site, status, &viewer.user, compose, problems).await
        }
        status => {
            let reader = Reader::LoggedIn(&viewer.user);
            home::compose_alone(&site, status, reader, compose, problems)
        }
    }
}
