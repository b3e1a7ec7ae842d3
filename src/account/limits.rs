//! How often something may be done from one place or for one address, on all processes together.

use std::net::IpAddr;

use chrono::TimeDelta;

use super::{device::Device, guessing};
use crate::{
    app::App,
    error::{Error, Result},
    id::UserId,
    language::message,
    store::{Connection, guesses},
    text::email::CanonicalEmail,
};

/// So many times within a time.
pub struct Limit {
    name: &'static str,
    most: i64,
    within: TimeDelta,
}

/// From one network, for whatever names: many people may share one.
const LOG_INS: Limit = Limit {
    name: "log in",
    most: 300,
    within: TimeDelta::minutes(15),
};
/// To one address.
const MAILS_TO: Limit = Limit {
    name: "mail to",
    most: 4,
    within: TimeDelta::hours(1),
};
/// Of one account. An app has a million of them, three of which are right at a time.
const CODES: Limit = Limit {
    name: "code",
    most: 10,
    within: TimeDelta::minutes(15),
};
/// Asked for from one network, whatever the address.
const MAILS_FROM: Limit = Limit {
    name: "mail from",
    most: 30,
    within: TimeDelta::hours(1),
};

/// # Errors
/// [`Error::TooMany`] when a network tries more than a building full of people would.
pub async fn log_in(app: &App, device: &Device) -> Result<()> {
    from_network(app, &LOG_INS, device).await
}

/// # Errors
/// [`Error::TooMany`] when as many signed up from there today as `sign_up.most_a_day` says.
pub async fn sign_up(app: &App, device: &Device) -> Result<()> {
    let most = app.settings.sign_up.most_a_day;
    if most == 0 {
        return Ok(());
    }
    let limit = Limit {
        name: "sign up",
        most: most.into(),
        within: TimeDelta::days(1),
    };
    from_network(app, &limit, device).await
}

/// Mail to any address, asked for by whoever is at the device.
///
/// # Errors
/// [`Error::TooMany`] when that was asked for too often.
pub async fn mail(app: &App, address: &CanonicalEmail, device: &Device) -> Result<()> {
    from_network(app, &MAILS_FROM, device).await?;
    count(app, &mut *app.db.get().await?, &MAILS_TO, address.as_str()).await
}

/// A code of an authenticator app, or a recovery code.
///
/// # Errors
/// [`Error::TooMany`] after ten in a quarter of an hour.
pub async fn code(app: &App, connection: &mut Connection, user: UserId) -> Result<()> {
    count(app, connection, &CODES, &user.to_string()).await
}

/// One was right.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn forgive_codes(connection: &mut Connection, user: UserId) -> Result<()> {
    let counted = guessing::hash_of(&[CODES.name, &user.to_string()]);
    guesses::forgive(connection, &counted).await?;
    Ok(())
}

async fn from_network(app: &App, limit: &Limit, device: &Device) -> Result<()> {
    match network(device.address()) {
        Some(network) => count(app, &mut *app.db.get().await?, limit, &network).await,
        // Nobody knows where it comes from: it is one of our own.
        None => Ok(()),
    }
}

/// Counts it.
async fn count(app: &App, connection: &mut Connection, limit: &Limit, whose: &str) -> Result<()> {
    let now = app.clock.now();
    let counted = guessing::hash_of(&[limit.name, whose]);
    let since = now - limit.within;
    let verdict = guesses::count(connection, &counted, now, since, limit.most).await?;
    if verdict.is_refused {
        let seconds = (verdict.oldest + limit.within - now).num_seconds().max(1);
        let said = message("too-often").with("minutes", (seconds + 59) / 60);
        return Err(Error::TooMany(said));
    }
    Ok(())
}

/// What one household or company has: an address of IPv4, or the half of one of IPv6 that a provider gives out.
fn network(address: &str) -> Option<String> {
    let address: IpAddr = address.parse().ok()?;
    Some(match address {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    })
}
