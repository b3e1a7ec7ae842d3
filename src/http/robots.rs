//! What programs look for at fixed addresses: what they may read, and what a phone needs to put the site among its apps.

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, Data},
};
use serde_json::json;

use super::{assets, failure::wrong_method};
use crate::app::App;

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
    ] {
        config.service(
            web::resource(path)
                .route(get)
                .default_service(web::to(wrong_method)),
        );
    }
}

async fn robots() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/plain; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, AN_HOUR))
        .body(ROBOTS)
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
