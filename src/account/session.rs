//! Sessions: begun by logging in, used by every request with a token, ended by logging out.

use chrono::{DateTime, TimeDelta, Utc};

use super::{device::Device, guessing::Guess, password::Password, token::Token};
use crate::{
    app::App,
    error::{Error, Result},
    id::{SessionId, UserId},
    language::message,
    mail::{self, Mail},
    rows::{self, Change, KeptSession},
    store::{
        Connection, OwnWrites, RowVersion, Transaction, User, addresses, revocation,
        sessions::{self, InUse, Session},
        users,
    },
    timeline,
};

/// A session's last use is noted at most this often, so that reading does not write.
const TOUCH_AFTER: TimeDelta = TimeDelta::minutes(5);
/// More would be a page that nobody reads.
const MOST_SHOWN: i64 = 200;

/// Whoever makes a request, known by their session.
#[derive(Clone, Debug)]
pub struct Viewer {
    pub user: User,
    pub session: SessionId,
    /// Of the user's row, unless a kept one served.
    version: Option<RowVersion>,
    /// A fresh token to hand back, when the one that came is in the second half of its life.
    pub renewed_token: Option<String>,
}

impl Viewer {
    /// For readings that must find what the viewer wrote.
    pub fn own_writes(&self) -> OwnWrites {
        OwnWrites {
            user: self.user.id,
            version: self.version,
        }
    }
}

/// What a browser gets when a session begins.
#[derive(Clone, Debug)]
pub struct Begun {
    pub token: String,
    /// Of the device, which is known from now on.
    pub secret: String,
}

/// Where a token came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// A browser's cookie: it is renewed as long as its session lives, also after it expired.
    Cookie,
    /// A program's `Authorization` header: it ends when it says so.
    Bearer,
}

/// Begins a session for someone whose identity is known and gives its token, which is good once the transaction is committed.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn begin(
    app: &App,
    connection: &mut Connection,
    user: UserId,
    device: &Device,
) -> Result<String> {
    let now = app.clock.now();
    let (user_agent, address) = (device.user_agent(), device.address());
    let session = sessions::insert(connection, user, user_agent, address, now).await?;
    app.tokens.issue(user, session, now)
}

/// Who a token stands for. Their counters may be a minute old.
///
/// # Errors
/// [`Error::Unauthorized`] when the token is not ours or its session is over.
pub async fn authenticate(app: &App, token: &str, carrier: Carrier) -> Result<Viewer> {
    let token = read_token(app, token, carrier)?;
    let rows_are_current = timeline::catch_up(app).await;
    identify(app, &token, rows_are_current).await
}

/// What a token says, if it is ours and has not ended by itself.
///
/// # Errors
/// [`Error::Unauthorized`] otherwise.
pub fn read_token(app: &App, token: &str, carrier: Carrier) -> Result<Token> {
    let token = app.tokens.read(token).ok_or_else(over)?;
    if carrier == Carrier::Bearer && token.expires_at <= app.clock.now() {
        return Err(Error::Unauthorized(message("token-expired")));
    }
    Ok(token)
}

/// Whose session a token names. Without SQL if `rows_are_current`, the session is kept, and its use needs no
/// noting.
///
/// # Errors
/// [`Error::Unauthorized`] when the session is over.
pub async fn identify(app: &App, token: &Token, rows_are_current: bool) -> Result<Viewer> {
    let now = app.clock.now();
    let kept = rows_are_current
        .then(|| kept_user(app, token, now))
        .flatten();
    let (user, version) = match kept {
        Some(user) => (user, None),
        None => {
            let (user, version) = user_in_sql(app, token, now).await?;
            (user, Some(version))
        }
    };
    let renewed_token = if is_in_second_half(token.expires_at, now, app.tokens.lifetime()) {
        Some(app.tokens.issue(token.user, token.session, now)?)
    } else {
        None
    };
    Ok(Viewer {
        user,
        session: token.session,
        version,
        renewed_token,
    })
}

fn kept_user(app: &App, token: &Token, now: DateTime<Utc>) -> Option<User> {
    let session = app.rows.session(token.session)?;
    // Younger than that, it is far from being idle.
    if session.user != token.user
        || now - session.last_used_at >= TOUCH_AFTER
        || session.created_at <= app.session_limits().begun_since
    {
        return None;
    }
    Some(app.rows.user(token.user, now)?.row.clone())
}

async fn user_in_sql(app: &App, token: &Token, now: DateTime<Utc>) -> Result<(User, RowVersion)> {
    let read_from = app.rows.moment();
    let mut connection = app.db.get().await?;
    let InUse {
        user,
        version,
        created_at,
        mut last_used_at,
    } = sessions::user_of(
        &mut connection,
        token.session,
        token.user,
        app.session_limits(),
    )
    .await?
    .ok_or_else(over)?;
    if now - last_used_at >= TOUCH_AFTER {
        sessions::touch(&mut connection, token.session, now).await?;
        last_used_at = now;
    }
    let session = KeptSession {
        user: token.user,
        created_at,
        last_used_at,
    };
    app.rows.keep_session(read_from, token.session, session);
    app.rows.keep_user(read_from, user.clone(), now);
    Ok((user, version))
}

