//! Building cached timelines from SQL ahead of their readers: after Redis was emptied, say.

use chrono::{DateTime, Utc};

use crate::{
    app::App,
    config::TimelinesBackend,
    error::{Error, Result},
    id::UserId,
    language::Message,
    rows::{self, Change},
    store::{progress, users},
    timeline::{self, Reason},
};

/// Users whose progress is noted together.
const CHUNK: i64 = 100;

/// Whose timelines to build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One user's, by name.
    User(String),
    /// Everybody's.
    All,
    /// Those of people who were here within `timelines.idle_days`.
    Active,
    /// Those of so many people, by chance.
    Sample(i64),
}

impl Scope {
    fn name(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::All => "all",
            Self::Active => "active",
            Self::Sample(_) => "sample",
        }
    }
}

/// Goes through the users of a scope once.
pub struct Selection {
    scope: Scope,
    /// Those of a scope that is few.
    few: Option<Vec<UserId>>,
    last: i64,
}

impl Scope {
    /// The users of a scope that names them.
    async fn few(&self, app: &App) -> Result<Vec<UserId>> {
        let mut connection = app.db.get().await?;
        match self {
            Self::User(name) => {
                let user = users::by_username(&mut connection, name)
                    .await?
                    .ok_or_else(|| {
                        Error::NotFound(Message::in_english(format!(
                            "There is no user named {name}."
                        )))
                    })?;
                Ok(vec![user.id])
            }
            Self::Sample(count) => Ok(users::sample(&mut connection, *count).await?),
            Self::All | Self::Active => Ok(Vec::new()),
        }
    }

    fn active_since(&self, app: &App) -> Option<DateTime<Utc>> {
        (*self == Self::Active).then(|| app.clock.now() - app.timelines_idle())
    }
}

impl Selection {
    /// # Errors
    /// [`Error::NotFound`] when there is no such user, [`Error::Unavailable`] when the database is away.
    pub async fn of(app: &App, scope: Scope) -> Result<Self> {
        let few = match scope {
            Scope::User(_) | Scope::Sample(_) => Some(scope.few(app).await?),
            Scope::All | Scope::Active => None,
        };
        Ok(Self {
            scope,
            few,
            last: 0,
        })
    }

    /// How many there are.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the database is away.
    pub async fn total(&self, app: &App) -> Result<usize> {
        if let Some(few) = &self.few {
            return Ok(few.len());
        }
        let since = self.scope.active_since(app);
        let count = users::count(&mut *app.db.get().await?, self.last, since).await?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The next ones; none when all have been given.
    ///
    /// # Errors
    /// As [`Selection::total`].
    pub async fn next(&mut self, app: &App, most: i64) -> Result<Vec<UserId>> {
        if let Some(few) = &mut self.few {
            return Ok(std::mem::take(few));
        }
        let since = self.scope.active_since(app);
        let ids = users::page_of_ids(&mut *app.db.get().await?, self.last, since, most).await?;
        self.last = ids.last().map_or(self.last, |last| last.get());
        Ok(ids)
    }
}

/// What a backfill did.
#[derive(Debug, PartialEq, Eq)]
pub struct Report {
    /// Timelines built, those of an interrupted run that this one went on from among them.
    pub done: i64,
    /// How many an interrupted run had done.
    pub resumed_at: i64,
}

/// Builds timelines, noting how far it came, so that after an interruption the next run goes on from there.
/// Safe while serving. `on_progress` gets how many are done and how many there are.
///
/// Timelines in another process's memory cannot be written from here: they are marked stale instead, and
/// built at their next read.
///
/// # Errors
/// [`Error::NotFound`] when there is no such user; [`Error::Unavailable`] when a server is away.
pub async fn backfill(
    app: &App,
    scope: &Scope,
    mut on_progress: impl FnMut(i64, i64),
) -> Result<Report> {
    if let Scope::User(_) | Scope::Sample(_) = scope {
        let ids = scope.few(app).await?;
        let count = i64::try_from(ids.len()).unwrap_or_default();
        build(app, &ids).await?;
        on_progress(count, count);
        return Ok(Report {
            done: count,
            resumed_at: 0,
        });
    }
    let active_since = scope.active_since(app);
    let saved = progress::get(&mut *app.db.get().await?, scope.name()).await?;
    let (mut last, resumed_at) = saved.unwrap_or((0, 0));
    let mut done = resumed_at;
    let left = users::count(&mut *app.db.get().await?, last, active_since).await?;
    let total = done + left;
    on_progress(done, total);
    loop {
        let ids = users::page_of_ids(&mut *app.db.get().await?, last, active_since, CHUNK).await?;
        let Some(end) = ids.last() else { break };
        build(app, &ids).await?;
        last = end.get();
        done += i64::try_from(ids.len()).unwrap_or_default();
        progress::save(&mut *app.db.get().await?, scope.name(), last, done).await?;
        on_progress(done, total);
    }
    progress::clear(&mut *app.db.get().await?, scope.name()).await?;
    Ok(Report { done, resumed_at })
}

async fn build(app: &App, ids: &[UserId]) -> Result<()> {
    match app.settings.timelines.backend {
        TimelinesBackend::Memory => {
            users::bump_home_version(&mut *app.db.get().await?, ids).await?;
            let changed: Vec<Change> = ids.iter().copied().map(Change::User).collect();
            rows::announce(app, &changed).await;
        }
        TimelinesBackend::Redis => {
            for id in ids {
                // `None`: a reader is building it at this moment.
                timeline::rebuild(app, *id, Reason::Backfill).await?;
            }
        }
    }
    Ok(())
}
