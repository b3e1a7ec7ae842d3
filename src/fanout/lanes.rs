//! Work that nobody is to wait behind, a bounded piece at a time, shared by all workers.
//!
//! A lane is what is in the table `pieces` under one name. A worker takes the oldest piece of one lane after the other,
//! does it, and deletes it in the transaction that locked it. If the worker dies, PostgreSQL gives the piece back, and
//! nothing else is done again. A piece that is too large is cut first, so that several workers share it.
//!
//! A deletion may be overtaken by a delivery that looked whether the tweet exists just before. The id then stays in
//! some lists, out of sight, until the audit or a rebuild takes it out.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::stream::{self, StreamExt as _};
use tokio_util::sync::CancellationToken;

use super::part;
use crate::{
    app::App,
    error::{Error, Result},
    event::NewTweet,
    id::{TweetId, UserId},
    store::{
        Connection, Transaction,
        pieces::{self, Piece},
        tweets,
    },
};

/// How often the lanes are looked at for what another process wrote.
const SWEEP: Duration = Duration::from_millis(200);
const AFTER_FAILURE: Duration = Duration::from_secs(1);
/// So what is never given up, a deletion say, is tried every four minutes at last. It is not to wait for five: in the table
/// that stands for a clock that was set back.
const MOST_DOUBLINGS: i32 = 9;
/// Timelines changed in one call, and at most so many changes. Between two calls the cache serves others; 200 take Redis
/// about 1 ms.
const AT_ONCE: usize = 200;
const MOST_CHANGES: usize = 1000;
/// Calls that are on their way at a time: the cache has the next one when it is done with one.
const CALLS: usize = 2;
/// Tweets of one author that the same followers get together: a list takes several newer ids for little more than one.
const TOGETHER: usize = 32;
/// Seconds until a failed event is tried again, doubled each time.
const FIRST_DELAY: f64 = 0.4;
/// After so many attempts, within 6 seconds and what they take, an event is set aside.
const MOST_ATTEMPTS: i32 = 5;
/// Seconds until that is tried again for which a part of the cache was away. Others get their turn meanwhile.
const UNTIL_BACK: f64 = 4.0;

