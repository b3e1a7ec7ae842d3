//! Ids of people, tweets and sessions: time-ordered 64-bit numbers made by the database's `next_id()`
//! (milliseconds since 1970 in the high bits, a sequence in the low 16), which go on upwards where its clock is set back.
//! In JSON they are strings, since JavaScript's numbers end at 2⁵³. Each kind is a type of its own, so that they do not mix.

use std::{fmt, num::ParseIntError, str::FromStr};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub struct $name(i64);

        impl $name {
            /// The number itself, as the database has it.
            pub fn get(self) -> i64 {
                self.0
            }

            /// When it was made, to the millisecond.
            pub fn made_at(self) -> DateTime<Utc> {
                DateTime::from_timestamp_millis(self.0 >> 16).unwrap_or(DateTime::UNIX_EPOCH)
            }
        }

        impl From<i64> for $name {
            fn from(number: i64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseIntError;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl FromStr for $name {
            type Err = ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id!(
    /// Someone with an account.
    UserId
);
id!(
    /// A tweet; a newer tweet has a larger id.
    TweetId
);
id!(
    /// One log-in, the `sid` of its tokens.
    SessionId
);
