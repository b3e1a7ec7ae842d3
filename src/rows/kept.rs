//! Kept rows, and what is made of them once and kept beside them.

use std::sync::OnceLock;

use chrono::{DateTime, Utc};

use crate::{
    id::{TweetId, UserId},
    store::{Tweet, User},
};

/// A tweet, and how it looks to those who may see it.
#[derive(Debug)]
pub struct KeptTweet {
    pub row: Tweet,
    /// Its entity in the API, before and after its author's.
    pub json: OnceLock<(Box<str>, Box<str>)>,
    /// Its place in a list of a page, and the author's name that it was made with.
    pub html: OnceLock<(Box<str>, Box<str>)>,
}

/// Somebody, and their entity in the API.
#[derive(Debug)]
pub struct KeptUser {
    pub row: User,
    pub kept_at: DateTime<Utc>,
    pub json: OnceLock<Box<str>>,
}

/// Whom somebody follows.
#[derive(Debug)]
pub struct Followings {
    /// The follower's `home_version` that it belongs to.
    pub version: i64,
    /// Sorted.
    ids: Box<[i64]>,
}

/// The newest tweets of somebody that are merged into homes when those are read.
#[derive(Debug)]
pub struct PulledTweets {
    /// Newest first.
    pub ids: Vec<TweetId>,
    /// Whether there are no older ones.
    pub is_all: bool,
}

/// A log-in.
#[derive(Clone, Copy, Debug)]
pub struct KeptSession {
    pub user: UserId,
    pub created_at: DateTime<Utc>,
    pub last_used_at: DateTime<Utc>,
}

impl KeptTweet {
    pub fn new(row: Tweet) -> Self {
        Self {
            row,
            json: OnceLock::new(),
            html: OnceLock::new(),
        }
    }

    /// What it takes in memory, with what has been made of it so far.
    pub fn bytes(&self) -> u64 {
        let made = [self.json.get(), self.html.get()];
        let made = made.into_iter().flatten().map(|(a, b)| a.len() + b.len());
        let bytes = size_of::<Self>() + self.row.text.len() + made.sum::<usize>();
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl KeptUser {
    pub fn new(row: User, kept_at: DateTime<Utc>) -> Self {
        Self {
            row,
            kept_at,
            json: OnceLock::new(),
        }
    }

    /// As [`KeptTweet::bytes`].
    pub fn bytes(&self) -> u64 {
        let User {
            username,
            display_name,
            bio,
            ..
        } = &self.row;
        let made = self.json.get().map_or(0, |json| json.len());
        let bytes = size_of::<Self>() + username.len() + display_name.len() + bio.len() + made;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

impl Followings {
    pub fn new(version: i64, mut ids: Vec<i64>) -> Self {
        ids.sort_unstable();
        Self {
            version,
            ids: ids.into_boxed_slice(),
        }
    }

    pub fn contains(&self, id: UserId) -> bool {
        self.ids.binary_search(&id.get()).is_ok()
    }

    /// Those of `others`, which are sorted, too.
    pub fn among(&self, others: &[i64]) -> Vec<UserId> {
        let (few, many) = if others.len() < self.ids.len() {
            (others, &*self.ids)
        } else {
            (&*self.ids, others)
        };
        few.iter()
            .filter(|id| many.binary_search(id).is_ok())
            .map(|id| UserId::from(*id))
            .collect()
    }

    pub fn bytes(&self) -> u64 {
        u64::try_from(size_of::<Self>() + size_of_val(&*self.ids)).unwrap_or(u64::MAX)
    }
}

impl PulledTweets {
    pub fn bytes(&self) -> u64 {
        u64::try_from(size_of::<Self>() + size_of_val(&*self.ids)).unwrap_or(u64::MAX)
    }
}
