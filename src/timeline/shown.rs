//! From the ids of a timeline to tweets: from kept rows, and from SQL what is not kept.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::home::{Lent, lend};
use crate::{
    app::App,
    error::Result,
    id::{TweetId, UserId},
    rows::{Followings, KeptTweet, KeptUser},
    store::{Connection, User, follows, tweets, users},
};

/// A tweet that the viewer may see, and its author.
#[derive(Clone, Debug)]
pub struct Shown {
    pub tweet: Arc<KeptTweet>,
    pub author: Arc<KeptUser>,
}

impl Shown {
    /// The tweet's id, as cursors have it.
    pub fn id(&self) -> i64 {
        self.tweet.row.id.get()
    }
}

/// Those of `ids` that stand in the viewer's home, newest first, as SQL has them.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when the database is away.
pub async fn from_sql(
    app: &App,
    connection: &mut Connection,
    viewer: &User,
    ids: &[TweetId],
) -> Result<Vec<Shown>> {
    let now = app.clock.now();
    let rows = tweets::visible_at_home(connection, viewer.id, ids).await?;
    Ok(rows
        .into_iter()
        .map(|(tweet, author)| Shown {
            tweet: Arc::new(KeptTweet::new(tweet)),
            author: Arc::new(KeptUser::new(author, now)),
        })
        .collect())
}

/// The same from kept rows, which must be current. What is missing is read from SQL and kept.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when something is missing and the database is away.
pub async fn from_kept(
    app: &App,
    connection: &mut Lent,
    viewer: &User,
    ids: &[TweetId],
) -> Result<Vec<Shown>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    ids.dedup();
    let followings = followings(app, connection, viewer).await?;
    if let Some(shown) = all_kept(app, viewer, &followings, &ids) {
        return Ok(shown);
    }
    let mut known = tweets_of(app, connection, &ids).await?;
    known.retain(|tweet| {
        let author = tweet.row.author_id;
        author == viewer.id || followings.contains(author)
    });
    let authors = authors_of(app, connection, &known).await?;
    Ok(known
        .into_iter()
        .filter_map(|tweet| {
            let author = Arc::clone(authors.get(&tweet.row.author_id)?);
            Some(Shown { tweet, author })
        })
        .collect())
}

/// Nearly always nothing is missing, and then this is all.
fn all_kept(
    app: &App,
    viewer: &User,
    followings: &Followings,
    ids: &[TweetId],
) -> Option<Vec<Shown>> {
    let now = app.clock.now();
    let mut shown = Vec::with_capacity(ids.len());
    for id in ids {
        let Some(tweet) = app.rows.tweet(*id)? else {
            continue;
        };
        let author = tweet.row.author_id;
        if author == viewer.id || followings.contains(author) {
            let author = app.rows.user(author, now)?;
            shown.push(Shown { tweet, author });
        }
    }
    Some(shown)
}

/// Whom the viewer follows, from kept rows, which must be current.
///
/// # Errors
/// As [`from_kept`].
pub async fn followings(
    app: &App,
    connection: &mut Lent,
    viewer: &User,
) -> Result<Arc<Followings>> {
    if let Some(followings) = app.rows.followings(viewer.id, viewer.home_version) {
        return Ok(followings);
    }
    let read_from = app.rows.moment();
    let lent = lend(app, connection).await?;
    let (version, ids) = follows::followings(lent, viewer.id).await?;
    Ok(app
        .rows
        .keep_followings(read_from, viewer.id, Followings::new(version, ids)))
}

/// Those of the tweets that exist, in the order of their ids here.
async fn tweets_of(
    app: &App,
    connection: &mut Lent,
    ids: &[TweetId],
) -> Result<Vec<Arc<KeptTweet>>> {
    let kept: Vec<_> = ids.iter().map(|id| (*id, app.rows.tweet(*id))).collect();
    let missing: Vec<TweetId> = kept
        .iter()
        .filter(|(_, kept)| kept.is_none())
        .map(|(id, _)| *id)
        .collect();
    if missing.is_empty() {
        return Ok(kept.into_iter().filter_map(|(_, kept)| kept?).collect());
    }
    app.metrics.rows_read.inc_by(count(missing.len()));
    let read_from = app.rows.moment();
    let mut found: HashMap<TweetId, _> = tweets::by_ids(lend(app, connection).await?, &missing)
        .await?
        .into_iter()
        .map(|tweet| (tweet.id, tweet))
        .collect();
    Ok(kept
        .into_iter()
        .filter_map(|(id, kept)| match kept {
            Some(kept) => kept,
            None => app.rows.keep_tweet(read_from, id, found.remove(&id)),
        })
        .collect())
}

async fn authors_of(
    app: &App,
    connection: &mut Lent,
    tweets: &[Arc<KeptTweet>],
) -> Result<HashMap<UserId, Arc<KeptUser>>> {
    let now = app.clock.now();
    let mut authors = HashMap::with_capacity(tweets.len());
    let mut missing = HashSet::new();
    for tweet in tweets {
        let id = tweet.row.author_id;
        if authors.contains_key(&id) || missing.contains(&id) {
            continue;
        }
        match app.rows.user(id, now) {
            Some(author) => {
                authors.insert(id, author);
            }
            None => {
                missing.insert(id);
            }
        }
    }
    if !missing.is_empty() {
        app.metrics.rows_read.inc_by(count(missing.len()));
        let missing: Vec<UserId> = missing.into_iter().collect();
        let read_from = app.rows.moment();
        for user in users::by_ids(lend(app, connection).await?, &missing).await? {
            authors.insert(user.id, app.rows.keep_user(read_from, user, now));
        }
    }
    Ok(authors)
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
