//! How far behind a consumer says that it is.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use rdkafka::mocking::{MockCluster, MockCoordinator};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use twitclone::{
    config,
    error::{Error, Part},
    event::kafka::{Consumer, Producer},
    metrics::Gauge,
};

use super::{
    consumer::{Reader, events, producer},
    mock::{TOPIC, settings},
};
use crate::{
    system::{System, until},
    test_app::Profile,
};

/// Also while it cannot deliver, when it reads nothing.
#[tokio::test(flavor = "multi_thread")]
async fn it_tells_how_far_behind_it_is() {
    let system = System::prepared(Profile::Full, &[]).await;
    let lag = system.app.metrics.consumer_lag.clone();
    let sent = events(30, 12);
    producer(&system).publish(&sent[..20]).await.unwrap();
    let works = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&works);
    let mut reader = Reader::start(&system, move || seen.load(Ordering::Relaxed));
    assert!(!reader.next().await.1);
    until("it is 20 behind", async || lag.get() == 20).await;
    producer(&system).publish(&sent[20..]).await.unwrap();
    until("it is 30 behind", async || lag.get() == 30).await;
    works.store(true, Ordering::Relaxed);
    until("it has caught up", async || lag.get() == 0).await;
    reader.stop().await;
}

/// One whose broker is away at first is not read before all are paused.
#[tokio::test(flavor = "multi_thread")]
async fn it_counts_partitions_that_it_has_not_begun_to_read() {
    let cluster = MockCluster::new(2).unwrap();
    cluster.create_topic(TOPIC, 2, 1).unwrap();
    for (partition, broker) in [(0, 1), (1, 2)] {
        cluster
            .partition_leader(TOPIC, partition, Some(broker))
            .unwrap();
    }
    let settings = config::Kafka {
        partitions: 2,
        ..settings(cluster.bootstrap_servers())
    };
    let coordinator = MockCoordinator::Group(settings.group.clone());
    cluster.coordinator(coordinator, 1).unwrap();
    let producer = Producer::new(&settings).unwrap();
    producer.publish(&events(20, 12)).await.unwrap();
    cluster.broker_down(2).unwrap();
    let lag = Gauge::default();
    let consumer = Consumer::new(&settings, producer, 10, lag.clone()).unwrap();
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&attempts);
    tokio::task::spawn_blocking(move || {
        let deliver = async |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Err(Error::unavailable(Part::TimelineCache, "away"))
        };
        consumer.run(&Handle::current(), &stop, || {}, deliver);
    });
    until("all is paused", async || {
        attempts.load(Ordering::Relaxed) >= 2
    })
    .await;
    cluster.broker_up(2).unwrap();
    until("it is 20 behind", async || lag.get() == 20).await;
}
