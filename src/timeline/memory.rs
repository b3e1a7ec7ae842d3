//! Cached timelines in the memory of the process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};

use super::{Cached, Inspected, REBUILD_PATIENCE, Reason, Standing, State, Ticket, Version, union};
use crate::id::{TweetId, UserId};

/// Locks of their own for parts of the users, so that readers seldom wait for one another.
const SHARDS: usize = 64;

#[derive(Debug)]
enum Mark {
    Cold {
        ticket: Ticket,
        since: DateTime<Utc>,
    },
    Warm {
        version: Version,
        /// Whether nothing lies below the last id.
        is_whole: bool,
    },
}

#[derive(Debug)]
struct Timeline {
    /// Newest first, at most the cap.
    ids: Vec<TweetId>,
    mark: Mark,
    read_at: DateTime<Utc>,
}

type Shard = Mutex<HashMap<UserId, Timeline>>;

/// All timelines; clones share them.
#[derive(Clone)]
pub struct Timelines {
    shards: Arc<[Shard; SHARDS]>,
    cap: usize,
}

impl Timelines {
    pub fn new(cap: usize) -> Self {
        Self {
            shards: Arc::new(std::array::from_fn(|_| Shard::default())),
            cap,
        }
    }

    pub fn read(&self, user: UserId, most: usize, now: DateTime<Utc>) -> Cached {
        match self.shard(user).get_mut(&user) {
            Some(timeline) => {
                timeline.read_at = now;
                timeline.cached(most)
            }
            None => Cached {
                state: State::Cold(Reason::Missing),
                is_whole: false,
                ids: Vec::new(),
            },
        }
    }

    pub fn inspect(&self, user: UserId) -> Option<Inspected> {
        let cached = self.shard(user).get(&user)?.cached(usize::MAX);
        Some(Inspected {
            cached,
            strangers: 0,
        })
    }

    pub fn standing(&self, user: UserId, version: Version, id: TweetId) -> Standing {
        let shard = self.shard(user);
        let Some(timeline) = shard.get(&user) else {
            return Standing::FromSql;
        };
        let is_there = timeline.find(id).is_ok();
        let mut cached = timeline.cached(0);
        cached.ids.extend(timeline.ids.last());
        Standing::of(id, is_there, &cached, version)
    }

    pub fn push(&self, deliveries: &[(UserId, TweetId)]) -> usize {
        deliveries
            .iter()
            .filter(|(user, id)| {
                self.shard(*user)
                    .get_mut(user)
                    .is_some_and(|timeline| timeline.insert(*id, self.cap))
            })
            .count()
    }

    pub fn remove(&self, deliveries: &[(UserId, TweetId)]) -> usize {
        deliveries
            .iter()
            .filter(|(user, id)| {
                self.shard(*user)
                    .get_mut(user)
                    .is_some_and(|timeline| timeline.remove(*id))
            })
            .count()
    }

    pub fn merge(&self, user: UserId, before: Version, after: Version, ids: &[TweetId]) -> bool {
        match self.shard(user).get_mut(&user) {
            Some(timeline) if timeline.cached(0).state == State::Warm(before) => {
                timeline.unite(ids, after, self.cap);
                true
            }
            _ => false,
        }
    }

    pub fn begin_rebuild(&self, user: UserId, now: DateTime<Utc>) -> Option<Ticket> {
        let mut shard = self.shard(user);
        if let Some(Timeline {
            mark: Mark::Cold { since, .. },
            ..
        }) = shard.get(&user)
            && (now - *since).abs().to_std().unwrap_or_default() < REBUILD_PATIENCE
        {
            return None;
        }
        let ticket = Ticket(format!("{:x}", rand::random::<u64>()));
        let mark = Mark::Cold {
            ticket: ticket.clone(),
            since: now,
        };
        shard.insert(
            user,
            Timeline {
                ids: Vec::new(),
                mark,
                read_at: now,
            },
        );
        Some(ticket)
    }

