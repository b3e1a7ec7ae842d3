//! `/settings/sessions`: where somebody is logged in.

use actix_web::web::Path;
use serde::Serialize;

use super::{places, site::Site};
use crate::{
    account::{Viewer, device, session},
    http::{
        auth::LoggedIn,
        failure::{Answer, Failure},
        present::Moment,
    },
    id::SessionId,
    language::message,
    store::sessions::Session,
};

const SESSIONS: &str = "/settings/sessions";

pub async fn sessions(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    let asking = viewer.clone();
    let sessions = site
        .run(move |app| async move { session::all(&app, &asking).await })
        .await?;
    let view = Sessions {
        sessions: sessions
            .iter()
            .map(|session| Row::new(&site, session, &viewer))
            .collect(),
    };
    site.page("sessions.html", &viewer.user, &view)
}

/// Ends one session; one's own of now is logging out.
pub async fn end(site: Site, viewer: Result<LoggedIn, Failure>, id: Path<String>) -> Answer {
    let viewer = LoggedIn::or_first(viewer, SESSIONS)?;
    let id: SessionId = id
        .parse()
        .map_err(|_| Failure::not_found(message("no-such-session-number")))?;
    let is_this = id == viewer.session;
    site.run(move |app| async move { session::end(&app, &viewer, id).await })
        .await?;
    if is_this {
        site.take_token();
        return Ok(places::see_other("/"));
    }
    Ok(places::see_other(SESSIONS))
}

pub async fn end_others(site: Site, viewer: Result<LoggedIn, Failure>) -> Answer {
    let viewer = LoggedIn::or_first(viewer, SESSIONS)?;
    site.run(move |app| async move { session::end_others(&app, &viewer).await })
        .await?;
    Ok(places::see_other(SESSIONS))
}

#[derive(Serialize)]
struct Sessions<'s> {
    sessions: Vec<Row<'s>>,
}

#[derive(Serialize)]
struct Row<'s> {
    id: SessionId,
    device: String,
    /// Empty where it is not known.
    address: &'s str,
    begun: Moment,
    used: Moment,
    is_this: bool,
}

impl<'s> Row<'s> {
    fn new(site: &Site, session: &'s Session, viewer: &Viewer) -> Self {
        Self {
            id: session.id,
            device: site.say(&device::named(&session.user_agent)),
            address: &session.address,
            begun: session.created_at.into(),
            used: session.last_used_at.into(),
            is_this: session.id == viewer.session,
        }
    }
}
