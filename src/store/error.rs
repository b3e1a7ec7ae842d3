//! What an error of the database means to whoever asked.

use diesel::result::{DatabaseErrorKind, Error as Diesel};

use crate::error::{Error, Part};

impl From<Diesel> for Error {
    fn from(error: Diesel) -> Self {
        let away = match &error {
            Diesel::DatabaseError(kind, information) => {
                matches!(
                    kind,
                    DatabaseErrorKind::ClosedConnection
                        | DatabaseErrorKind::UnableToSendCommand
                        | DatabaseErrorKind::SerializationFailure
                ) || is_passing(information.message())
            }
            Diesel::BrokenTransactionManager | Diesel::AlreadyInTransaction => true,
            _ => false,
        };
        if away {
            Self::unavailable(Part::Database, error)
        } else {
            Self::internal(error)
        }
    }
}

/// diesel keeps no SQLSTATE for these, so the server's and the driver's words have to do.
fn is_passing(message: &str) -> bool {
    [
        "connection closed",
        "canceling statement due to",
        "terminating connection",
        "the database system is",
        "error communicating with the server",
        "connection reset",
        "broken pipe",
        "too many clients",
        "deadlock detected",
        "No space left on device",
    ]
    .iter()
    .any(|words| message.contains(words))
}
