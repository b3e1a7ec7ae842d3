//! Reading the home timeline.

use super::{
    Cached, Reason, State, Version, pulled, rebuild,
    shown::{self, Shown},
};
use crate::{
    app::App,
    cursor::Page,
    error::Result,
    id::{TweetId, UserId},
    store::{Connection, PooledConnection, User, timelines},
};

/// More ids than a page holds are taken at once, so that a few that may not be seen leave it full.
const SPARE: usize = 8;
/// So many deleted tweets on one page are worth a rebuild.
const MOST_GONE: usize = 4;

/// One page of somebody's home, newest first.
#[derive(Debug)]
pub struct Slice {
    pub tweets: Vec<Shown>,
    /// Whether there is more below.
    pub has_older: bool,
}

/// What the cache said of somebody's home, before it is known whether they may see it.
#[derive(Debug)]
pub struct Glance {
    page: Page,
    cached: Option<Cached>,
    /// Whether kept rows are as new as this glance.
    is_current: bool,
}

impl Glance {
    /// Whether kept rows are as new as this glance, and so may stand for what SQL would say.
    pub fn is_current(&self) -> bool {
        self.is_current
    }
}

/// Takes in what changed in kept rows. True when they are now as new as this moment, and so may stand for what SQL would
/// say; false with the cache away.
pub async fn catch_up(app: &App) -> bool {
    let since = app.rows.place();
    match app.timelines.news(since.as_ref()).await {
        Ok(news) => app.rows.catch_up(&news),
        Err(error) => {
            tracing::debug!(%error, "rows are read from SQL");
            false
        }
    }
}

/// One look into the cache: the upper end of a user's timeline, and in the same round trip what changed in kept
/// rows. Never fails: with the cache away, SQL answers all.
pub async fn glance(app: &App, user: UserId, page: &Page) -> Glance {
    let mut page = *page;
    // One more than asked for tells whether there is more.
    page.limit += 1;
    let since = app.rows.place();
    let read = app
        .timelines
        .read_with_news(user, most(app, &page), app.clock.now(), since.as_ref())
        .await;
    match read {
        Ok((cached, news)) => Glance {
            page,
            cached: Some(cached),
            is_current: app.rows.catch_up(&news),
        },
        Err(error) => {
            tracing::debug!(%error, "home is read from SQL");
            Glance {
                page,
                cached: None,
                is_current: false,
            }
        }
    }
}

/// A page of the viewer's home: their own tweets and those of the people they follow. From the cache as
/// far as it reaches, from SQL below that, with no gap and no repeat; from SQL alone when the cache is
/// cold or away.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when the database is needed and away.
pub async fn home(app: &App, viewer: &User, glance: Glance) -> Result<Slice> {
    let limit = glance.page.limit - 1;
    let mut connection = None;
    let known = known(app, viewer, &glance, &mut connection).await?;
    let mut reading = Reading {
        app,
        viewer,
        wanted: glance.page,
        found: Vec::new(),
        gone: 0,
    };
    match known {
        Some(known) => reading.fill_from_cache(&mut connection, &known).await?,
        None => reading.fill_from_sql(&mut connection).await?,
    }
    let mut tweets = std::mem::take(&mut reading.found);
    let surplus = tweets.len().saturating_sub(limit);
    let has_older = if glance.page.from_below() {
        // The surplus is the newest here and not on this page. Whether anything precedes the page is
        // another question.
        tweets.drain(..surplus);
        match tweets.last() {
            Some(oldest) => {
                let below = Page::before(oldest.id(), 1);
                let connection = lend(app, &mut connection).await?;
                !timelines::home_ids(connection, viewer.id, &below)
                    .await?
                    .is_empty()
            }
            None => false,
        }
    } else {
        tweets.truncate(limit);
        surplus > 0
    };
    drop(connection);
    if reading.gone > MOST_GONE {
        reading.clear_out().await;
    }
    Ok(Slice { tweets, has_older })
}

