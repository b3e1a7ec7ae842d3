//! Cached timelines in the memory of the process.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Utc};

use super::{Cached, REBUILD_PATIENCE, State, Ticket, Version, union};
use crate::id::{TweetId, UserId};

/// Locks of their own for parts of the users, so that readers seldom wait for one another.
const SHARDS: usize = 64;

#[derive(Debug)]
enum Mark {
    Cold {
        ticket: Ticket,
        since: DateTime<Utc>,
    },
    Warm(Version),
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
                Cached {
                    state: match timeline.mark {
                        Mark::Cold { .. } => State::Cold,
                        Mark::Warm(version) => State::Warm(version),
                    },
                    ids: timeline.ids.iter().take(most).copied().collect(),
                }
            }
            None => Cached {
                state: State::Cold,
                ids: Vec::new(),
            },
        }
    }

    pub fn push(&self, deliveries: &[(UserId, TweetId)]) -> usize {
        deliveries
            .iter()
            .filter(|(user, id)| {
                self.shard(*user)
                    .get_mut(user)
                    .is_some_and(|timeline| insert(&mut timeline.ids, *id, self.cap))
            })
            .count()
    }

    pub fn merge(&self, user: UserId, before: Version, after: Version, ids: &[TweetId]) -> bool {
        match self.shard(user).get_mut(&user) {
            Some(timeline) if matches!(timeline.mark, Mark::Warm(has) if has == before) => {
                timeline.ids = union(&timeline.ids, ids, self.cap);
                timeline.mark = Mark::Warm(after);
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
            && (now - *since).to_std().unwrap_or_default() < REBUILD_PATIENCE
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
                timeline.ids = union(&timeline.ids, ids, self.cap);
                timeline.mark = Mark::Warm(version);
                true
            }
            _ => false,
        }
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

/// Puts an id in its place; false when it is there already or would fall below the cap.
fn insert(ids: &mut Vec<TweetId>, id: TweetId, cap: usize) -> bool {
    // Newest first, so the order is reversed.
    match ids.binary_search_by(|probe| id.cmp(probe)) {
        Ok(_) => false,
        Err(at) if at >= cap => false,
        Err(at) => {
            ids.insert(at, id);
            ids.truncate(cap);
            true
        }
    }
}