/// Does pieces until told to stop: at once when the bell rings, and now and then for what others wrote.
pub async fn work(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let wait = match turn(&app).await {
            Ok(0) => SWEEP,
            Ok(_) => continue,
            Err(error) => {
                tracing::warn!(%error, cause = error.cause(), "a piece is tried again");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = app.lanes.rung() => {}
            () = tokio::time::sleep(wait) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Does one piece of each lane that has one, so that no lane waits for all of another; how many.
///
/// # Errors
/// [`Error::Unavailable`] when the database or the cache is away. What was in hand is given back.
pub async fn turn(app: &App) -> Result<usize> {
    let lanes = pieces::lanes_due(&mut *app.db.get().await?).await?;
    let mut done = 0;
    for lane in lanes {
        done += usize::from(take(app, &lane).await?);
    }
    Ok(done)
}

/// Writes down an event whose delivery failed.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn retry_later(app: &App, event: NewTweet, error: &Error) -> Result<()> {
    let cause = cause_of(error);
    tracing::warn!(tweet = %event.tweet_id, cause, "an event is tried again later");
    let mut connection = app.db.get().await?;
    let NewTweet {
        tweet_id,
        author_id,
    } = event;
    pieces::add_retry(&mut connection, tweet_id, author_id, &cause, FIRST_DELAY).await?;
    Ok(())
}

/// Counts how long a tweet took from being posted to being visible to all its author's followers.
pub fn note_visible(app: &App, lane: &str, tweet: TweetId) {
    let took: TimeDelta = app.clock.now() - tweet.made_at();
    app.metrics
        .observe_visible(lane, took.as_seconds_f64().max(0.0));
}

async fn take(app: &App, lane: &str) -> Result<bool> {
    let mut transaction = Transaction::begin(&app.db).await?;
    let Some(piece) = claim(transaction.connection(), lane).await? else {
        transaction.roll_back().await;
        return Ok(false);
    };
    match carry_out(app, transaction.connection(), &piece).await {
        Ok(()) => transaction.commit().await?,
        Err(error) => {
            transaction.roll_back().await;
            if !super::is_its_own(app, &error).await {
                return Err(error);
            }
            put_off(app, &piece, &error).await?;
            return Ok(true);
        }
    }
    if lane == "bulk" {
        for tweet in pieces::delivered(&mut *app.db.get().await?, &piece.tweets).await? {
            note_visible(app, lane, tweet);
        }
    }
    Ok(true)
}

/// The oldest piece of a lane, with more tweets for the same followers; none when nothing is due. What has failed comes
/// alone, so that it is known which fails.
async fn claim(connection: &mut Connection, lane: &str) -> Result<Option<Piece>> {
    let Some(mut piece) = pieces::claim(connection, lane).await? else {
        return Ok(None);
    };
    if piece.lane != "retry" && piece.attempts == 0 {
        let more = i64::try_from(TOGETHER - 1).unwrap_or_default();
        pieces::take_along(connection, &mut piece, more).await?;
    }
    Ok(Some(piece))
}

async fn carry_out(app: &App, connection: &mut Connection, piece: &Piece) -> Result<()> {
    if piece.lane == "retry" {
        return deliver_again(app, connection, piece).await;
    }
    let size = i64::from(app.settings.fanout.piece_followers);
    if !piece.is_cut {
        pieces::cut(connection, piece, size).await?;
        app.lanes.ring();
        return Ok(());
    }
    let is_push = piece.lane == "bulk";
    let tweets = match is_push {
        true => tweets::pushed(connection, &piece.tweets).await?,
        false => piece.tweets.clone(),
    };
    if tweets.is_empty() {
        pieces::finish(connection, piece).await?;
        return Ok(());
    }
    let mut after = piece.after_id;
    let mut partial = None;
    if is_push && after == 0 {
        // Their own timeline was passed over if that part of the cache was away.
        partial = part(change(app, &tweets, &[piece.author_id], is_push).await)?;
    }
    let most = i64::try_from(app.settings.fanout.batch_followers).unwrap_or(i64::MAX);
    let mut page = pieces::followers(connection, piece, after, most).await?;
    while let Some(last) = page.last() {
        after = last.get();
        // The next page is looked up while the cache has this one.
        let (next, changed) = tokio::join!(
            pieces::followers(connection, piece, after, most),
            change_all(app, &tweets, &page, is_push),
        );
        partial = changed?.or(partial);
        app.metrics
            .followers
            .inc_by(u64::try_from(page.len() * tweets.len()).unwrap_or_default());
        page = next?;
    }
    match partial {
        None => pieces::finish(connection, piece).await?,
        Some(error) => {
            let cause = cause_of(&error);
            pieces::fail(connection, piece, &piece.lane, &cause, UNTIL_BACK).await?
        }
    };
    Ok(())
}

/// Puts tweets, oldest first, into these timelines, or takes them out of them, a call after the other.
async fn change_all(
    app: &App,
    tweets: &[TweetId],
    users: &[UserId],
    is_push: bool,
) -> Result<Option<Error>> {
    let size = (MOST_CHANGES / tweets.len().max(1)).clamp(1, AT_ONCE);
    let calls: Vec<_> = users
        .chunks(size)
        .map(|some| change(app, tweets, some, is_push))
        .collect();
    let mut answers = stream::iter(calls).buffered(CALLS);
    let mut partial = None;
    while let Some(done) = answers.next().await {
        partial = part(done)?.or(partial);
    }
    Ok(partial)
}

/// One call of that.
async fn change(app: &App, tweets: &[TweetId], users: &[UserId], is_push: bool) -> Result<()> {
    let each: Vec<(UserId, TweetId)> = users
        .iter()
        .flat_map(|user| tweets.iter().map(|tweet| (*user, *tweet)))
        .collect();
    if is_push {
        return super::push(app, &each).await;
    }
    app.timelines.remove(&each).await.map(|_| ())
}

/// Notes that a piece failed, so that those behind it go on. A deletion is never given up: nobody would miss it.
async fn put_off(app: &App, piece: &Piece, error: &Error) -> Result<()> {
    let cause = cause_of(error);
    let attempts = piece.attempts + 1;
    tracing::warn!(
        tweets = named(&piece.tweets),
        lane = piece.lane,
        cause,
        attempts,
        "a piece is tried again later"
    );
    let is_given_up = may_be_given_up(attempts, error) && piece.lane != "delete";
    let lane = if is_given_up { "aside" } else { &piece.lane };
    let delay = FIRST_DELAY * 2_f64.powi(piece.attempts.min(MOST_DOUBLINGS));
    pieces::fail(&mut *app.db.get().await?, piece, lane, &cause, delay).await?;
    Ok(())
}

/// On another connection than the piece's: whatever fails there must not undo what is written down here.
async fn deliver_again(app: &App, connection: &mut Connection, piece: &Piece) -> Result<()> {
    let events = piece.tweets.iter().map(|tweet| NewTweet {
        tweet_id: *tweet,
        author_id: piece.author_id,
    });
    let error = match super::deliver_in("retry", app, events.collect()).await {
        Ok(()) => {
            pieces::finish(connection, piece).await?;
            return Ok(());
        }
        Err(error) if !super::is_its_own(app, &error).await => return Err(error),
        Err(error) => error,
    };
    let cause = cause_of(&error);
    if let Error::Partial(_) = error {
        pieces::fail(connection, piece, "retry", &cause, UNTIL_BACK).await?;
        return Ok(());
    }
    let attempts = piece.attempts + 1;
    let is_given_up = may_be_given_up(attempts, &error);
    if is_given_up {
        tracing::error!(
            tweets = named(&piece.tweets),
            cause,
            attempts,
            "an event is set aside; `twitclone backfill --send-again` tries it again"
        );
    }
    let lane = if is_given_up { "aside" } else { "retry" };
    let delay = FIRST_DELAY * 2_f64.powi((attempts - 1).min(MOST_DOUBLINGS));
    pieces::fail(connection, piece, lane, &cause, delay).await?;
    Ok(())
}

/// What takes too long may take less at another time: it is tried every four minutes at last.
fn may_be_given_up(attempts: i32, error: &Error) -> bool {
    attempts >= MOST_ATTEMPTS && !matches!(error, Error::Unavailable { .. })
}

fn named(tweets: &[TweetId]) -> String {
    let names: Vec<String> = tweets.iter().map(TweetId::to_string).collect();
    names.join(" ")
}

fn cause_of(error: &Error) -> String {
    error.cause().unwrap_or_else(|| error.to_string())
}
