//! The one error of the domain. `http` turns it into a response in one place and logs its cause there.

use std::fmt;

use crate::language::{Message, message};

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why something could not be done. What it says is for whoever asked; causes are for the log.
#[derive(Debug)]
pub enum Error {
    /// The request makes no sense as it is (400).
    BadRequest(Message),
    /// Nobody is logged in, or not rightly (401).
    Unauthorized(Message),
    /// Known, but not allowed (403).
    Forbidden(Message),
    /// There is no such thing (404).
    NotFound(Message),
    /// Fields that must be put right, each with what is wrong with it (422).
    Invalid(Invalid),
    /// Tried too often; worth trying again later (429).
    TooMany(Message),
    /// A server that is needed is away, or too slow, or everything is busy; worth trying again (503).
    Unavailable { what: Part, cause: Cause },
    /// Some of several like servers are away, and what was for the others is done; worth trying again (503).
    Partial(Cause),
    /// More is asked for than can be done at once; worth trying again (503).
    Busy,
    /// A fault of ours (500).
    Internal(Cause),
}

/// A part of the system that can be away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Database,
    EventLog,
    TimelineCache,
    Kafka,
    /// One of them, when it is not known which.
    Any,
}

pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn unavailable(what: Part, cause: impl Into<Cause>) -> Self {
        Self::Unavailable {
            what,
            cause: cause.into(),
        }
    }

    pub fn internal(cause: impl Into<Cause>) -> Self {
        Self::Internal(cause.into())
    }

    /// What to say to whoever asked. Of fields that must be put right it is the first.
    pub fn message(&self) -> Message {
        match self {
            Self::BadRequest(said)
            | Self::Unauthorized(said)
            | Self::Forbidden(said)
            | Self::NotFound(said)
            | Self::TooMany(said) => said.clone(),
            Self::Invalid(invalid) => invalid
                .fields()
                .next()
                .map_or_else(|| message("internal"), |(_, said)| said.clone()),
            Self::Unavailable { what, .. } => message("unavailable").with("what", what.name()),
            Self::Partial(_) => message("partial"),
            Self::Busy => message("busy"),
            Self::Internal(_) => message("internal"),
        }
    }

    /// What lies behind it, for the log.
    pub fn cause(&self) -> Option<String> {
        std::error::Error::source(self).map(ToString::to_string)
    }

    /// One field that must be put right.
    pub fn invalid(field: &'static str, said: Message) -> Self {
        let mut invalid = Invalid::default();
        invalid.add(field, said);
        Self::Invalid(invalid)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(invalid) => invalid.fmt(f),
            other => other.message().fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable { cause, .. } | Self::Partial(cause) | Self::Internal(cause) => {
                Some(&**cause)
            }
            _ => None,
        }
    }
}

impl Part {
    /// As messages have it.
    fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::EventLog => "event-log",
            Self::TimelineCache => "timeline-cache",
            Self::Kafka => "kafka",
            Self::Any => "any",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        message("part").with("what", self.name()).fmt(f)
    }
}

/// What is wrong with which field of a form, in the order of the form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Invalid {
    fields: Vec<(&'static str, Message)>,
}

impl Invalid {
    pub fn add(&mut self, field: &'static str, said: Message) {
        self.fields.push((field, said));
    }

    /// Takes what is wrong out of a checked value; `None` then stands for it.
    pub fn check<T>(&mut self, field: &'static str, value: Result<T, Message>) -> Option<T> {
        value.map_err(|said| self.add(field, said)).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &Message)> {
        self.fields.iter().map(|(field, said)| (*field, said))
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (_, said)) in self.fields.iter().enumerate() {
            f.write_str(if at == 0 { "" } else { " " })?;
            said.fmt(f)?;
        }
        Ok(())
    }
}
