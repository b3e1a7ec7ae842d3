//! `/settings/invitations` and `/settings/sign-ups`: who lets others in.

use actix_web::{http::StatusCode, web::Path};
use serde::Serialize;

use super::{form::Problems, places, site::Site};
use crate::{
    account::{Viewer, sign_up},
    error::Result,
    http::{
        auth::LoggedIn,
        failure::{Answer, Failure},
        present::Moment,
    },
    store::sign_ups::Waiting,
};

const INVITATIONS: &str = "/settings/invitations";
const SIGN_UPS: &str = "/settings/sign-ups";

pub async fn invitations(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    let view = Invitations::of(&site, &viewer, None).await?;
    site.page("invitations.html", &viewer.user, &view)
}

/// Makes a link, which is shown once.
pub async fn invite(site: Site, viewer: Result<LoggedIn, Failure>) -> Answer {
    let viewer = LoggedIn::or_first(viewer, INVITATIONS)?;
    let asking = viewer.clone();
    let made = site
        .run(move |app| async move { sign_up::invite(&app, &asking).await })
        .await;
    let (status, view) = match made {
        Ok(secret) => {
            let base = site.app().settings.public_url();
            let link = format!("{base}/signup?invitation={secret}");
            (
                StatusCode::OK,
                Invitations::of(&site, &viewer, Some(link)).await?,
            )
        }
        Err(error) => {
            let failure = Failure::from(error);
            let view = Invitations {
                problems: Some(Problems::of(&site, &failure)),
                ..Invitations::of(&site, &viewer, None).await?
            };
            (site.status_of(&failure), view)
        }
    };
    site.form_again(status, "invitations.html", &viewer.user, INVITATIONS, &view)
}

pub async fn withdraw(site: Site, viewer: Result<LoggedIn, Failure>, id: Path<String>) -> Answer {
    let viewer = LoggedIn::or_first(viewer, INVITATIONS)?;
    let id = id.parse().unwrap_or_default();
    site.run(move |app| async move { sign_up::withdraw(&app, &viewer, id).await })
        .await?;
    Ok(places::see_other(INVITATIONS))
}

/// Those who wait to be let in.
pub async fn sign_ups(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    let asking = viewer.clone();
    let waiting = site
        .run(move |app| async move { sign_up::waiting(&app, &asking).await })
        .await?;
    let view = SignUps {
        waiting: waiting.iter().map(Row::from).collect(),
    };
    site.page("sign_ups.html", &viewer.user, &view)
}

pub async fn let_in(site: Site, viewer: Result<LoggedIn, Failure>, id: Path<String>) -> Answer {
    decide(site, viewer, &id, true).await
}

pub async fn refuse(site: Site, viewer: Result<LoggedIn, Failure>, id: Path<String>) -> Answer {
    decide(site, viewer, &id, false).await
}

async fn decide(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    id: &str,
    is_let_in: bool,
) -> Answer {
    let viewer = LoggedIn::or_first(viewer, SIGN_UPS)?;
    let id = id.parse().unwrap_or_default();
    site.run(move |app| async move { sign_up::decide(&app, &viewer, id, is_let_in).await })
        .await?;
    Ok(places::see_other(SIGN_UPS))
}

#[derive(Serialize)]
struct Invitations {
    /// Whether they let anybody in who would not be let in without.
    takes_invitations: bool,
    /// The one that was just made.
    link: Option<String>,
    open: Vec<Open>,
    problems: Option<Problems>,
}

#[derive(Serialize)]
struct Open {
    id: i64,
    expires: Moment,
}

impl Invitations {
    async fn of(site: &Site, viewer: &Viewer, link: Option<String>) -> Result<Self> {
        let asking = viewer.clone();
        let open = site
            .run(move |app| async move { sign_up::invitations(&app, &asking).await })
            .await?;
        let row = |id, expires_at| Open {
            id,
            expires: Moment::from(expires_at),
        };
        Ok(Self {
            takes_invitations: sign_up::takes_invitations(site.app()),
            link,
            open: open.iter().map(|one| row(one.id, one.expires_at)).collect(),
            problems: None,
        })
    }
}

#[derive(Serialize)]
struct SignUps<'w> {
    waiting: Vec<Row<'w>>,
}

#[derive(Serialize)]
struct Row<'w> {
    id: i64,
    username: &'w str,
    email: &'w str,
    reason: &'w str,
    since: Moment,
}

impl<'w> From<&'w Waiting> for Row<'w> {
    fn from(waiting: &'w Waiting) -> Self {
        Self {
            id: waiting.id,
            username: &waiting.username,
            email: &waiting.email,
            reason: &waiting.reason,
            since: waiting.created_at.into(),
        }
    }
}
