//! Reading what a request brings: form and JSON bodies, query strings. All of it is UTF-8 without NUL, or it is
//! refused here.

mod packed;
pub mod unread;

use std::{
    fmt::Display,
    future::{Ready, ready},
    time::Duration,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    web::{Bytes, BytesMut, Data},
};
use futures_util::{FutureExt, StreamExt, future::LocalBoxFuture};
use percent_encoding::percent_decode;
use serde::de::DeserializeOwned;
use serde_json::Value;

use self::packed::Packing;
use super::failure::Failure;
use crate::{app::App, language::message};

/// Larger bodies are refused, as they come and unpacked: the longest tweet is far smaller.
pub const LARGEST: usize = 256 * 1024;
const TAKEN: &str = "application/json or application/x-www-form-urlencoded";

/// A body, form or JSON, as a `T`. No body at all is an empty form.
pub struct Body<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Body<T> {
    type Error = Failure;
    type Future = LocalBoxFuture<'static, Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let content_type = request.content_type().trim().to_ascii_lowercase();
        let packing = Packing::of(request);
        let within = time_for_a_body(request);
        let payload = payload.take();
        async move {
            let packing = packing?;
            let arrived = tokio::time::timeout(within, read(payload)).await;
            let bytes = packing.unpacked(arrived.map_err(|_| Failure::TooSlow(within))??)?;
            match content_type.as_str() {
                "application/json" => json(&bytes).map(Self),
                "application/x-www-form-urlencoded" => form(&bytes).map(Self),
                "" if bytes.is_empty() => form(&bytes).map(Self),
                _ => Err(Failure::UnsupportedMediaType(TAKEN)),
            }
        }
        .boxed_local()
    }
}

/// The query string as a `T`.
pub struct Params<T>(pub T);

impl<T: DeserializeOwned> FromRequest for Params<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(form(request.query_string().as_bytes()).map(Self))
    }
}

/// The values of a parameter that may be repeated, as `name=…` and as `name[]=…`.
///
/// # Errors
/// [`Failure`] when the query string is not UTF-8.
pub fn repeated(request: &HttpRequest, name: &str) -> Result<Vec<String>, Failure> {
    let query = request.query_string().as_bytes();
    check_encoding(query)?;
    let in_brackets = format!("{name}[]");
    Ok(form_urlencoded::parse(query)
        .filter(|(key, _)| key == name || *key == in_brackets)
        .map(|(_, value)| value.into_owned())
        .collect())
}

fn time_for_a_body(request: &HttpRequest) -> Duration {
    request
        .app_data::<Data<App>>()
        .map_or(Duration::MAX, |app| app.settings.server.request_time())
}

async fn read(mut payload: Payload) -> Result<Bytes, Failure> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            Failure::bad_request(message("body-cut").with("problem", error.to_string()))
        })?;
        if bytes.len() + chunk.len() > LARGEST {
            return Err(Failure::TooLarge(LARGEST));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}

fn form<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    check_encoding(bytes)?;
    serde_urlencoded::from_bytes(bytes).map_err(|error| {
        Failure::bad_request(message("fields-unfit").with("problem", without_value(&error)))
    })
}

fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    let wrong = |error: serde_json::Error| {
        Failure::bad_request(message("json-unfit").with("problem", without_value(&error)))
    };
    let value: Value = serde_json::from_slice(bytes).map_err(wrong)?;
    if has_nul(&value) {
        return Err(nul());
    }
    serde_json::from_value(value).map_err(wrong)
}

/// What serde says, without what was sent: that may be a password in the wrong place, and the answer may be logged by
/// whoever asked. All of serde's words that repeat a value or a name end in what would have been right.
fn without_value(error: &impl Display) -> String {
    let told = error.to_string();
    match told.rsplit_once(", expected ") {
        Some((_, expected)) => format!("expected {expected}"),
        None => told,
    }
}

/// Percent-decoding would replace what is not UTF-8 silently.
fn check_encoding(urlencoded: &[u8]) -> Result<(), Failure> {
    match percent_decode(urlencoded).decode_utf8() {
        Ok(text) if text.contains('\0') => Err(nul()),
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::bad_request(message("not-utf8"))),
    }
}

fn has_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(has_nul),
        Value::Object(fields) => fields
            .iter()
            .any(|(name, value)| name.contains('\0') || has_nul(value)),
        _ => false,
    }
}

fn nul() -> Failure {
    Failure::bad_request(message("has-nul"))
}
