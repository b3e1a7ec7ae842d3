//! Around every request: what is refused before it is looked at, headers that every answer has, errors made
//! into pages or JSON and logged once, and the counting.

use std::{fmt::Display, time::Instant};

use actix_web::{
    Error as ActixError, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use serde_json::json;

use super::{
    auth::{self, SetDevice, SetToken},
    body::unread::Held,
    connection::Turn,
    failure::Failure,
    pages,
    templates::Templates,
};
use crate::{
    app::{App, as_one_request},
    error::Error,
    language::message,
    metrics,
};

const RETRY_AFTER_SECONDS: &str = "2";
/// The longest that whoever tried too often has to wait.
const A_QUARTER_OF_AN_HOUR: &str = "900";
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
                      connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";

/// Of what a browser can do, a page here needs none.
const NO_FEATURES: &str = "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), display-capture=(), \
                           geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), usb=()";
/// Of https alone, once somebody was here by https.
const TWO_YEARS: &str = "max-age=63072000";

/// The middleware.
pub async fn boundary(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let begun = Instant::now();
    let turn = Turn::begin(request.request());
    let unread = Held::of(&mut request);
    let mut response = if is_too_much(request.request()) {
        let (request, _) = request.into_parts();
        let told = busy(&request);
        ServiceResponse::new(request, told)
    } else if is_forged(request.request()) {
        let refused = Error::Forbidden(message("forged"));
        let (request, _) = request.into_parts();
        let rendered = render(&request, &Failure::Domain(refused).into());
        ServiceResponse::new(request, rendered)
    } else {
        // Routing wants the only handle of the request, so none is kept here.
        answered(as_one_request(next.call(request)).await?)
    };
    let request = response.request().clone();
    finish(&request, response.response_mut());
    count(&request, response.status(), begun);
    if let Some(turn) = turn {
        turn.end();
    }
    Ok(match unread {
        Some(unread) => response.map_body(|_, body| unread.behind(body)),
        None => response,
    })
}

/// Whether so much is going on that this is not begun. Whoever watches over the process is answered all the same.
fn is_too_much(request: &HttpRequest) -> bool {
    let is_full = |app: &Data<App>| app.is_full();
    request.app_data::<Data<App>>().is_some_and(is_full)
        && !["/health/", "/metrics", "/static/"]
            .iter()
            .any(|prefix| request.path().starts_with(prefix))
}

/// Said with as little work as can be: it is said when there is too much of it.
fn busy(request: &HttpRequest) -> HttpResponse {
    let mut response = HttpResponse::ServiceUnavailable();
    let page = match request.app_data::<Data<Templates>>() {
        Some(templates) if !is_api(request) => templates.busy_page(pages::language(request)).ok(),
        _ => None,
    };
    match page {
        Some(page) => response
            .content_type("text/html; charset=utf-8")
            .body(page.to_owned()),
        None => response.json(json!({ "error": Error::Busy.to_string() })),
    }
}

/// A handler's error comes as a response that remembers it; here it gets its body.
fn answered(response: ServiceResponse<impl MessageBody + 'static>) -> ServiceResponse<BoxBody> {
    let rendered = response
        .response()
        .error()
        .map(|error| render(response.request(), error))
        .or_else(|| wrong_method(&response));
    match rendered {
        Some(rendered) => response.into_response(rendered),
        None => response.map_into_boxed_body(),
    }
}

/// The framework's answer to a method that a path does not take says which ones it takes, and nothing else.
fn wrong_method(response: &ServiceResponse<impl MessageBody>) -> Option<HttpResponse> {
    if response.status() != StatusCode::METHOD_NOT_ALLOWED {
        return None;
    }
    let request = response.request();
    let failure = Failure::MethodNotAllowed(request.method().to_string());
    let mut rendered = render(request, &failure.into());
    if let Some(taken) = response.headers().get(header::ALLOW) {
        rendered.headers_mut().insert(header::ALLOW, taken.clone());
    }
    Some(rendered)
}

/// Whether a page of another site may have made a browser send this with the viewer's cookie. Browsers of today say where
/// it comes from in `Sec-Fetch-Site`, older ones in `Origin`, very old ones in `Referer` alone, which our pages let them send
/// to us. What says nothing and brings the cookie is not trusted.
fn is_forged(request: &HttpRequest) -> bool {
    if request.method().is_safe() || auth::bearer(request).is_some() {
        return false;
    }
    let header = |name: &str| {
        request
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    if let Some(site) = header("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let host = header("host");
    match (header("origin"), header("referer")) {
        (Some(address), _) | (None, Some(address)) => {
            let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
            after_scheme.split('/').next() != host
        }
        (None, None) => auth::has_cookie(request),
    }
}

fn is_api(request: &HttpRequest) -> bool {
    ["/api/", "/oauth/", "/health/"]
        .iter()
        .any(|prefix| request.path().starts_with(prefix))
}

fn render(request: &HttpRequest, error: &ActixError) -> HttpResponse {
    let status = error.as_response_error().status_code();
    let failure = error.as_error::<Failure>();
    // That much is going on is counted; to write it down each time would make it more.
    if !matches!(failure, Some(Failure::Domain(Error::Busy))) {
        log(request, status, error, failure.and_then(Failure::cause));
    }
    if let Some(Failure::LogInFirst(place)) = failure
        && let Ok(page) = pages::log_in_first(request, place)
    {
        return page;
    }
    let said = match failure {
        Some(failure) => failure.message(),
        // The web framework's own, such as a malformed path.
        None if status.is_client_error() => message("not-read").with("problem", error.to_string()),
        None => message("internal"),
    };
    if is_api(request) {
        let said = failure.map_or_else(|| said.to_string(), ToString::to_string);
        return api_error(status, error, &said);
    }
    let language = pages::language(request);
    let said = said.say(language);
    if status == StatusCode::UNAUTHORIZED && request.method() == Method::GET {
        return HttpResponse::SeeOther()
            .insert_header((header::LOCATION, log_in_address(request)))
            .finish();
    }
    let page = request.app_data::<Data<Templates>>().map(|templates| {
        templates.error_page(language, status.as_u16(), &said, pages::theme(request))
    });
    let mut response = HttpResponse::build(status);
    match page {
        Some(Ok(page)) => response.content_type("text/html; charset=utf-8").body(page),
        _ => response
            .content_type("text/plain; charset=utf-8")
            .body(said),
    }
}

/// `{"error": "…"}`, and for a form what is wrong with which field, as Mastodon has it.
fn api_error(status: StatusCode, error: &ActixError, message: &str) -> HttpResponse {
    let mut body = json!({ "error": message });
    if let Some(Failure::Domain(Error::Invalid(invalid))) = error.as_error::<Failure>() {
        let details: serde_json::Map<_, _> = invalid
            .fields()
            .map(|(field, said)| {
                (
                    field.to_owned(),
                    json!([{ "error": "ERR_INVALID", "description": said.to_string() }]),
                )
            })
            .collect();
        if let Some(body) = body.as_object_mut() {
            body.insert("details".to_owned(), details.into());
        }
    }
    HttpResponse::build(status).json(body)
}

fn log_in_address(request: &HttpRequest) -> String {
    let here = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    if here == "/" {
        return "/login".to_owned();
    }
    let next: String = form_urlencoded::byte_serialize(here.as_bytes()).collect();
    format!("/login?next={next}")
}

/// Once for each error. What the asker did is worth a debug line; what we did, an error.
pub fn log(request: &HttpRequest, status: StatusCode, error: &impl Display, cause: Option<String>) {
    let (method, path) = (request.method().as_str(), request.path());
    match status.as_u16() {
        503 => tracing::warn!(method, path, %error, cause, "answered 503"),
        500.. => tracing::error!(method, path, %error, cause, "answered 500"),
        status => tracing::debug!(method, path, status, %error, "refused"),
    }
}

fn finish(request: &HttpRequest, response: &mut HttpResponse) {
    let set_token = request.extensions_mut().remove::<SetToken>();
    let set_device = request.extensions_mut().remove::<SetDevice>();
    let app = request.app_data::<Data<App>>();
    let says_itself = response
        .cookies()
        .any(|cookie| auth::COOKIES.contains(&cookie.name()));
    if let Some(app) = app {
        let token = set_token.filter(|_| !says_itself);
        let token = token.map(|SetToken(token)| match token {
            Some(token) => auth::cookie(&app.settings, token),
            None => auth::no_cookie(&app.settings),
        });
        let device = set_device.map(|SetDevice(secret)| auth::device_cookie(&app.settings, secret));
        for cookie in [token, device].iter().flatten() {
            if let Err(error) = response.add_cookie(cookie) {
                tracing::error!(%error, "cookie");
            }
        }
    }
    let status = response.status();
    let headers = response.headers_mut();
    let mut set = |name: HeaderName, value: &'static str| {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set(header::CONTENT_SECURITY_POLICY, POLICY);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::REFERRER_POLICY, "same-origin");
    set(header::PERMISSIONS_POLICY, NO_FEATURES);
    set(header::CROSS_ORIGIN_OPENER_POLICY, "same-origin");
    if app.is_some_and(|app| app.settings.is_https()) {
        set(header::STRICT_TRANSPORT_SECURITY, TWO_YEARS);
    }
    // What a page holds depends on who asks.
    set(header::CACHE_CONTROL, "private, no-store");
    match status {
        StatusCode::SERVICE_UNAVAILABLE => set(header::RETRY_AFTER, RETRY_AFTER_SECONDS),
        StatusCode::TOO_MANY_REQUESTS => set(header::RETRY_AFTER, A_QUARTER_OF_AN_HOUR),
        _ => {}
    }
}

fn count(request: &HttpRequest, status: StatusCode, begun: Instant) {
    let Some(app) = request.app_data::<Data<App>>() else {
        return;
    };
    let labels = metrics::Request {
        method: match *request.method() {
            Method::GET
            | Method::POST
            | Method::HEAD
            | Method::PUT
            | Method::PATCH
            | Method::DELETE => request.method().to_string(),
            _ => "other".to_owned(),
        },
        route: request.match_pattern().unwrap_or_else(|| "none".to_owned()),
        status: status.as_u16(),
    };
    app.metrics.requests.get_or_create(&labels).inc();
    app.metrics
        .request_seconds
        .observe(begun.elapsed().as_secs_f64());
    tracing::debug!(
        method = labels.method,
        path = request.path(),
        status = labels.status,
        milliseconds = begun.elapsed().as_secs_f64() * 1000.0,
        "request"
    );
}