/// What the cache has of a timeline's upper end.
pub(super) struct Known {
    /// Newest first.
    pub ids: Vec<TweetId>,
    /// Whether nothing lies below them.
    pub is_all: bool,
}

/// How many ids a page takes from the cache.
fn most(app: &App, page: &Page) -> usize {
    let is_top = page.max_id.is_none() && page.min_id.is_none();
    if is_top {
        page.limit + SPARE
    } else {
        app.settings.timelines.cap
    }
}

/// The ids to begin with, or `None` when SQL must answer all.
async fn known(
    app: &App,
    viewer: &User,
    glance: &Glance,
    connection: &mut Lent,
) -> Result<Option<Known>> {
    let Some(cached) = &glance.cached else {
        return Ok(None);
    };
    let page = &glance.page;
    let Some(known) = known_from_cache(app, viewer, page, cached).await else {
        return Ok(None);
    };
    if !glance.is_current {
        return Ok(None);
    }
    let followings = shown::followings(app, connection, viewer).await?;
    let known = pulled::merge(app, connection, &followings, page, known).await?;
    // From below, rows just above the bound are wanted: enough is known only if it reaches that far.
    let reaches =
        |bound: i64| known.is_all || known.ids.last().is_some_and(|last| last.get() <= bound);
    Ok(page.min_id.is_none_or(reaches).then_some(known))
}

async fn known_from_cache(app: &App, viewer: &User, page: &Page, cached: &Cached) -> Option<Known> {
    let cap = app.settings.timelines.cap;
    let reason = match cached.state {
        State::Warm(version) if version == Version(viewer.home_version) => {
            app.metrics.cached_reads.inc();
            return Some(Known {
                is_all: cached.is_whole && cached.ids.len() < most(app, page).min(cap),
                ids: cached.ids.clone(),
            });
        }
        State::Warm(_) => Reason::Followings,
        State::Cold(reason) => reason,
    };
    match rebuild(app, viewer.id, reason).await {
        Ok(built) => built.map(|ids| Known {
            is_all: ids.len() < cap,
            ids,
        }),
        Err(error) => {
            tracing::debug!(%error, "timeline not rebuilt");
            None
        }
    }
}

struct Reading<'a> {
    app: &'a App,
    viewer: &'a User,
    wanted: Page,
    found: Vec<Shown>,
    /// How many of the cache's ids have no tweet any more.
    gone: usize,
}

/// A connection that is taken when it is needed first, and then kept.
pub(super) type Lent = Option<PooledConnection>;

pub(super) async fn lend<'c>(app: &App, connection: &'c mut Lent) -> Result<&'c mut Connection> {
    let lent = match connection.take() {
        Some(lent) => lent,
        None => app.db.get().await?,
    };
    Ok(connection.insert(lent))
}

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
        // Just as many as are wanted, and then, if some of those may not be seen, more.
        let (first, rest) = candidates.split_at(self.wanted.limit.min(candidates.len()));
        for chunk in std::iter::once(first).chain(rest.chunks(self.wanted.limit)) {
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
        let lent = lend(self.app, connection).await?;
        let ids = timelines::home_ids(lent, self.viewer.id, &page).await?;
        if !ids.is_empty() {
            self.found
                .extend(shown::from_sql(self.app, lent, self.viewer, &ids).await?);
        }
        Ok(())
    }

    /// Those of the ids that the viewer may see, newest first.
    async fn visible(&mut self, connection: &mut Lent, ids: &[TweetId]) -> Result<Vec<Shown>> {
        let visible = shown::from_kept(self.app, connection, self.viewer, ids).await?;
        self.gone += ids.len().saturating_sub(visible.len());
        Ok(visible)
    }

    /// Builds the cached timeline again without the deleted tweets. Taking their ids out would not do: a
    /// list shorter than the cap says that nothing lies below it.
    async fn clear_out(&self) {
        if let Err(error) = rebuild(self.app, self.viewer.id, Reason::Deleted).await {
            tracing::debug!(%error, "deleted tweets stay in the cache and out of sight");
        }
    }
}
