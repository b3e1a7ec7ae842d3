//! The one error of the domain. `http` turns it into a response in one place and logs its cause there.

use std::fmt;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why something could not be done. The texts of all but the last two are for whoever asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request makes no sense as it is (400).
    #[error("{0}")]
    BadRequest(String),
    /// Nobody is logged in, or not rightly (401).
    #[error("{0}")]
    Unauthorized(String),
    /// Known, but not allowed (403).
    #[error("{0}")]
    Forbidden(String),
    /// There is no such thing (404).
    #[error("{0}")]
    NotFound(String),
    /// Fields that must be put right, each with what is wrong with it (422).
    #[error("{0}")]
    Invalid(Invalid),
    /// Tried too often; worth trying again later (429).
    #[error("{0}")]
    TooMany(String),
    /// A server that is needed is away, or too slow, or everything is busy; worth trying again (503).
    #[error("{what} cannot be reached at the moment. Nothing was lost; please try again shortly.")]
    Unavailable {
        what: &'static str,
        #[source]
        cause: Cause,
    },
    /// Some of several like servers are away, and what was for the others is done; worth trying again (503).
    #[error(
        "Not all of this could be done at the moment. Nothing was lost; please try again shortly."
    )]
    Partial(#[source] Cause),
    /// More is asked for than can be done at once; worth trying again (503).
    #[error("Too much is going on here at the moment. Nothing was lost; please try again shortly.")]
    Busy,
    /// A fault of ours (500).
    #[error("Something went wrong on our side. Please try again.")]
    Internal(#[source] Cause),
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn unavailable(what: &'static str, cause: impl Into<Cause>) -> Self {
        Self::Unavailable {
            what,
            cause: cause.into(),
        }
    }

    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    /// What lies behind it, for the log.
    pub fn cause(&self) -> Option<String> {
        std::error::Error::source(self).map(ToString::to_string)
    }

    /// One field that must be put right.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        let mut invalid = Invalid::default();
        invalid.add(field, message);
        Self::Invalid(invalid)
    }
}

/// What is wrong with which field of a form, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invalid {
    fields: Vec<(&'static str, String)>,
}

impl Invalid {
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.fields.push((field, message.into()));
    }

    /// Takes what is wrong out of a checked value; `None` then stands for it.
    pub fn check<T>(&mut self, field: &'static str, value: Result<T, String>) -> Option<T> {
        value.map_err(|message| self.add(field, message)).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.fields
            .iter()
            .map(|(field, text)| (*field, text.as_str()))
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (_, message)) in self.fields.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { " " })?;
            f.write_str(message)?;
        }
        Ok(())
    }
}
