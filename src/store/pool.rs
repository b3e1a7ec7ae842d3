//! Connections to PostgreSQL.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use deadpool::managed::QueueMode;
use diesel::sql_types::{Bool, Nullable};
use diesel_async::{
    AsyncConnection, RunQueryDsl, SimpleAsyncConnection,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
};
use futures_util::FutureExt;
use secrecy::ExposeSecret;

use super::Connection;
use crate::{
    config,
    error::{Error, Part, Result},
    metrics::PoolWaits,
};

/// A connection that goes back to its pool when it is dropped.
pub type PooledConnection = Object<Connection>;

/// Waiting, connecting and checking together stay well below the two seconds in which every request is
/// answered, also when PostgreSQL is away.
const WAIT: Duration = Duration::from_millis(1200);
const CONNECT: Duration = Duration::from_millis(800);

/// How many requests may wait for each connection. A statement takes a few milliseconds, and so do they; more are told
/// to come back, rather than all of them waiting in vain.
const WAITING_A_CONNECTION: usize = 4;

tokio::task_local! {
    static IS_IMPATIENT: Cell<bool>;
}

/// Runs something that somebody waits for: if it `may_be_refused`, and many wait for a connection already, it does not
/// get its first one. What runs outside of this, such as the relay, waits for its turn.
pub fn impatient<F: Future>(may_be_refused: bool, running: F) -> impl Future<Output = F::Output> {
    // No `async fn`, which would hold it twice: as an argument, and where it awaits it.
    IS_IMPATIENT.scope(Cell::new(may_be_refused), running)
}

/// A pool of connections; clones share it. A pooled connection is driven by the runtime that opened it,
/// so this is used on the main runtime only, never on a web worker's.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Connection>,
    url: Arc<str>,
    setup: Setup,
    waits: PoolWaits,
}

/// What is done with a new connection before it is used.
#[derive(Clone)]
struct Setup {
    sql: Arc<str>,
    /// The place in the log that a replica must have reached.
    reached: Option<Arc<AtomicI64>>,
}

impl Db {
    /// Prepares a pool; connects to nothing yet.
    ///
    /// # Errors
    /// When the pool's settings make no sense.
    pub fn new(settings: &config::Database, waits: PoolWaits) -> Result<Self> {
        Self::with(settings.url.expose_secret(), settings, waits, "", None)
    }

    /// The same for a replica, which would refuse to write anyway. No connection is made to one that has not replayed
    /// the log up to the place that `reached` has then.
    ///
    /// # Errors
    /// As [`Db::new`].
    pub fn of_replica(
        url: &str,
        settings: &config::Database,
        waits: PoolWaits,
        reached: Arc<AtomicI64>,
    ) -> Result<Self> {
        let more = "; SET default_transaction_read_only TO on";
        Self::with(url, settings, waits, more, Some(reached))
    }

    fn with(
        url: &str,
        settings: &config::Database,
        waits: PoolWaits,
        more: &str,
        reached: Option<Arc<AtomicI64>>,
    ) -> Result<Self> {
        let url: Arc<str> = url.into();
        let sql = format!(
            "SET application_name TO 'twitclone'; \
             SET search_path TO {}, public; \
             SET statement_timeout TO {}; \
             SET idle_in_transaction_session_timeout TO 60000; \
             SET lock_timeout TO {}{more}",
            settings.schema, settings.statement_timeout_ms, settings.statement_timeout_ms
        );
        let setup = Setup {
            sql: sql.into(),
            reached,
        };
        let mut manager = ManagerConfig::default();
        // A closed connection is noticed without asking the server: no `SELECT 1` a checkout.
        manager.recycling_method = RecyclingMethod::Fast;
        let prepare = setup.clone();
        manager.custom_setup =
            Box::new(move |url| establish(url.to_owned(), prepare.clone()).boxed());
        let manager = AsyncDieselConnectionManager::new_with_config(url.as_ref(), manager);
        let pool = Pool::builder(manager)
            .max_size(settings.pool_size)
            // A few connections do most of the work, and what PostgreSQL keeps for them stays in the processors' caches.
            .queue_mode(QueueMode::Lifo)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(CONNECT))
            .recycle_timeout(Some(CONNECT))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(Error::internal)?;
        Ok(Self {
            pool,
            url,
            setup,
            waits,
        })
    }

    /// A connection from the pool.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when PostgreSQL does not answer or all connections stay busy, [`Error::Busy`] when
    /// too many wait, to those who are [`impatient`].
    pub async fn get(&self) -> Result<PooledConnection> {
        let may_be_refused = IS_IMPATIENT.try_with(|is_impatient| is_impatient.replace(false));
        if self.is_crowded() && may_be_refused.unwrap_or(false) {
            self.waits.refused.inc();
            return Err(Error::Busy);
        }
        let asked = Instant::now();
        let got = self.pool.get().await;
        self.waits.seconds.observe(asked.elapsed().as_secs_f64());
        got.map_err(|error| {
            self.waits.refused.inc();
            Error::unavailable(Part::Database, error)
        })
    }

    /// A connection of its own, outside the pool and without the statement timeout: for session-level
    /// locks and for migrations.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when PostgreSQL does not answer.
    pub async fn dedicated(&self) -> Result<Connection> {
        let connecting = establish(self.url.to_string(), self.setup.clone());
        let mut connection = tokio::time::timeout(Duration::from_secs(5), connecting)
            .await
            .map_err(|late| Error::unavailable(Part::Database, late))?
            .map_err(|error| Error::unavailable(Part::Database, error))?;
        connection
            .batch_execute("SET statement_timeout TO 0; SET lock_timeout TO 0")
            .await?;
        Ok(connection)
    }

    /// Whether so many wait for a connection that another had better not.
    pub fn is_crowded(&self) -> bool {
        let status = self.pool.status();
        status.waiting >= status.max_size * WAITING_A_CONNECTION
    }

    /// How many have or want a connection.
    pub fn demand(&self) -> usize {
        let status = self.pool.status();
        status.size.saturating_sub(status.available) + status.waiting
    }

    /// Connections in use and open, for the metrics.
    pub fn usage(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.size)
    }
}

async fn establish(url: String, setup: Setup) -> diesel::ConnectionResult<Connection> {
    let mut connection = Connection::establish(&url).await?;
    let unprepared = diesel::ConnectionError::CouldntSetupConfiguration;
    connection
        .batch_execute(&setup.sql)
        .await
        .map_err(unprepared)?;
    if let Some(place) = &setup.reached {
        let place = AtomicI64::load(place, Ordering::Relaxed);
        let has_reached = format!("pg_last_wal_replay_lsn() >= '0/0'::pg_lsn + {place}");
        let has_reached: Option<bool> =
            diesel::select(diesel::dsl::sql::<Nullable<Bool>>(&has_reached))
                .get_result(&mut connection)
                .await
                .map_err(unprepared)?;
        let wrong = match has_reached {
            Some(true) => return Ok(connection),
            Some(false) => "it is not as far as it was seen before",
            None => "it is no replica",
        };
        return Err(diesel::ConnectionError::BadConnection(wrong.to_owned()));
    }
    Ok(connection)
}
