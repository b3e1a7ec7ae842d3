//! Rows of PostgreSQL that this process keeps, so that reading home takes no SQL, and how it learns that they
//! changed.
//!
//! Every change is announced after it was committed and before it is acknowledged ([`announce()`]). With
//! timelines in Redis it goes into one stream, and a reader takes what is new in it along with its timeline, in one
//! round trip, before it looks at any kept row. With timelines in memory there is one process, and it
//! forgets at once. Kept rows are used only behind that ([`Rows::catch_up`]); everything else reads SQL.

mod announce;
mod change;
mod journal;
mod kept;

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::{Weighter, sync::Cache};

pub use announce::{announce, announce_waiting};
pub use change::Change;
pub use journal::{Moment, News, Place};
pub use kept::{Followings, KeptSession, KeptTweet, KeptUser, PulledTweets};

use crate::{
    id::{SessionId, TweetId, UserId},
    store::{Tweet, User},
};
use journal::Journal;

/// A user's row is read again after this, at most, or half of it: its counters are not announced.
const LONGEST_LIFE: TimeDelta = TimeDelta::seconds(60);

/// So many tweets that were posted here wait for their first reader.
const UNREAD: usize = 1024;

/// All kept rows.
pub struct Rows {
    journal: Journal,
    kept: Cache<Key, Entry, Weight>,
    /// Tweets posted here that nobody has read yet. Followers look at them next, or else not for long; apart, those
    /// that nobody comes for take no room.
    unread: Cache<TweetId, Arc<KeptTweet>>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    Tweet(TweetId),
    User(UserId),
    Followings(UserId),
    Session(SessionId),
    Pulled(UserId),
    PulledAuthors,
}

#[derive(Clone)]
enum Kept {
    Tweet(Arc<KeptTweet>),
    NoTweet,
    User(Arc<KeptUser>),
    Followings(Arc<Followings>),
    Session(KeptSession),
    Pulled(Arc<PulledTweets>),
    PulledAuthors(Arc<[i64]>),
}

/// What is kept and what it weighs as an entry. What is made of a row later makes it heavier, and it is then entered
/// again.
#[derive(Clone)]
struct Entry {
    kept: Kept,
    bytes: u64,
}

impl Rows {
    /// Keeps about so many bytes at most; the rows read least are dropped first.
    pub fn new(megabytes: u32) -> Self {
        // The estimate only sizes tables; they grow.
        let kept = Cache::with_weighter(1024, u64::from(megabytes) * 1_000_000, Weight);
        Self {
            journal: Journal::default(),
            kept,
            unread: Cache::new(UNREAD),
        }
    }

    /// How far this process has read the announcements.
    pub fn place(&self) -> Option<Place> {
        self.journal.place()
    }

    /// Takes in what a look at the announcements, from [`Rows::place`] on, has found. True when kept rows are now
    /// as new as that look; false when it did not reach the end, or Redis has started again since, and SQL must
    /// answer.
    pub fn catch_up(&self, news: &News) -> bool {
        self.journal
            .catch_up(news, |change| self.drop_row(*change), || self.drop_all())
    }

    /// Forgets rows that this process itself changed, or that a relay found changed.
    pub fn forget(&self, changes: &[Change]) {
        self.journal.note(changes, |change| self.drop_row(*change));
    }

    /// Has somebody's counters read again, here. Should an older row be kept at this very moment, they are
    /// old for a minute.
    pub fn forget_counters(&self, id: UserId) {
        self.kept.remove(&Key::User(id));
    }

    /// A moment before the rows to keep are read from SQL.
    pub fn moment(&self) -> Moment {
        self.journal.moment()
    }

    /// A kept tweet: `None` when it is not known, `Some(None)` when there is no such tweet.
    pub fn tweet(&self, id: TweetId) -> Option<Option<Arc<KeptTweet>>> {
        match self.kept.get(&Key::Tweet(id)).map(|entry| entry.kept) {
            Some(Kept::Tweet(tweet)) => Some(Some(tweet)),
            Some(Kept::NoTweet) => Some(None),
            _ => self.first_read(id).map(Some),
        }
    }