/// Ends the viewer's session on every process. Safe to repeat.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn log_out(app: &App, viewer: &Viewer) -> Result<()> {
    sessions::delete(&mut *app.db.get().await?, viewer.session).await?;
    rows::announce(app, &[Change::Session(viewer.session)]).await;
    Ok(())
}

/// The viewer's sessions that are not over, the one used last first; at most 200.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn all(app: &App, viewer: &Viewer) -> Result<Vec<Session>> {
    let (user, limits) = (viewer.user.id, app.session_limits());
    Ok(sessions::of_user(&mut *app.db.get().await?, user, limits, MOST_SHOWN).await?)
}

/// Ends one of the viewer's sessions on every process.
///
/// # Errors
/// [`Error::NotFound`] when it is none of theirs, or over already.
pub async fn end(app: &App, viewer: &Viewer, session: SessionId) -> Result<()> {
    let is_ended = sessions::delete_of(&mut *app.db.get().await?, viewer.user.id, session).await?;
    if !is_ended {
        return Err(Error::NotFound(message("no-such-session")));
    }
    rows::announce(app, &[Change::Session(session)]).await;
    Ok(())
}

/// Ends all the viewer's other sessions on every process, and everything else that was begun for the account. Returns
/// the number of ended sessions.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn end_others(app: &App, viewer: &Viewer) -> Result<usize> {
    let mut all = Transaction::begin(&app.db).await?;
    addresses::lock(all.connection(), viewer.user.id).await?;
    revoke_others(app, all, viewer).await
}

/// Ends everything that was begun for the viewer's account except their session, and commits. The transaction holds the
/// account's row. Returns the number of ended sessions.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn revoke_others(app: &App, mut all: Transaction, viewer: &Viewer) -> Result<usize> {
    let (user, but) = (viewer.user.id, viewer.session);
    let ended = revocation::revoke_all(all.connection(), user, Some(but)).await?;
    all.commit().await?;
    // Nobody could see the mail before.
    app.mailbox.ring();
    let changes: Vec<Change> = ended.iter().copied().map(Change::Session).collect();
    rows::announce(app, &changes).await;
    Ok(ended.len())
}

/// Changes the viewer's password, and ends their other sessions and everything else that was begun for the account.
/// Returns the number of ended sessions. As [`super::log_in()`], it runs its own operations on the main runtime.
///
/// # Errors
/// [`Error::Invalid`] when the present password is another, or the new one may not be one. [`Error::Busy`] as [`super::log_in()`].
pub async fn change_password(
    app: &App,
    viewer: &Viewer,
    device: &Device,
    present: &str,
    new: &str,
) -> Result<usize> {
    let (name, typed) = (viewer.user.username.clone(), new.to_owned());
    let called = viewer.user.display_name.clone();
    let chosen = app
        .run(move |_| async move {
            Password::choose(&typed, &[&name, &called])
                .map_err(|said| Error::invalid("new_password", said))
        })
        .await?;
    let old = prove(app, viewer, device, present).await?;
    let hash = app.hasher.place()?.hash(&chosen).await?;
    let (viewer, language) = (viewer.clone(), device.language());
    app.run(move |app| async move {
        let user = viewer.user.id;
        let mut all = Transaction::begin(&app.db).await?;
        // Somebody else may have changed it meanwhile.
        if !users::set_password(all.connection(), user, &old, &hash).await? {
            all.roll_back().await;
            return Err(not_present());
        }
        let told = Mail::PasswordChanged;
        mail::tell(&app, all.connection(), user, language, &told).await?;
        revoke_others(&app, all, &viewer).await
    })
    .await
}

/// Whether it is the viewer in person who asks, by their password, for what a session alone may not do; the hash of it.
/// Whoever stole a session may not try at leisure: tries are counted as those to log in.
///
/// # Errors
/// [`Error::Invalid`] for the field `password` when it is another. [`Error::Busy`] and [`Error::TooMany`] as [`super::log_in()`].
pub async fn prove(app: &App, viewer: &Viewer, device: &Device, password: &str) -> Result<String> {
    let place = app.hasher.place()?;
    let (name, known) = (viewer.user.username.clone(), device.clone());
    let (guess, found) = app
        .run(move |app| async move {
            let guess = Guess::begin(&app, &name, known.secret()).await?;
            let found = users::credentials(&mut *app.db.get().await?, &name).await?;
            Ok((guess, found))
        })
        .await?;
    let found = found.ok_or_else(over)?;
    let hash = Some(found.password_hash.as_str());
    if !place.verify(&Password::attempt(password), hash).await? {
        return Err(not_present());
    }
    let hash = found.password_hash;
    app.run(move |app| async move {
        guess.was_right(&mut *app.db.get().await?).await?;
        Ok(hash)
    })
    .await
}

/// The password is another.
pub fn not_present() -> Error {
    Error::invalid("password", message("password-not-present"))
}

/// Nobody is logged in any more.
pub fn over() -> Error {
    Error::Unauthorized(message("session-over"))
}

fn is_in_second_half(expires_at: DateTime<Utc>, now: DateTime<Utc>, lifetime: TimeDelta) -> bool {
    expires_at - now < lifetime / 2
}
