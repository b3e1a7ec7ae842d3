//! `twitclone serve`: the web, the relay, and in the embedded profile the fan-out.

use std::{net::TcpListener, time::Duration};

use tokio::runtime::Handle;

use super::{auditing, start};
use crate::{
    account::{deletion, guessing},
    app::App,
    clock::Clock,
    config::{Settings, TimelinesBackend},
    error::{Error, Result},
    event::{EventLog, outbox},
    fanout, http,
    language::Message,
    mail::postman::{self, Way},
    rows,
    shutdown::Shutdown,
    store::{Connection, ceremonies, mails, sessions, timelines},
};

/// How many events the relay takes at once.
const RELAY_BATCH: usize = 500;
const ANNOUNCE_EVERY: Duration = Duration::from_secs(1);
const TIDY_EVERY: Duration = Duration::from_secs(600);
const LOOK_AT_LOCK_EVERY: Duration = Duration::from_secs(2);
/// For the background tasks, after the web has stopped.
const GRACE: Duration = Duration::from_millis(3500);

/// Serves until told to stop. Stopping: no new requests, those under way are answered, the relay finishes its
/// batch, the producer is flushed.
pub async fn serve(settings: Settings, clock: Clock) -> Result<()> {
    let shutdown = Shutdown::default();
    shutdown.on_signals().map_err(Error::internal)?;
    let listener = bind(&settings.server.host, settings.server.port, "server.port")?;
    let app = App::new(settings, clock, Handle::current())?;
    let waited = start::postgres(&app, &shutdown.token).await;
    if !start::goes_on(&shutdown.token, waited)? {
        return Ok(());
    }
    if let Err(error) = start::others(&app, &shutdown.token).await {
        // Homes are read from SQL and events wait in the outbox, so people need not wait.
        let Error::Unavailable { what, .. } = &error else {
            return Err(error);
        };
        tracing::error!(
            cause = error.cause(),
            "starting all the same: {what} cannot be used"
        );
    }
    if app.settings.timelines.backend == TimelinesBackend::Memory {
        keep_memory_lock(&app, &shutdown).await?;
        auditing::start(&app, &shutdown);
        start_lanes(&app, &shutdown);
    }
    if !app.replicas.is_empty() {
        let watch = app
            .replicas
            .clone()
            .watch(app.db.clone(), shutdown.workers.clone());
        shutdown.tasks.spawn(watch);
    }
    start_relay(&app, &shutdown);
    start_announcing(&app, &shutdown);
    start_tidying(&app, &shutdown);
    start_post(&app, &shutdown);
    let deleting = deletion::work(app.clone(), shutdown.workers.clone());
    shutdown.tasks.spawn(deleting);
    let address = listener.local_addr().map_err(Error::internal)?;
    let server = http::serve(&app, listener, shutdown.token.clone())?;
    tracing::info!(
        %address,
        public_url = app.settings.public_url(),
        events = ?app.settings.events.backend,
        timelines = ?app.settings.timelines.backend,
        "twitclone {} serves", env!("CARGO_PKG_VERSION")
    );
    server.await.map_err(Error::internal)?;
    shutdown.drain(GRACE).await;
    if let EventLog::Kafka(producer) = app.events.clone() {
        let flush = move || producer.flush(Duration::from_secs(1));
        tokio::task::spawn_blocking(flush)
            .await
            .map_err(Error::internal)?;
    }
    tracing::info!("stopped");
    Ok(())
}

/// Opens the socket first, so that a taken port is told before anything waits.
pub fn bind(host: &str, port: u16, key: &str) -> Result<TcpListener> {
    let listener = TcpListener::bind((host, port)).map_err(|error| {
        Error::Internal(
            format!("cannot listen on {host}:{port}: {error}. Set `{key}` to a free port.").into(),
        )
    })?;
    listener.set_nonblocking(true).map_err(Error::internal)?;
    Ok(listener)
}

