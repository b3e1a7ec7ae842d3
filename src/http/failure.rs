//! What can go wrong with a request, and the one table of statuses.

use std::{fmt, time::Duration};

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode};

use crate::{
    error::Error,
    language::{Message, message},
};

/// Why a request was not answered as asked: the domain's reasons and the web's own.
#[derive(Debug)]
pub enum Failure {
    Domain(Error),
    /// A form of somebody who is not logged in; where to go once they are.
    LogInFirst(String),
    MethodNotAllowed(String),
    /// At most so many bytes are taken.
    TooLarge(usize),
    /// The body had not come by then.
    TooSlow(Duration),
    /// What is taken.
    UnsupportedMediaType(&'static str),
    /// How a body may be packed.
    UnsupportedEncoding(&'static str),
}

/// What a handler gives.
pub type Answer<T = HttpResponse> = Result<T, Failure>;

impl Failure {
    pub fn bad_request(said: Message) -> Self {
        Self::Domain(Error::BadRequest(said))
    }

    /// What to say to whoever asked.
    pub fn message(&self) -> Message {
        match self {
            Self::Domain(error) => error.message(),
            Self::LogInFirst(_) => message("log-in-first"),
            Self::MethodNotAllowed(method) => {
                message("method-not-allowed").with("method", method.as_str())
            }
            Self::TooLarge(most) => message("too-large").with("most", *most),
            Self::TooSlow(within) => {
                message("too-slow").with("within", within.as_secs().to_string())
            }
            Self::UnsupportedMediaType(taken) => {
                message("content-type-not-taken").with("taken", *taken)
            }
            Self::UnsupportedEncoding(taken) => message("encoding-not-taken").with("taken", *taken),
        }
    }

    /// What lies behind it, for the log.
    pub fn cause(&self) -> Option<String> {
        match self {
            Self::Domain(error) => error.cause(),
            _ => None,
        }
    }

    pub fn not_found(said: Message) -> Self {
        Self::Domain(Error::NotFound(said))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Domain(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Domain(error) => error.fmt(f),
            other => other.message().fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Domain(error) => match error {
                Error::BadRequest(_) => StatusCode::BAD_REQUEST,
                Error::Unauthorized(_) => StatusCode::UNAUTHORIZED,
                Error::Forbidden(_) => StatusCode::FORBIDDEN,
                Error::NotFound(_) => StatusCode::NOT_FOUND,
                Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                Error::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
                Error::Unavailable { .. } | Error::Partial(_) | Error::Busy => {
                    StatusCode::SERVICE_UNAVAILABLE
                }
                Error::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
            },
            Self::LogInFirst(_) => StatusCode::UNAUTHORIZED,
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::UnsupportedMediaType(_) | Self::UnsupportedEncoding(_) => {
                StatusCode::UNSUPPORTED_MEDIA_TYPE
            }
        }
    }

    /// Bare: [`super::boundary`] makes the body, which depends on who asks.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// The answer where no route matches.
pub async fn unknown_path(request: HttpRequest) -> Answer {
    Err(Failure::not_found(
        message("nothing-at").with("path", request.path()),
    ))
}
