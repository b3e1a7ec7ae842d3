//! Delivering events to the timelines of followers. One path for both profiles: they differ in who carries
//! the event here and where the timelines live.

pub mod backfill;

use crate::{
    app::App,
    error::Result,
    event::NewTweet,
    id::{TweetId, UserId},
    store::follows,
};

/// An author whose followers are being paged.
struct Fan {
    event: NewTweet,
    /// The last follower done.
    after: i64,
}

/// Puts each tweet into the timelines of its author and of the author's followers, as far as those exist.
/// Safe to repeat, in any order. Memory stays bounded: followers are read a page at a time.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when the database or the cache is away; any of the deliveries may have
/// been made.
pub async fn deliver(app: &App, events: Vec<NewTweet>) -> Result<()> {
    let own: Vec<(UserId, TweetId)> = events
        .iter()
        .map(|event| (event.author_id, event.tweet_id))
        .collect();
    push(app, &own).await?;
    let page = app.settings.fanout.batch_followers;
    let mut fans: Vec<Fan> = events
        .iter()
        .map(|event| Fan {
            event: *event,
            after: 0,
        })
        .collect();
    while !fans.is_empty() {
        // So many authors at once that their pages together stay near one page.
        let together = (page / 50).max(1).min(fans.len());
        let rest = fans.split_off(together);
        fans = deliver_page(app, fans, page).await?;
        fans.extend(rest);
    }
    let now = app.clock.now();
    for event in &events {
        let seconds = (now - event.tweet_id.made_at()).as_seconds_f64();
        app.metrics.visible_seconds.observe(seconds.max(0.0));
    }
    Ok(())
}

/// Delivers to the next page of followers of each; gives those that have more.
async fn deliver_page(app: &App, mut fans: Vec<Fan>, page: usize) -> Result<Vec<Fan>> {
    let authors: Vec<(UserId, i64)> = fans
        .iter()
        .map(|fan| (fan.event.author_id, fan.after))
        .collect();
    let limit = i64::try_from(page).unwrap_or(i64::MAX);
    let followers = follows::followers_after(&mut *app.db.get().await?, &authors, limit).await?;
    app.metrics
        .followers
        .inc_by(u64::try_from(followers.len()).unwrap_or_default());
    let mut deliveries = Vec::with_capacity(followers.len());
    let mut counts = vec![0_usize; fans.len()];
    for follower in &followers {
        let Ok(at) = usize::try_from(follower.author) else {
            continue;
        };
        if let (Some(fan), Some(count)) = (fans.get_mut(at), counts.get_mut(at)) {
            deliveries.push((follower.id, fan.event.tweet_id));
            fan.after = follower.id.get();
            *count += 1;
        }
    }
    push(app, &deliveries).await?;
    let mut counts = counts.into_iter();
    fans.retain(|_| counts.next().is_some_and(|count| count >= page));
    Ok(fans)
}

async fn push(app: &App, deliveries: &[(UserId, TweetId)]) -> Result<()> {
    let new = app.timelines.push(deliveries).await?;
    app.metrics
        .deliveries
        .inc_by(u64::try_from(new).unwrap_or_default());
    Ok(())
}
