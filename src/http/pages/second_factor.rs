//! `/settings/account/second-factor`: what is asked for beside the password.

use actix_web::{HttpResponse, http::StatusCode, web::Path};
use qrcode::{Color, QrCode};
use serde::{Deserialize, Serialize};

use super::{form::Problems, site::Site};
use crate::{
    account::{
        Device, Viewer, passkey,
        second_factor::{self, Proposal},
    },
    app::App,
    error::{Error, Result},
    http::{
        auth::LoggedIn,
        body::Body,
        failure::{Answer, Failure},
        present::Moment,
    },
    language::message,
    store::second_factors::{self, Factors, Passkey},
};

const PLACE: &str = "/settings/account/second-factor";

/// The password, which each change here asks for.
#[derive(Deserialize)]
pub struct Proof {
    #[serde(default)]
    password: String,
}

#[derive(Deserialize)]
pub struct CodeForm {
    #[serde(default)]
    code: String,
}

#[derive(Deserialize)]
pub struct NewPasskey {
    #[serde(default)]
    ticket: String,
    /// JSON, as the browser has it.
    #[serde(default)]
    credential: String,
}

pub async fn page(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    let view = View::of(&site, &viewer).await?;
    site.page("second_factor.html", &viewer.user, &view)
}

/// Shows the secret for an authenticator app.
pub async fn propose(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<Proof>,
) -> Answer {
    let viewer = LoggedIn::or_first(viewer, PLACE)?;
    let device = site.device();
    let proposed = second_factor::propose_app(site.app(), &viewer, &device, &form.password).await;
    match proposed {
        Ok(proposal) => app_page(&site, &viewer, &proposal, None),
        Err(error) => again(&site, &viewer, error).await,
    }
}

