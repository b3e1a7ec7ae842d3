//! Deleting an account: on a day that leaves time to think again, and then from every store. Each step may be repeated, so
//! whoever dies in the middle of it is followed by somebody else.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio_util::sync::CancellationToken;

use super::{
    device::Device,
    guessing::hash_of,
    session::{self, Viewer},
};
use crate::{
    app::App,
    error::Result,
    graph,
    id::UserId,
    language::Language,
    mail::{self, Mail},
    rows::{self, Change},
    store::{Transaction, User, addresses, deletions, revocation, users},
    tweet,
};

/// How often somebody looks whether one is due.
const EVERY: Duration = Duration::from_secs(60);
const IN_HAND: TimeDelta = TimeDelta::minutes(5);
/// Rows looked up at once.
const A_FEW: i64 = 100;

/// Has the viewer's account deleted after `auth.deletion_days`, and says when. All sessions end, with everything else
/// that was begun for the account. As [`super::log_in()`], it
/// runs its own operations on the main runtime.
///
/// # Errors
/// As [`session::prove`].
pub async fn ask(
    app: &App,
    viewer: &Viewer,
    device: &Device,
    password: &str,
) -> Result<DateTime<Utc>> {
    session::prove(app, viewer, device, password).await?;
    let (user, language) = (viewer.user.id, device.language());
    app.run(move |app| async move {
        let now = app.clock.now();
        let days = TimeDelta::days(app.settings.auth.deletion_days.into());
        let mut all = Transaction::begin(&app.db).await?;
        addresses::lock(all.connection(), user).await?;
        deletions::add(all.connection(), user, now, now + days).await?;
        let due_at = deletions::due_at(all.connection(), user).await?;
        let at = due_at.unwrap_or(now + days);
        let told = Mail::AccountToDelete { at };
        mail::tell(&app, all.connection(), user, language, &told).await?;
        revoke(&app, all, user).await?;
        app.mailbox.ring();
        app.deletions.ring();
        Ok(at)
    })
    .await
}

/// Takes it back.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when the database is away.
pub async fn take_back(app: &App, viewer: &Viewer) -> Result<()> {
    let now = app.clock.now();
    deletions::remove(&mut *app.db.get().await?, viewer.user.id, now).await?;
    Ok(())
}

/// When somebody's account is to be deleted, if it is.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when the database is away.
pub async fn due_at(app: &App, user: UserId) -> Result<Option<DateTime<Utc>>> {
    Ok(deletions::due_at(&mut *app.db.get().await?, user).await?)
}

/// Deletes what is due until told to stop.
pub async fn work(app: App, stop: CancellationToken) {
    loop {
        match carry_out(&app).await {
            Ok(0) => {}
            Ok(deleted) => tracing::info!(deleted, "accounts were deleted"),
            Err(error) => tracing::debug!(%error, "deletions wait"),
        }
        tokio::select! {
            () = app.deletions.rung() => {}
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Deletes the accounts that are due; how many are gone. One whose tweets are still being taken out of timelines waits.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when a store is away.
pub async fn carry_out(app: &App) -> Result<usize> {
    let mut gone = 0;
    loop {
        let now = app.clock.now();
        let taken = deletions::take(&mut *app.db.get().await?, now, now + IN_HAND).await?;
        let Some(id) = taken else {
            return Ok(gone);
        };
        let Some(user) = users::by_id(&mut *app.db.get().await?, id).await? else {
            continue;
        };
        if delete(app, &user).await? {
            gone += 1;
        }
    }
}

/// Whether it is gone; else it waits for its tweets.
async fn delete(app: &App, user: &User) -> Result<bool> {
    let mut all = Transaction::begin(&app.db).await?;
    deletions::lock(all.connection(), user.id).await?;
    revoke(app, all, user.id).await?;
    loop {
        let ids = deletions::some_tweets(&mut *app.db.get().await?, user.id, A_FEW).await?;
        if ids.is_empty() {
            break;
        }
        for id in ids {
            tweet::delete(app, user, id).await?;
        }
    }
    // Whose timelines they are in is known by who follows.
    if deletions::is_being_taken_out(&mut *app.db.get().await?, user.id).await? {
        return Ok(false);
    }
    loop {
        let follows = deletions::some_follows(&mut *app.db.get().await?, user.id, A_FEW).await?;
        if follows.is_empty() {
            break;
        }
        for (follower, followee) in follows {
            graph::end(app, follower, followee).await?;
        }
    }
    app.timelines.forget(user.id).await?;
    let mut connection = app.db.get().await?;
    let address = addresses::of(&mut connection, user.id).await?;
    deletions::finish(&mut connection, user.id, &name_hash(&user.username)).await?;
    if let Some(address) = address.filter(|address| address.confirmed_at.is_some()) {
        let told = Mail::AccountDeleted {
            name: user.username.clone(),
        };
        // Nobody knows any more which language they read.
        let language = Language::default();
        mail::send(app, &mut connection, None, &address.email, language, &told).await?;
    }
    drop(connection);
    rows::announce(app, &[Change::User(user.id)]).await;
    app.replicas.settle().await;
    Ok(true)
}

/// Ends everything that was begun for an account, and commits the transaction, which holds the account's row.
async fn revoke(app: &App, mut all: Transaction, user: UserId) -> Result<()> {
    let ended = revocation::revoke_all(all.connection(), user, None).await?;
    all.commit().await?;
    let changes: Vec<Change> = ended.into_iter().map(Change::Session).collect();
    rows::announce(app, &changes).await;
    Ok(())
}

/// As names that somebody had are kept.
pub fn name_hash(name: &str) -> [u8; 32] {
    hash_of(&["name", &name.to_ascii_lowercase()])
}
