//! Static files, from inside the binary.

use std::{
    collections::HashMap,
    io::Write,
    sync::{LazyLock, Mutex, PoisonError},
};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, AcceptEncoding, ContentEncoding, Encoding, EntityTag, Header, IfNoneMatch},
    },
    web::{self, Bytes, Path},
};
use flate2::{Compression, write::GzEncoder};
use rust_embed::{EmbeddedFile, RustEmbed};

use super::failure::{Answer, Failure};
use crate::language::message;

#[derive(RustEmbed)]
#[folder = "static/"]
// What the scripts are made of.
#[exclude = "source/*"]
struct Files;

pub fn routes(config: &mut web::ServiceConfig) {
    // A scope, so that every other path is told apart from these by its beginning, without a regular expression.
    config.service(
        web::scope("/static").service(
            web::resource("/{path:.*}")
                .route(web::get().to(file))
                .route(web::head().to(file)),
        ),
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
    let packed = takes_gzip(&request).then(|| packed(&file)).flatten();
    let tag = EntityTag::new_strong(match packed {
        Some(_) => format!("{hash}-gzip"),
        None => hash.clone(),
    });
    let caching = if request.query_string() == format!("v={hash}") {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=300"
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CACHE_CONTROL, caching))
        .insert_header((header::VARY, "accept-encoding"))
        .insert_header(header::ETag(tag.clone()));
    if is_known(&request, &tag) {
        return Ok(response.status(StatusCode::NOT_MODIFIED).finish());
    }
    response.content_type(file.metadata.mimetype());
    Ok(match packed {
        Some(packed) => response.insert_header(ContentEncoding::Gzip).body(packed),
        None => response.body(file.data.into_owned()),
    })
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let supported = [Encoding::gzip(), Encoding::identity()];
    AcceptEncoding::parse(request)
        .is_ok_and(|taken| taken.negotiate(supported.iter()) == Some(Encoding::gzip()))
}

/// A text compressed as well as can be, once; what compresses pages as they are sent does it quickly instead, which makes
/// these a fifth larger.
fn packed(file: &EmbeddedFile) -> Option<Bytes> {
    /// By the hash of what they were made of: a debug build reads files as they are now.
    static PACKED: LazyLock<Mutex<HashMap<[u8; 32], Bytes>>> = LazyLock::new(Mutex::default);

    if file.metadata.mimetype() == "image/png" {
        return None;
    }
    let mut all = PACKED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = all.get(&file.metadata.sha256_hash()) {
        return Some(known.clone());
    }
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&file.data).ok()?;
    let packed = Bytes::from(encoder.finish().ok()?);
    all.insert(file.metadata.sha256_hash(), packed.clone());
    Some(packed)
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