    /// Somebody, with counters at most a minute old.
    pub fn user(&self, id: UserId, now: DateTime<Utc>) -> Option<Arc<KeptUser>> {
        let Kept::User(user) = self.kept.get(&Key::User(id))?.kept else {
            return None;
        };
        // Spread over half of the time, so that those read together are not read again together.
        let spread = TimeDelta::milliseconds((id.get() & 0x7fff).clamp(0, 30_000));
        (now - user.kept_at < LONGEST_LIFE - spread).then_some(user)
    }

    /// Whom somebody follows, in exactly this version.
    pub fn followings(&self, id: UserId, version: i64) -> Option<Arc<Followings>> {
        match self.kept.get(&Key::Followings(id))?.kept {
            Kept::Followings(followings) if followings.version == version => Some(followings),
            _ => None,
        }
    }

    pub fn session(&self, id: SessionId) -> Option<KeptSession> {
        match self.kept.get(&Key::Session(id))?.kept {
            Kept::Session(session) => Some(session),
            _ => None,
        }
    }

    /// Somebody's tweets that are merged into homes.
    pub fn pulled(&self, author: UserId) -> Option<Arc<PulledTweets>> {
        match self.kept.get(&Key::Pulled(author))?.kept {
            Kept::Pulled(tweets) => Some(tweets),
            _ => None,
        }
    }

    /// Everybody who has such tweets, by id.
    pub fn pulled_authors(&self) -> Option<Arc<[i64]>> {
        match self.kept.get(&Key::PulledAuthors)?.kept {
            Kept::PulledAuthors(authors) => Some(authors),
            _ => None,
        }
    }

    /// Keeps a tweet that was read from SQL after `read_from`, unless it changed since; `None` for one that is not
    /// there.
    pub fn keep_tweet(
        &self,
        read_from: Moment,
        id: TweetId,
        row: Option<Tweet>,
    ) -> Option<Arc<KeptTweet>> {
        let tweet = row.map(|row| Arc::new(KeptTweet::new(row)));
        let kept = tweet.clone().map_or(Kept::NoTweet, Kept::Tweet);
        self.keep(read_from, Change::Tweet(id), Key::Tweet(id), kept);
        tweet
    }

    /// Keeps a tweet that was posted here after `written_from`, as [`Rows::keep_tweet`], for those who read it soon.
    pub fn keep_posted(&self, written_from: Moment, row: Tweet) {
        let id = row.id;
        let is_its = |change: &Change| *change == Change::Tweet(id);
        self.journal.unless_changed(written_from, is_its, || {
            self.unread.insert(id, Arc::new(KeptTweet::new(row)));
        });
    }

    /// The same for somebody.
    pub fn keep_user(&self, read_from: Moment, row: User, now: DateTime<Utc>) -> Arc<KeptUser> {
        let id = row.id;
        let user = Arc::new(KeptUser::new(row, now));
        let kept = Kept::User(Arc::clone(&user));
        self.keep(read_from, Change::User(id), Key::User(id), kept);
        user
    }

    /// The same for whom somebody follows.
    pub fn keep_followings(
        &self,
        read_from: Moment,
        id: UserId,
        followings: Followings,
    ) -> Arc<Followings> {
        let followings = Arc::new(followings);
        let kept = Kept::Followings(Arc::clone(&followings));
        self.keep(read_from, Change::User(id), Key::Followings(id), kept);
        followings
    }

    /// The same for a session.
    pub fn keep_session(&self, read_from: Moment, id: SessionId, session: KeptSession) {
        let (change, key) = (Change::Session(id), Key::Session(id));
        self.keep(read_from, change, key, Kept::Session(session));
    }

    /// The same for somebody's tweets that are merged into homes.
    pub fn keep_pulled(
        &self,
        read_from: Moment,
        author: UserId,
        tweets: PulledTweets,
    ) -> Arc<PulledTweets> {
        let tweets = Arc::new(tweets);
        let kept = Kept::Pulled(Arc::clone(&tweets));
        self.keep(read_from, Change::Pulled(author), Key::Pulled(author), kept);
        tweets
    }

