//! `/logout`. A GET only asks: a link or a prefetch must not end a session.

use super::{
    places,
    site::{Fixed, Site},
};
use crate::{
    account,
    http::{auth::MaybeLoggedIn, failure::Answer},
};

pub async fn form(site: Site, MaybeLoggedIn(viewer): MaybeLoggedIn) -> Answer {
    match viewer {
        Some(viewer) => site.page("logout.html", &viewer.user, &Fixed {}),
        None => Ok(places::see_other("/")),
    }
}

/// Ends the session here and on every process. Safe to repeat.
pub async fn submit(site: Site, MaybeLoggedIn(viewer): MaybeLoggedIn) -> Answer {
    if let Some(viewer) = viewer {
        site.run(move |app| async move { account::log_out(&app, &viewer).await })
            .await?;
    }
    site.take_token();
    Ok(places::see_other("/"))
}
