//! Consumers of the topic: a delivery that fails is tried again, and what was not done when a consumer stops
//! or loses partitions is another's.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use tokio::{runtime::Handle, sync::mpsc, task::JoinHandle, time::timeout};
use tokio_util::sync::CancellationToken;
use twitclone::{
    error::{Error, Part},
    event::{
        EventLog, NewTweet,
        kafka::{Consumer, Producer},
    },
};

use super::topic::client;
use crate::{
    system::{System, until},
    test_app::{PATIENCE, Profile},
};

/// A consumer at work; what it delivers comes out of the channel.
pub struct Reader {
    attempts: mpsc::UnboundedReceiver<(Vec<NewTweet>, bool)>,
    stop: CancellationToken,
    running: Option<JoinHandle<()>>,
}

impl Reader {
    /// `succeeds` is asked at each attempt to deliver.
    pub fn start(system: &System, succeeds: impl Fn() -> bool + Send + 'static) -> Self {
        let lag = system.app.metrics.consumer_lag.clone();
        let consumer =
            Consumer::new(&system.app.settings.kafka, producer(system), 10, lag).unwrap();
        let (sender, attempts) = mpsc::unbounded_channel();
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let running = tokio::task::spawn_blocking(move || {
            let deliver = |events: Vec<NewTweet>| {
                let done = succeeds();
                let _ = sender.send((events, done));
                async move {
                    if done {
                        Ok(())
                    } else {
                        Err(Error::unavailable(Part::TimelineCache, "away"))
                    }
                }
            };
            consumer.run(&Handle::current(), &stopped, || {}, deliver);
        });
        Self {
            attempts,
            stop,
            running: Some(running),
        }
    }

    pub async fn next(&mut self) -> (Vec<NewTweet>, bool) {
        let next = timeout(PATIENCE, self.attempts.recv()).await;
        next.expect("it reads").expect("it runs")
    }

    async fn delivered(&mut self) -> Vec<NewTweet> {
        loop {
            if let (events, true) = self.next().await {
                return events;
            }
        }
    }

    /// Waits until every one of these has been delivered, with or without others.
    async fn delivers_all(&mut self, sent: &[NewTweet]) {
        let mut got = HashSet::new();
        let all = async {
            while !sent.iter().all(|event| got.contains(event)) {
                got.extend(self.delivered().await);
            }
        };
        timeout(PATIENCE, all)
            .await
            .expect("every event is delivered");
    }

