//! Sends the mail that waits: by SMTP, or where no server is set into a folder.

use std::{path::PathBuf, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use secrecy::ExposeSecret;
use tokio_util::sync::CancellationToken;

use super::letter::{self, Letter};
use crate::{
    app::App,
    config,
    error::{Error, Result},
    store::mails::{self, Waiting},
};

/// Mail that another process left behind is looked for so often.
const EVERY: Duration = Duration::from_secs(30);
const AT_ONCE: i64 = 20;
/// Longer than sending one may take.
const IN_HAND: TimeDelta = TimeDelta::minutes(10);
const PATIENCE: Duration = Duration::from_secs(30);
const FIRST_RETRY: TimeDelta = TimeDelta::minutes(1);
const LAST_RETRY: TimeDelta = TimeDelta::hours(2);
/// A server that is away for longer has lost its mail.
const GIVEN_UP_AFTER: TimeDelta = TimeDelta::days(3);

/// How mail leaves.
pub enum Way {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Folder(PathBuf),
}

impl Way {
    /// # Errors
    /// When the settings were not checked.
    pub fn of(settings: &config::Mail) -> Result<Self> {
        let url = settings.smtp_url.expose_secret();
        if url.is_empty() {
            return Ok(Self::Folder(PathBuf::from(&settings.folder)));
        }
        let transport =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(Error::internal)?;
        Ok(Self::Smtp(transport.timeout(Some(PATIENCE)).build()))
    }

    async fn carry(&self, letter: lettre::Message) -> Result<(), String> {
        match self {
            Self::Smtp(transport) => {
                let sent = transport.send(letter).await;
                sent.map(drop).map_err(|error| error.to_string())
            }
            Self::Folder(folder) => {
                // Links in it let whoever reads them in.
                let made = tokio::fs::DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(folder)
                    .await;
                made.map_err(|error| format!("{}: {error}", folder.display()))?;
                let transport = AsyncFileTransport::<Tokio1Executor>::new(folder);
                let id = transport
                    .send(letter)
                    .await
                    .map_err(|error| error.to_string())?;
                let file = folder.join(id).with_extension("eml");
                tracing::info!(
                    file = %file.display(),
                    "mail was put into a folder: `mail.smtp_url` names no server to send it by"
                );
                Ok(())
            }
        }
    }
}

/// Sends mail until told to stop.
pub async fn work(app: App, stop: CancellationToken) {
    loop {
        if let Err(error) = deliver(&app).await {
            tracing::debug!(%error, "mail waits");
        }
        tokio::select! {
            () = app.mailbox.rung() => {}
            () = tokio::time::sleep(EVERY) => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Sends everything that is due; how much left.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn deliver(app: &App) -> Result<usize> {
    let mut sent = 0;
    loop {
        let now = app.clock.now();
        let due = mails::take(&mut *app.db.get().await?, now, now + IN_HAND, AT_ONCE).await?;
        if due.is_empty() {
            return Ok(sent);
        }
        for waiting in due {
            let outcome = deliver_one(app, &waiting).await;
            let mut connection = app.db.get().await?;
            match outcome {
                Ok(has_left) => {
                    mails::remove(&mut connection, waiting.id).await?;
                    sent += usize::from(has_left);
                }
                Err(problem) if now - waiting.created_at >= GIVEN_UP_AFTER => {
                    tracing::error!(problem, attempts = waiting.attempts, "mail is given up");
                    mails::remove(&mut connection, waiting.id).await?;
                }
                Err(problem) => {
                    tracing::warn!(
                        problem,
                        attempts = waiting.attempts,
                        "mail was not sent; it is tried again"
                    );
                    mails::put_off(&mut connection, waiting.id, retry_at(now, waiting.attempts))
                        .await?;
                }
            }
        }
    }
}

async fn deliver_one(app: &App, waiting: &Waiting) -> Result<bool, String> {
    let written = letter::write(app, waiting).await.map_err(|error| {
        let cause = error.cause().unwrap_or_default();
        format!("{error} {cause}")
    })?;
    let has_any = !written.is_empty();
    for letter in written {
        let letter = addressed(app, letter).map_err(|error| error.to_string())?;
        app.post.carry(letter).await?;
    }
    Ok(has_any)
}

fn addressed(app: &App, written: Letter) -> Result<lettre::Message> {
    let from: Mailbox = app.settings.mail_from().parse().map_err(Error::internal)?;
    let to: Mailbox = written.to.parse().map_err(Error::internal)?;
    // Nobody's absence is to be told to us (RFC 3834).
    let automatic = HeaderValue::new(
        HeaderName::new_from_ascii_str("Auto-Submitted"),
        "auto-generated".to_owned(),
    );
    lettre::Message::builder()
        .from(from)
        .to(to)
        .subject(written.subject)
        .header(ContentType::TEXT_PLAIN)
        .raw_header(automatic)
        .body(written.text)
        .map_err(Error::internal)
}

/// Twice as long after each attempt.
fn retry_at(now: DateTime<Utc>, attempts: i32) -> DateTime<Utc> {
    let doublings = u32::try_from(attempts.clamp(1, 8) - 1).unwrap_or(0);
    now + (FIRST_RETRY * 2_i32.pow(doublings)).min(LAST_RETRY)
}
