//! Cached timelines in Redis: one List a user, changed by the functions of `redis.lua`.
//!
//! A list is good only for the run of the server in which it was built. One that was started again has what it
//! saved last, and may lack what it had acknowledged since; the events of that are done and do not come again.

mod connection;
mod news;
mod pause;

use chrono::{DateTime, Utc};
use deadpool_redis::redis::{self, Cmd, Pipeline};

use self::{
    connection::{Run, Server, Shared},
    news::Entry,
};
use super::{Cached, Inspected, REBUILD_PATIENCE, State, Ticket, Version};
use crate::{
    config,
    error::Result,
    id::{TweetId, UserId},
    rows::{News, Place},
};

/// Deliveries in one call of a function: large enough to be cheap, small enough not to hold up
/// readers (500 take Redis about 2 ms).
const CHUNK: usize = 500;

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
        // Only the mark does not parse.
        let ids: Vec<TweetId> = entries
            .iter()
            .filter_map(|entry| entry.parse().ok())
            .collect();
        let (state, is_whole) = meaning(mark.as_deref(), &server.run, ids.is_empty());
        let cached = Cached {
            state,
            is_whole,
            ids,
        };
        let news = self.news(since, &server, announced).await?;
        Ok((cached, news))
    }

    pub async fn push(&self, deliveries: &[(UserId, TweetId)]) -> Result<usize> {
        self.change_each("twitclone_push_2", Some(self.cap), deliveries)
            .await
    }

    pub async fn remove(&self, deliveries: &[(UserId, TweetId)]) -> Result<usize> {
        self.change_each("twitclone_remove_2", None, deliveries)
            .await
    }

    /// Calls a function that takes a key and an id each, in one round trip; what it gave, added up.
    async fn change_each(
        &self,
        function: &str,
        first: Option<usize>,
        deliveries: &[(UserId, TweetId)],
    ) -> Result<usize> {
        if deliveries.is_empty() {
            return Ok(0);
        }
        let mut pipeline = Pipeline::new();
        for chunk in deliveries.chunks(CHUNK) {
            let keys = chunk.iter().map(|(user, _)| self.key(*user));
            let mut call = call(function, chunk.len(), keys);
            call.arg(first);
            for (_, id) in chunk {
                call.arg(id.get());
            }
            pipeline.add_command(call);
        }
        let changed: Vec<usize> = self.connection.run(&pipeline).await?;
        Ok(changed.into_iter().sum())
    }

    pub async fn inspect(&self, user: UserId) -> Result<Option<Inspected>> {
        let mut pipeline = Pipeline::new();
        pipeline.lrange(self.key(user), 0, -1);
        let ((entries,), server): ((Vec<String>,), Server) =
            self.connection.run_where(&pipeline).await?;
        let Some((mark, ids)) = entries.split_last() else {
            return Ok(None);
        };
        let (state, is_whole) = meaning(Some(mark), &server.run, ids.is_empty());
        Ok(Some(Inspected {
            strangers: ids
                .iter()
                .filter(|id| id.parse::<TweetId>().is_err())
                .count(),
            cached: Cached {
                state,
                is_whole,
                ids: ids.iter().filter_map(|id| id.parse().ok()).collect(),
            },
        }))
    }

    pub async fn merge(
        &self,
        user: UserId,
        before: Version,
        after: Version,
        ids: &[TweetId],
    ) -> Result<bool> {
        let run = self.connection.server_run().await?;
        let (before, after) = (stamp(before, &run.0), stamp(after, &run.0));
        self.replace("twitclone_merge_2", user, &before, &after, ids)
            .await
    }

    pub async fn begin_rebuild(&self, user: UserId, now: DateTime<Utc>) -> Result<Option<Ticket>> {
        let ticket = format!(
            "{}:{}:{:x}",
            now.timestamp_millis(),
            self.connection.server_run().await?.0,
            rand::random::<u64>()
        );
        let mut call = call("twitclone_begin_rebuild_2", 1, [self.key(user)]);
        call.arg(format!("cold:{ticket}"))
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
        let run = ticket.0.split(':').nth(1).unwrap_or_default();
        let stamp = stamp(version, run);
        self.replace("twitclone_finish_rebuild_2", user, &ticket.0, &stamp, ids)
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
        before: &str,
        after: &str,
        ids: &[TweetId],
    ) -> Result<bool> {
        let mut call = call(function, 1, [self.key(user)]);
        call.arg(before)
            .arg(after)
            .arg(self.cap)
            .arg(self.seconds_to_live)
            .arg(u8::from(ids.len() < self.cap));
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

/// What follows the kind of a warm mark.
fn stamp(version: Version, run: &str) -> String {
    format!("{}:{run}", version.0)
}

/// What a list with this mark is good for in this run, and whether nothing lies below its last id.
fn meaning(mark: Option<&str>, run: &Run, is_empty: bool) -> (State, bool) {
    let version_of = |stamp: &str| {
        let (version, made_in) = stamp.split_once(':')?;
        (made_in == run.0.as_ref())
            .then(|| version.parse().ok().map(Version))
            .flatten()
    };
    let (version, is_whole) = match mark.and_then(|mark| mark.split_once(':')) {
        Some(("whole", stamp)) => (version_of(stamp), true),
        // An empty part says nothing.
        Some(("part", stamp)) if !is_empty => (version_of(stamp), false),
        _ => (None, false),
    };
    (version.map_or(State::Cold, State::Warm), is_whole)
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
