//! Telling every process what changed.

use super::Change;
use crate::{app::App, error::Result, store::changes};

/// Changes told at once by the relay.
const BATCH: i64 = 1000;

/// Tells every process that keeps rows what has changed: after the change was committed, before it is
/// acknowledged. With Redis away it waits: triggers have written the change down in the same transaction,
/// [`announce_waiting`] tells it later, and until then homes come from SQL.
pub async fn announce(app: &App, changed: &[Change]) {
    app.rows.forget(changed);
    if let Err(error) = app.timelines.announce(changed).await {
        tracing::debug!(%error, "a change is announced later");
    }
}

/// Tells what was written down and not told yet for sure; how many changes. Safe to repeat, in any order.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when the database or the cache is away.
pub async fn announce_waiting(app: &App) -> Result<usize> {
    let waiting = changes::waiting(&mut *app.db.get().await?, BATCH).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    // What only a later version understands waits for that.
    let known: Vec<(i64, Change)> = waiting
        .iter()
        .filter_map(|row| Some((row.id, Change::from_parts(&row.kind, row.row_id)?)))
        .collect();
    let changed: Vec<Change> = known.iter().map(|(_, change)| *change).collect();
    app.rows.forget(&changed);
    app.timelines.announce(&changed).await?;
    let ids: Vec<i64> = known.iter().map(|(id, _)| *id).collect();
    changes::delete(&mut *app.db.get().await?, &ids).await?;
    Ok(ids.len())
}
