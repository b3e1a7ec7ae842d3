//! One multiplexed connection to Redis, kept and shared.
//!
//! It is taken from the pool once and cloned for each use, since the pool's recycling asks the server
//! something at every checkout, which nearly halves the requests a second. Another is taken when it fails.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use deadpool_redis::{
    Connection, Manager, Pool, PoolError, Runtime,
    redis::{
        self, AsyncConnectionConfig, FromRedisValue, Pipeline, RedisError,
        aio::MultiplexedConnection,
    },
};

use super::{news, pause::Pause};
use crate::{
    config,
    error::{Error, Result},
};

const LIBRARY: &str = include_str!("../redis.lua");
const CONNECT: Duration = Duration::from_millis(500);
/// Redis answers within a millisecond; one that takes this long hangs, and SQL answers instead.
const RESPONSE: Duration = Duration::from_millis(500);

/// One run of a Redis server, from its start to its end. A restart ends every connection, so a connection
/// belongs to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run(pub Arc<str>);

#[derive(Clone)]
struct Kept {
    connection: MultiplexedConnection,
    server: Server,
}

/// What a connection leads to.
#[derive(Clone, Debug)]
pub struct Server {
    pub run: Run,
    /// An entry of the stream of changes that was its last one when the connection was made.
    pub end: news::EntryId,
}

/// Clones share the connection.
#[derive(Clone)]
pub struct Shared {
    pool: Pool,
    kept: Arc<Mutex<Option<Kept>>>,
    pause: Arc<Pause>,
    changes: Arc<str>,
}

impl Shared {
    /// `changes` is the key of the stream of changes.
    pub fn new(settings: &config::Redis, changes: &str) -> Result<Self> {
        let url = format!("redis://{}:{}/", settings.host, settings.port);
        let timeouts = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(RESPONSE));
        let manager = Manager::new_with_config(url, timeouts).map_err(Error::internal)?;
        let pool = Pool::builder(manager)
            .max_size(2)
            .wait_timeout(Some(CONNECT))
            .create_timeout(Some(CONNECT))
            .recycle_timeout(Some(CONNECT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(Error::internal)?;
        Ok(Self {
            pool,
            kept: Arc::default(),
            pause: Arc::default(),
            changes: changes.into(),
        })
    }

    /// Sends the commands in one round trip. Loads the functions first where the server lacks them: it is
    /// new, was restarted, or runs an older library.
    pub async fn run<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T> {
        Ok(self.run_where(commands).await?.0)
    }

    /// The same, and who answered.
    pub async fn run_where<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<(T, Server)> {
        match self.attempt(commands).await {
            Err(error) if lacks_function(&error) => {
                self.load_library().await?;
                self.attempt(commands).await
            }
            // A kept connection may have died while nobody used it; a new one says whether the server has.
            Err(error) if error.is_connection_dropped() => self.attempt(commands).await,
            done => done,
        }
        .map_err(unavailable)
    }

    /// The run of the server that is spoken to now.
    pub async fn server_run(&self) -> Result<Run> {
        self.may_ask().map_err(unavailable)?;
        let kept = self.kept_or_new().await;
        self.note(&kept);
        Ok(kept.map_err(unavailable)?.server.run)
    }

    async fn attempt<T: FromRedisValue>(
        &self,
        commands: &Pipeline,
    ) -> Result<(T, Server), RedisError> {
        self.may_ask()?;
        let done = self.query(commands).await;
        self.note(&done);
        done
    }

    /// Not where others have just waited in vain.
    fn may_ask(&self) -> Result<(), RedisError> {
        if self.pause.may_ask(CONNECT + RESPONSE) {
            return Ok(());
        }
        Err(io::Error::other("it did not answer a moment ago").into())
    }

    fn note<T>(&self, done: &Result<T, RedisError>) {
        match done {
            Err(error) if error.is_timeout() => self.pause.begin(),
            _ => self.pause.end(),
        }
    }

    async fn query<T: FromRedisValue>(
        &self,
        commands: &Pipeline,
    ) -> Result<(T, Server), RedisError> {
        let Kept {
            mut connection,
            server,
        } = self.kept_or_new().await?;
        let done = commands.query_async(&mut connection).await;
        if let Err(error) = &done
            && (error.is_io_error() || error.is_timeout() || error.is_connection_dropped())
        {
            *self.kept() = None;
        }
        done.map(|answer| (answer, server))
    }

    async fn load_library(&self) -> Result<()> {
        let mut load = Pipeline::new();
        load.cmd("FUNCTION")
            .arg("LOAD")
            .arg("REPLACE")
            .arg(LIBRARY)
            .ignore();
        let ((), _) = self.attempt(&load).await.map_err(unavailable)?;
        Ok(())
    }

    async fn kept_or_new(&self) -> Result<Kept, RedisError> {
        if let Some(kept) = self.kept().as_ref() {
            return Ok(kept.clone());
        }
        let pooled = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(_) => io::Error::new(io::ErrorKind::TimedOut, error).into(),
            error => io::Error::other(error).into(),
        })?;
        let mut connection = Connection::take(pooled);
        let information: String = redis::cmd("INFO")
            .arg("server")
            .query_async(&mut connection)
            .await?;
        let run = Run(run_id(&information).into());
        let end = news::end(&mut connection, &self.changes).await?;
        let server = Server { run, end };
        let kept = Kept { connection, server };
        *self.kept() = Some(kept.clone());
        Ok(kept)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The first half of it, which is random enough and short enough to be kept in every timeline.
fn run_id(information: &str) -> String {
    information
        .lines()
        .find_map(|line| line.strip_prefix("run_id:"))
        .unwrap_or("unknown")
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(20)
        .collect()
}

fn lacks_function(error: &RedisError) -> bool {
    error.to_string().contains("Function not found")
}

fn unavailable(error: redis::RedisError) -> Error {
    Error::unavailable("The timeline cache", error)
}