/// Carries events out of the outbox: to the topic, or in the embedded profile straight to the timelines.
pub fn start_relay(app: &App, shutdown: &Shutdown) {
    let app = app.clone();
    let (db, handed, stop) = (app.db.clone(), app.handed.clone(), shutdown.workers.clone());
    shutdown.tasks.spawn(async move {
        outbox::relay(db, handed, RELAY_BATCH, stop, move |events| {
            let app = app.clone();
            async move {
                match &app.events {
                    EventLog::Kafka(producer) => producer.publish(&events).await,
                    EventLog::Postgres => fanout::handle(&app, events).await,
                }
            }
        })
        .await;
    });
}

/// Does the work that deliveries are not to wait for, in the process that delivers.
pub fn start_lanes(app: &App, shutdown: &Shutdown) {
    for _ in 0..app.settings.fanout.lane_workers {
        let work = fanout::lanes::work(app.clone(), shutdown.workers.clone());
        shutdown.tasks.spawn(work);
    }
}

/// Tells what was written down about changed rows and perhaps not told: by a process that died in between, while
/// Redis was away, or by a hand at psql.
fn start_announcing(app: &App, shutdown: &Shutdown) {
    let (app, stop) = (app.clone(), shutdown.workers.clone());
    shutdown.tasks.spawn(async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(ANNOUNCE_EVERY) => {}
                () = stop.cancelled() => return,
            }
            if let Err(error) = rows::announce_waiting(&app).await {
                tracing::debug!(%error, "announcements wait");
            }
        }
    });
}

/// Timelines in memory allow one process a database. The lock lives as long as its connection; when that is
/// lost, PostgreSQL having restarted, the lock is taken again.
async fn keep_memory_lock(app: &App, shutdown: &Shutdown) -> Result<()> {
    let mut connection = take_memory_lock(app).await?.ok_or_else(|| {
        Error::BadRequest(Message::in_english(
            "another serve runs on this database, and `timelines.backend` is \"memory\": each would miss the \
             other's tweets. Stop that one, or set `timelines.backend` to \"redis\" for both.",
))
    })?;
    let (app, stop) = (app.clone(), shutdown.token.clone());
    shutdown.tasks.spawn(async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(LOOK_AT_LOCK_EVERY) => {}
                () = stop.cancelled() => return,
            }
            if timelines::lock_memory(&mut connection, &app.settings.database.schema)
                .await
                .is_ok()
            {
                continue;
            }
            match take_memory_lock(&app).await {
                Ok(Some(again)) => connection = again,
                Ok(None) => {
                    tracing::error!("another serve took this database over; stopping");
                    stop.cancel();
                }
                // PostgreSQL is away: nobody else has the lock either.
                Err(error) => tracing::debug!(%error, "lock"),
            }
        }
    });
    Ok(())
}

async fn take_memory_lock(app: &App) -> Result<Option<Connection>> {
    let mut connection = app.db.dedicated().await?;
    let locked = timelines::lock_memory(&mut connection, &app.settings.database.schema).await?;
    Ok(locked.then_some(connection))
}

/// Forgets what nobody has used for long: sessions, and timelines in memory.
fn start_tidying(app: &App, shutdown: &Shutdown) {
    let (app, stop) = (app.clone(), shutdown.workers.clone());
    shutdown.tasks.spawn(async move {
        loop {
            if let Err(error) = tidy(&app).await {
                tracing::debug!(%error, "tidying waits");
            }
            tokio::select! {
                () = tokio::time::sleep(TIDY_EVERY) => {}
                () = stop.cancelled() => return,
            }
        }
    });
}

/// Sends mail, and says so at start where there is no server to send it by.
fn start_post(app: &App, shutdown: &Shutdown) {
    if let Way::Folder(folder) = &app.post {
        tracing::info!(folder = %folder.display(), "`mail.smtp_url` is empty: mail goes into a folder");
    }
    let work = postman::work(app.clone(), shutdown.workers.clone());
    shutdown.tasks.spawn(work);
}

async fn tidy(app: &App) -> Result<()> {
    let now = app.clock.now();
    app.timelines.forget_idle(now - app.timelines_idle());
    guessing::tidy(app).await?;
    ceremonies::forget_old(&mut *app.db.get().await?, now).await?;
    mails::forget_old_links(&mut *app.db.get().await?, now).await?;
    sessions::delete_over(&mut *app.db.get().await?, app.session_limits()).await?;
    Ok(())
}
