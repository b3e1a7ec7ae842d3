//! Static files, from inside the binary.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, EntityTag, Header, IfNoneMatch},
    web::{self, Path},
};
use rust_embed::RustEmbed;

use super::failure::{Answer, Failure};
use crate::language::message;

#[derive(RustEmbed)]
#[folder = "static/"]
// What the scripts are made of.
#[exclude = "source/*"]
struct Files;

pub fn routes(config: &mut web::ServiceConfig) {
    config.service(
        web::resource("/static/{path:.*}")
            .route(web::get().to(file))
            .route(web::head().to(file)),
    );
}

/// The address of a file, with its content's hash, so that it may be kept for ever.
pub fn address(path: &str) -> String {
    match Files::get(path) {
        Some(file) => format!(
            "/static/{path}?v={}",
            short_hash(&file.metadata.sha256_hash())
        ),
        None => format!("/static/{path}"),
    }
}

/// A text file's content.
pub fn text(path: &str) -> Option<String> {
    String::from_utf8(Files::get(path)?.data.into_owned()).ok()
}

async fn file(request: HttpRequest, path: Path<String>) -> Answer {
    let file = Files::get(&path)
        .ok_or_else(|| Failure::not_found(message("no-such-file").with("path", request.path())))?;
    let hash = short_hash(&file.metadata.sha256_hash());
    let tag = EntityTag::new_strong(hash.clone());
    let caching = if request.query_string() == format!("v={hash}") {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header(header::ETag(tag.clone()));
    if is_known(&request, &tag) {
        return Ok(response
            .status(actix_web::http::StatusCode::NOT_MODIFIED)
            .finish());
    }
    Ok(response
        .content_type(file.metadata.mimetype())
        .body(file.data.into_owned()))
}

/// Whether whoever asks has this already.
pub fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    }
}

/// As much of a hash as tells one version from another.
pub fn short_hash(hash: &[u8]) -> String {
    hash.iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}
