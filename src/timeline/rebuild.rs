//! Building a cached timeline from SQL.
//!
//! The order settles every race: first the key exists in a state that reads as cold but that fan-out pushes
//! to; then SQL is read; then the key becomes the union of both. A tweet whose push found no key committed
//! before the key existed, so SQL has it; a later one is in the key. After a crash in between the key still
//! reads as cold.

use super::{Reason, Version};
use crate::{
    app::App,
    error::Result,
    id::{TweetId, UserId},
    store::timelines,
};

/// Builds a user's timeline from SQL and gives its ids, newest first; once for all who ask at the same time,
/// here and in other processes: `None` means that another is at it.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when the database or the cache is away.
pub async fn rebuild(app: &App, user: UserId, reason: Reason) -> Result<Option<Vec<TweetId>>> {
    let Some(ticket) = app.timelines.begin_rebuild(user, app.clock.now()).await? else {
        return Ok(None);
    };
    let cap = app.settings.timelines.cap;
    let (version, ids) = timelines::whole_home(&mut *app.db.get().await?, user, cap).await?;
    app.timelines
        .finish_rebuild(user, &ticket, Version(version), &ids)
        .await?;
    app.metrics.count_rebuild(reason.name());
    Ok(Some(ids))
}
