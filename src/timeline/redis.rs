//! Cached timelines in Redis: one List a user, changed by the functions of `redis.lua`.
//!
//! A list is good only for the run of the server in which it was built. One that was started again has what it
//! saved last, and may lack what it had acknowledged since; the events of that are done and do not come again.

mod batch;
mod cluster;
mod connection;
mod news;
mod pause;
mod servers;
mod slots;

use chrono::{DateTime, Utc};
use deadpool_redis::redis::{self, Cmd, Pipeline};

use self::{batch::Change, connection::Run, news::Entry, servers::Servers};
use super::{Cached, Inspected, REBUILD_PATIENCE, Reason, Standing, State, Ticket, Version};
use crate::{
    config,
    error::Result,
    id::{TweetId, UserId},
    rows::{News, Place},
};

/// The ids, the mark, whether the list is there.
type List = (Vec<String>, Option<String>, bool);

/// The same, and the announcements.
type ListAndNews = (Vec<String>, Option<String>, bool, Vec<Entry>);

/// All timelines; clones share the connections.
#[derive(Clone)]
pub struct Timelines {
    servers: Servers,
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
        Ok(Self {
            servers: Servers::new(redis)?,
            changes: format!("{}changes", redis.key_prefix),
            prefix: format!("{}timeline:", redis.key_prefix),
            cap: timelines.cap,
            seconds_to_live: i64::from(timelines.idle_days) * 86_400,
        })
    }

    pub async fn read(&self, user: UserId, most: usize) -> Result<Cached> {
        let key = self.key(user);
        let (list, run) = self.servers.run(&key, &self.upper_end(&key, most)).await?;
        Ok(self.cached(list, &run))
    }

    /// A timeline, and what changed after a place in the stream of changes, in one round trip: in a cluster in one to
    /// each of two servers, at the same time.
    pub async fn read_with_news(
        &self,
        user: UserId,
        most: usize,
        since: Option<&Place>,
    ) -> Result<(Cached, News)> {
        let key = self.key(user);
        let mut pipeline = self.upper_end(&key, most);
        if let Servers::One(_) = self.servers {
            pipeline.add_command(self.look(since));
            let (answer, run): (ListAndNews, Run) = self.servers.run(&key, &pipeline).await?;
            let (ids, mark, there, announced) = answer;
            let cached = self.cached((ids, mark, there), &run);
            return Ok((cached, self.news(since, &run, announced).await?));
        }
        let look = single(self.look(since));
        let ((list, list_run), ((announced,), stream_run)) = tokio::try_join!(
            self.servers.run::<List>(&key, &pipeline),
            self.servers.run::<(Vec<Entry>,)>(&self.changes, &look),
        )?;
        let news = self.news(since, &stream_run, announced).await?;
        Ok((self.cached(list, &list_run), news))
    }

    /// Asks for the newest ids and the mark, and notes that the timeline was read.
    fn upper_end(&self, key: &str, most: usize) -> Pipeline {
        let last = isize::try_from(most).unwrap_or(isize::MAX) - 1;
        // Atomic: the ids and the mark must be of one moment.
        let mut pipeline = redis::pipe();
        pipeline.atomic();
        pipeline.lrange(key, 0, last);
        pipeline.lindex(key, -1);
        pipeline.expire(key, self.seconds_to_live);
        pipeline
    }

    pub async fn push(&self, deliveries: &[(UserId, TweetId)]) -> Result<usize> {
        let function = "twitclone_push_7";
        let first = Some(self.cap);
        self.change(Change { function, first }, deliveries).await
    }

    pub async fn remove(&self, deliveries: &[(UserId, TweetId)]) -> Result<usize> {
        let function = "twitclone_remove_7";
        let first = None;
        self.change(Change { function, first }, deliveries).await
    }

    async fn change(&self, change: Change, deliveries: &[(UserId, TweetId)]) -> Result<usize> {
        let keyed = deliveries.iter().map(|(user, id)| (self.key(*user), *id));
        let keyed: Vec<batch::Delivery> = keyed.collect();
        match &self.servers {
            Servers::One(node) => change.at(node, &keyed).await,
            Servers::Cluster(cluster) => Box::pin(change.across(cluster, keyed)).await,
        }
    }

    pub async fn forget(&self, user: UserId) -> Result<()> {
        let key = self.key(user);
        let mut pipeline = Pipeline::new();
        pipeline.del(&key);
        let ((_,), _): ((usize,), Run) = self.servers.run(&key, &pipeline).await?;
        Ok(())
    }

    pub async fn inspect(&self, user: UserId) -> Result<Option<Inspected>> {
        let key = self.key(user);
        let mut pipeline = Pipeline::new();
        pipeline.lrange(&key, 0, -1);
        let ((entries,), run): ((Vec<String>,), Run) = self.servers.run(&key, &pipeline).await?;
        let Some((mark, ids)) = entries.split_last() else {
            return Ok(None);
        };
        let parsed: Vec<TweetId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
        Ok(Some(Inspected {
            strangers: ids.len() - parsed.len(),
            cached: self.capped(parsed, Some(mark), &run),
        }))
    }

    pub async fn standing(&self, user: UserId, version: Version, id: TweetId) -> Result<Standing> {
        let key = self.key(user);
        let mut pipeline = Pipeline::new();
        pipeline.cmd("LPOS").arg(&key).arg(id.get());
        pipeline.lrange(&key, -2, -1);
        let ((at, end), run): ((Option<usize>, Vec<String>), Run) =
            self.servers.run(&key, &pipeline).await?;
        if at.is_some_and(|at| at >= self.cap) {
            return Ok(Standing::FromSql);
        }
        let last: Option<TweetId> = end.first().and_then(|entry| entry.parse().ok());
        let mark = end.last().map(String::as_str);
        let (state, is_whole) = meaning(mark, &run, last.is_none());
        let cached = Cached {
            state,
            is_whole,
            ids: last.into_iter().collect(),
        };
        Ok(Standing::of(id, at.is_some(), &cached, version))
    }

    pub async fn merge(
        &self,
        user: UserId,
        before: Version,
        after: Version,
        ids: &[TweetId],
    ) -> Result<bool> {
        let run = self.servers.run_of(&self.key(user)).await?;
        let (before, after) = (stamp(before, &run.0), stamp(after, &run.0));
        self.replace("twitclone_merge_7", user, &before, &after, ids)
            .await
    }

    pub async fn begin_rebuild(&self, user: UserId, now: DateTime<Utc>) -> Result<Option<Ticket>> {
        let key = self.key(user);
        let ticket = format!(
            "{}:{}:{:x}",
            now.timestamp_millis(),
            self.servers.run_of(&key).await?.0,
            rand::random::<u64>()
        );
        let mut call = call("twitclone_begin_rebuild_7", &key);
        call.arg(format!("cold:{ticket}"))
            .arg(now.timestamp_millis())
            .arg(u64::try_from(REBUILD_PATIENCE.as_millis()).unwrap_or(u64::MAX))
            .arg(self.seconds_to_live);
        let ((begun,), _): ((bool,), Run) = self.servers.run(&key, &single(call)).await?;
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
        self.replace("twitclone_finish_rebuild_7", user, &ticket.0, &stamp, ids)
            .await
    }

    pub async fn ping(&self) -> Result<()> {
        self.servers.ping().await
    }

    async fn replace(
        &self,
        function: &str,
        user: UserId,
        before: &str,
        after: &str,
        ids: &[TweetId],
    ) -> Result<bool> {
        let key = self.key(user);
        let mut call = call(function, &key);
        call.arg(before)
            .arg(after)
            .arg(self.cap)
            .arg(self.seconds_to_live)
            .arg(u8::from(ids.len() < self.cap));
        for id in ids.iter().take(self.cap) {
            call.arg(id.get());
        }
        let ((done,), _): ((bool,), Run) = self.servers.run(&key, &single(call)).await?;
        Ok(done)
    }

    fn cached(&self, (entries, mark, _): List, run: &Run) -> Cached {
        // Only the mark does not parse.
        let ids = entries.iter().filter_map(|entry| entry.parse().ok());
        self.capped(ids.collect(), mark.as_deref(), run)
    }

    /// Without what a list may have above its cap for a while.
    fn capped(&self, mut ids: Vec<TweetId>, mark: Option<&str>, run: &Run) -> Cached {
        let (state, is_whole) = meaning(mark, run, ids.is_empty());
        let is_cut = ids.len() > self.cap;
        ids.truncate(self.cap);
        Cached {
            state,
            is_whole: is_whole && !is_cut,
            ids,
        }
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
    let state_of = |stamp: &str| match stamp.split_once(':') {
        Some((version, made_in)) if made_in == run.0.as_ref() => match version.parse() {
            Ok(version) => State::Warm(Version(version)),
            Err(_) => State::Cold(Reason::Unknown),
        },
        Some(_) => State::Cold(Reason::Restarted),
        None => State::Cold(Reason::Unknown),
    };
    let Some(mark) = mark else {
        return (State::Cold(Reason::Missing), false);
    };
    match mark.split_once(':') {
        Some(("whole", stamp)) => (state_of(stamp), true),
        // An empty part says nothing.
        Some(("part", _)) if is_empty => (State::Cold(Reason::Emptied), false),
        Some(("part", stamp)) => (state_of(stamp), false),
        Some(("cold", _)) => (State::Cold(Reason::Unfinished), false),
        _ => (State::Cold(Reason::Unknown), false),
    }
}

fn call(function: &str, key: &str) -> Cmd {
    let mut call = redis::cmd("FCALL");
    call.arg(function).arg(1).arg(key);
    call
}

fn single(command: Cmd) -> Pipeline {
    let mut pipeline = Pipeline::new();
    pipeline.add_command(command);
    pipeline
}
