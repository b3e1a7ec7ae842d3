//! What programs look for at fixed addresses: what they may read, what a phone needs to put the site among its apps, and
//! what answers there when the server cannot be reached.

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, Data},
};
use serde_json::json;

use super::{assets, failure::Answer};
use crate::{app::App, error::Error};

/// Everything that is said here is public; these lead to nothing that belongs in an index.
const ROBOTS: &str = "User-agent: *\nDisallow: /api/\nDisallow: /login\nDisallow: /logout\nDisallow: /settings\nDisallow: /signup\n";
const AN_HOUR: &str = "public, max-age=3600";
/// As the stylesheet has them.
const GROUND: &str = "#fbfaf7";
const ACCENT: &str = "#00695f";

pub fn routes(config: &mut web::ServiceConfig) {
    for (path, get) in [
        ("/robots.txt", web::get().to(robots)),
        ("/manifest.webmanifest", web::get().to(manifest)),
        ("/service-worker.js", web::get().to(service_worker)),
        (
            "/.well-known/change-password",
            web::get().to(change_password),
        ),
    ] {
        config.service(web::resource(path).route(get));
    }
}

async fn robots() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, AN_HOUR))
        .body(ROBOTS)
}

/// Where programs that keep passwords send people: <https://w3c.github.io/webappsec-change-password-url/>
async fn change_password() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, "/settings/account/password"))
        .finish()
}

/// <https://www.w3.org/TR/appmanifest/>
async fn manifest(app: Data<App>) -> HttpResponse {
    let instance = &app.settings.instance;
    let icon = |file: &str, sizes: &str, kind: &str, purpose: &str| json!({ "src": assets::address(file), "sizes": sizes, "type": kind, "purpose": purpose });
    let manifest = json!({
        "name": instance.title,
        "short_name": instance.title,
        "description": instance.description,
        "id": "/",
        "start_url": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": ACCENT,
        "icons": [
            icon("favicon.svg", "any", "image/svg+xml", "any"),
            icon("icon-192.png", "192x192", "image/png", "maskable"),
            icon("icon-512.png", "512x512", "image/png", "maskable"),
        ],
    });
    HttpResponse::Ok()
        .content_type("application/manifest+json")
        .insert_header((header::CACHE_CONTROL, AN_HOUR))
        .body(manifest.to_string())
}

/// A worker sees the pages below its own folder only, so it is not in /static. A browser asks for it again after a day, and
/// takes it anew when a byte differs: the address of the stylesheet, which the kept page is drawn with, stands at its end.
async fn service_worker() -> Answer {
    let script = assets::text("service-worker.js")
        .ok_or_else(|| Error::internal("the service worker is not in the binary"))?;
    let drawn_with = assets::address("style.css");
    Ok(HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(format!("{script}// {drawn_with}\n")))
}
