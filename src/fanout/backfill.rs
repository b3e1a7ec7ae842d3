//! Building cached timelines from SQL ahead of their readers: after Redis was emptied, say.

use crate::{
    app::App,
    config::TimelinesBackend,
    error::{Error, Result},
    id::UserId,
    rows::{self, Change},
    store::{progress, users},
    timeline,
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
}

impl Scope {
    fn name(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::All => "all",
            Self::Active => "active",
        }
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
    if let Scope::User(name) = scope {
        let user = users::by_username(&mut *app.db.get().await?, name)
            .await?
            .ok_or_else(|| Error::NotFound(format!("There is no user named {name}.")))?;
        build(app, &[user.id]).await?;
        on_progress(1, 1);
        return Ok(Report {
            done: 1,
            resumed_at: 0,
        });
    }
    let active_since = (*scope == Scope::Active).then(|| app.clock.now() - app.timelines_idle());
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
                timeline::rebuild(app, *id).await?;
            }
        }
    }
    Ok(())
}
