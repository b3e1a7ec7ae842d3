//! Who makes a request: by the cookie `access_token` (`__Host-access_token` on https), or by the same token as `Authorization: Bearer`.

use std::future::{Ready, ready};

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
    language::message,
    store::OwnWrites,
};

/// What carries a token. The second is its name on https, where browsers take it from this very host alone.
pub const COOKIES: [&str; 2] = ["access_token", "__Host-access_token"];

/// Somebody with a session; others are sent to log in.
pub struct LoggedIn(pub Viewer);

/// Anybody.
pub struct MaybeLoggedIn(pub Option<Viewer>);

/// Left with the request for the boundary: hand this token back as a cookie; `None` takes the cookie away.
pub struct SetToken(pub Option<String>);

/// The same for a device that is known from now on.
pub struct SetDevice(pub String);

/// Whose own writes an answer must have that is the same for everybody: of whom the credential names, if it is ours.
/// Whether their session lasts does not matter here. Nobody's where there are no replicas.
pub struct Asking(pub Option<OwnWrites>);

impl FromRequest for LoggedIn {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        async move {
            match viewer(&request).await? {
                Some(viewer) => Ok(Self(viewer)),
                None => Err(please_log_in()),
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

impl FromRequest for Asking {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>();
        let own = app.filter(|app| !app.replicas.is_empty()).and_then(|app| {
            let credential = credential(app, request)?;
            let token = account::read_token(app, &credential.token, credential.carrier);
            Some(OwnWrites {
                user: token.ok()?.user,
                version: None,
            })
        });
        ready(Ok(Self(own)))
    }
}

impl LoggedIn {
    /// For a form: whoever is not logged in does that first, and comes back to `place`.
    ///
    /// # Errors
    /// [`Failure::LogInFirst`], or any other reason why it is not known who asks.
    pub fn or_first(asked: Result<Self, Failure>, place: &str) -> Result<Viewer, Failure> {
        match asked {
            Ok(Self(viewer)) => Ok(viewer),
            Err(Failure::Domain(Error::Unauthorized(_))) => {
                Err(Failure::LogInFirst(place.to_owned()))
            }
            Err(failure) => Err(failure),
        }
    }
}

/// Why somebody who is not logged in does not get what they asked for.
pub fn please_log_in() -> Failure {
    Error::Unauthorized(message("log-in-first")).into()
}

/// The bearer token of a request, if it brings one.
pub fn bearer(request: &HttpRequest) -> Option<String> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| token.trim().to_owned())
}

async fn viewer(request: &HttpRequest) -> Result<Option<Viewer>, Failure> {
    let identified = as_viewer(request, |app, credential| async move {
        let viewer = account::authenticate(&app, &credential.token, credential.carrier).await?;
        Ok((viewer, ()))
    });
    Ok(identified.await?.map(|(viewer, ())| viewer))
}

/// What a request brings to say who makes it.
#[derive(Clone, Debug)]
pub struct Credential {
    pub token: String,
    pub carrier: Carrier,
}

/// Runs an operation that finds out who the viewer is and does something for them; `None` when the request
/// brings no credential.
///
/// A cookie whose session is over counts as none, and is taken away; a bearer token like that is an error,
/// since the program that sent it means somebody.
///
/// # Errors
/// The operation's.
pub async fn as_viewer<T, F>(
    request: &HttpRequest,
    operation: impl FnOnce(App, Credential) -> F,
) -> Result<Option<(Viewer, T)>, Failure>
where
    T: Send + 'static,
    F: Future<Output = Result<(Viewer, T), Error>> + Send + 'static,
{
    let Some(app) = request.app_data::<Data<App>>() else {
        return Ok(None);
    };
    let Some(credential) = credential(app, request) else {
        return Ok(None);
    };
    let carrier = credential.carrier;
    match app.run(|app| operation(app, credential)).await {
        Ok((viewer, done)) => {
            if carrier == Carrier::Cookie
                && let Some(token) = viewer.renewed_token.clone()
            {
                request.extensions_mut().insert(SetToken(Some(token)));
            }
            Ok(Some((viewer, done)))
        }
        Err(Error::Unauthorized(_)) if carrier == Carrier::Cookie => {
            request.extensions_mut().insert(SetToken(None));
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

fn credential(app: &App, request: &HttpRequest) -> Option<Credential> {
    if let Some(token) = bearer(request) {
        let carrier = Carrier::Bearer;
        return Some(Credential { token, carrier });
    }
    let token = request
        .cookie(cookie_name(&app.settings))?
        .value()
        .to_owned();
    let carrier = Carrier::Cookie;
    Some(Credential { token, carrier })
}

fn cookie_name(settings: &Settings) -> &'static str {
    let [plain, of_this_host] = COOKIES;
    if settings.is_https() {
        of_this_host
    } else {
        plain
    }
}

/// Whether a browser sent a token along, whatever it is worth.
pub fn has_cookie(request: &HttpRequest) -> bool {
    COOKIES.iter().any(|name| request.cookie(name).is_some())
}

/// The cookie that carries a token. It outlives the token, which is renewed as long as the session lives.
pub fn cookie(settings: &Settings, token: String) -> Cookie<'static> {
    let idle = Duration::days(settings.auth.session_idle_days.into());
    Cookie::build(cookie_name(settings), token)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(settings.is_https())
        .max_age(idle)
        .finish()
}

/// The cookie that says on which device its user has logged in before.
pub fn device_cookie(settings: &Settings, secret: String) -> Cookie<'static> {
    let mut cookie = cookie(settings, secret);
    cookie.set_name(device_cookie_name(settings));
    cookie.set_max_age(Duration::days(365));
    cookie
}

/// What [`device_cookie`] gave this device.
pub fn device_secret(request: &HttpRequest, settings: &Settings) -> Option<String> {
    let cookie = request.cookie(device_cookie_name(settings))?;
    Some(cookie.value().to_owned())
}

fn device_cookie_name(settings: &Settings) -> &'static str {
    if settings.is_https() {
        "__Host-device"
    } else {
        "device"
    }
}

/// The cookie that takes [`cookie`] away.
pub fn no_cookie(settings: &Settings) -> Cookie<'static> {
    let mut cookie = cookie(settings, String::new());
    cookie.make_removal();
    cookie
}
