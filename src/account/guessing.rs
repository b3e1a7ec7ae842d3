//! Against guessing passwords: ten tries in a quarter of an hour for each account, from wherever they come.
//!
//! Names that nobody has are counted in the same way, so that the answer does not tell. A device on which the owner has
//! logged in before has tries of its own, so that nobody can lock them out.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::secret;
use crate::{
    app::App,
    error::{Error, Result},
    id::UserId,
    language::{Message, message},
    store::{
        Connection,
        guesses::{self, Verdict},
    },
};

const MOST: i64 = 10;
pub const WITHIN: TimeDelta = TimeDelta::minutes(15);
/// A device that was not logged in on for so long is a stranger again.
const KNOWN_FOR: TimeDelta = TimeDelta::days(365);

/// A try that was counted.
pub struct Guess {
    tried: [u8; 32],
    /// Of a device that is known.
    secret: Option<String>,
}

impl Guess {
    /// Counts a try for this name with this device's secret, before the password is looked at.
    ///
    /// # Errors
    /// [`Error::TooMany`] when there were ten already.
    pub async fn begin(app: &App, name: &str, secret: Option<&str>) -> Result<Self> {
        let mut connection = app.db.get().await?;
        let hash = hash_of(&[secret.unwrap_or_default()]);
        // Asked for whatever there is, so that it takes the same time.
        let is_known = guesses::is_known(&mut connection, name, &hash).await?;
        let name = name.to_ascii_lowercase();
        let tried = if is_known {
            hash_of(&[&name, &hex(&hash)])
        } else {
            hash_of(&[&name])
        };
        let now = app.clock.now();
        let verdict = guesses::count(&mut connection, &tried, now, now - WITHIN, MOST).await?;
        if verdict.is_refused {
            return Err(Error::TooMany(refusal(&verdict, now)));
        }
        let secret = secret.filter(|_| is_known).map(str::to_owned);
        Ok(Self { tried, secret })
    }

    /// Whether its owner has logged in on the device before.
    pub fn is_on_known_device(&self) -> bool {
        self.secret.is_some()
    }

    /// The password was right: the tries are forgotten, whatever else is asked for.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database is away.
    pub async fn was_right(&self, connection: &mut Connection) -> Result<()> {
        guesses::forgive(connection, &self.tried).await?;
        Ok(())
    }

    /// The device is known from now on. Its secret.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database is away.
    pub async fn know(
        self,
        app: &App,
        connection: &mut Connection,
        user: UserId,
    ) -> Result<String> {
        know(app, connection, user, self.secret).await
    }
}

/// The device's secret, if its owner has logged in on it before.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn known(
    connection: &mut Connection,
    user: UserId,
    secret: Option<&str>,
) -> Result<Option<String>> {
    let Some(secret) = secret else {
        return Ok(None);
    };
    let is_known = guesses::is_known_to(connection, user, &hash_of(&[secret])).await?;
    Ok(is_known.then(|| secret.to_owned()))
}

/// Makes a device known to its user; its secret.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn know(
    app: &App,
    connection: &mut Connection,
    user: UserId,
    secret: Option<String>,
) -> Result<String> {
    // Never one that a stranger could have put there.
    let secret = secret.unwrap_or_else(secret::fresh);
    let now = app.clock.now();
    guesses::know(connection, user, &hash_of(&[&secret]), now).await?;
    Ok(secret)
}

/// Forgets what counts no more.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn tidy(app: &App) -> Result<()> {
    let now = app.clock.now();
    guesses::forget_old(&mut *app.db.get().await?, now, now - KNOWN_FOR).await?;
    Ok(())
}

fn refusal(verdict: &Verdict, now: DateTime<Utc>) -> Message {
    let seconds = (verdict.oldest + WITHIN - now).num_seconds().max(1);
    message("guessed-too-often").with("minutes", (seconds + 59) / 60)
}

/// As tries are kept: what is tried, so that nothing in it can be read.
pub fn hash_of(parts: &[&str]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
