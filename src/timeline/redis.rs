//! Cached timelines in Redis: one List a user, changed by the functions of `redis.lua`.
//!
//! A list is good only for the run of the server in which it was built. One that was started again has what it
//! saved last, and may lack what it had acknowledged since; the events of that are done and do not come again.

mod connection;
mod news;

use chrono::{DateTime, Utc};
use deadpool_redis::redis::{self, Cmd, Pipeline};

use self::{
    connection::{Run, Server, Shared},
    news::Entry,
};
use super::{Cached, REBUILD_PATIENCE, State, Ticket, Version};
use crate::{
    config,
    error::Result,
    id::{TweetId, UserId},
    rows::{News, Place},
};

/// Deliveries in one call of the push function: large enough to be cheap, small enough not to hold up
/// readers (500 take Redis about 2 ms).
const PUSH_CHUNK: usize = 500;

/// The ids, the mark, the announcements.
type Answer = (Vec<String>, Option<String>, Vec<Entry>);

/// All timelines; clones share the connection.
#[derive(Clone)]
pub struct Timelines {
    connection: Shared,
    prefix: String,
    /// The key of the stream of changes.
    changes: String,
    cap: usize,
    seconds_to_live: i64,
}

impl Timelines {
    /// Prepares a client; connects at first use.
    ///
    /// # Errors
    /// When the settings make no address.
    pub fn new(redis: &config::Redis, timelines: &config::Timelines) -> Result<Self> {
        let changes = format!("{}changes", redis.key_prefix);
        Ok(Self {
            connection: Shared::new(redis, &changes)?,
            changes,
            prefix: format!("{}timeline:", redis.key_prefix),
            cap: timelines.cap,
            seconds_to_live: i64::from(timelines.idle_days) * 86_400,
        })
    }

    pub async fn read(&self, user: UserId, most: usize) -> Result<Cached> {
        Ok(self.read_with_news(user, most, None).await?.0)
    }

    /// A timeline, and what changed after a place in the stream of changes, in one round trip.
    pub async fn read_with_news(
        &self,
        user: UserId,
        most: usize,
        since: Option<&Place>,
    ) -> Result<(Cached, News)> {
        let key = self.key(user);
        let last = isize::try_from(most).unwrap_or(isize::MAX) - 1;
        // Atomic: the ids and the mark must be of one moment.
        let mut pipeline = redis::pipe();
        pipeline.atomic();
        pipeline.lrange(&key, 0, last);
        pipeline.lindex(&key, -1);
        pipeline.expire(&key, self.seconds_to_live).ignore();
        self.ask(&mut pipeline, since);
        let ((entries, mark, announced), server): (Answer, Server) =
            self.connection.run_where(&pipeline).await?;
        let state = mark
            .and_then(|mark| version_in(&mark, &server.run))
            .map_or(State::Cold, State::Warm);
        // Only the mark does not parse.
        let ids = entries
            .iter()
            .filter_map(|entry| entry.parse().ok())
            .collect();
        let news = self.news(since, &server, announced).await?;
        Ok((Cached { state, ids }, news))
    }

    pub async fn push(&self, deliveries: &[(UserId, TweetId)]) -> Result<usize> {
        if deliveries.is_empty() {
            return Ok(0);
        }
        let mut pipeline = Pipeline::new();
        for chunk in deliveries.chunks(PUSH_CHUNK) {
            let keys = chunk.iter().map(|(user, _)| self.key(*user));
            let mut call = call("twitclone_push_1", chunk.len(), keys);
            call.arg(self.cap);
            for (_, id) in chunk {
                call.arg(id.get());
            }
            pipeline.add_command(call);
        }
        let new: Vec<usize> = self.connection.run(&pipeline).await?;
        Ok(new.into_iter().sum())
    }

    pub async fn merge(
        &self,
        user: UserId,
        before: Version,
        after: Version,
        ids: &[TweetId],
    ) -> Result<bool> {
        let run = self.connection.server_run().await?;
        let (before, after) = (warm(before, &run.0), warm(after, &run.0));
        self.replace("twitclone_merge_1", user, &before, &after, ids)
            .await
    }

    pub async fn begin_rebuild(&self, user: UserId, now: DateTime<Utc>) -> Result<Option<Ticket>> {
        let ticket = format!(
            "cold:{}:{}:{:x}",
            now.timestamp_millis(),
            self.connection.server_run().await?.0,
            rand::random::<u64>()
        );
        let mut call = call("twitclone_begin_rebuild_1", 1, [self.key(user)]);
        call.arg(&ticket)
            .arg(now.timestamp_millis())
            .arg(u64::try_from(REBUILD_PATIENCE.as_millis()).unwrap_or(u64::MAX))
            .arg(self.seconds_to_live);
        let (begun,): (bool,) = self.connection.run(&single(call)).await?;
        Ok(begun.then_some(Ticket(ticket)))
    }

    pub async fn finish_rebuild(
        &self,
        user: UserId,
        ticket: &Ticket,
        version: Version,
        ids: &[TweetId],
    ) -> Result<bool> {
        // Of the run in which it began: what was pushed since then may be lost in another.
        let run = ticket.0.split(':').nth(2).unwrap_or_default();
        let warm = warm(version, run);
        self.replace("twitclone_finish_rebuild_1", user, &ticket.0, &warm, ids)
            .await
    }

    pub async fn ping(&self) -> Result<()> {
        let (_,): (String,) = self.connection.run(&single(redis::cmd("PING"))).await?;
        Ok(())
    }

    async fn replace(
        &self,
        function: &str,
        user: UserId,
        mark_before: &str,
        mark_after: &str,
        ids: &[TweetId],
    ) -> Result<bool> {
        let mut call = call(function, 1, [self.key(user)]);
        call.arg(mark_before)
            .arg(mark_after)
            .arg(self.cap)
            .arg(self.seconds_to_live);
        for id in ids.iter().take(self.cap) {
            call.arg(id.get());
        }
        let (done,): (bool,) = self.connection.run(&single(call)).await?;
        Ok(done)
    }

    fn key(&self, user: UserId) -> String {
        format!("{}{user}", self.prefix)
    }
}

fn warm(version: Version, run: &str) -> String {
    format!("warm:{}:{run}", version.0)
}

/// The version in a warm mark of this run.
fn version_in(mark: &str, run: &Run) -> Option<Version> {
    let (version, made_in) = mark.strip_prefix("warm:")?.split_once(':')?;
    if made_in != run.0.as_ref() {
        return None;
    }
    version.parse().ok().map(Version)
}

fn call(function: &str, count: usize, keys: impl IntoIterator<Item = String>) -> Cmd {
    let mut call = redis::cmd("FCALL");
    call.arg(function).arg(count);
    for key in keys {
        call.arg(key);
    }
    call
}

fn single(command: Cmd) -> Pipeline {
    let mut pipeline = Pipeline::new();
    pipeline.add_command(command);
    pipeline
}
