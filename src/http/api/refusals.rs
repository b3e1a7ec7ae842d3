//! How the API says no, for its document. The sentences themselves come from [`crate::http::boundary`].

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

/// Why a request was not carried out.
#[derive(Serialize, ToSchema)]
pub struct Error {
    /// A sentence for people.
    pub error: String,
    /// What is wrong with which field; with status 422 only.
    #[schema(required = false, nullable = false)]
    pub details: Option<BTreeMap<String, Vec<ErrorDetail>>>,
}

/// What is wrong with one field.
#[derive(Serialize, ToSchema)]
pub struct ErrorDetail {
    /// Always `ERR_INVALID`.
    pub error: String,
    /// A sentence for people.
    pub description: String,
}

/// What every request may meet.
#[derive(IntoResponses)]
pub enum Always {
    #[response(status = 400, description = "The request makes no sense as it is")]
    BadRequest(Error),
    #[response(
        status = 503,
        description = "A server that is needed is away or busy; try again after `Retry-After` seconds"
    )]
    Unavailable(Error),
}

#[derive(IntoResponses)]
#[response(
    status = 401,
    description = "Nobody is logged in, or the token is not valid"
)]
pub struct Unauthorized(pub Error);

#[derive(IntoResponses)]
#[response(status = 403, description = "Not allowed")]
pub struct Forbidden(pub Error);

#[derive(IntoResponses)]
#[response(
    status = 404,
    description = "There is no such thing, perhaps not any more"
)]
pub struct NotFound(pub Error);

/// What a request with a body may meet.
#[derive(IntoResponses)]
pub enum Body {
    #[response(status = 413, description = "The body is too large")]
    TooLarge(Error),
    #[response(status = 415, description = "The body is neither JSON nor a form")]
    UnsupportedMediaType(Error),
    #[response(status = 422, description = "A field must be put right")]
    Invalid(Error),
}
