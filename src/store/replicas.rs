//! Replicas of the database, for reads that allow it: those that need not know what others did within the last
//! second. A session, a home and whatever leads to a write are read from the primary.
//!
//! A replica is used only while it is known to have everything that was committed up to a moment less than [`BOUND`]
//! ago, by this process's own clock. Somebody's own writes are found in any case: each of them touches the writer's
//! row in `users`, so a replica that has that row in the version which the primary gave just now has all that they
//! wrote before.

mod watch;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    pg::{Pg, PgValue},
    prelude::*,
    query_builder::QueryId,
    result::QueryResult,
    sql_types::SqlType,
};
use diesel_async::RunQueryDsl;
use tokio::sync::{Notify, watch as latest};

use super::{Connection, Db, PooledConnection, schema::users};
use crate::{
    config,
    error::{Error, Result},
    id::UserId,
    metrics::PoolWaits,
};

/// Streaming takes milliseconds, so one that is a second behind is not well; and a second is what people forgive when
/// a page lacks what somebody else just said.
pub const BOUND: Duration = Duration::from_secs(1);

/// After that it is the primary's turn, which must answer in what is left of the two seconds.
const PATIENCE: Duration = Duration::from_millis(700);

/// How often who waits for a replica has it looked at.
const HURRY_EVERY: Duration = Duration::from_millis(5);

/// A version of somebody's row in `users`: the transaction that wrote it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromSqlRow)]
pub struct RowVersion(u32);

/// PostgreSQL's type of it.
#[derive(Clone, Copy, Debug, QueryId, SqlType)]
#[diesel(postgres_type(oid = 28, array_oid = 1011))]
pub struct Xid;

impl FromSql<Xid, Pg> for RowVersion {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self(u32::from_be_bytes(bytes.as_bytes().try_into()?)))
    }
}

/// Somebody whose own writes a reading must find.
#[derive(Clone, Copy, Debug)]
pub struct OwnWrites {
    pub user: UserId,
    /// Of their row, if the primary has just given it; otherwise it is asked for.
    pub version: Option<RowVersion>,
}

/// How a replica is.
#[derive(Clone, Copy, Debug)]
pub struct Status {
    pub is_used: bool,
    /// It has everything that was committed before so long ago; `None` when that is not known.
    pub lag: Option<Duration>,
}

/// All replicas; clones share them. None by default, and then nothing here costs anything.
#[derive(Clone)]
pub struct Replicas {
    all: Arc<[Arc<Replica>]>,
    is_watched: Arc<AtomicBool>,
    turn: Arc<AtomicUsize>,
}

/// One replica.
struct Replica {
    /// From 1, in the order of the setting, whose addresses may hold passwords.
    number: usize,
    db: Db,
    /// Everything that was committed before this moment is there.
    fresh: latest::Sender<Option<Instant>>,
    /// How far it was seen to be in the log. No new connection is made to one that is behind that: it was started
    /// again, and has not come as far yet.
    seen: Arc<AtomicI64>,
    /// Has it looked at now.
    hurry: Notify,
}

