//! Reading events from the topic.
//!
//! One blocking loop owns the consumer: it polls, has a batch delivered, and only then stores the batch's
//! offsets, so that what is lost with the process is delivered again. While a delivery is retried the
//! partitions are paused and polling goes on, so that the broker does not take this consumer for dead.

use std::{
    collections::HashMap,
    mem,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use rdkafka::{
    ClientConfig, ClientContext, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer as _, ConsumerContext, Rebalance},
    error::KafkaResult,
    message::BorrowedMessage,
    statistics::Statistics,
};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use super::{Producer, lag::Lag, reach::Reach};
use crate::{
    config,
    error::{Error, Result},
    event::NewTweet,
    metrics::Gauge,
};

const POLL: Duration = Duration::from_millis(100);
/// How long the broker may take to say where a partition ends.
const LOOK: Duration = Duration::from_millis(500);
const FIRST_RETRY: Duration = Duration::from_millis(100);
const LAST_RETRY: Duration = Duration::from_secs(3);
/// Leaves time for what is in hand, within the grace of `fanout`.
const LEAVE_WITHIN: Duration = Duration::from_secs(2);

/// A record that is not a tweet event.
#[derive(Debug)]
struct Misunderstood {
    key: Vec<u8>,
    payload: Vec<u8>,
    cause: String,
    origin: String,
}

/// Records taken from the topic together.
#[derive(Debug, Default)]
struct Batch {
    events: Vec<NewTweet>,
    misunderstood: Vec<Misunderstood>,
    /// The next offset of each partition once this batch is done.
    next: HashMap<i32, i64>,
}

/// Notices what the group decides, and how far behind this consumer is.
struct Context {
    topic: String,
    lag: Lag,
    reach: Reach,
}

impl ClientContext for Context {
    fn stats(&self, figures: Statistics) {
        self.reach.take_in(&figures);
        if let Some(topic) = figures.topics.get(&self.topic) {
            self.lag.take_in(topic);
        }
    }

    fn log(&self, level: rdkafka::config::RDKafkaLogLevel, facility: &str, message: &str) {
        tracing::debug!(?level, facility, message, "librdkafka");
    }

    fn error(&self, error: rdkafka::error::KafkaError, reason: &str) {
        tracing::debug!(%error, reason, "librdkafka");
    }
}

impl ConsumerContext for Context {
    fn pre_rebalance(&self, consumer: &BaseConsumer<Self>, rebalance: &Rebalance<'_>) {
        match rebalance {
            Rebalance::Assign(partitions) => {
                tracing::info!(partitions = partitions.count(), "partitions assigned");
                // One that was taken away while it was paused comes back paused, and would never be read.
                if let Err(error) = consumer.resume(partitions) {
                    tracing::warn!(%error, "partitions may stay paused");
                }
            }
            Rebalance::Revoke(partitions) => {
                // What is stored was delivered, since the loop delivers before it polls; librdkafka commits it now.
                tracing::info!(partitions = partitions.count(), "partitions revoked");
            }
            Rebalance::Error(error) => tracing::warn!(%error, "rebalance"),
        }
    }
}

/// A member of the consumer group, not yet reading.
pub struct Consumer {
    consumer: BaseConsumer<Context>,
    config: ClientConfig,
    lag: Gauge,
    producer: Producer,
    topic: String,
    most: usize,
}

