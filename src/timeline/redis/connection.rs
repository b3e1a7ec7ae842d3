//! One multiplexed connection to a Redis server, kept and shared.
//!
//! It is taken from the pool once and cloned for each use, since the pool's recycling asks the server
//! something at every checkout, which nearly halves the requests a second. Another is taken when it fails.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use deadpool_redis::{
    Connection, Manager, Pool, PoolError, Runtime,
    redis::{
        self, AsyncConnectionConfig, FromRedisValue, Pipeline, RedisError, Value,
        aio::MultiplexedConnection,
    },
};

use super::pause::{Leave, Pause};
use crate::error::{Error, Part, Result};

const LIBRARY: &str = include_str!("../redis.lua");
const CONNECT: Duration = Duration::from_millis(500);
/// Redis answers within a millisecond; one that takes this long hangs, and SQL answers instead.
const RESPONSE: Duration = Duration::from_millis(500);

/// One run of a Redis server, from its start to its end, and in a cluster from one change of the slots that it has
/// to the next. A restart ends every connection, so a connection belongs to one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run(pub Arc<str>);

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    pub host: String,
    pub port: u16,
}

impl Address {
    /// `host:port`, of which the host may be an address of IPv6, with or without brackets.
    pub fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.trim().rsplit_once(':')?;
        Some(Self {
            host: host.trim_matches(['[', ']']).to_owned(),
            port: port.parse().ok()?,
        })
    }
}

#[derive(Clone)]
struct Kept {
    connection: MultiplexedConnection,
    run: Run,
}

/// One server. Clones share the connection.
#[derive(Clone)]
pub struct Node(Arc<Parts>);

struct Parts {
    address: Address,
    /// In a cluster: it grows whenever the node takes slots over.
    epoch: Option<u64>,
    pool: Pool,
    kept: Mutex<Option<Kept>>,
    pause: Pause,
}

impl Node {
    /// Prepares a client; connects at first use.
    pub fn new(address: Address, epoch: Option<u64>) -> Result<Self, RedisError> {
        let timeouts = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(RESPONSE));
        let manager = Manager::new_with_config((address.host.as_str(), address.port), timeouts)?;
        let pool = Pool::builder(manager)
            .max_size(2)
            .wait_timeout(Some(CONNECT))
            .create_timeout(Some(CONNECT))
            .recycle_timeout(Some(CONNECT))
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| RedisError::from(io::Error::other(error)))?;
        Ok(Self(Arc::new(Parts {
            address,
            epoch,
            pool,
            kept: Mutex::default(),
            pause: Pause::default(),
        })))
    }

    pub fn address(&self) -> &Address {
        &self.0.address
    }

    pub fn epoch(&self) -> Option<u64> {
        self.0.epoch
    }

    /// Sends the commands in one round trip; the answer, and in which run it was given. Loads the functions
    /// first where the server lacks them: it is new, was restarted, or runs an older library.
    pub async fn run<T: FromRedisValue>(
        &self,
        commands: &Pipeline,
    ) -> Result<(T, Run), RedisError> {
        match self.attempt(commands).await {
            Err(error) if lacks_function(&error) => {
                self.load_library().await?;
                self.attempt(commands).await
            }
            // A kept connection may have died while nobody used it; a new one says whether the server has.
            Err(error) if error.is_connection_dropped() => self.attempt(commands).await,
            done => done,
        }
    }

    /// The same for one command or one transaction about a key that is on its way to this node, which only then
    /// takes it.
    pub async fn run_asking<T: FromRedisValue>(
        &self,
        commands: &Pipeline,
    ) -> Result<(T, Run), RedisError> {
        let mut asking = Pipeline::new();
        asking.cmd("ASKING");
        // It holds for a whole transaction if it stands before, where an atomic pipeline would not put it.
        if commands.is_transaction() {
            asking.cmd("MULTI");
        }
        for command in commands.cmd_iter() {
            asking.add_command(command.clone());
        }
        if commands.is_transaction() {
            asking.cmd("EXEC");
        }
        let (mut answers, run): (Vec<Value>, Run) = self.run(&asking).await?;
        let last = answers.pop().unwrap_or(Value::Nil);
        let answer = if commands.is_transaction() {
            last
        } else {
            Value::Array(vec![last])
        };
        Ok((T::from_redis_value(answer)?, run))
    }

    /// The run of the server that is spoken to now.
    pub async fn current_run(&self) -> Result<Run, RedisError> {
        let leave = self.leave()?;
        let kept = self.kept_or_new().await;
        note(leave, &kept);
        Ok(kept?.run)
    }

    async fn attempt<T: FromRedisValue>(
        &self,
        commands: &Pipeline,
    ) -> Result<(T, Run), RedisError> {
        let leave = self.leave()?;
        let done = self.query(commands).await;
        note(leave, &done);
        done
    }

    /// Not where others have just waited in vain.
    fn leave(&self) -> Result<Leave<'_>, RedisError> {
        let leave = self.0.pause.leave(CONNECT + RESPONSE);
        leave.ok_or_else(|| io::Error::other("it did not answer a moment ago").into())
    }

    async fn query<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<(T, Run), RedisError> {
        let Kept {
            mut connection,
            run,
        } = self.kept_or_new().await?;
        let done = commands.query_async(&mut connection).await;
        if let Err(error) = &done
            && (error.is_io_error() || error.is_timeout() || error.is_connection_dropped())
        {
            *lock(&self.0.kept) = None;
        }
        done.map(|answer| (answer, run))
    }

    async fn load_library(&self) -> Result<(), RedisError> {
        let mut load = Pipeline::new();
        load.cmd("FUNCTION")
            .arg("LOAD")
            .arg("REPLACE")
            .arg(LIBRARY)
            .ignore();
        let ((), _) = self.attempt(&load).await?;
        Ok(())
    }

    async fn kept_or_new(&self) -> Result<Kept, RedisError> {
        if let Some(kept) = lock(&self.0.kept).as_ref() {
            return Ok(kept.clone());
        }
        // Every look into the cache would otherwise be as large as this.
        let kept = Box::pin(self.connect()).await?;
        *lock(&self.0.kept) = Some(kept.clone());
        Ok(kept)
    }

    async fn connect(&self) -> Result<Kept, RedisError> {
        let pooled = self.0.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => error,
            PoolError::Timeout(_) => io::Error::new(io::ErrorKind::TimedOut, error).into(),
            error => io::Error::other(error).into(),
        })?;
        let mut connection = Connection::take(pooled);
        let information: String = redis::cmd("INFO")
            .arg("server")
            .query_async(&mut connection)
            .await?;
        let mut run = run_id(&information);
        if let Some(epoch) = self.0.epoch {
            run = format!("{run}-{epoch}");
        }
        Ok(Kept {
            connection,
            run: Run(run.into()),
        })
    }
}

fn note<T>(leave: Leave<'_>, done: &Result<T, RedisError>) {
    match done {
        Err(error) if error.is_timeout() => leave.in_vain(),
        _ => leave.answered(),
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

pub fn unavailable(error: RedisError) -> Error {
    Error::unavailable(Part::TimelineCache, error)
}

/// A panic elsewhere leaves nothing half done.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