impl Replicas {
    /// Prepares their pools; connects to nothing yet, and uses none before [`Replicas::watch`].
    ///
    /// # Errors
    /// When the pools' settings make no sense.
    pub fn new(settings: &config::Database, waits: &PoolWaits) -> Result<Self> {
        let all = settings
            .replica_urls()
            .enumerate()
            .map(|(at, url)| {
                let seen = Arc::default();
                Ok(Arc::new(Replica {
                    number: at + 1,
                    db: Db::of_replica(url, settings, waits.clone(), Arc::clone(&seen))?,
                    fresh: latest::Sender::new(None),
                    seen,
                    hurry: Notify::new(),
                }))
            })
            .collect::<Result<_>>()?;
        Ok(Self {
            all,
            is_watched: Arc::default(),
            turn: Arc::default(),
        })
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Each of them, in the order of the setting; none in a process that does not use them.
    pub fn status(&self) -> Vec<Status> {
        if !AtomicBool::load(&self.is_watched, Ordering::Relaxed) {
            return Vec::new();
        }
        let status = |replica: &Arc<Replica>| Status {
            is_used: replica.is_fresh(),
            lag: replica.fresh.borrow().map(|moment| moment.elapsed()),
        };
        self.all.iter().map(status).collect()
    }

    /// Reads from one of them. `None` when it must be read from the primary: there is none that is fresh, it lacks
    /// something that the viewer wrote, or the reading failed, for whatever reason. What is not found may be new.
    pub async fn read<T, F: Future<Output = Result<T>>>(
        &self,
        primary: &Db,
        own: Option<OwnWrites>,
        reading: impl FnOnce(PooledConnection) -> F,
    ) -> Option<T> {
        let replica = self.choose()?;
        let begun = Instant::now();
        let expected = match own {
            Some(own) => Some((own.user, version_of(primary, own).await?)),
            None => None,
        };
        let left = || PATIENCE.saturating_sub(begun.elapsed());
        let Ok(Ok(mut connection)) = tokio::time::timeout(left(), replica.db.get()).await else {
            replica.distrust();
            return None;
        };
        let attempt = async {
            if let Some((user, version)) = expected
                // A later version counts as none: the primary has it for sure.
                && row_version(&mut connection, user).await? != Some(version)
            {
                return Ok(None);
            }
            reading(connection).await.map(Some)
        };
        match tokio::time::timeout(left(), attempt).await {
            Ok(Ok(read)) => read,
            Ok(Err(error)) => {
                tracing::debug!(replica = replica.number, %error, "read from the primary");
                if matches!(error, Error::Unavailable { .. }) {
                    replica.distrust();
                }
                None
            }
            Err(_) => {
                replica.distrust();
                None
            }
        }
    }

    /// Waits until everything that was committed up to now is on all replicas, or else until no process uses one that
    /// lacks it, since then it is behind the bound. To be called after a change that nobody may miss, before it is
    /// acknowledged. Without replicas it returns at once.
    pub async fn settle(&self) {
        let committed = Instant::now();
        let all_have_it = async {
            for replica in &*self.all {
                replica.reaches(committed).await;
            }
        };
        // Late is as good as settled.
        let _ = tokio::time::timeout(BOUND, all_have_it).await;
    }

    /// The fresh one with the least to do, in turn where several have the same; none that many wait for.
    fn choose(&self) -> Option<&Replica> {
        if self.all.is_empty() {
            return None;
        }
        let first = self.turn.fetch_add(1, Ordering::Relaxed) % self.all.len();
        let (before, from) = self.all.split_at(first);
        from.iter()
            .chain(before)
            .filter(|replica| replica.is_fresh() && !replica.db.is_crowded())
            .min_by_key(|replica| replica.db.demand())
            .map(Arc::as_ref)
    }
}

impl Replica {
    fn is_fresh(&self) -> bool {
        self.fresh
            .borrow()
            .is_some_and(|moment| moment.elapsed() < BOUND)
    }

    /// It is not used before the next look.
    fn distrust(&self) {
        self.fresh.send_replace(None);
    }

    async fn reaches(&self, moment: Instant) {
        let mut fresh = self.fresh.subscribe();
        while fresh.borrow_and_update().is_none_or(|known| known < moment) {
            self.hurry.notify_one();
            // Without an answer it is asked again.
            let _ = tokio::time::timeout(HURRY_EVERY, fresh.changed()).await;
        }
    }
}

async fn version_of(primary: &Db, own: OwnWrites) -> Option<RowVersion> {
    if own.version.is_some() {
        return own.version;
    }
    let mut connection = primary.get().await.ok()?;
    row_version(&mut connection, own.user).await.ok()?
}

async fn row_version(connection: &mut Connection, user: UserId) -> QueryResult<Option<RowVersion>> {
    users::table
        .find(user.get())
        .select(users::xmin)
        .first(connection)
        .await
        .optional()
}
