//! `/settings/account` and `/settings/sessions`: who gets in.

use actix_web::{http::StatusCode, web::Path};
use serde::{Deserialize, Serialize};

use super::{
    form::{Draft, Problems},
    log_in, places,
    site::Site,
};
use crate::{
    account::{self, Viewer, device, session},
    http::{
        auth::LoggedIn,
        body::Body,
        failure::{Answer, Failure},
        present::Moment,
    },
    id::SessionId,
    language::message,
    store::sessions::Session,
};

const ACCOUNT: &str = "/settings/account";
const SESSIONS: &str = "/settings/sessions";

#[derive(Deserialize)]
pub struct PasswordForm {
    #[serde(default)]
    password: String,
    #[serde(default)]
    new_password: String,
}

pub async fn account(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    site.page("account.html", &viewer.user, &Account::default())
}

/// Changes the password and ends the other sessions.
pub async fn change_password(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<PasswordForm>,
) -> Answer {
    let Some(viewer) = LoggedIn::or_nobody(viewer)? else {
        return log_in::first(&site, ACCOUNT, Draft::default());
    };
    let PasswordForm {
        password,
        new_password,
    } = form;
    let changed = account::change_password(
        site.app(),
        &viewer,
        &site.device(),
        &password,
        &new_password,
    )
    .await;
    let (status, view) = match changed {
        Ok(ended) => (StatusCode::OK, Account::changed(&site, ended)),
        Err(error) => {
            let failure = Failure::from(error);
            let problems = Some(Problems::of(&site, &failure));
            let view = Account {
                problems,
                ..Account::default()
            };
            (site.status_of(&failure), view)
        }
    };
    site.form_again(status, "account.html", &viewer.user, ACCOUNT, &view)
}

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
    let Some(viewer) = LoggedIn::or_nobody(viewer)? else {
        return log_in::first(&site, SESSIONS, Draft::default());
    };
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
    let Some(viewer) = LoggedIn::or_nobody(viewer)? else {
        return log_in::first(&site, SESSIONS, Draft::default());
    };
    site.run(move |app| async move { session::end_others(&app, &viewer).await })
        .await?;
    Ok(places::see_other(SESSIONS))
}

#[derive(Default, Serialize)]
struct Account {
    notice: Option<String>,
    problems: Option<Problems>,
}

impl Account {
    fn changed(site: &Site, ended: usize) -> Self {
        Self {
            notice: Some(site.say(&message("password-changed").with("n", ended))),
            problems: None,
        }
    }
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
