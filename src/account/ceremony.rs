//! What takes two requests, which may reach two processes: the first leaves its state in the database, the browser brings a
//! ticket along with the second.

use chrono::TimeDelta;
use serde::Serialize;

use super::secret;
use crate::{
    app::App,
    error::{Error, Result},
    id::UserId,
    store::{Connection, ceremonies},
};

const WITHIN: TimeDelta = TimeDelta::minutes(10);

/// Begins one; the ticket.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn begin(
    app: &App,
    connection: &mut Connection,
    purpose: &str,
    user: Option<UserId>,
    state: &impl Serialize,
) -> Result<String> {
    let (ticket, until) = (secret::fresh(), app.clock.now() + WITHIN);
    let hash = secret::hash_of(&ticket);
    let state = serde_json::to_string(state).map_err(Error::internal)?;
    ceremonies::begin(connection, &hash, purpose, user, &state, until).await?;
    Ok(ticket)
}
