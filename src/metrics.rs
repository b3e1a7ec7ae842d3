//! What the process counts about itself, as Prometheus reads it.

mod recent;

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        histogram::{Histogram, exponential_buckets},
    },
    registry::{Registry, Unit},
};

pub use prometheus_client::metrics::gauge::Gauge;
use recent::Recent;

/// The labels of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Request {
    pub method: String,
    /// The pattern that matched, never the path itself.
    pub route: String,
    pub status: u16,
}

/// The label of what an audit found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Finding {
    pub kind: String,
}

/// The label of why a cached timeline was built.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Rebuild {
    pub reason: &'static str,
}

/// What a pool of connections counts; clones share it.
#[derive(Clone, Debug)]
pub struct PoolWaits {
    pub seconds: Histogram,
    pub refused: Counter,
}

/// The label of a way to followers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Lane {
    pub lane: String,
}

/// The label of a replica: its place in the setting, from 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Replica {
    pub replica: u64,
}

/// Every metric of the process.
pub struct Metrics {
    registry: Registry,
    pub requests: Family<Request, Counter>,
    pub request_seconds: Histogram,
    pub tweets: Counter,
    pub events: Counter,
    pub deliveries: Counter,
    pub followers: Counter,
    visible_seconds: Family<Lane, Histogram>,
    recently_visible: Recent,
    pub consumer_lag: Gauge,
    pieces: Family<Lane, Gauge>,
    pieces_age_seconds: Family<Lane, Gauge<f64, std::sync::atomic::AtomicU64>>,
    pub cached_reads: Counter,
    pub merge_width: Histogram,
    rebuilds: Family<Rebuild, Counter>,
    pub rows_read: Counter,
    pub replica_reads: Counter,
    replica_used: Family<Replica, Gauge>,
    replica_lag_seconds: Family<Replica, Gauge<f64, std::sync::atomic::AtomicU64>>,
    pub audited: Counter,
    pub findings: Family<Finding, Counter>,
    pub outbox_depth: Gauge,
    pub outbox_age_seconds: Gauge<f64, std::sync::atomic::AtomicU64>,
    pub posts_waiting: Gauge,
    pub database_connections: Gauge,
    pub database_connections_busy: Gauge,
    pub database_waits: PoolWaits,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("twitclone"),
            requests: Family::default(),
            // 0.5 ms to 8 s
            request_seconds: Histogram::new(exponential_buckets(0.0005, 2.0, 15)),
            tweets: Counter::default(),
            events: Counter::default(),
            deliveries: Counter::default(),
            followers: Counter::default(),
            // 1 ms to 65 s
            visible_seconds: Family::new_with_constructor(|| {
                Histogram::new(exponential_buckets(0.001, 2.0, 17))
            }),
            recently_visible: Recent::default(),
            consumer_lag: Gauge::default(),
            pieces: Family::default(),
            pieces_age_seconds: Family::default(),
            cached_reads: Counter::default(),
            // 1 to 512 authors
            merge_width: Histogram::new(exponential_buckets(1.0, 2.0, 10)),
            rebuilds: Family::default(),
            rows_read: Counter::default(),
            replica_reads: Counter::default(),
            replica_used: Family::default(),
            replica_lag_seconds: Family::default(),
            audited: Counter::default(),
            findings: Family::default(),
            outbox_depth: Gauge::default(),
            outbox_age_seconds: Gauge::default(),
            posts_waiting: Gauge::default(),
            database_connections: Gauge::default(),
            database_connections_busy: Gauge::default(),
            database_waits: PoolWaits {
                // 0.1 ms to 1.6 s
                seconds: Histogram::new(exponential_buckets(0.0001, 4.0, 8)),
                refused: Counter::default(),
            },
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    /// Everything in the OpenMetrics text format.
    ///
    /// # Errors
    /// When formatting fails, which writing to a string does not.
    pub fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }

    pub fn observe_visible(&self, lane: &str, seconds: f64) {
        let lane = lane.to_owned();
        self.visible_seconds
            .get_or_create(&Lane { lane })
            .observe(seconds);
        self.recently_visible.add(seconds);
    }

    /// How many seconds the last tweets took until they were visible, at the median.
    pub fn recently_visible(&self) -> Option<f64> {
        self.recently_visible.median()
    }

    pub fn count_rebuild(&self, reason: &'static str) {
        self.rebuilds.get_or_create(&Rebuild { reason }).inc();
    }

    /// Sets how much waits in a lane, and for how many seconds the oldest of it has.
    pub fn set_pieces(&self, lane: &str, count: i64, age: f64) {
        let lane = Lane {
            lane: lane.to_owned(),
        };
        self.pieces.get_or_create(&lane).set(count);
        self.pieces_age_seconds.get_or_create(&lane).set(age);
    }

    /// Sets whether a replica is used and how many seconds it is behind at most; infinite where that is not
    /// known.
    pub fn set_replica(&self, replica: u64, is_used: bool, lag: f64) {
        let replica = Replica { replica };
        self.replica_used
            .get_or_create(&replica)
            .set(i64::from(is_used));
        self.replica_lag_seconds.get_or_create(&replica).set(lag);
    }

    pub fn count_findings(&self, kind: &str, count: usize) {
        let kind = kind.to_owned();
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        self.findings.get_or_create(&Finding { kind }).inc_by(count);
    }

    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("http_requests", "Requests answered", self.requests.clone());
        registry.register_with_unit(
            "http_request",
            "Time from a request's head to its answer's",
            Unit::Seconds,
            self.request_seconds.clone(),
        );
        registry.register("tweets", "Tweets posted here", self.tweets.clone());
        registry.register("events", "Tweet events delivered here", self.events.clone());
        registry.register(
            "deliveries",
            "Tweets put into timelines here",
            self.deliveries.clone(),
        );
        registry.register(
            "followers",
            "Followers of tweets' authors looked at, whether they have a cached timeline or not",
            self.followers.clone(),
        );
        registry.register_with_unit(
            "posted_to_visible",
            "Time from posting to the last push to followers' timelines: at once (usual), in pieces (bulk), after a failure (retry)",
            Unit::Seconds,
            self.visible_seconds.clone(),
        );
        registry.register(
            "consumer_lag",
            "Events on the topic, in the partitions that this process has, that are not delivered",
            self.consumer_lag.clone(),
        );
        registry.register(
            "pieces",
            "Pieces of work that wait: deliveries to many (bulk), deletions, failed events (retry), given up (aside)",
            self.pieces.clone(),
        );
        registry.register_with_unit(
            "pieces_age",
            "How long the oldest of them has waited",
            Unit::Seconds,
            self.pieces_age_seconds.clone(),
        );
        registry.register(
            "timeline_cached_reads",
            "Homes read from the cache",
            self.cached_reads.clone(),
        );
        registry.register(
            "timeline_merge_width",
            "Authors over the push limit whose tweets were merged into a home that was read, where there were any",
            self.merge_width.clone(),
        );
        registry.register(
            "timeline_rebuilds",
            "Cached timelines built from SQL, and why",
            self.rebuilds.clone(),
        );
        registry.register(
            "audit_timelines",
            "Cached timelines compared with SQL by the background audit",
            self.audited.clone(),
        );
        registry.register(
            "audit_findings",
            "Ids that were missing, extra, misplaced or duplicate there",
            self.findings.clone(),
        );
        registry.register(
            "rows_read",
            "Rows of homes that were not kept and were read from SQL",
            self.rows_read.clone(),
        );
        registry.register(
            "replica_reads",
            "Readings that a replica answered",
            self.replica_reads.clone(),
        );
        registry.register(
            "replica_used",
            "Whether a replica is fresh enough to be read from",
            self.replica_used.clone(),
        );
        registry.register_with_unit(
            "replica_lag",
            "A replica has everything that was committed before so long ago; infinite where that is not known",
            Unit::Seconds,
            self.replica_lag_seconds.clone(),
        );
        registry.register(
            "outbox_depth",
            "Events that wait",
            self.outbox_depth.clone(),
        );
        registry.register_with_unit(
            "outbox_age",
            "How long the oldest event has waited",
            Unit::Seconds,
            self.outbox_age_seconds.clone(),
        );
        registry.register(
            "posts_waiting",
            "Tweets that wait for the statement that writes them, together with others",
            self.posts_waiting.clone(),
        );
        registry.register(
            "database_connections",
            "Open connections to PostgreSQL",
            self.database_connections.clone(),
        );
        registry.register(
            "database_connections_busy",
            "Connections to PostgreSQL in use",
            self.database_connections_busy.clone(),
        );
        registry.register_with_unit(
            "database_wait",
            "Time until a connection to PostgreSQL was there, or was given up",
            Unit::Seconds,
            self.database_waits.seconds.clone(),
        );
        registry.register(
            "database_refusals",
            "Requests that got no connection to PostgreSQL, since too many waited or it did not answer",
            self.database_waits.refused.clone(),
        );
    }
}
