//! `twitclone fanout`: delivers events to followers' timelines. Any number may run.

mod progress;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use indicatif::MultiProgress;
use tokio::runtime::Handle;

use super::{auditing, serve, start};
use crate::{
    app::App,
    clock::Clock,
    config::{Settings, TimelinesBackend},
    error::{Error, Result},
    event::{EventLog, kafka::Consumer},
    fanout as domain, http,
    language::Message,
    shutdown::Shutdown,
};

/// A consumer that has not come round for this long is stuck: its process ends, and whoever supervises it
/// starts another.
const STUCK_AFTER: Duration = Duration::from_secs(120);
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// For what is in hand when it is told to stop, and for leaving the consumer group; all in less than 10 s.
const GRACE: Duration = Duration::from_secs(8);

/// Delivers until told to stop. `lines` are above the log, on a terminal.
pub async fn fanout(settings: Settings, clock: Clock, lines: MultiProgress) -> Result<()> {
    if settings.timelines.backend == TimelinesBackend::Memory {
        return Err(Error::BadRequest(Message::in_english(
            "`timelines.backend` is \"memory\": timelines live inside serve, which delivers to them itself. A fanout \
             process needs `timelines.backend` = \"redis\".",
        )));
    }
    let shutdown = Shutdown::default();
    shutdown.on_signals().map_err(Error::internal)?;
    let health_port = settings.fanout.health_port;
    let listener = match health_port {
        0 => None,
        port => Some(serve::bind(
            &settings.server.host,
            port,
            "fanout.health_port",
        )?),
    };
    let app = App::new(settings, clock, Handle::current())?;
    let waited = async {
        start::postgres(&app, &shutdown.token).await?;
        start::others(&app, &shutdown.token).await
    };
    if !start::goes_on(&shutdown.token, waited.await)? {
        return Ok(());
    }
    auditing::start(&app, &shutdown);
    serve::start_lanes(&app, &shutdown);
    match &app.events {
        EventLog::Postgres => serve::start_relay(&app, &shutdown),
        EventLog::Kafka(producer) => {
            let most = app.settings.fanout.batch_events;
            let lag = app.metrics.consumer_lag.clone();
            let consumer = Consumer::new(&app.settings.kafka, producer.clone(), most, lag)?;
            start_consumer(&app, &shutdown, consumer);
        }
    }
    progress::start(&app, &shutdown, &lines)?;
    tracing::info!("twitclone {} delivers", env!("CARGO_PKG_VERSION"));
    let health = listener
        .map(|listener| http::serve_health(&app, listener, shutdown.token.clone()))
        .transpose()?;
    let told = async {
        let ended = match health {
            Some(server) => server.await,
            None => {
                shutdown.token.cancelled().await;
                Ok(())
            }
        };
        shutdown.token.cancel();
        ended.map_err(Error::internal)
    };
    let finished = async {
        shutdown.token.cancelled().await;
        shutdown.drain(GRACE).await
    };
    let (ended, drained) = tokio::join!(told, finished);
    ended?;
    tracing::info!("stopped");
    if drained {
        Ok(())
    } else {
        Err(Error::Internal("the consumer did not stop in time".into()))
    }
}

/// Runs the consumer on a thread of its own and a watchdog beside it.
fn start_consumer(app: &App, shutdown: &Shutdown, consumer: Consumer) {
    let turns = Arc::new(AtomicU64::new(0));
    let (delivering, stop, turned) = (app.clone(), shutdown.workers.clone(), Arc::clone(&turns));
    shutdown.tasks.spawn_blocking(move || {
        consumer.run(
            &Handle::current(),
            &stop,
            || {
                turned.fetch_add(1, Ordering::Relaxed);
            },
            |events| {
                let app = delivering.clone();
                async move { domain::handle(&app, events).await }
            },
        );
    });
    let (app, token) = (app.clone(), shutdown.token.clone());
    shutdown.tasks.spawn(async move {
        // A turn may take long for an author with very many followers, but then those are counted.
        let progress = || (turns.load(Ordering::Relaxed), app.metrics.followers.get());
        let mut seen = (progress(), Instant::now());
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                () = token.cancelled() => return,
            }
            if progress() != seen.0 {
                seen = (progress(), Instant::now());
            } else if seen.1.elapsed() > STUCK_AFTER {
                tracing::error!("the consumer is stuck; stopping");
                token.cancel();
            }
        }
    });
}
