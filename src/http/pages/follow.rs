//! POST `/follow/{user_id}` and `/unfollow/{user_id}`.

use actix_web::web::Path;
use serde::Deserialize;

use super::{places, site::Site};
use crate::{
    account::Viewer,
    graph,
    http::{
        auth::LoggedIn,
        body::Body,
        failure::{Answer, Failure},
    },
    id::UserId,
    language::message,
};

#[derive(Deserialize)]
pub struct Back {
    next: Option<String>,
}

enum Change {
    Follow,
    Unfollow,
}

pub async fn follow(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    id: Path<String>,
    Body(back): Body<Back>,
) -> Answer {
    change(&site, viewer, &id, back, Change::Follow).await
}

pub async fn unfollow(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    id: Path<String>,
    Body(back): Body<Back>,
) -> Answer {
    change(&site, viewer, &id, back, Change::Unfollow).await
}

async fn change(
    site: &Site,
    viewer: Result<LoggedIn, Failure>,
    id: &str,
    Back { next }: Back,
    change: Change,
) -> Answer {
    let back = places::back(site.request(), next.as_deref());
    let Viewer { user, .. } = LoggedIn::or_first(viewer, &back)?;
    let followee = account_id(id)?;
    site.run(move |app| async move {
        match change {
            Change::Follow => graph::follow(&app, &user, followee).await,
            Change::Unfollow => graph::unfollow(&app, &user, followee).await,
        }
    })
    .await?;
    Ok(places::see_other(&back))
}

fn account_id(text: &str) -> Result<UserId, Failure> {
    text.parse()
        .map_err(|_| Failure::not_found(message("no-such-account-number")))
}
