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
const TOGETHER: usize = 400;
const MOST_FOLLOWERS: usize = 20_000;
/// Events of a batch that failed which are tried at a time: each may take as long as a statement may.
const EACH_BY_ITSELF: usize = 8;

/// A tweet whose author's followers are being paged.
#[derive(Clone, Copy)]
struct Fan {
    event: NewTweet,
    /// The last follower done.
    after: i64,
    /// How many the last page had.
    followers: usize,
}

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
    let fans = events.iter().map(|event| Fan {
        event: *event,
        after: 0,
        followers: 0,
    });
    let mut fans = fans.collect();
    let (mut bulk, mut partial) = (Vec::new(), None);
    let mut page = next_page(app, &mut fans).await?;
    while let Some(some) = page {
        bulk.extend(some.bulk);
        // The next one is looked up while the timelines have this one.
        let (next, pushed) = tokio::join!(next_page(app, &mut fans), push(app, &some.deliveries));
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

/// The next followers of some of these, of whom those that have more go behind the others; `None` when nobody is left.
async fn next_page(app: &App, fans: &mut VecDeque<Fan>) -> Result<Option<Page>> {
    if fans.is_empty() {
        return Ok(None);
    }
    let mut some: Vec<Fan> = fans.drain(..fans.len().min(TOGETHER)).collect();
    let most = app.settings.fanout.batch_followers;
    let limit = most.min(MOST_FOLLOWERS / some.len());
    let asked: Vec<Ask> = some
        .iter()
        .map(|fan| Ask {
            tweet: fan.event.tweet_id,
            author: fan.event.author_id,
            after: fan.after,
        })
        .collect();
    let size = |count| i64::try_from(count).unwrap_or(i64::MAX);
    let followers =
        follows::followers_after(&mut *app.db.get().await?, &asked, size(limit), size(most))
            .await?;
    let mut page = Page::default();
    for fan in &mut some {
        fan.followers = 0;
    }
    for follower in followers {
        let at = usize::try_from(follower.tweet).ok();
        let Some(fan) = at.and_then(|at| some.get_mut(at)) else {
            continue;
        };
        let NewTweet {
            tweet_id,
            author_id,
        } = fan.event;
        let Some(id) = follower.id else {
            page.bulk.push((tweet_id, author_id));
            continue;
        };
        page.deliveries.push((UserId::from(id), tweet_id));
        if id != author_id.get() {
            fan.after = id;
            fan.followers += 1;
        }
    }
    page.deliveries.sort_unstable();
    let followers: usize = some.iter().map(|fan| fan.followers).sum();
    app.metrics
        .followers
        .inc_by(u64::try_from(followers).unwrap_or_default());
    fans.extend(some.into_iter().filter(|fan| fan.followers >= limit));
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
