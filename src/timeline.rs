//! The home timeline: reading it, keeping it in a cache, building it again.
//!
//! A cached timeline is the newest ids of what SQL would give, sorted, without duplicates. It ends in a
//! mark: *warm* with the `home_version` it belongs to, as the *whole* of a home or a *part* below which SQL goes on,
//! or *cold* while it is being built. One that is absent, cold, or marked with another version than the user's row has
//! is never answered from.

pub mod audit;
pub mod home;
pub mod memory;
mod pulled;
pub mod rebuild;
pub mod redis;
mod shown;

use std::time::Duration;

use chrono::{DateTime, Utc};

pub use home::{Glance, Slice, catch_up, glance, home};
pub use rebuild::rebuild;
pub use shown::Shown;

use crate::{
    error::Result,
    id::{TweetId, UserId},
    rows::{Change, News, Place},
};

/// A user's `home_version`: which followings a timeline was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version(pub i64);

/// Whoever has this may finish the rebuild that it began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket(pub String);

/// What a cached timeline is good for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is not to be answered from, and why.
    Cold(Reason),
    /// It is complete for these followings, down to its end or its cap.
    Warm(Version),
}

/// Why a cached timeline is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// There is none: new, idle for long, or lost.
    Missing,
    /// One was begun, and is not finished or never will be.
    Unfinished,
    /// Redis was started again since, and may have forgotten pushes.
    Restarted,
    /// All that it knew was deleted.
    Emptied,
    /// Its mark is of another release.
    Unknown,
    /// It was made for other followings.
    Followings,
    /// Too many of its tweets were deleted.
    Deleted,
    /// It was not as SQL had it.
    Audit,
    /// Somebody asked for it.
    Backfill,
}

impl Reason {
    pub fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Unfinished => "unfinished",
            Self::Restarted => "restarted",
            Self::Emptied => "emptied",
            Self::Unknown => "unknown",
            Self::Followings => "followings",
            Self::Deleted => "deleted",
            Self::Audit => "audit",
            Self::Backfill => "backfill",
        }
    }
}

/// What somebody who read home now would see of a tweet that belongs there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Shown,
    /// The timeline is answered from, and lacks it.
    Missing,
    /// SQL would be asked, which has it.
    FromSql,
}

impl Standing {
    /// In a timeline for `version`, of which the last id is known.
    fn of(id: TweetId, is_there: bool, cached: &Cached, version: Version) -> Self {
        if cached.state != State::Warm(version) {
            return Self::FromSql;
        }
        let is_below = cached.ids.last().is_some_and(|last| id < *last);
        match (is_there, is_below && !cached.is_whole) {
            (true, _) => Self::Shown,
            (false, true) => Self::FromSql,
            (false, false) => Self::Missing,
        }
    }
}

/// The upper end of a cached timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cached {
    pub state: State,
    /// Whether nothing lies below the last id of the timeline. Otherwise something may, but nothing is missing above.
    pub is_whole: bool,
    /// Newest first.
    pub ids: Vec<TweetId>,
}

/// A whole cached timeline as it is, to be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    pub cached: Cached,
    /// Entries that are no ids.
    pub strangers: usize,
}

/// A rebuild that has not been finished after this is taken for dead, and another may begin.
pub const REBUILD_PATIENCE: Duration = Duration::from_secs(5);

/// Where cached timelines live. Both keep the same contract, which one suite of tests checks.
#[derive(Clone)]
pub enum TimelineCache {
    Memory(memory::Timelines),
    Redis(redis::Timelines),
}

impl TimelineCache {
    /// The newest `most` ids of a timeline, and notes that it was read.
    ///
    /// # Errors
    /// [`crate::error::Error::Unavailable`] when the cache is away; so for all of these.
    pub async fn read(&self, user: UserId, most: usize, now: DateTime<Utc>) -> Result<Cached> {
        match self {
            Self::Memory(timelines) => Ok(timelines.read(user, most, now)),
            Self::Redis(timelines) => timelines.read(user, most).await,
        }
    }

    /// The same, and what changed in kept rows after `since`; both are as new as this call.
    ///
    /// # Errors
    /// As [`TimelineCache::read`].
    pub async fn read_with_news(
        &self,
        user: UserId,
        most: usize,
        now: DateTime<Utc>,
        since: Option<&Place>,
    ) -> Result<(Cached, News)> {
        match self {
            Self::Memory(timelines) => Ok((timelines.read(user, most, now), News::Local)),
            Self::Redis(timelines) => timelines.read_with_news(user, most, since).await,
        }
    }

    /// Only what changed in kept rows after `since`.
    ///
    /// # Errors
    /// As [`TimelineCache::read`].
    pub async fn news(&self, since: Option<&Place>) -> Result<News> {
        match self {
            Self::Memory(_) => Ok(News::Local),
            Self::Redis(timelines) => timelines.news_since(since).await,
        }
    }

