//! What the roles do before they start: wait for their servers, look at the schema.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use crate::{
    app::App,
    error::{Error, Result},
    event::EventLog,
    store::migrations,
    timeline::TimelineCache,
};

const BETWEEN_ATTEMPTS: Duration = Duration::from_millis(250);
const SAY_AGAIN: Duration = Duration::from_secs(5);

/// Waits for PostgreSQL and makes sure that its schema is this program's. Nothing works without it.
///
/// # Errors
/// When it does not answer within `startup.wait_seconds`; when the schema is behind, with what to do.
pub async fn postgres(app: &App, stop: &CancellationToken) -> Result<()> {
    let pending = wait(app, stop, "PostgreSQL", || migrations::pending(&app.db)).await?;
    if pending > 0 {
        return Err(Error::Internal(
            format!(
                "the database's schema is behind this program by {pending} migration(s). Run `twitclone migrate` first."
            )
            .into(),
        ));
    }
    Ok(())
}

/// Waits for Redis and Kafka, as far as they are used.
///
/// # Errors
/// When one does not answer within `startup.wait_seconds`.
pub async fn others(app: &App, stop: &CancellationToken) -> Result<()> {
    if matches!(app.timelines, TimelineCache::Redis(_)) {
        wait(app, stop, "Redis", async || {
            match app.timelines.ping().await {
                // Use is made of those that are there.
                Err(Error::Partial(_)) => Ok(()),
                done => done,
            }
        })
        .await?;
    }
    if let EventLog::Kafka(producer) = &app.events {
        wait(app, stop, "Kafka", || producer.ping()).await?;
    }
    Ok(())
}

/// Whether a role that has waited goes on: not when it was told to stop meanwhile, which is no failure.
///
/// # Errors
/// The waiting's.
pub fn goes_on(stop: &CancellationToken, waited: Result<()>) -> Result<bool> {
    if stop.is_cancelled() {
        tracing::info!("stopped");
        return Ok(false);
    }
    waited.map(|()| true)
}

/// Tries until it succeeds, for `startup.wait_seconds` at most, and says so.
///
/// # Errors
/// The last attempt's.
pub async fn wait<T>(
    app: &App,
    stop: &CancellationToken,
    what: &str,
    attempt: impl AsyncFn() -> Result<T>,
) -> Result<T> {
    let begun = Instant::now();
    let patience = Duration::from_secs(app.settings.startup.wait_seconds.into());
    let mut said: Option<Instant> = None;
    loop {
        let error = match attempt().await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        if begun.elapsed() >= patience || stop.is_cancelled() {
            return Err(error);
        }
        if said.is_none_or(|said| said.elapsed() >= SAY_AGAIN) {
            tracing::warn!(
                cause = error.cause(),
                for_seconds = patience.as_secs(),
                "waiting for {what}"
            );
            said = Some(Instant::now());
        }
        tokio::select! {
            () = tokio::time::sleep(BETWEEN_ATTEMPTS) => {}
            () = stop.cancelled() => return Err(error),
        }
    }
}
