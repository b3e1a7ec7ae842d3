//! Who makes a request: by the cookie `access_token`, or by the same token as `Authorization: Bearer`.

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    cookie::{Cookie, SameSite, time::Duration},
    dev::Payload,
    http::header::AUTHORIZATION,
    web::Data,
};
use futures_util::{FutureExt, future::LocalBoxFuture};

use super::failure::Failure;
use crate::{
    account::{self, Viewer, session::Carrier},
    app::App,
    config::Settings,
    error::Error,
};

pub const COOKIE: &str = "access_token";

/// Somebody with a session; others are sent to log in.
pub struct LoggedIn(pub Viewer);

/// Anybody.
pub struct MaybeLoggedIn(pub Option<Viewer>);

/// Left with the request for the boundary: hand this token back as a cookie; `None` takes the cookie away.
pub struct SetToken(pub Option<String>);

impl FromRequest for LoggedIn {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move {
            match viewer(&request).await? {
                Some(viewer) => Ok(Self(viewer)),
                None => Err(Error::Unauthorized("Please log in first.".to_owned()).into()),
            }
        }
        .boxed_local()
    }
}

impl FromRequest for MaybeLoggedIn {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move { Ok(Self(viewer(&request).await?)) }.boxed_local()
    }
}

/// The bearer token of a request, if it brings one.
pub fn bearer(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

/// A cookie whose session is over counts as none, and is taken away; a bearer token like that is an error,
/// since the program that sent it means somebody.
async fn viewer(request: &HttpRequest) -> Result<Option<Viewer>, Failure> {
    let Some(app) = request.app_data::<Data<App>>().cloned() else {
        return Ok(None);
    };
    if let Some(token) = bearer(request) {
        let viewer = app
            .run(|app| async move { account::authenticate(&app, &token, Carrier::Bearer).await })
            .await?;
        return Ok(Some(viewer));
    }
    let Some(cookie) = request.cookie(COOKIE) else {
        return Ok(None);
    };
    let token = cookie.value().to_owned();
    let found = app
        .run(|app| async move { account::authenticate(&app, &token, Carrier::Cookie).await })
        .await;
    match found {
        Ok(viewer) => {
            if let Some(token) = viewer.renewed_token.clone() {
                request.extensions_mut().insert(SetToken(Some(token)));
            }
            Ok(Some(viewer))
        }
        Err(Error::Unauthorized(_)) => {
            request.extensions_mut().insert(SetToken(None));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

/// The cookie that carries a token. It outlives the token, which is renewed as long as the session lives.
pub fn cookie(settings: &Settings, token: String) -> Cookie<'static> {
    let idle = Duration::days(settings.auth.session_idle_days.into());
    Cookie::build(COOKIE, token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.is_https())
        .max_age(idle)
        .finish()
}

/// The cookie that takes [`cookie`] away.
pub fn no_cookie(settings: &Settings) -> Cookie<'static> {
    let mut cookie = cookie(settings, String::new());
    cookie.make_removal();
    cookie
}
