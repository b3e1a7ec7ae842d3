//! What can go wrong with a request, and the one table of statuses.

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode};

use crate::error::Error;

/// Why a request was not answered as asked: the domain's reasons and the web's own.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Domain(#[from] Error),
    #[error("Nothing here takes {0} requests.")]
    MethodNotAllowed(String),
    #[error("The request is too large: at most {0} bytes are taken.")]
    TooLarge(usize),
    #[error("This content type is not taken. Send {0}.")]
    UnsupportedMediaType(&'static str),
}

/// What a handler gives.
pub type Answer<T = HttpResponse> = Result<T, Failure>;

impl Failure {
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::Domain(Error::BadRequest(message.into()))
    }

    /// What lies behind it, for the log.
    pub fn cause(&self) -> Option<String> {
        match self {
            Self::Domain(error) => error.cause(),
            _ => None,
        }
    }

    pub fn not_found(message: impl Into<String>) -> Self {
        Self::Domain(Error::NotFound(message.into()))
    }
}

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
            Self::MethodNotAllowed(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedMediaType(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        }
    }

    /// Bare: [`super::boundary`] makes the body, which depends on who asks.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}

/// The answer where no route matches.
pub async fn unknown_path(request: HttpRequest) -> Answer {
    Err(Failure::not_found(format!(
        "There is nothing at {}. Perhaps the address was mistyped, or what was here has been deleted.",
        request.path()
    )))
}

/// The answer where the path is known and the method is not.
pub async fn wrong_method(request: HttpRequest) -> Answer {
    Err(Failure::MethodNotAllowed(request.method().to_string()))
}
