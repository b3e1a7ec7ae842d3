//! One multiplexed connection to Redis, kept and shared.
//!
//! It is taken from the pool once and cloned for each use, since the pool's recycling asks the server
//! something at every checkout, which nearly halves the requests a second. Another is taken when it fails.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use deadpool_redis::{
    Connection, Manager, Pool, Runtime,
    redis::{
        self, AsyncConnectionConfig, FromRedisValue, Pipeline, RedisError,
        aio::MultiplexedConnection,
    },
};

use crate::{
    config,
    error::{Error, Result},
};

const LIBRARY: &str = include_str!("../redis.lua");
const CONNECT: Duration = Duration::from_millis(500);
/// Redis answers within a millisecond; one that takes this long hangs, and SQL answers instead.
const RESPONSE: Duration = Duration::from_millis(500);

/// Clones share the connection.
#[derive(Clone)]
pub struct Shared {
    pool: Pool,
    kept: Arc<Mutex<Option<MultiplexedConnection>>>,
}

impl Shared {
    pub fn new(settings: &config::Redis) -> Result<Self> {
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
        })
    }

    /// Sends the commands in one round trip. Loads the functions first where the server lacks them: it is
    /// new, was restarted, or runs an older library.
    pub async fn run<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T> {
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

    async fn attempt<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T, RedisError> {
        let mut connection = self.connection().await?;
        let done = commands.query_async(&mut connection).await;
        if let Err(error) = &done
            && (error.is_io_error() || error.is_timeout() || error.is_connection_dropped())
        {
            *self.kept() = None;
        }
        done
    }

    async fn load_library(&self) -> Result<()> {
        let mut load = Pipeline::new();
        load.cmd("FUNCTION")
            .arg("LOAD")
            .arg("REPLACE")
            .arg(LIBRARY)
            .ignore();
        self.attempt::<()>(&load).await.map_err(unavailable)
    }

    async fn connection(&self) -> Result<MultiplexedConnection, RedisError> {
        if let Some(connection) = self.kept().as_ref() {
            return Ok(connection.clone());
        }
        let pooled = self
            .pool
            .get()
            .await
            .map_err(|error| RedisError::from(std::io::Error::other(error.to_string())))?;
        let connection = Connection::take(pooled);
        *self.kept() = Some(connection.clone());
        Ok(connection)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Option<MultiplexedConnection>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lacks_function(error: &RedisError) -> bool {
    error.to_string().contains("Function not found")
}

fn unavailable(error: redis::RedisError) -> Error {
    Error::unavailable("The timeline cache", error)
}
