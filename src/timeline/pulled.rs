//! Merging tweets that were not pushed: those of authors with more than `fanout.push_limit` followers at the time.
//!
//! Which way a tweet comes is a column of its row, decided when it is posted. A cached timeline may have ids of pulled
//! tweets, from a rebuild or a follow, or not; merged, each stands there once.

use std::{collections::HashSet, sync::Arc};

use super::home::{Known, Lent, lend};
use crate::{
    app::App,
    cursor::Page,
    error::Result,
    id::{TweetId, UserId},
    rows::{Followings, PulledTweets},
    store,
};

/// Adds to what is known of a home the pulled tweets of those whom its owner follows. What comes out reaches down as
/// far as all of it is known. Kept rows must be current.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when something is not kept and the database is away.
pub(super) async fn merge(
    app: &App,
    connection: &mut Lent,
    followings: &Followings,
    page: &Page,
    known: Known,
) -> Result<Known> {
    let authors = followings.among(&authors(app, connection).await?);
    if authors.is_empty() {
        return Ok(known);
    }
    let width = u32::try_from(authors.len()).unwrap_or(u32::MAX);
    app.metrics.merge_width.observe(f64::from(width));
    let pulled = newest(app, connection, &authors).await?;
    Ok(union(app.settings.timelines.cap, page, known, &pulled))
}

/// At most `cap` ids of each author.
fn union(cap: usize, page: &Page, known: Known, pulled: &[Arc<PulledTweets>]) -> Known {
    // Below this id not everything is known.
    let mut end = match known.ids.last() {
        _ if known.is_all => i64::MIN,
        Some(last) => last.get(),
        None => page.below(),
    };
    let mut ids: HashSet<TweetId> = known.ids.into_iter().collect();
    for tweets in pulled {
        let from = tweets.ids.partition_point(|id| id.get() >= page.below());
        let (_, wanted) = tweets.ids.split_at(from);
        // Of a page that is counted from above, no author gives more than the page.
        let most = if page.from_below() { cap } else { page.limit };
        let given = wanted.get(..most).unwrap_or(wanted);
        if given.len() < wanted.len() || !tweets.is_all {
            let last = given.last().or(tweets.ids.last());
            end = end.max(last.map_or(i64::MAX, |id| id.get()));
        }
        ids.extend(given);
    }
    let mut ids: Vec<TweetId> = ids.into_iter().filter(|id| id.get() >= end).collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    Known {
        ids,
        is_all: end == i64::MIN,
    }
}

/// All authors who have pulled tweets, by id.
async fn authors(app: &App, connection: &mut Lent) -> Result<Arc<[i64]>> {
    if let Some(authors) = app.rows.pulled_authors() {
        return Ok(authors);
    }
    let read_from = app.rows.moment();
    let authors = store::pulled::authors(lend(app, connection).await?).await?;
    Ok(app.rows.keep_pulled_authors(read_from, authors))
}

async fn newest(
    app: &App,
    connection: &mut Lent,
    authors: &[UserId],
) -> Result<Vec<Arc<PulledTweets>>> {
    let mut all = Vec::with_capacity(authors.len());
    let mut missing = Vec::new();
    for author in authors {
        match app.rows.pulled(*author) {
            Some(tweets) => all.push(tweets),
            None => missing.push(*author),
        }
    }
    if !missing.is_empty() {
        let most = app.settings.timelines.cap;
        let read_from = app.rows.moment();
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let found = store::pulled::newest(lend(app, connection).await?, &missing, limit).await?;
        for (author, ids) in found {
            let is_all = ids.len() < most;
            let tweets = PulledTweets { ids, is_all };
            all.push(app.rows.keep_pulled(read_from, author, tweets));
        }
    }
    Ok(all)
}
