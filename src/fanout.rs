//! Delivering events to the timelines of followers. One path for both profiles: they differ in who carries
//! the event here and where the timelines live.
//!
//! Nobody waits behind an author with very many followers: their events become pieces of work that [`lanes`] do.

pub mod backfill;
pub mod delivery;
pub mod lanes;

use std::collections::VecDeque;

use futures_util::future::join_all;

use crate::{
    app::App,
    error::{Error, Result},
    event::NewTweet,
    id::{TweetId, UserId},
    store::{
        follows::{self, Ask},
        outbox, pieces,
    },
};

/// Authors whose followers are looked up together, and at most so many followers. The more there are, the more ids
/// one timeline takes together.
const MOST_AUTHORS: usize = 400;
const MOST_FOLLOWERS: usize = 20_000;
/// Events of a batch that failed which are tried at a time: each may take as long as a statement may.
const EACH_BY_ITSELF: usize = 8;

/// What is to be done for some tweets.
#[derive(Default)]
struct Page {
    /// What is for one timeline comes together, oldest first: it takes several newer ids for little more than one.
    deliveries: Vec<(UserId, TweetId)>,
    /// Those whose authors have too many followers.
    bulk: Vec<(TweetId, UserId)>,
}

/// Delivers a batch so that none of it is waited for in vain: what fails while others succeed is written down, to be
/// tried again in a lane of its own.
///
/// # Errors
/// [`Error::Unavailable`] when the database or the cache is away, so that everything waits; any of the deliveries
/// may have been made.
pub async fn handle(app: &App, events: Vec<NewTweet>) -> Result<()> {
    let Err(error) = deliver(app, events.clone()).await else {
        return Ok(());
    };
    if !is_its_own(app, &error).await {
        return Err(error);
    }
    tracing::warn!(
        cause = error.cause(),
        "a batch failed; its events are tried each by itself"
    );
    for some in events.chunks(EACH_BY_ITSELF) {
        let tried = some.iter().map(|event| deliver(app, vec![*event]));
        for (event, done) in some.iter().zip(join_all(tried).await) {
            let Err(error) = done else {
                continue;
            };
            if !is_its_own(app, &error).await {
                return Err(error);
            }
            lanes::retry_later(app, *event, &error).await?;
        }
    }
    Ok(())
}

/// Whether a delivery failed by itself: what it needs is there, and others need not wait. A statement of its own may take
/// too long, say.
async fn is_its_own(app: &App, error: &Error) -> bool {
    if !matches!(error, Error::Unavailable { .. }) {
        return true;
    }
    let database = async { Ok::<_, Error>(outbox::depth(&mut *app.db.get().await?).await?) };
    let (database, cache) = tokio::join!(database, app.timelines.ping());
    database.is_ok() && cache.is_ok()
}

/// Puts each tweet into the timelines of its author and of the author's followers, as far as those exist; for an
/// author with many it writes down that this is to be done. A tweet that was deleted meanwhile, or that is
/// merged when homes are read, reaches its author alone. Safe to
/// repeat, in any order. Memory stays bounded: followers are read a page at a time.
///
/// # Errors
/// [`Error::Unavailable`] when the database or the cache is away; any of the deliveries may have been made.
/// [`Error::Partial`] when a part of the cache is; the deliveries to the rest are made.
pub async fn deliver(app: &App, events: Vec<NewTweet>) -> Result<()> {
    deliver_in("usual", app, events).await
}

/// The same, counted for another lane than the usual one.
async fn deliver_in(lane: &str, app: &App, mut events: Vec<NewTweet>) -> Result<()> {
    // What has waited comes one partition after the other; a timeline takes older ids before newer ones for the least.
    events.sort_unstable_by_key(|event| event.tweet_id);
    let waiting = events.iter().map(|event| Ask {
        tweet: event.tweet_id,
        author: event.author_id,
        after: 0,
    });
    let mut waiting = waiting.collect();
    let (mut bulk, mut partial) = (Vec::new(), None);
    let mut page = next_page(app, &mut waiting).await?;
    while let Some(some) = page {
        bulk.extend(some.bulk);
        // The next one is looked up while the timelines have this one.
        let (next, pushed) =
            tokio::join!(next_page(app, &mut waiting), push(app, &some.deliveries));
        partial = part(pushed)?.or(partial);
        page = next?;
    }
    let is_bulk = |event: &NewTweet| bulk.contains(&(event.tweet_id, event.author_id));
    // Of those in bulk only the author's own timeline can be missed here, and their pieces have that, too.
    if let Some(error) = partial
        && !events.iter().all(is_bulk)
    {
        return Err(error);
    }
    if !bulk.is_empty() {
        pieces::add_bulk(&mut *app.db.get().await?, &bulk).await?;
        app.lanes.ring();
    }
    app.metrics
        .events
        .inc_by(u64::try_from(events.len()).unwrap_or_default());
    for event in &events {
        if !is_bulk(event) {
            lanes::note_visible(app, lane, event.tweet_id);
        }
    }
    Ok(())
}

/// The next followers of some of these, of which those that have more go behind the others; `None` when none is left.
async fn next_page(app: &App, waiting: &mut VecDeque<Ask>) -> Result<Option<Page>> {
    if waiting.is_empty() {
        return Ok(None);
    }
    let mut asked: Vec<Ask> = waiting.drain(..waiting.len().min(MOST_AUTHORS)).collect();
    let most = app.settings.fanout.batch_followers;
    let limit = most.min(MOST_FOLLOWERS / asked.len());
    let size = |count| i64::try_from(count).unwrap_or(i64::MAX);
    let followers =
        follows::followers_after(&mut *app.db.get().await?, &asked, size(limit), size(most))
            .await?;
    let mut page = Page::default();
    let mut counts = vec![0_usize; asked.len()];
    for follower in followers {
        let Ok(at) = usize::try_from(follower.tweet) else {
            continue;
        };
        let (Some(ask), Some(count)) = (asked.get_mut(at), counts.get_mut(at)) else {
            continue;
        };
        let Some(id) = follower.id else {
            page.bulk.push((ask.tweet, ask.author));
            continue;
        };
        page.deliveries.push((UserId::from(id), ask.tweet));
        if id != ask.author.get() {
            ask.after = id;
            *count += 1;
        }
    }
    page.deliveries.sort_unstable();
    app.metrics
        .followers
        .inc_by(u64::try_from(counts.iter().sum::<usize>()).unwrap_or_default());
    let each = asked.into_iter().zip(counts);
    waiting.extend(
        each.filter(|(_, count)| *count >= limit)
            .map(|(ask, _)| ask),
    );
    Ok(Some(page))
}

async fn push(app: &App, deliveries: &[(UserId, TweetId)]) -> Result<()> {
    let new = app.timelines.push(deliveries).await?;
    app.metrics
        .deliveries
        .inc_by(u64::try_from(new).unwrap_or_default());
    Ok(())
}

/// The error of what was done in part.
fn part(done: Result<()>) -> Result<Option<Error>> {
    match done {
        Ok(()) => Ok(None),
        Err(error @ Error::Partial(_)) => Ok(Some(error)),
        Err(error) => Err(error),
    }
}
