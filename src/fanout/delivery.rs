//! How far the delivery of a tweet is, for its author.
//!
//! An event that waits is in the outbox, and what is beside the usual way is in `pieces`. In between, on the topic and
//! in a worker's hands, nothing is written down about it: noting each delivery would cost every tweet something for the
//! few that are asked about. There the followers' lists are the fact. Deliveries go in the order of followers' ids, so
//! the first and the last few of them say enough, and the answer costs the same however many there are.

use futures_util::future::try_join_all;

use crate::{
    app::App,
    error::{Error, Result},
    event::EventLog,
    id::TweetId,
    language::message,
    store::{
        User,
        delivery::{self, Facts},
    },
    timeline::{Standing, Version},
    tweet,
};

/// At either end.
const LISTS_LOOKED_AT: i64 = 50;

/// How far a tweet has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Its event has not reached the followers.
    Waiting,
    /// It has reached some of them.
    Delivering,
    /// Delivering it failed, and is tried again.
    Retrying,
    /// Delivering it failed so often that somebody has to look why.
    SetAside,
    /// It is not delivered: it is merged into each follower's home when that is read.
    Merged,
    /// Every follower sees it.
    Delivered,
}

/// How far the delivery of a tweet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    pub stage: Stage,
    /// How many follow the author now.
    pub followers: i64,
    /// Of those, how many have been seen to, whether they have a cached timeline or not.
    pub done: i64,
    /// How often it has failed.
    pub attempts: i32,
}

/// The delivery of one of the author's own tweets.
///
/// # Errors
/// [`Error::Forbidden`] when it is someone else's, [`Error::NotFound`] when there is no such tweet,
/// [`Error::Unavailable`] when the database is away, or the cache where it has to be asked.
pub async fn of(app: &App, author: &User, id: TweetId) -> Result<Delivery> {
    let facts = delivery::facts(&mut *app.db.get().await?, id)
        .await?
        .ok_or_else(tweet::gone)?;
    if facts.author_id != author.id {
        return Err(Error::Forbidden(message("not-the-author-delivery")));
    }
    let followers = facts.followers;
    let (stage, done) = match written_down(&facts) {
        Some(known) => known,
        None => seen(app, author, id, followers).await?,
    };
    Ok(Delivery {
        stage,
        followers,
        done,
        attempts: facts.attempts,
    })
}

/// The stage, and how many followers have been seen to, if the database knows.
fn written_down(facts: &Facts) -> Option<(Stage, i64)> {
    let followers = facts.followers;
    if facts.is_pulled {
        return Some((Stage::Merged, followers));
    }
    // Of those who came or went meanwhile the pieces know nothing.
    let done = if facts.is_uncut {
        0
    } else {
        (followers - facts.followers_left).max(0)
    };
    match facts.lane.as_deref() {
        Some("aside") => Some((Stage::SetAside, done)),
        Some("retry") => Some((Stage::Retrying, done)),
        Some(_) if facts.attempts > 0 => Some((Stage::Retrying, done)),
        Some(_) => Some((Stage::Delivering, done)),
        None => facts.is_in_outbox.then_some((Stage::Waiting, 0)),
    }
}

/// The same from the followers' lists.
async fn seen(app: &App, author: &User, id: TweetId, followers: i64) -> Result<(Stage, i64)> {
    if matches!(app.events, EventLog::Postgres) {
        // The outbox itself is delivered from, so what is in it no more has been.
        return Ok((Stage::Delivered, followers));
    }
    let outermost =
        delivery::outermost(&mut *app.db.get().await?, author.id, LISTS_LOOKED_AT).await?;
    let standings = try_join_all(outermost.iter().map(|follower| {
        app.timelines
            .standing(follower.id, Version(follower.home_version), id)
    }))
    .await?;
    let count = |wanted| standings.iter().filter(|found| **found == wanted).count();
    let (shown, missing) = (count(Standing::Shown), count(Standing::Missing));
    if missing == 0 {
        return Ok((Stage::Delivered, followers));
    }
    if shown == 0 {
        return Ok((Stage::Waiting, 0));
    }
    let share = |part: usize| i64::try_from(part).unwrap_or_default();
    let left = followers * share(missing) / share(standings.len()).max(1);
    Ok((Stage::Delivering, (followers - left).max(0)))
}
