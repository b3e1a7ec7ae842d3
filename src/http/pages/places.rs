//! Where to go next, and never to another site.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
};

/// A place to go to, if it is one of this site's own addresses. Browsers read `//` and `\` as the beginning of
/// another site's address, and leave out line breaks and tabs before they look.
pub fn local(place: &str) -> Option<&str> {
    let is_local = place.starts_with('/')
        && !place.contains("//")
        && !place.contains('\\')
        && place.bytes().all(|byte| byte.is_ascii_graphic());
    is_local.then_some(place)
}

/// The place that `next` names, or home.
pub fn next_or_home(next: Option<&str>) -> &str {
    next.and_then(local).unwrap_or("/")
}

/// Where a form was: what its `next` says, or else the page that the browser names.
pub fn back(request: &HttpRequest, next: Option<&str>) -> String {
    let referring = || {
        let text = |name: HeaderName| request.headers().get(name)?.to_str().ok();
        let (_, address) = text(header::REFERER)?.split_once("://")?;
        let path = address.strip_prefix(text(header::HOST)?)?;
        local(path)
    };
    next.and_then(local)
        .or_else(referring)
        .unwrap_or("/")
        .to_owned()
}

/// The path and query of a request.
pub fn here(request: &HttpRequest) -> &str {
    request
        .uri()
        .path_and_query()
        .map_or("/", |place| place.as_str())
}

/// `path` with `place` as its `next`, where that is worth coming back to.
pub fn with_next(path: &str, place: &str) -> String {
    let on_the_way = ["/login", "/signup", "/logout"]
        .iter()
        .any(|way| place.starts_with(way));
    if place == "/" || on_the_way {
        return path.to_owned();
    }
    let next: String = form_urlencoded::byte_serialize(place.as_bytes()).collect();
    format!("{path}?next={next}")
}

/// The answer to a form that was carried out.
pub fn see_other(place: &str) -> HttpResponse {
    to(StatusCode::SEE_OTHER, place)
}

/// The answer at an address that is not the canonical one. The query goes along.
pub fn moved(request: &HttpRequest, path: &str) -> HttpResponse {
    match request.uri().query() {
        Some(query) => to(StatusCode::PERMANENT_REDIRECT, &format!("{path}?{query}")),
        None => to(StatusCode::PERMANENT_REDIRECT, path),
    }
}

fn to(status: StatusCode, place: &str) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::LOCATION, place))
        .finish()
}
