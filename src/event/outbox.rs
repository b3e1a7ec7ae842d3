//! The relay: carries waiting events out of the outbox, at least once each.

use std::{sync::Arc, time::Duration};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::NewTweet;
use crate::{
    error::Result,
    store::{Db, outbox},
};

/// How often the outbox is looked at for rows that another process left behind.
const SWEEP: Duration = Duration::from_secs(1);
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LAST_RETRY: Duration = Duration::from_secs(5);

/// Wakes whoever works in this process when there is something to do; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Doorbell(Arc<Notify>);

impl Doorbell {
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits until it has been rung since it was waited for last.
    pub async fn rung(&self) {
        self.0.notified().await;
    }
}

impl From<&outbox::Waiting> for NewTweet {
    fn from(row: &outbox::Waiting) -> Self {
        Self {
            tweet_id: row.tweet_id,
            author_id: row.author_id,
        }
    }
}

/// Takes up to `limit` events, has them carried and deletes them; how many there were. If carrying fails
/// they stay. They are locked meanwhile, so other relays pass them over.
///
/// # Errors
/// What `carry` gave, or the database's.
pub async fn relay_once<F>(
    db: &Db,
    limit: usize,
    carry: impl FnOnce(Vec<NewTweet>) -> F,
) -> Result<usize>
where
    F: Future<Output = Result<()>>,
{
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    outbox::take(db, limit, |waiting| {
        carry(waiting.iter().map(NewTweet::from).collect())
    })
    .await
}

/// Relays until told to stop: at once when the bell rings, and now and then for what others left behind.
/// Failures are retried with growing delay.
pub async fn relay<F>(
    db: Db,
    doorbell: Doorbell,
    limit: usize,
    stop: CancellationToken,
    carry: impl Fn(Vec<NewTweet>) -> F,
) where
    F: Future<Output = Result<()>>,
{
    let mut retry = FIRST_RETRY;
    loop {
        let wait = match relay_once(&db, limit, &carry).await {
            Ok(count) if count >= limit => continue,
            Ok(_) => {
                retry = FIRST_RETRY;
                SWEEP
            }
            Err(error) => {
                tracing::warn!(%error, cause = error.cause(), "events wait in the outbox");
                let wait = retry;
                retry = (retry * 2).min(LAST_RETRY);
                tokio::select! {
                    () = tokio::time::sleep(wait) => continue,
                    () = stop.cancelled() => return,
                }
            }
        };
        tokio::select! {
            () = doorbell.rung() => {}
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return,
        }
    }
}
