//! What can change in kept rows, and how it is written down.

use std::{fmt, str::FromStr};

use crate::id::{SessionId, TweetId, UserId};

/// Rows that are not as they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// A tweet was deleted.
    Tweet(TweetId),
    /// A profile, or whom someone follows.
    User(UserId),
    /// A session ended.
    Session(SessionId),
    /// Somebody posted or deleted a tweet that is merged into homes when they are read.
    Pulled(UserId),
}

impl Change {
    /// As [`Change::kind`] and [`Change::row`] gave it; `None` for a kind that a later version knows.
    pub fn from_parts(kind: &str, row: i64) -> Option<Self> {
        match kind {
            "tweet" => Some(Self::Tweet(row.into())),
            "user" => Some(Self::User(row.into())),
            "session" => Some(Self::Session(row.into())),
            "pulled" => Some(Self::Pulled(row.into())),
            _ => None,
        }
    }

    pub fn kind(self) -> &'static str {
        match self {
            Self::Tweet(_) => "tweet",
            Self::User(_) => "user",
            Self::Session(_) => "session",
            Self::Pulled(_) => "pulled",
        }
    }

    pub fn row(self) -> i64 {
        match self {
            Self::Tweet(id) => id.get(),
            Self::User(id) | Self::Pulled(id) => id.get(),
            Self::Session(id) => id.get(),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind(), self.row())
    }
}

/// Not a change that this version knows.
#[derive(Debug)]
pub struct Unknown;

impl FromStr for Change {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        let (kind, row) = text.split_once(':').ok_or(Unknown)?;
        let row = row.parse().map_err(|_| Unknown)?;
        Self::from_parts(kind, row).ok_or(Unknown)
    }
}
