//! The relay: carries waiting events out of the outbox, at least once each.

use std::{sync::Arc, time::Duration};

use diesel_async::{AnsiTransactionManager, TransactionManager};
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

/// Wakes the relay of this process when an event was written; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Doorbell(Arc<Notify>);

impl Doorbell {
    pub fn ring(&self) {
        self.0.notify_one();
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
    type Transaction = AnsiTransactionManager;
    let mut connection = db.get().await?;
    Transaction::begin_transaction(&mut *connection).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let done = async {
        let waiting = outbox::claim(&mut connection, limit).await?;
        if !waiting.is_empty() {
            let events = waiting
                .iter()
                .map(|row| NewTweet {
                    tweet_id: row.tweet_id,
                    author_id: row.author_id,
                })
                .collect();
            carry(events).await?;
            let ids: Vec<i64> = waiting.iter().map(|row| row.id).collect();
            outbox::delete(&mut connection, &ids).await?;
        }
        Ok(waiting.len())
    }
    .await;
    match done {
        Ok(count) => {
            Transaction::commit_transaction(&mut *connection).await?;
            Ok(count)
        }
        Err(error) => {
            // The pool drops a connection whose transaction is still open.
            if let Err(rollback) = Transaction::rollback_transaction(&mut *connection).await {
                tracing::debug!(%rollback, "roll back");
            }
            Err(error)
        }
    }
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
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(%error, cause, "events wait in the outbox");
                let wait = retry;
                retry = (retry * 2).min(LAST_RETRY);
                tokio::select! {
                    () = tokio::time::sleep(wait) => continue,
                    () = stop.cancelled() => return,
                }
            }
        };
        tokio::select! {
            () = doorbell.0.notified() => {}
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return,
        }
    }
}