    /// Tells every process what changed in the rows that it may keep. With one process there is nobody to tell.
    pub async fn announce(&self, changes: &[Change]) -> Result<()> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis(timelines) => timelines.announce(changes).await,
        }
    }

    /// Puts each id in its place in the user's timeline, if there is one; how many of them were new.
    /// Any order, any number of times.
    ///
    /// # Errors
    /// [`crate::error::Error::Partial`] when a part of the cache is away; the rest is done. So for `remove`.
    pub async fn push(&self, deliveries: &[(UserId, TweetId)]) -> Result<usize> {
        match self {
            Self::Memory(timelines) => Ok(timelines.push(deliveries)),
            Self::Redis(timelines) => timelines.push(deliveries).await,
        }
    }

    /// Takes ids out of timelines; how many were there. Any order, any number of times.
    pub async fn remove(&self, deliveries: &[(UserId, TweetId)]) -> Result<usize> {
        match self {
            Self::Memory(timelines) => Ok(timelines.remove(deliveries)),
            Self::Redis(timelines) => timelines.remove(deliveries).await,
        }
    }

    /// Drops what is cached of a timeline.
    pub async fn forget(&self, user: UserId) -> Result<()> {
        match self {
            Self::Memory(timelines) => {
                timelines.forget(user);
                Ok(())
            }
            Self::Redis(timelines) => timelines.forget(user).await,
        }
    }

    /// Everything that is cached of a timeline, without noting that it was read; `None` when nothing is.
    pub async fn inspect(&self, user: UserId) -> Result<Option<Inspected>> {
        match self {
            Self::Memory(timelines) => Ok(timelines.inspect(user)),
            Self::Redis(timelines) => timelines.inspect(user).await,
        }
    }

    /// Where a tweet stands in the timeline of somebody whose followings have this version, without noting that it was
    /// read.
    pub async fn standing(&self, user: UserId, version: Version, id: TweetId) -> Result<Standing> {
        match self {
            Self::Memory(timelines) => Ok(timelines.standing(user, version, id)),
            Self::Redis(timelines) => timelines.standing(user, version, id).await,
        }
    }

    /// Extends a warm timeline to another version of the followings by the newest ids (at least as many as
    /// the cap, if there are) of an author. Does nothing unless it has exactly the version `before`.
    pub async fn merge(
        &self,
        user: UserId,
        before: Version,
        after: Version,
        ids: &[TweetId],
    ) -> Result<bool> {
        match self {
            Self::Memory(timelines) => Ok(timelines.merge(user, before, after, ids)),
            Self::Redis(timelines) => timelines.merge(user, before, after, ids).await,
        }
    }

    /// Begins a rebuild: an empty, cold timeline that pushes go into from now on. `None` when someone else
    /// began one less than [`REBUILD_PATIENCE`] ago.
    pub async fn begin_rebuild(&self, user: UserId, now: DateTime<Utc>) -> Result<Option<Ticket>> {
        match self {
            Self::Memory(timelines) => Ok(timelines.begin_rebuild(user, now)),
            Self::Redis(timelines) => timelines.begin_rebuild(user, now).await,
        }
    }

    /// Finishes a rebuild: the union of `ids` and what was pushed since it began, warm. False when the
    /// ticket is not the newest one; then nothing changes.
    pub async fn finish_rebuild(
        &self,
        user: UserId,
        ticket: &Ticket,
        version: Version,
        ids: &[TweetId],
    ) -> Result<bool> {
        match self {
            Self::Memory(timelines) => Ok(timelines.finish_rebuild(user, ticket, version, ids)),
            Self::Redis(timelines) => timelines.finish_rebuild(user, ticket, version, ids).await,
        }
    }

    /// Forgets timelines that nobody has read since `idle_since`; how many. Redis does it by itself.
    pub fn forget_idle(&self, idle_since: DateTime<Utc>) -> usize {
        match self {
            Self::Memory(timelines) => timelines.forget_idle(idle_since),
            Self::Redis(_) => 0,
        }
    }

    /// Whether the cache answers.
    pub async fn ping(&self) -> Result<()> {
        match self {
            Self::Memory(_) => Ok(()),
            Self::Redis(timelines) => timelines.ping().await,
        }
    }
}

/// `a` and `b`, both newest first, as one: newest first, without duplicates, at most `cap`.
pub fn union(a: &[TweetId], b: &[TweetId], cap: usize) -> Vec<TweetId> {
    let mut all: Vec<TweetId> = a.iter().chain(b).copied().collect();
    all.sort_unstable_by(|x, y| y.cmp(x));
    all.dedup();
    all.truncate(cap);
    all
}
