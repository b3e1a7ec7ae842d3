//! What the parts of the system share, assembled once.

mod admission;

use std::sync::Arc;

use chrono::TimeDelta;
use futures_util::FutureExt;
use tokio::runtime::Handle;
use webauthn_rs::Webauthn;

use crate::{
    account::{passkey, password::Hasher, token::Tokens},
    clock::Clock,
    config::{EventsBackend, Settings, TimelinesBackend},
    doorbell::Doorbell,
    error::{Error, Part, Result},
    event::{EventLog, handed::Handed, kafka::Producer},
    mail::postman::Way,
    metrics::Metrics,
    rows::Rows,
    store::{Db, OwnWrites, PooledConnection, Replicas, pool, sessions::SessionLimits},
    timeline::{TimelineCache, memory, redis},
    tweet::posting::Posting,
};

pub use admission::as_one_request;
use admission::{Gate, is_first, within_patience};

/// Pools, cache, event log, clock. Clones share everything.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    pub settings: Settings,
    pub db: Db,
    pub replicas: Replicas,
    pub timelines: TimelineCache,
    pub rows: Rows,
    pub events: EventLog,
    /// Tweets that are about to be written.
    pub posting: Posting,
    /// Events that this process wrote, for its relay.
    pub handed: Handed,
    /// Rung when a piece of work was written.
    pub lanes: Doorbell,
    /// Rung when mail was written.
    pub mailbox: Doorbell,
    /// Rung when an account was deleted.
    pub deletions: Doorbell,
    /// How mail leaves.
    pub post: Way,
    /// What passkeys here belong to, if there can be any.
    pub passkeys: Option<Webauthn>,
    pub hasher: Hasher,
    pub tokens: Tokens,
    pub clock: Clock,
    pub metrics: Metrics,
    gate: Gate,
    runtime: Handle,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Assembles everything and connects to nothing yet. `runtime` is the main one, on which every operation
    /// runs.
    ///
    /// # Errors
    /// When a client library does not take the settings.
    pub fn new(settings: Settings, clock: Clock, runtime: Handle) -> Result<Self> {
        let timelines = match settings.timelines.backend {
            TimelinesBackend::Memory => {
                TimelineCache::Memory(memory::Timelines::new(settings.timelines.cap))
            }
            TimelinesBackend::Redis => {
                TimelineCache::Redis(redis::Timelines::new(&settings.redis, &settings.timelines)?)
            }
        };
        let events = match settings.events.backend {
            EventsBackend::Postgres => EventLog::Postgres,
            EventsBackend::Kafka => EventLog::Kafka(Producer::new(&settings.kafka)?),
        };
        let metrics = Metrics::default();
        Ok(Self(Arc::new(Parts {
            db: Db::new(&settings.database, metrics.database_waits.clone())?,
            replicas: Replicas::new(&settings.database, &metrics.database_waits)?,
            timelines,
            rows: Rows::new(settings.rows.megabytes),
            events,
            posting: Posting::default(),
            handed: Handed::default(),
            lanes: Doorbell::default(),
            mailbox: Doorbell::default(),
            deletions: Doorbell::default(),
            passkeys: passkey::relying_party(&settings),
            post: Way::of(&settings.mail)?,
            hasher: Hasher::new(settings.auth.bcrypt_cost),
            tokens: Tokens::new(&settings.auth),
            clock,
            metrics,
            gate: Gate::new(settings.server.operations_at_once),
            runtime,
            settings,
        })))
    }

    /// Whether so much is under way that whoever comes now had better be told to come back.
    pub fn is_full(&self) -> bool {
        self.gate.is_full()
    }

    /// Runs an operation on the main runtime and waits for it, but not for long: [`as_one_request`].
    ///
    /// Web workers are separate runtimes, and a pooled connection is driven by the one that opened it, so
    /// handlers must not touch a pool themselves. And when a client goes away its handler is dropped; the
    /// operation goes on to its end all the same, so that no transaction is left open.
    ///
    /// # Errors
    /// The operation's own, [`Error::Unavailable`] when it takes too long (it goes on), [`Error::Internal`]
    /// when it panics.
    pub async fn run<T, F, O>(&self, operation: O) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
        O: FnOnce(App) -> F,
    {
        let pass = self.gate.pass();
        let running = pool::impatient(is_first(), operation(self.clone()));
        // It counts until its result is taken: a web worker that has much to do is late with that. An async block would
        // hold the operation twice.
        let running = self.runtime.spawn(running.map(move |done| (done, pass)));
        match within_patience(running).await {
            Some(Ok((done, _))) => done,
            Some(Err(panicked)) => Err(Error::internal(panicked)),
            // Which of them it waits for, nobody knows; one that is away is named, one that hangs is not.
            None => Err(Error::unavailable(Part::Any, "it took too long")),
        }
    }

    /// As [`App::run`], for queries that write nothing and lead to no write: on a replica, where there is one that has the
    /// viewer's own writes, else or when that fails on the primary. What others did may be missing if it is less than a
    /// second old, except for what was deleted ([`Replicas::settle`]).
    ///
    /// # Errors
    /// As [`App::run`]; `reading`'s are those that it gives on the primary.
    pub async fn read<T, F, O>(&self, own: Option<OwnWrites>, reading: O) -> Result<T>
    where
        T: Send + 'static,
        F: Future<Output = Result<T>> + Send + 'static,
        O: Fn(PooledConnection) -> F + Send + Sync + 'static,
    {
        self.run(move |app| async move {
            if let Some(read) = app.replicas.read(&app.db, own, &reading).await {
                app.metrics.replica_reads.inc();
                return Ok(read);
            }
            reading(app.db.get().await?).await
        })
        .await
    }

    /// How long a cached timeline lives without being read.
    pub fn timelines_idle(&self) -> TimeDelta {
        TimeDelta::days(self.settings.timelines.idle_days.into())
    }

    /// Since when a session has to have been used, and to have begun, to be one still.
    pub fn session_limits(&self) -> SessionLimits {
        let (auth, now) = (&self.settings.auth, self.clock.now());
        SessionLimits {
            used_since: now - TimeDelta::days(auth.session_idle_days.into()),
            begun_since: now - TimeDelta::days(auth.session_days.into()),
        }
    }
}
