//! Who follows whom.

use crate::{
    account::may_write,
    app::App,
    error::{Error, Result},
    id::UserId,
    language::message,
    rows::{self, Change},
    store::{User, follows, tweets},
    timeline::Version,
};

/// Makes the viewer follow someone, and puts that one's newest tweets into the viewer's home, in order.
/// Safe to repeat.
///
/// # Errors
/// [`Error::BadRequest`] for oneself, [`Error::NotFound`] for nobody, [`Error::Forbidden`] as [`may_write`].
pub async fn follow(app: &App, viewer: &User, followee: UserId) -> Result<()> {
    if viewer.id == followee {
        return Err(Error::BadRequest(message("follow-self")));
    }
    may_write(app, viewer)?;
    let mut connection = app.db.get().await?;
    let change = follows::follow(&mut connection, viewer.id, followee).await?;
    if !change.both_exist {
        return Err(nobody());
    }
    if change.changed {
        announce_both(app, viewer.id, followee).await;
        // All that the cached timeline has room for, not fewer: what is left out here would be a gap
        // above its end. Without this the version no longer fits and the next read rebuilds; it is
        // only cheaper.
        let cap = i64::try_from(app.settings.timelines.cap).unwrap_or(i64::MAX);
        let newest = tweets::newest_ids(&mut connection, followee, cap).await?;
        drop(connection);
        let (before, after) = (change.home_version - 1, change.home_version);
        let merged = app
            .timelines
            .merge(viewer.id, Version(before), Version(after), &newest)
            .await;
        if let Err(error) = merged {
            tracing::warn!(%error, "timeline not extended; it is rebuilt at its next read");
        }
    }
    Ok(())
}

/// Ends a following. Safe to repeat. The cached timeline no longer fits the viewer's version, so the next
/// read rebuilds it; what is pushed to it meanwhile is not shown, since that is decided at each read.
///
/// # Errors
/// [`Error::BadRequest`] for oneself, [`Error::NotFound`] for nobody.
pub async fn unfollow(app: &App, viewer: &User, followee: UserId) -> Result<()> {
    if viewer.id == followee {
        return Err(Error::BadRequest(message("unfollow-self")));
    }
    if end(app, viewer.id, followee).await? {
        Ok(())
    } else {
        Err(nobody())
    }
}

/// Ends a following of two people, whoever asks for it; false when one of them is not there.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn end(app: &App, follower: UserId, followee: UserId) -> Result<bool> {
    let change = follows::unfollow(&mut *app.db.get().await?, follower, followee).await?;
    if change.changed {
        announce_both(app, follower, followee).await;
    }
    Ok(change.both_exist)
}

/// The one's followings and the other's counters are not what they were.
async fn announce_both(app: &App, viewer: UserId, followee: UserId) {
    rows::announce(app, &[Change::User(viewer), Change::User(followee)]).await;
}

fn nobody() -> Error {
    Error::NotFound(message("no-such-account"))
}
