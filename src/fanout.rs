//! Delivering events to the timelines of followers. One path for both profiles: they differ in who carries
//! the event here and where the timelines live.
//!
//! Nobody waits behind an author with very many followers: their events become pieces of work that [`lanes`] do.

pub mod backfill;
pub mod delivery;
pub mod lanes;

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

/// A tweet whose author's followers are being paged.
struct Fan {
    event: NewTweet,
    /// The last follower done.
    after: i64,
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
        "a batch failed; its events are tried one by one"
    );
    for event in events {
        if let Err(error) = deliver(app, vec![event]).await {
            if !is_its_own(app, &error).await {
                return Err(error);
            }
            lanes::retry_later(app, event, &error).await?;
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
async fn deliver_in(lane: &str, app: &App, events: Vec<NewTweet>) -> Result<()> {
    let mut bulk = Vec::new();
    let mut partial = None;
    // So many authors at once that their pages together stay near one page.
    let together = (app.settings.fanout.batch_followers / 50).max(1);
    let mut groups = events.chunks(together);
    // One is looked up while the timelines of another's followers are written.
    while let Some(first) = groups.next() {
        let second = groups.next().unwrap_or_default();
        let (first, second) = tokio::join!(
            Box::pin(deliver_group(app, first)),
            Box::pin(deliver_group(app, second)),
        );
        for done in [first, second] {
            let (some, pushed) = done?;
            bulk.extend(some);
            partial = pushed.or(partial);
        }
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

/// Delivers to all followers; gives those tweets whose authors have too many, and the error if only some of it could be
/// done.
async fn deliver_group(
    app: &App,
    events: &[NewTweet],
) -> Result<(Vec<(TweetId, UserId)>, Option<Error>)> {
    let (mut bulk, mut partial) = (Vec::new(), None);
    let mut fans: Vec<Fan> = events
        .iter()
        .map(|event| Fan {
            event: *event,
            after: 0,
        })
        .collect();
    while !fans.is_empty() {
        let pushed;
        (fans, pushed) = deliver_page(app, fans, &mut bulk).await?;
        partial = pushed.or(partial);
    }
    Ok((bulk, partial))
}

/// Delivers to the next page of followers of each; gives those that have more, and the error if only some of it could
/// be done. Those with too many go to `bulk`.
async fn deliver_page(
    app: &App,
    mut fans: Vec<Fan>,
    bulk: &mut Vec<(TweetId, UserId)>,
) -> Result<(Vec<Fan>, Option<Error>)> {
    let page = app.settings.fanout.batch_followers;
    let limit = i64::try_from(page).unwrap_or(i64::MAX);
    let asked: Vec<Ask> = fans
        .iter()
        .map(|fan| Ask {
            tweet: fan.event.tweet_id,
            author: fan.event.author_id,
            after: fan.after,
        })
        .collect();
    let followers =
        follows::followers_after(&mut *app.db.get().await?, &asked, limit, limit).await?;
    let mut deliveries = Vec::with_capacity(followers.len());
    let mut counts = vec![0_usize; fans.len()];
    for follower in &followers {
        let Ok(at) = usize::try_from(follower.tweet) else {
            continue;
        };
        let (Some(fan), Some(count)) = (fans.get_mut(at), counts.get_mut(at)) else {
            continue;
        };
        match follower.id {
            Some(id) if fan.event.author_id.get() == id => {
                deliveries.push((fan.event.author_id, fan.event.tweet_id));
            }
            Some(id) => {
                deliveries.push((UserId::from(id), fan.event.tweet_id));
                fan.after = id;
                *count += 1;
            }
            None => bulk.push((fan.event.tweet_id, fan.event.author_id)),
        }
    }
    app.metrics
        .followers
        .inc_by(u64::try_from(counts.iter().sum::<usize>()).unwrap_or_default());
    // What is for one timeline comes together, oldest first: it takes several newer ids for little more than one.
    deliveries.sort_unstable();
    let partial = part(push(app, &deliveries).await)?;
    let mut counts = counts.into_iter();
    fans.retain(|_| counts.next().is_some_and(|count| count >= page));
    Ok((fans, partial))
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
