//! The relay: carries waiting events out of the outbox, at least once each.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::{
    NewTweet,
    handed::{Handed, Taken},
};
use crate::{
    error::Result,
    store::{Db, outbox},
};

/// How often the outbox is looked at for rows that another process left behind.
const SWEEP: Duration = Duration::from_secs(1);
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LAST_RETRY: Duration = Duration::from_secs(5);

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
    outbox::take(db, outbox::ALL, limit, |waiting| carry(events_of(&waiting))).await
}

fn events_of(waiting: &[outbox::Waiting]) -> Vec<NewTweet> {
    waiting.iter().map(NewTweet::from).collect()
}

/// Relays until told to stop: at once what this process has written and handed over, and now and then what others left
/// behind. After a failure, which is retried with growing delay, all that waits is looked for.
pub async fn relay<F>(
    db: Db,
    handed: Handed,
    limit: usize,
    stop: CancellationToken,
    carry: impl Fn(Vec<NewTweet>) -> F,
) where
    F: Future<Output = Result<()>>,
{
    let mut relay = Relay {
        db,
        handed,
        limit,
        carry,
        left_behind: outbox::ALL,
        next_sweep: Instant::now(),
    };
    let mut retry = FIRST_RETRY;
    while !stop.is_cancelled() {
        match relay.step().await {
            Ok(()) => retry = FIRST_RETRY,
            Err(error) => {
                tracing::warn!(%error, cause = error.cause(), "events wait in the outbox");
                relay.look_for_all_at(Instant::now() + retry);
                retry = (retry * 2).min(LAST_RETRY);
            }
        }
        tokio::select! {
            () = relay.has_work() => {}
            () = stop.cancelled() => {}
        }
    }
    // What was acknowledged last need not wait for the next start.
    if let Err(error) = relay.carry_handed().await {
        tracing::warn!(%error, cause = error.cause(), "events wait in the outbox until the next start");
    }
}

struct Relay<Carry> {
    db: Db,
    handed: Handed,
    limit: usize,
    carry: Carry,
    /// Events with an id of at most this one that still wait were left behind: they waited a sweep ago already. While it
    /// is [`outbox::ALL`] nothing is known of what waits.
    left_behind: i64,
    next_sweep: Instant,
}

impl<Carry, F> Relay<Carry>
where
    Carry: Fn(Vec<NewTweet>) -> F,
    F: Future<Output = Result<()>>,
{
    async fn step(&mut self) -> Result<()> {
        if Instant::now() >= self.next_sweep {
            self.sweep().await?;
        }
        self.carry_handed().await
    }

    /// Carries what this process has handed over, unless all that waits has to be looked for anyway.
    async fn carry_handed(&mut self) -> Result<()> {
        if self.looks_for_all() {
            return Ok(());
        }
        let Taken::Events(events) = self.handed.take() else {
            self.look_for_all_at(Instant::now());
            return Ok(());
        };
        for events in events.chunks(self.limit) {
            (self.carry)(events_of(events)).await?;
            let ids: Vec<i64> = events.iter().map(|event| event.id).collect();
            outbox::delete(&mut *self.db.get().await?, &ids).await?;
        }
        Ok(())
    }

    /// Carries some of what was left behind; the next sweep is due at once if there may be more of it.
    async fn sweep(&mut self) -> Result<()> {
        if self.looks_for_all() {
            // It is in the outbox too, and found there.
            self.handed.take();
        }
        let carry = |waiting: Vec<outbox::Waiting>| (self.carry)(events_of(&waiting));
        let count = outbox::take(&self.db, self.left_behind, self.limit, carry).await?;
        if count < self.limit {
            self.left_behind = outbox::newest(&mut *self.db.get().await?).await?;
            self.next_sweep = Instant::now() + SWEEP;
        }
        Ok(())
    }

    fn looks_for_all(&self) -> bool {
        self.left_behind == outbox::ALL
    }

    fn look_for_all_at(&mut self, when: Instant) {
        self.left_behind = outbox::ALL;
        self.next_sweep = when;
    }

    /// Waits until there is something to carry, or to look for.
    async fn has_work(&self) {
        let sweep = tokio::time::sleep_until(self.next_sweep);
        if self.looks_for_all() {
            return sweep.await;
        }
        tokio::select! {
            () = self.handed.arrived() => {}
            () = sweep => {}
        }
    }
}