    pub async fn stop(&mut self) {
        self.stop.cancel();
        let running = self.running.take().unwrap();
        timeout(PATIENCE, running).await.expect("it stops").unwrap();
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

pub fn producer(system: &System) -> Producer {
    match &system.app.events {
        EventLog::Kafka(producer) => producer.clone(),
        EventLog::Postgres => unreachable!(),
    }
}

/// Events of that many authors, who fall into all partitions.
pub fn events(count: i64, authors: i64) -> Vec<NewTweet> {
    (1..=count)
        .map(|number| NewTweet {
            tweet_id: number.into(),
            author_id: (1 + number % authors).into(),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_fails_is_tried_again_and_nothing_passes_it() {
    let system = System::prepared(Profile::Full, &[]).await;
    let sent = events(25, 1);
    producer(&system).publish(&sent).await.unwrap();
    let attempts = AtomicUsize::new(0);
    let mut reader = Reader::start(&system, move || {
        !attempts.fetch_add(1, Ordering::Relaxed).is_multiple_of(3)
    });
    let mut delivered = Vec::new();
    let mut failed: Option<Vec<NewTweet>> = None;
    while delivered.len() < sent.len() {
        let (events, done) = reader.next().await;
        if let Some(before) = failed.take() {
            assert_eq!(events, before, "the same again");
        }
        if done {
            delivered.extend(events);
        } else {
            failed = Some(events);
        }
    }
    assert_eq!(delivered, sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_consumer_did_not_finish_the_next_one_gets() {
    let system = System::prepared(Profile::Full, &[]).await;
    let sent = events(8, 1);
    producer(&system).publish(&sent[..4]).await.unwrap();
    let mut first = Reader::start(&system, || true);
    assert_eq!(first.delivered().await.first(), sent.first());
    first.stop().await;

    producer(&system).publish(&sent[4..]).await.unwrap();
    let mut second = Reader::start(&system, || false);
    let mut begun = second.next().await.0;
    second.stop().await;

    let mut third = Reader::start(&system, || true);
    let mut got = HashSet::new();
    while !sent[4..].iter().all(|event| got.contains(event)) {
        got.extend(third.delivered().await);
    }
    begun.retain(|event| !got.contains(event));
    assert_eq!(begun, [], "what the second had in hand came again");
    assert!(!got.contains(&sent[0]), "what was done did not");
}

/// While one consumer cannot deliver, another joins and takes partitions over.
#[tokio::test(flavor = "multi_thread")]
async fn a_change_in_the_group_while_a_delivery_fails_loses_nothing() {
    let system = System::prepared(Profile::Full, &[]).await;
    let sent = events(60, 12);
    producer(&system).publish(&sent).await.unwrap();
    let works = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&works);
    let mut first = Reader::start(&system, move || seen.load(Ordering::Relaxed));
    assert!(!first.next().await.1);
    let mut second = Reader::start(&system, || true);
    let mut got: HashSet<NewTweet> = second.delivered().await.into_iter().collect();
    works.store(true, Ordering::Relaxed);
    let all = async {
        while !sent.iter().all(|event| got.contains(event)) {
            tokio::select! {
                events = first.delivered() => got.extend(events),
                events = second.delivered() => got.extend(events),
            }
        }
    };
    timeout(PATIENCE, all)
        .await
        .expect("every event is delivered");
}

/// A partition that is new to a consumer is read although another one's records are still being tried.
#[tokio::test(flavor = "multi_thread")]
async fn a_partition_taken_over_while_a_delivery_fails_is_read_from_its_start() {
    let system = System::prepared(Profile::Full, &[]).await;
    let works = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&works);
    let mut first = Reader::start(&system, move || seen.load(Ordering::Relaxed));
    let mut second = Reader::start(&system, || false);
    settled(&system, 2).await;
    let sent = events(60, 12);
    producer(&system).publish(&sent).await.unwrap();
    assert!(!first.next().await.1);
    assert!(!second.next().await.1);
    second.stop().await;
    settled(&system, 1).await;
    while first.attempts.try_recv().is_ok() {}
    // It polls between attempts, and is given what it may not lose.
    for _ in 0..2 {
        assert!(!first.next().await.1);
    }
    works.store(true, Ordering::Relaxed);
    first.delivers_all(&sent).await;
}

/// librdkafka remembers that a partition was paused, also while another consumer has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_partition_given_away_while_a_delivery_fails_is_read_when_it_comes_back() {
    let system = System::prepared(Profile::Full, &[]).await;
    let sent = events(60, 12);
    let works = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&works);
    let mut first = Reader::start(&system, move || seen.load(Ordering::Relaxed));
    settled(&system, 1).await;
    producer(&system).publish(&sent[..12]).await.unwrap();
    // At the second attempt it is known to have paused.
    for _ in 0..2 {
        assert!(!first.next().await.1);
    }
    let mut second = Reader::start(&system, || true);
    settled(&system, 2).await;
    works.store(true, Ordering::Relaxed);
    first.delivered().await;
    second.stop().await;
    settled(&system, 1).await;
    producer(&system).publish(&sent[12..]).await.unwrap();
    first.delivers_all(&sent[12..]).await;
}

/// Waits until the group has so many members, of whom each has its partitions.
async fn settled(system: &System, members: usize) {
    let group = system.app.settings.kafka.group.clone();
    let watching: BaseConsumer = client().create().unwrap();
    let is_settled = async || {
        let groups = watching.fetch_group_list(Some(&group), PATIENCE).unwrap();
        let Some(group) = groups.groups().first() else {
            return false;
        };
        let has_some = |bytes: Option<&[u8]>| bytes.is_some_and(|bytes| bytes.len() > 20);
        group.state() == "Stable"
            && group.members().len() == members
            && group
                .members()
                .iter()
                .all(|member| has_some(member.assignment()))
    };
    until("the group has settled", is_settled).await;
}
