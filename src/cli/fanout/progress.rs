//! The live line of `twitclone fanout` on a terminal: what it is doing, at a glance.

use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::{
    app::App,
    error::{Error, Result},
    event::EventLog,
    shutdown::Shutdown,
    store::{outbox, pieces},
};

const EVERY: Duration = Duration::from_secs(1);

/// Shows the line until the process is told to stop; nothing where standard error is not a terminal.
///
/// # Errors
/// When the line's template is wrong.
pub fn start(app: &App, shutdown: &Shutdown, lines: &MultiProgress) -> Result<()> {
    if lines.is_hidden() {
        return Ok(());
    }
    let style = ProgressStyle::with_template("{spinner} {wide_msg}").map_err(Error::internal)?;
    let line = lines.add(ProgressBar::new_spinner().with_style(style));
    let (app, stop) = (app.clone(), shutdown.token.clone());
    shutdown.tasks.spawn(async move {
        let mut before = Count::of(&app);
        loop {
            tokio::select! {
                () = tokio::time::sleep(EVERY) => {}
                () = stop.cancelled() => break,
            }
            let now = Count::of(&app);
            let waiting = waiting(&app).await.unwrap_or_else(|error| {
                tracing::debug!(%error, "the lanes are not looked at");
                "?".to_owned()
            });
            let visible = app
                .metrics
                .recently_visible()
                .map_or_else(|| "-".to_owned(), |took| format!("{:.0} ms", took * 1000.0));
            line.set_message(format!(
                "{} events/s, {} deliveries/s, {waiting}, visible after {visible}, up {}",
                now.events_a_second(&before),
                now.deliveries_a_second(&before),
                up(line.elapsed()),
            ));
            line.tick();
            before = now;
        }
        line.finish_and_clear();
    });
    Ok(())
}

/// What had been counted at a moment.
struct Count {
    events: u64,
    deliveries: u64,
    at: Instant,
}

impl Count {
    fn of(app: &App) -> Self {
        Self {
            events: app.metrics.events.get(),
            deliveries: app.metrics.deliveries.get(),
            at: Instant::now(),
        }
    }

    fn events_a_second(&self, before: &Self) -> u128 {
        self.rate(before, self.events.saturating_sub(before.events))
    }

    fn deliveries_a_second(&self, before: &Self) -> u128 {
        self.rate(before, self.deliveries.saturating_sub(before.deliveries))
    }

    fn rate(&self, before: &Self, count: u64) -> u128 {
        let millis = self.at.duration_since(before.at).as_millis().max(1);
        (u128::from(count) * 1000).div_ceil(millis)
    }
}

/// What is not delivered: on the topic, or in the outbox where there is none, and in each lane that is not empty.
async fn waiting(app: &App) -> Result<String> {
    let mut connection = app.db.get().await?;
    let lag = match &app.events {
        EventLog::Kafka(_) => app.metrics.consumer_lag.get(),
        EventLog::Postgres => outbox::depth(&mut connection).await?.0,
    };
    let mut told = format!("lag {lag}");
    for lane in pieces::depths(&mut connection).await? {
        told.push_str(&format!(", {} {}", lane.lane, lane.pieces));
    }
    Ok(told)
}

/// Hours, minutes and seconds.
fn up(since: Duration) -> String {
    let seconds = since.as_secs();
    format!(
        "{}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}