/// Turns the app on by its first code.
pub async fn confirm(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<CodeForm>,
) -> Answer {
    let viewer = LoggedIn::or_first(viewer, PLACE)?;
    let (asking, device) = (viewer.clone(), site.device());
    let confirmed = site
        .run(move |app| async move {
            second_factor::confirm_app(&app, &asking, &device, &form.code).await
        })
        .await;
    match confirmed {
        Ok(codes) => done(&site, &viewer, "app-on", codes).await,
        Err(error @ (Error::Invalid(_) | Error::TooMany(_))) => {
            let asking = viewer.clone();
            let proposal = site
                .run(move |app| async move { second_factor::proposal(&app, &asking).await })
                .await?;
            app_page(&site, &viewer, &proposal, Some(&error.into()))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn remove_app(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<Proof>,
) -> Answer {
    change(site, viewer, "app-off", async |app, viewer, device| {
        second_factor::remove_app(app, viewer, device, &form.password).await?;
        Ok(None)
    })
    .await
}

pub async fn renew_codes(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<Proof>,
) -> Answer {
    change(
        site,
        viewer,
        "recovery-codes-new",
        async |app, viewer, device| {
            let codes = second_factor::renew_recovery_codes(app, viewer, device, &form.password);
            codes.await.map(Some)
        },
    )
    .await
}

/// What a script asks the browser for; the page again when the password is wrong.
pub async fn ask_for_passkey(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<Proof>,
) -> Answer {
    let viewer = LoggedIn::or_first(viewer, PLACE)?;
    let device = site.device();
    match passkey::begin(site.app(), &viewer, &device, &form.password).await {
        Ok(asked) => Ok(HttpResponse::Ok().json(asked)),
        Err(error) => again(&site, &viewer, error).await,
    }
}

pub async fn add_passkey(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    Body(form): Body<NewPasskey>,
) -> Answer {
    change(
        site,
        viewer,
        "passkey-added",
        async |app, viewer, device| {
            let (viewer, device) = (viewer.clone(), device.clone());
            app.run(move |app| async move {
                passkey::add(&app, &viewer, &device, &form.ticket, &form.credential).await
            })
            .await
        },
    )
    .await
}

pub async fn remove_passkey(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    id: Path<String>,
    Body(form): Body<Proof>,
) -> Answer {
    // What is no number is none of theirs either.
    let id = id.parse().unwrap_or_default();
    change(
        site,
        viewer,
        "passkey-removed",
        async |app, viewer, device| {
            passkey::remove(app, viewer, device, &form.password, id).await?;
            Ok(None)
        },
    )
    .await
}

/// Changes what is asked for, which may give codes, and shows the page with what was done or what is wrong.
async fn change(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    what: &'static str,
    operation: impl AsyncFnOnce(&App, &Viewer, &Device) -> Result<Option<Vec<String>>>,
) -> Answer {
    let viewer = LoggedIn::or_first(viewer, PLACE)?;
    match operation(site.app(), &viewer, &site.device()).await {
        Ok(codes) => done(&site, &viewer, what, codes).await,
        Err(error) => again(&site, &viewer, error).await,
    }
}

/// The page, with what was done and codes that are shown once.
async fn done(
    site: &Site,
    viewer: &Viewer,
    what: &'static str,
    codes: Option<Vec<String>>,
) -> Answer {
    let view = View {
        notice: Some(site.say(&message(what))),
        codes,
        ..View::of(site, viewer).await?
    };
    site.form_again(
        StatusCode::OK,
        "second_factor.html",
        &viewer.user,
        PLACE,
        &view,
    )
}

async fn again(site: &Site, viewer: &Viewer, error: Error) -> Answer {
    let failure = Failure::from(error);
    let view = View {
        problems: Some(Problems::of(site, &failure)),
        ..View::of(site, viewer).await?
    };
    let status = site.status_of(&failure);
    site.form_again(status, "second_factor.html", &viewer.user, PLACE, &view)
}

fn app_page(
    site: &Site,
    viewer: &Viewer,
    proposal: &Proposal,
    failure: Option<&Failure>,
) -> Answer {
    let status = failure.map_or(StatusCode::OK, |failure| site.status_of(failure));
    let picture = Picture::of(&proposal.url)?;
    let groups = proposal
        .secret
        .as_bytes()
        .chunks(4)
        .map(String::from_utf8_lossy);
    let view = AppView {
        secret: groups.collect::<Vec<_>>().join(" "),
        url: &proposal.url,
        picture,
        problems: failure.map(|failure| Problems::of(site, failure)),
    };
    site.form_again(status, "authenticator.html", &viewer.user, PLACE, &view)
}

#[derive(Serialize)]
struct View {
    has_app: bool,
    is_on: bool,
    recovery_codes: i64,
    /// Whether there can be any here.
    takes_passkeys: bool,
    passkeys: Vec<Row>,
    /// Shown once.
    codes: Option<Vec<String>>,
    notice: Option<String>,
    problems: Option<Problems>,
}

#[derive(Serialize)]
struct Row {
    id: i64,
    name: String,
    added: Moment,
    used: Option<Moment>,
}

impl View {
    async fn of(site: &Site, viewer: &Viewer) -> Result<Self> {
        let user = viewer.user.id;
        let read = site.run(move |app| async move {
            let mut connection = app.db.get().await?;
            let factors = second_factors::of(&mut connection, user).await?;
            Ok((
                factors,
                second_factors::passkeys(&mut connection, user).await?,
            ))
        });
        let (factors, passkeys): (Factors, Vec<Passkey>) = read.await?;
        let row = |key: Passkey| Row {
            id: key.id,
            name: key.name,
            added: key.created_at.into(),
            used: key.last_used_at.map(Moment::from),
        };
        Ok(Self {
            has_app: factors.has_app,
            is_on: factors.are_needed(),
            recovery_codes: factors.recovery_codes,
            takes_passkeys: site.app().passkeys.is_some(),
            passkeys: passkeys.into_iter().map(row).collect(),
            codes: None,
            notice: None,
            problems: None,
        })
    }
}

#[derive(Serialize)]
struct AppView<'p> {
    secret: String,
    url: &'p str,
    picture: Picture,
    problems: Option<Problems>,
}

/// A QR code, as the path of an SVG of so many units in width.
#[derive(Serialize)]
struct Picture {
    width: usize,
    path: String,
}

impl Picture {
    fn of(text: &str) -> Result<Self> {
        let code = QrCode::new(text).map_err(Error::internal)?;
        let width = code.width();
        let colors = code.to_colors();
        let dark = colors
            .iter()
            .enumerate()
            .filter(|(_, color)| **color == Color::Dark);
        // Four around it, as the standard wants (ISO 18004).
        let path = dark.map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + 4, at / width + 4));
        Ok(Self {
            width: width + 8,
            path: path.collect(),
        })
    }
}
