//! Reading the home timeline.

use super::{Cached, State, Version, rebuild};
use crate::{
    app::App,
    cursor::Page,
    error::Result,
    id::TweetId,
    store::{Connection, Tweet, User, timelines, tweets},
};

/// More ids than a page holds are taken at once, so that a few that may not be seen leave it full.
const SPARE: usize = 8;
/// So many deleted tweets on one page are worth a rebuild.
const MOST_GONE: usize = 4;

/// One page of somebody's home, newest first.
#[derive(Debug)]
pub struct Slice {
    pub tweets: Vec<(Tweet, User)>,
    /// Whether there is more below.
    pub has_older: bool,
}

/// A page of the viewer's home: their own tweets and those of the people they follow. From the cache as
/// far as it reaches, from SQL below that, with no gap and no repeat; from SQL alone when the cache is
/// cold or away.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when the database is away.
pub async fn home(app: &App, viewer: &User, page: &Page) -> Result<Slice> {
    let mut reading = Reading {
        app,
        viewer,
        wanted: *page,
        found: Vec::new(),
        gone: 0,
    };
    // One more than asked for tells whether there is more.
    reading.wanted.limit += 1;
    let mut connection = None;
    match cached(app, viewer, &reading.wanted).await {
        Some(known) => reading.fill_from_cache(&mut connection, &known).await?,
        None => reading.fill_from_sql(&mut connection).await?,
    }
    let mut tweets = std::mem::take(&mut reading.found);
    let surplus = tweets.len().saturating_sub(page.limit);
    let has_older = if page.from_below() {
        // The surplus is the newest here and not on this page. Whether anything precedes the page is
        // another question.
        tweets.drain(..surplus);
        match tweets.last() {
            Some((oldest, _)) => {
                let below = Page::before(oldest.id.get(), 1);
                let connection = reading.lend(&mut connection).await?;
                !timelines::home_ids(connection, viewer.id, &below)
                    .await?
                    .is_empty()
            }
            None => false,
        }
    } else {
        tweets.truncate(page.limit);
        surplus > 0
    };
    drop(connection);
    if reading.gone > MOST_GONE {
        reading.clear_out().await;
    }
    Ok(Slice { tweets, has_older })
}

/// What the cache has of a timeline's upper end.
struct Known {
    /// Newest first.
    ids: Vec<TweetId>,
    /// Whether nothing lies below them.
    is_all: bool,
}

/// The ids to begin with, or `None` when SQL must answer.
async fn cached(app: &App, viewer: &User, page: &Page) -> Option<Known> {
    let cap = app.settings.timelines.cap;
    let is_top = page.max_id.is_none() && page.min_id.is_none();
    let most = if is_top { page.limit + SPARE } else { cap };
    let read = app.timelines.read(viewer.id, most, app.clock.now()).await;
    let known = match read {
        Ok(Cached {
            state: State::Warm(version),
            ids,
        }) if version == Version(viewer.home_version) => {
            app.metrics.cached_reads.inc();
            Known {
                is_all: ids.len() < most,
                ids,
            }
        }
        Ok(_) => match rebuild(app, viewer.id).await {
            Ok(built) => {
                let ids = built?;
                Known {
                    is_all: ids.len() < cap,
                    ids,
                }
            }
            Err(error) => {
                tracing::debug!(%error, "timeline not rebuilt");
                return None;
            }
        },
        Err(error) => {
            tracing::debug!(%error, "home is read from SQL");
            return None;
        }
    };
    // From below, rows just above the bound are wanted: the cache knows them only if it reaches that far.
    let reaches =
        |bound: i64| known.is_all || known.ids.last().is_some_and(|last| last.get() <= bound);
    if page.min_id.is_some_and(|bound| !reaches(bound)) {
        return None;
    }
    Some(known)
}

struct Reading<'a> {
    app: &'a App,
    viewer: &'a User,
    wanted: Page,
    found: Vec<(Tweet, User)>,
    /// How many of the cache's ids have no tweet any more.
    gone: usize,
}

type Lent = Option<crate::store::PooledConnection>;

impl Reading<'_> {
    async fn fill_from_cache(&mut self, connection: &mut Lent, known: &Known) -> Result<()> {
        let mut candidates: Vec<TweetId> = known
            .ids
            .iter()
            .copied()
            .filter(|id| self.wanted.contains(id.get()))
            .collect();
        if self.wanted.from_below() {
            candidates.reverse();
        }
        for chunk in candidates.chunks(self.wanted.limit + SPARE) {
            let mut visible = self.visible(connection, chunk).await?;
            if self.wanted.from_below() {
                visible.reverse();
            }
            self.found.extend(visible);
            if self.found.len() >= self.wanted.limit {
                break;
            }
        }
        self.found.truncate(self.wanted.limit);
        if self.wanted.from_below() {
            // What is above the cache's newest is on its way there.
            self.found.reverse();
            return Ok(());
        }
        if self.found.len() < self.wanted.limit && !known.is_all {
            let end = known.ids.last().map_or(self.wanted.below(), |id| id.get());
            if self.wanted.above() < end {
                self.wanted.max_id = Some(end.min(self.wanted.below()));
                return self.fill_from_sql(connection).await;
            }
        }
        Ok(())
    }

    async fn fill_from_sql(&mut self, connection: &mut Lent) -> Result<()> {
        let missing = self.wanted.limit - self.found.len();
        let page = Page {
            limit: missing,
            ..self.wanted
        };
        let connection = self.lend(connection).await?;
        let ids = timelines::home_ids(connection, self.viewer.id, &page).await?;
        if !ids.is_empty() {
            self.found
                .extend(tweets::visible_at_home(connection, self.viewer.id, &ids).await?);
        }
        Ok(())
    }

    /// Those of the ids that the viewer may see, newest first.
    async fn visible(
        &mut self,
        connection: &mut Lent,
        ids: &[TweetId],
    ) -> Result<Vec<(Tweet, User)>> {
        let viewer = self.viewer.id;
        let connection = self.lend(connection).await?;
        let rows = tweets::visible_at_home(connection, viewer, ids).await?;
        self.gone += ids.len().saturating_sub(rows.len());
        Ok(rows)
    }

    async fn lend<'c>(&self, connection: &'c mut Lent) -> Result<&'c mut Connection> {
        let lent = match connection.take() {
            Some(lent) => lent,
            None => self.app.db.get().await?,
        };
        Ok(connection.insert(lent))
    }

    /// Builds the cached timeline again without the deleted tweets. Taking their ids out would not do: a
    /// list shorter than the cap says that nothing lies below it.
    async fn clear_out(&self) {
        if let Err(error) = rebuild(self.app, self.viewer.id).await {
            tracing::debug!(%error, "deleted tweets stay in the cache and out of sight");
        }
    }
}