    /// The same for everybody who has such tweets.
    pub fn keep_pulled_authors(&self, read_from: Moment, authors: Vec<i64>) -> Arc<[i64]> {
        let authors: Arc<[i64]> = authors.into();
        let kept = Kept::PulledAuthors(Arc::clone(&authors));
        let entry = Entry::of(kept);
        let is_its = |change: &Change| matches!(change, Change::Pulled(_));
        self.journal.unless_changed(read_from, is_its, || {
            self.kept.insert(Key::PulledAuthors, entry);
        });
        authors
    }

    /// Weighs a tweet again, for which something was made that is kept beside it.
    pub fn weigh_tweet(&self, tweet: &Arc<KeptTweet>) {
        let is_this = |kept: &Kept| matches!(kept, Kept::Tweet(kept) if Arc::ptr_eq(kept, tweet));
        self.weigh(Key::Tweet(tweet.row.id), is_this);
    }

    /// The same for somebody.
    pub fn weigh_user(&self, user: &Arc<KeptUser>) {
        let is_this = |kept: &Kept| matches!(kept, Kept::User(kept) if Arc::ptr_eq(kept, user));
        self.weigh(Key::User(user.row.id), is_this);
    }

    /// How many bytes are kept, about.
    pub fn bytes(&self) -> u64 {
        self.kept.weight()
    }

    fn keep(&self, read_from: Moment, change: Change, key: Key, kept: Kept) {
        let entry = Entry::of(kept);
        let is_its = |other: &Change| *other == change;
        self.journal.unless_changed(read_from, is_its, || {
            self.kept.insert(key, entry);
        });
    }

    /// A tweet that was posted here, for its first reader; from now on it is kept as all others are.
    fn first_read(&self, id: TweetId) -> Option<Arc<KeptTweet>> {
        self.unread.peek(&id)?;
        let mut found = None;
        self.journal.meanwhile(|| {
            found = self.unread.remove(&id).map(|(_, tweet)| tweet);
            if let Some(tweet) = &found {
                let entry = Entry::of(Kept::Tweet(Arc::clone(tweet)));
                self.kept.insert(Key::Tweet(id), entry);
            }
        });
        found
    }

    fn weigh(&self, key: Key, is_this: impl Fn(&Kept) -> bool) {
        self.journal.meanwhile(|| {
            let Some(Entry { kept, .. }) =
                self.kept.peek(&key).filter(|entry| is_this(&entry.kept))
            else {
                return;
            };
            // Only if it is still there: it may just have had to make room.
            let _ = self.kept.replace(key, Entry::of(kept), true);
        });
    }

    fn drop_all(&self) {
        self.kept.clear();
        self.unread.clear();
    }

    fn drop_row(&self, change: Change) {
        match change {
            Change::Tweet(id) => {
                self.kept.remove(&Key::Tweet(id));
                self.unread.remove(&id);
            }
            Change::User(id) => {
                self.kept.remove(&Key::User(id));
                self.kept.remove(&Key::Followings(id));
            }
            Change::Session(id) => {
                self.kept.remove(&Key::Session(id));
            }
            Change::Pulled(author) => {
                self.kept.remove(&Key::Pulled(author));
                // Who is among them stays: nobody new joined, and one who left has nothing to merge.
                let is_known = |authors: &[i64]| authors.binary_search(&author.get()).is_ok();
                if !self.pulled_authors().is_some_and(|known| is_known(&known)) {
                    self.kept.remove(&Key::PulledAuthors);
                }
            }
        }
    }
}

impl Entry {
    fn of(kept: Kept) -> Self {
        let bytes = kept.bytes();
        Self { kept, bytes }
    }
}

impl Kept {
    /// With what keeping an entry costs.
    fn bytes(&self) -> u64 {
        const ENTRY: u64 = 80;
        ENTRY
            + match self {
                Self::Tweet(tweet) => tweet.bytes(),
                Self::User(user) => user.bytes(),
                Self::Followings(followings) => followings.bytes(),
                Self::Pulled(tweets) => tweets.bytes(),
                Self::PulledAuthors(authors) => {
                    u64::try_from(size_of_val(&**authors)).unwrap_or(u64::MAX)
                }
                Self::NoTweet | Self::Session(_) => 0,
            }
    }
}

#[derive(Clone)]
struct Weight;

impl Weighter<Key, Entry> for Weight {
    fn weight(&self, _: &Key, entry: &Entry) -> u64 {
        entry.bytes
    }
}
