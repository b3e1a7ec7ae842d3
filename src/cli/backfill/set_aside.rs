//! Events whose delivery was given up: telling which, and having them tried again.

use chrono::SecondsFormat;

use crate::{app::App, error::Result, store::pieces};

/// So many are told.
const MOST: i64 = 1000;

/// # Errors
/// [`crate::error::Error::Unavailable`] when the database is away.
pub async fn list(app: &App) -> Result<()> {
    let events = pieces::set_aside(&mut *app.db.get().await?, MOST).await?;
    for event in &events {
        println!(
            "tweet {} of user {}, {}, {} attempts: {}",
            event.tweet_id,
            event.author_id,
            event.created_at.to_rfc3339_opts(SecondsFormat::Secs, true),
            event.attempts,
            event.cause
        );
    }
    println!("{} events set aside", events.len());
    Ok(())
}

/// # Errors
/// [`crate::error::Error::Unavailable`] when the database is away.
pub async fn send_again(app: &App) -> Result<()> {
    let count = pieces::send_again(&mut *app.db.get().await?).await?;
    println!("{count} events are tried again");
    Ok(())
}