    pub fn finish_rebuild(
        &self,
        user: UserId,
        ticket: &Ticket,
        version: Version,
        ids: &[TweetId],
    ) -> bool {
        match self.shard(user).get_mut(&user) {
            Some(timeline) if matches!(&timeline.mark, Mark::Cold { ticket: newest, .. } if newest == ticket) =>
            {
                timeline.unite(ids, version, self.cap);
                true
            }
            _ => false,
        }
    }

    pub fn forget(&self, user: UserId) {
        self.shard(user).remove(&user);
    }

    pub fn forget_idle(&self, idle_since: DateTime<Utc>) -> usize {
        let mut forgotten = 0;
        for shard in self.shards.iter() {
            let mut shard = lock(shard);
            let before = shard.len();
            shard.retain(|_, timeline| timeline.read_at > idle_since);
            forgotten += before - shard.len();
        }
        forgotten
    }

    fn shard(&self, user: UserId) -> MutexGuard<'_, HashMap<UserId, Timeline>> {
        // The low bits of an id are a sequence, so they spread.
        let at = usize::try_from(user.get().unsigned_abs()).unwrap_or_default() % SHARDS;
        #[expect(clippy::indexing_slicing, reason = "the remainder is below the length")]
        lock(&self.shards[at])
    }
}

/// A panic elsewhere cannot leave a timeline half-written: each change is one assignment or one insert.
fn lock(shard: &Shard) -> MutexGuard<'_, HashMap<UserId, Timeline>> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Timeline {
    fn cached(&self, most: usize) -> Cached {
        let (state, is_whole) = match self.mark {
            Mark::Cold { .. } => (State::Cold(Reason::Unfinished), false),
            // An empty part says nothing.
            Mark::Warm { is_whole, .. } if !is_whole && self.ids.is_empty() => {
                (State::Cold(Reason::Emptied), false)
            }
            Mark::Warm { version, is_whole } => (State::Warm(version), is_whole),
        };
        Cached {
            state,
            is_whole,
            ids: self.ids.iter().take(most).copied().collect(),
        }
    }

    /// Where an id stands, or would.
    fn find(&self, id: TweetId) -> Result<usize, usize> {
        // Newest first, so the order is reversed.
        self.ids.binary_search_by(|probe| id.cmp(probe))
    }

    fn is_part(&self) -> bool {
        matches!(self.mark, Mark::Warm { is_whole, .. } if !is_whole)
    }

    fn make_part(&mut self) {
        if let Mark::Warm { is_whole, .. } = &mut self.mark {
            *is_whole = false;
        }
    }

    /// Puts an id in its place; false when it is there already or falls below the end.
    fn insert(&mut self, id: TweetId, cap: usize) -> bool {
        let Err(at) = self.find(id) else {
            return false;
        };
        if at >= cap {
            self.make_part();
            return false;
        }
        // Below the end of a part others are missing.
        if at == self.ids.len() && self.is_part() {
            return false;
        }
        self.ids.insert(at, id);
        if self.ids.len() > cap {
            self.ids.truncate(cap);
            self.make_part();
        }
        true
    }

    fn remove(&mut self, id: TweetId) -> bool {
        self.find(id).is_ok_and(|at| {
            self.ids.remove(at);
            true
        })
    }

    /// Becomes the union with `ids`, which are all there are if fewer than the cap. A source of which there is more
    /// below ends where it ends.
    fn unite(&mut self, ids: &[TweetId], version: Version, cap: usize) {
        let mine = self.is_part().then(|| self.ids.last().copied());
        let theirs = (ids.len() >= cap).then(|| ids.last().copied());
        let bound = mine.into_iter().chain(theirs).flatten().max();
        let mut all = union(&self.ids, ids, usize::MAX);
        let count = all.len();
        all.truncate(cap);
        if let Some(bound) = bound {
            all.retain(|id| *id >= bound);
        }
        let is_whole = mine.is_none() && theirs.is_none() && all.len() == count;
        self.ids = all;
        self.mark = Mark::Warm { version, is_whole };
    }
}
