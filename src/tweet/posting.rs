//! Tweets that are posted at once are written together: while one statement is under way, what is asked for meanwhile waits
//! for the next one. One statement for several tweets costs the database little more than for one.

use std::{
    collections::{HashMap, HashSet},
    mem,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::oneshot, time::timeout};

use crate::{
    app::App,
    error::{Error, Part, Result},
    language::message,
    rows::{self, Change, Moment},
    store::{
        Tweet,
        posting::{self, Asked, IfLocked, Posted},
        tweets,
    },
};

/// So many statements are under way at once: while one waits for the disk, another is executed.
const AT_ONCE: usize = 2;
/// So many tweets are written by one statement at most.
const MOST: usize = 64;
/// After this nobody waits any more: neither for an answer, nor with the next statement for one that hangs.
const PATIENCE: Duration = Duration::from_millis(1700);

/// What was asked for and is not under way yet.
#[derive(Debug, Default)]
pub struct Posting(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    waiting: Vec<Waiting>,
    /// How many are writing.
    writers: usize,
}

#[derive(Debug)]
struct Waiting {
    asked: Asked,
    answer: oneshot::Sender<Answer>,
}

type Answer = Result<(Tweet, Option<i64>)>;

/// Posts a tweet, together with what others post now. The tweet, and how many its author has with it; `None` where the
/// idempotency key was used before, with the tweet of that time.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn post(app: &App, asked: Asked) -> Answer {
    let (answer, answered) = oneshot::channel();
    if app.posting.wait(Waiting { asked, answer }) {
        tokio::spawn(write_on(app.clone()));
    }
    timeout(PATIENCE, answered)
        .await
        .map_err(|late| Error::unavailable(Part::Database, late))?
        .map_err(Error::internal)?
}

impl Waiting {
    fn tell(self, answer: Answer) {
        // Who gave up hears nothing.
        let _ = self.answer.send(answer);
    }
}

impl Posting {
    /// How many tweets wait for the next statement.
    pub fn waiting(&self) -> usize {
        self.state().waiting.len()
    }

    /// Lets one wait for the next statement; whether there has to be another writer.
    fn wait(&self, one: Waiting) -> bool {
        let mut state = self.state();
        state.waiting.push(one);
        let is_free = state.writers < AT_ONCE;
        state.writers += usize::from(is_free);
        is_free
    }

    /// What the next statement is to write: one tweet of an author at most. Where there is nothing the writer's work is over.
    fn take(&self) -> Vec<Waiting> {
        let mut state = self.state();
        // Without those who gave up.
        state.waiting.retain(|one| !one.answer.is_closed());
        let mut authors = HashSet::new();
        let (taken, left) = mem::take(&mut state.waiting)
            .into_iter()
            .partition(|one| authors.len() < MOST && authors.insert(one.asked.author));
        state.waiting = left;
        state.writers -= usize::from(authors.is_empty());
        taken
    }

    /// Nothing that is done with it can be half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes until nobody waits.
async fn write_on(app: App) {
    loop {
        let taken = app.posting.take();
        if taken.is_empty() {
            return;
        }
        let (writing, is_written) = oneshot::channel::<()>();
        tokio::spawn(write(app.clone(), taken, writing));
        // Its other end is dropped then. One that hangs goes on by itself.
        let _ = timeout(PATIENCE, is_written).await;
    }
}

/// Writes some and answers them; `writing` ends when the next ones may be written. Those whom nothing was written for, or
/// all of them if one of them may be to blame, are written alone: nobody waits for another author.
async fn write(app: App, waiting: Vec<Waiting>, writing: oneshot::Sender<()>) {
    let written_from = app.rows.moment();
    let asked: Vec<&Asked> = waiting.iter().map(|one| &one.asked).collect();
    let written = insert(&app, &asked, IfLocked::Skip).await;
    drop(writing);
    let mut posted = HashMap::new();
    match written {
        Ok(written) => {
            follow_up(&app, written_from, &written).await;
            posted.extend(written.into_iter().map(|one| (one.tweet.author_id, one)));
        }
        Err(Error::Unavailable { what, cause }) => {
            for one in waiting {
                one.tell(Err(Error::unavailable(what, cause.to_string())));
            }
            return;
        }
        Err(error) => tracing::debug!(cause = error.cause(), "tweets are written one by one"),
    }
    for one in waiting {
        match posted.remove(&one.asked.author) {
            Some(posted) => one.tell(Ok((posted.tweet, Some(posted.tweet_count)))),
            None => drop(tokio::spawn(write_alone(app.clone(), one))),
        }
    }
}

async fn write_alone(app: App, waiting: Waiting) {
    let answer = post_alone(&app, &waiting.asked).await;
    waiting.tell(answer);
}

async fn post_alone(app: &App, asked: &Asked) -> Answer {
    let written_from = app.rows.moment();
    let mut posted = insert(app, &[asked], IfLocked::Wait).await?;
    follow_up(app, written_from, &posted).await;
    if let Some(Posted {
        tweet, tweet_count, ..
    }) = posted.pop()
    {
        return Ok((tweet, Some(tweet_count)));
    }
    // A statement does not see the row that it collided with; another one does.
    let before = match &asked.idempotency_key {
        Some(key) => tweets::by_key(&mut *app.db.get().await?, asked.author, key).await?,
        None => None,
    };
    let tweet = before.ok_or_else(|| Error::Unauthorized(message("log-in-first")))?;
    Ok((tweet, None))
}

async fn insert(app: &App, asked: &[&Asked], if_locked: IfLocked) -> Result<Vec<Posted>> {
    let push_limit = i64::from(app.settings.fanout.push_limit);
    let mut connection = app.db.get().await?;
    Ok(posting::post(&mut connection, asked, if_locked, push_limit).await?)
}

/// Tells of tweets that are committed.
async fn follow_up(app: &App, written_from: Moment, posted: &[Posted]) {
    if posted.is_empty() {
        return;
    }
    for Posted { tweet, .. } in posted {
        // Before its followers come for it.
        app.rows.keep_posted(written_from, tweet.clone());
        // Their counter; other processes look at it again within a minute.
        app.rows.forget_counters(tweet.author_id);
        app.metrics.tweets.inc();
    }
    app.handed.hand(posted.iter().map(|one| one.event));
    let pulled: Vec<Change> = posted
        .iter()
        .filter(|one| one.is_pulled)
        .map(|one| Change::Pulled(one.tweet.author_id))
        .collect();
    if !pulled.is_empty() {
        rows::announce(app, &pulled).await;
    }
    // The authors look at home next. The events do this again, and for the followers.
    let own: Vec<_> = posted
        .iter()
        .map(|one| (one.tweet.author_id, one.tweet.id))
        .collect();
    if let Err(error) = app.timelines.push(&own).await {
        tracing::debug!(%error, "own timelines not extended yet");
    }
}