impl Consumer {
    /// Joins the group in the background. `most` is the largest batch; `lag` is to show how many records of its
    /// partitions it has not delivered.
    ///
    /// # Errors
    /// When librdkafka does not take the settings.
    pub fn new(
        settings: &config::Kafka,
        producer: Producer,
        most: usize,
        lag: Gauge,
    ) -> Result<Self> {
        let mut config = super::client(settings);
        config
            .set("group.id", &settings.group)
            .set("enable.auto.commit", "true")
            .set("auto.commit.interval.ms", "500")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "earliest")
            .set("partition.assignment.strategy", "cooperative-sticky")
            .set("session.timeout.ms", "10000")
            .set("heartbeat.interval.ms", "1000")
            .set("fetch.wait.max.ms", "100")
            .set("fetch.error.backoff.ms", "100")
            .set("queued.max.messages.kbytes", "8192")
            // A turn of this much from each partition, so that what has waited comes nearly in the order of its ids.
            .set("fetch.message.max.bytes", "16384");
        Reach::watch(&mut config);
        Ok(Self {
            consumer: join(&config, &settings.topic, &lag).map_err(Error::internal)?,
            config,
            lag,
            producer,
            topic: settings.topic.clone(),
            most,
        })
    }

    /// Reads until told to stop, handing each batch to `deliver`, which is called again until it succeeds.
    /// `progress` is called at every turn. Blocks: give it a thread of its own.
    pub fn run<F>(
        mut self,
        runtime: &Handle,
        stop: &CancellationToken,
        progress: impl Fn(),
        deliver: impl Fn(Vec<NewTweet>) -> F,
    ) where
        F: Future<Output = Result<()>>,
    {
        while !stop.is_cancelled() {
            progress();
            self.replace_if_lost();
            let batch = self.next_batch();
            if batch.next.is_empty() {
                continue;
            }
            if !self.deliver(runtime, stop, &progress, &batch, &deliver) {
                break;
            }
            self.store(&batch);
        }
        self.leave();
    }

    /// What was delivered and not committed is delivered once more, to no effect.
    fn replace_if_lost(&mut self) {
        if !self.consumer.context().reach.is_lost() {
            return;
        }
        tracing::warn!("the consumer is replaced: it knows no broker any more");
        match join(&self.config, &self.topic, &self.lag) {
            Ok(new) => {
                let old = mem::replace(&mut self.consumer, new);
                // It may take its time to give up, and nobody has to wait for that.
                thread::spawn(move || drop(old));
            }
            Err(error) => tracing::error!(%error, "no new consumer"),
        }
    }

    /// Commits and leaves the group, so that the others take over at once. On a thread of its own, since neither can be
    /// given up: while the group waits for a member that died, the broker answers no other request of one that has
    /// asked to join. What is not committed then is delivered once more, to no effect.
    fn leave(self) {
        let (left, gone) = mpsc::channel();
        thread::spawn(move || {
            if let Err(error) = self.consumer.commit_consumer_state(CommitMode::Sync) {
                tracing::debug!(%error, "nothing to commit");
            }
            self.consumer.unsubscribe();
            drop(self.consumer);
            // Nobody waits any longer.
            let _ = left.send(());
        });
        if gone.recv_timeout(LEAVE_WITHIN).is_err() {
            tracing::warn!(
                "the group is busy; its other members take over when they miss this one"
            );
        }
    }

    /// Waits a little for a first record, then takes what has come already.
    fn next_batch(&self) -> Batch {
        let mut batch = Batch::default();
        let mut wait = POLL;
        while batch.events.len() + batch.misunderstood.len() < self.most {
            match self.consumer.poll(wait) {
                Some(Ok(message)) => batch.add(&message),
                Some(Err(error)) => {
                    tracing::debug!(%error, "poll");
                    break;
                }
                None => break,
            }
            wait = Duration::ZERO;
        }
        batch
    }

    /// False when told to stop before it was done.
    fn deliver<F>(
        &self,
        runtime: &Handle,
        stop: &CancellationToken,
        progress: &impl Fn(),
        batch: &Batch,
        deliver: &impl Fn(Vec<NewTweet>) -> F,
    ) -> bool
    where
        F: Future<Output = Result<()>>,
    {
        let mut retry = FIRST_RETRY;
        let mut is_paused = false;
        loop {
            let done = runtime.block_on(async {
                self.set_aside(batch).await?;
                deliver(batch.events.clone()).await
            });
            let Err(error) = done else {
                if is_paused {
                    self.pause(false);
                }
                return true;
            };
            tracing::warn!(%error, cause = error.cause(), events = batch.events.len(), "delivery is tried again");
            self.pause(true);
            is_paused = true;
            self.look_at_ends();
            let again = Instant::now() + retry;
            while Instant::now() < again {
                if stop.is_cancelled() {
                    return false;
                }
                progress();
                // Paused, so this only answers the broker.
                if let Some(Ok(message)) = self.consumer.poll(POLL) {
                    // A partition that was assigned meanwhile is not paused: go back to this record.
                    self.rewind(&message);
                }
            }
            retry = (retry * 2).min(LAST_RETRY);
        }
    }

    async fn set_aside(&self, batch: &Batch) -> Result<()> {
        for record in &batch.misunderstood {
            tracing::warn!(
                cause = record.cause,
                origin = record.origin,
                "record set aside"
            );
            self.producer
                .set_aside(&record.key, &record.payload, &record.cause, &record.origin)
                .await?;
        }
        Ok(())
    }

    fn store(&self, batch: &Batch) {
        let mut offsets = TopicPartitionList::new();
        for (partition, offset) in &batch.next {
            if let Err(error) =
                offsets.add_partition_offset(&self.topic, *partition, Offset::Offset(*offset))
            {
                tracing::error!(%error, "offset");
            }
        }
        if let Err(error) = self.consumer.store_offsets(&offsets) {
            // A partition was revoked meanwhile: whoever has it now delivers these again, to no effect.
            tracing::debug!(%error, "offsets not stored");
        }
    }

    fn pause(&self, paused: bool) {
        let done = self.consumer.assignment().and_then(|partitions| {
            if paused {
                self.consumer.pause(&partitions)
            } else {
                self.consumer.resume(&partitions)
            }
        });
        if let Err(error) = done {
            tracing::debug!(%error, paused, "pause");
        }
    }

    /// A paused partition is not read, and so does not tell where it ends.
    fn look_at_ends(&self) {
        let Ok(partitions) = self.consumer.assignment() else {
            return;
        };
        for partition in partitions.elements_for_topic(&self.topic) {
            let id = partition.partition();
            match self.consumer.fetch_watermarks(&self.topic, id, LOOK) {
                Ok((start, end)) => self.consumer.context().lag.reaches(id, start, end),
                Err(error) => {
                    tracing::debug!(%error, "ends of partitions");
                    return;
                }
            }
        }
    }

    fn rewind(&self, message: &BorrowedMessage<'_>) {
        let back = self.consumer.seek(
            message.topic(),
            message.partition(),
            Offset::Offset(message.offset()),
            Duration::from_secs(1),
        );
        if let Err(error) = back {
            tracing::warn!(%error, "seek");
        }
        self.pause(true);
    }
}

/// Joins the group in the background.
fn join(config: &ClientConfig, topic: &str, lag: &Gauge) -> KafkaResult<BaseConsumer<Context>> {
    let consumer: BaseConsumer<Context> = config.create_with_context(Context {
        topic: topic.to_owned(),
        lag: Lag::new(lag.clone()),
        reach: Reach::default(),
    })?;
    consumer.subscribe(&[topic])?;
    Ok(consumer)
}

impl Batch {
    fn add(&mut self, message: &BorrowedMessage<'_>) {
        let payload = message.payload().unwrap_or_default();
        match NewTweet::parse(payload) {
            Ok(event) => self.events.push(event),
            Err(cause) => self.misunderstood.push(Misunderstood {
                key: message.key().unwrap_or_default().to_owned(),
                payload: payload.to_owned(),
                cause,
                origin: format!(
                    "{}/{}/{}",
                    message.topic(),
                    message.partition(),
                    message.offset()
                ),
            }),
        }
        self.next.insert(message.partition(), message.offset() + 1);
    }
}
