//! Watching how far replicas are.

use std::{
    collections::VecDeque,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use diesel::{
    QueryableByName,
    sql_types::{BigInt, Bool},
};
use diesel_async::RunQueryDsl;
use futures_util::future;
use tokio_util::sync::CancellationToken;

use super::{Replica, Replicas};
use crate::{
    error::{Error, Part, Result},
    store::{Connection, Db, prepared::Prepared},
};

/// Often enough that a replica which keeps up is always well within the bound.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// A server that takes longer counts as away.
const PATIENCE: Duration = Duration::from_millis(400);
/// A replica that is further behind than this many looks is known to be behind, not how far.
const MOST_SAMPLES: usize = 1024;

/// A page of the log and the head of one.
const PAGE: i64 = 8192;
const PAGE_HEAD: i64 = 24;

impl Replicas {
    /// Looks at all of them until told to stop, each on its own, so that one that hangs holds up no other.
    pub async fn watch(self, primary: Db, stop: CancellationToken) {
        self.is_watched.store(true, Ordering::Relaxed);
        let watching = self
            .all
            .iter()
            .map(|replica| watch_one(Arc::clone(replica), primary.clone(), stop.clone()));
        future::join_all(watching).await;
    }
}

async fn watch_one(replica: Arc<Replica>, primary: Db, stop: CancellationToken) {
    let mut watch = Watch {
        replica: &replica,
        primary,
        to_primary: None,
        to_replica: None,
        samples: VecDeque::new(),
    };
    let mut was_used = None;
    loop {
        let cause = watch.look().await.err().and_then(|error| error.cause());
        let is_used = replica.is_fresh();
        if was_used != Some(is_used) {
            let number = replica.number;
            if is_used {
                tracing::info!(replica = number, "a replica is used");
            } else {
                tracing::warn!(replica = number, cause, "a replica is not used");
            }
            was_used = Some(is_used);
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = replica.hurry.notified() => {}
            () = stop.cancelled() => return,
        }
    }
}

/// Connections of its own: when those of the pools are all in use, the replica is needed most.
struct Watch<'r> {
    replica: &'r Replica,
    primary: Db,
    to_primary: Option<Connection>,
    to_replica: Option<Connection>,
    /// Everything that was committed before the moment lies before the place in the log. Oldest first.
    samples: VecDeque<(Instant, i64)>,
}

impl Watch<'_> {
    async fn look(&mut self) -> Result<()> {
        // Without the primary nobody knows how far it is; what was known before holds until it is too old.
        self.sample().await?;
        let found = self.ask_replica().await;
        match found {
            Ok(replayed) => self.take_in(replayed),
            Err(error) => {
                self.replica.distrust();
                return Err(error);
            }
        }
        Ok(())
    }

    async fn sample(&mut self) -> Result<()> {
        let moment = Instant::now();
        let asked = within(async {
            let connection = lend(&mut self.to_primary, &self.primary).await?;
            primary_place(connection).await
        });
        let place = match asked.await {
            Ok(place) => end_of_record(place),
            Err(error) => {
                self.to_primary = None;
                return Err(error);
            }
        };
        // The primary's log is another one, or was taken back.
        if self.samples.back().is_some_and(|(_, last)| *last > place) {
            self.samples.clear();
            self.replica.seen.store(0, Ordering::Relaxed);
        }
        self.samples.push_back((moment, place));
        if self.samples.len() > MOST_SAMPLES {
            self.samples.pop_front();
        }
        Ok(())
    }

    async fn ask_replica(&mut self) -> Result<i64> {
        let (to_primary, to_replica) = (&mut self.to_primary, &mut self.to_replica);
        let asked = within(async {
            let is_new = to_replica.is_none();
            let connection = lend(to_replica, &self.replica.db).await?;
            if is_new && let Some(primary) = to_primary {
                check_kinship(primary, connection).await?;
            }
            replica_place(connection).await
        });
        let place = asked.await;
        if place.is_err() {
            self.to_replica = None;
        }
        place
    }

    fn take_in(&mut self, replayed: i64) {
        self.replica.seen.fetch_max(replayed, Ordering::Relaxed);
        let reached = self
            .samples
            .partition_point(|(_, place)| *place <= replayed);
        if reached == 0 {
            return;
        }
        self.samples.drain(..reached - 1);
        if let Some((moment, _)) = self.samples.front() {
            self.replica.fresh.send_replace(Some(*moment));
        }
    }
}

async fn lend<'c>(kept: &'c mut Option<Connection>, db: &Db) -> Result<&'c mut Connection> {
    let connection = match kept.take() {
        Some(connection) => connection,
        None => db.dedicated().await?,
    };
    Ok(kept.insert(connection))
}

async fn within<T>(asked: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::time::timeout(PATIENCE, asked)
        .await
        .unwrap_or_else(|late| Err(Error::unavailable(Part::Any, late)))
}

/// Where the primary's log ends, of what is not yet written to disk, too: a commit that does not wait for the disk is
/// seen by others before it is there.
async fn primary_place(connection: &mut Connection) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        place: i64,
    }
    let row: Row = Prepared(diesel::sql_query(
        "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS place",
    ))
    .get_result(connection)
    .await?;
    Ok(row.place)
}

async fn replica_place(connection: &mut Connection) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Bool)]
        is_replica: bool,
        #[diesel(sql_type = BigInt)]
        place: i64,
    }
    let row: Row = Prepared(diesel::sql_query(
        "SELECT pg_is_in_recovery() AS is_replica, \
         coalesce(pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0'), 0)::bigint AS place",
    ))
    .get_result(connection)
    .await?;
    if row.is_replica {
        Ok(row.place)
    } else {
        Err(Error::unavailable(Part::Any, "it is no replica (any more)"))
    }
}

/// Places in the logs of two databases say nothing about each other.
async fn check_kinship(primary: &mut Connection, replica: &mut Connection) -> Result<()> {
    if system(primary).await? == system(replica).await? {
        Ok(())
    } else {
        Err(Error::unavailable(Part::Any, "it follows another database"))
    }
}

async fn system(connection: &mut Connection) -> Result<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        system_identifier: i64,
    }
    let row: Row = diesel::sql_query("SELECT system_identifier FROM pg_control_system()")
        .get_result(connection)
        .await?;
    Ok(row.system_identifier)
}

/// Where the next record will begin, the last one may have ended before the head of a page.
fn end_of_record(place: i64) -> i64 {
    if place % PAGE == PAGE_HEAD {
        place - PAGE_HEAD
    } else {
        place
    }
}
