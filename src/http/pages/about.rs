//! `/about`: what this server is, who runs it and what is asked of people here.

use actix_web::web::Data;
use serde::Serialize;

use super::site::Site;
use crate::http::{
    api::{self, Figures},
    auth::MaybeLoggedIn,
    failure::Answer,
};

pub async fn about(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    figures: Data<Figures>,
) -> Answer {
    // The rest can be said without them.
    let counts = api::counts(site.app(), &figures)
        .await
        .inspect_err(|error| tracing::debug!(%error, "the page goes without figures"))
        .ok();
    let instance = &site.app().settings.instance;
    let view = View {
        contact_email: &instance.contact_email,
        figures: counts.map(|counts| Figured {
            people: counts.users,
            tweets: counts.tweets,
        }),
        version: env!("CARGO_PKG_VERSION"),
        source: env!("CARGO_PKG_REPOSITORY"),
    };
    let user = viewer.map(|viewer| viewer.user);
    site.public_page("about.html", user.as_ref(), &view)
}

#[derive(Serialize)]
struct View<'s> {
    contact_email: &'s str,
    figures: Option<Figured>,
    version: &'static str,
    source: &'static str,
}

#[derive(Serialize)]
struct Figured {
    people: i64,
    tweets: i64,
}
