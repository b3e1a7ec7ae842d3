//! Events whose delivery was given up: telling which, and having them tried again.

use chrono::SecondsFormat;

use crate::{
    app::App,
    error::Result,
    event::{
        EventLog,
        kafka::{DeadRecord, DeadTopic},
    },
    store::pieces,
};

/// So many are told.
const MOST: i64 = 1000;
/// So many records are told, or sent again before that is noted.
const MOST_RECORDS: usize = 1000;
/// As much of a record is told.
const SHOWN: usize = 60;

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
    if let EventLog::Kafka(_) = &app.events {
        let records = DeadTopic::new(&app.settings.kafka)
            .oldest(MOST_RECORDS)
            .await?;
        for record in &records {
            tell(record);
        }
        println!("{} records set aside", records.len());
    }
    Ok(())
}

fn tell(record: &DeadRecord) {
    let at = record.set_aside_at.map(|at| {
        let at = at.to_rfc3339_opts(SecondsFormat::Secs, true);
        format!(", {at}")
    });
    // Whatever stands in it, it stays one line and does nothing to the terminal.
    let text: String = record.text().chars().take(SHOWN).collect();
    println!(
        "record {}{}: {} in {text:?}",
        record.origin,
        at.unwrap_or_default(),
        record.cause
    );
}

/// # Errors
/// [`crate::error::Error::Unavailable`] when the database is away.
pub async fn send_again(app: &App) -> Result<()> {
    let count = pieces::send_again(&mut *app.db.get().await?).await?;
    println!("{count} events are tried again");
    if let EventLog::Kafka(producer) = &app.events {
        let count = DeadTopic::new(&app.settings.kafka)
            .send_again(producer, MOST_RECORDS)
            .await?;
        println!("{count} records are sent again");
    }
    Ok(())
}
