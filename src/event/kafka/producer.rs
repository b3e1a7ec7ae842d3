//! Writing events to the topic.

use std::{
    mem,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use futures_util::future::try_join_all;
use rdkafka::{
    ClientConfig,
    error::{KafkaError, KafkaResult},
    message::{Header, OwnedHeaders},
    producer::{FutureProducer, FutureRecord, Producer as _},
    util::Timeout,
};

use super::reach::Reach;
use crate::{
    config,
    error::{Error, Part, Result},
    event::NewTweet,
};

/// How long a record may wait for its delivery report before the relay takes it for lost and tries again.
const DELIVERY_TIMEOUT_MS: &str = "5000";

/// An idempotent producer; clones share it.
#[derive(Clone)]
pub struct Producer {
    current: Arc<Mutex<Current>>,
    config: Arc<ClientConfig>,
    topic: Arc<str>,
    dead_topic: Arc<str>,
}

struct Current {
    producer: FutureProducer<Reach>,
    reach: Reach,
}

impl Current {
    fn new(config: &ClientConfig) -> KafkaResult<Self> {
        let reach = Reach::default();
        Ok(Self {
            producer: config.create_with_context(reach.clone())?,
            reach,
        })
    }
}

impl Producer {
    /// Connects in the background.
    ///
    /// # Errors
    /// When librdkafka does not take the settings.
    pub fn new(settings: &config::Kafka) -> Result<Self> {
        let mut config = super::client(settings);
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            // librdkafka waits 5 ms for company by default; the relay has batched already.
            .set("linger.ms", "0")
            .set("message.timeout.ms", DELIVERY_TIMEOUT_MS);
        Reach::watch(&mut config);
        let current = Current::new(&config).map_err(Error::internal)?;
        Ok(Self {
            current: Arc::new(Mutex::new(current)),
            config: Arc::new(config),
            topic: settings.topic.as_str().into(),
            dead_topic: settings.dead_topic().into(),
        })
    }

    /// Writes the events and returns once every one has been acknowledged by all replicas.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when one was not; any of them may be on the topic all the same.
    pub async fn publish(&self, events: &[NewTweet]) -> Result<()> {
        let records: Vec<(String, String)> = events
            .iter()
            .map(|event| Ok((event.author_id.to_string(), event.to_json()?)))
            .collect::<Result<_>>()?;
        let producer = self.usable();
        try_join_all(records.iter().map(|(key, payload)| {
            send(
                &producer,
                FutureRecord::to(&self.topic)
                    .key(key.as_str())
                    .payload(payload.as_str()),
            )
        }))
        .await?;
        Ok(())
    }

    /// Sets a record aside on the dead topic, with why and where it came from.
    ///
    /// # Errors
    /// As [`Producer::publish`].
    pub async fn set_aside(
        &self,
        key: &[u8],
        payload: &[u8],
        cause: &str,
        origin: &str,
    ) -> Result<()> {
        let headers = OwnedHeaders::new()
            .insert(Header {
                key: "cause",
                value: Some(cause),
            })
            .insert(Header {
                key: "origin",
                value: Some(origin),
            });
        send(
            &self.usable(),
            FutureRecord::to(&self.dead_topic)
                .key(key)
                .payload(payload)
                .headers(headers),
        )
        .await
    }

    /// Writes a record that was set aside to the topic of events, as it was.
    ///
    /// # Errors
    /// As [`Producer::publish`].
    pub async fn send_again(&self, key: &[u8], payload: &[u8]) -> Result<()> {
        let record = FutureRecord::to(&self.topic).key(key).payload(payload);
        send(&self.usable(), record).await
    }

    /// The librdkafka producer, replaced when it is past help. After a fatal error an idempotent one takes nothing more,
    /// whatever the broker does: it was wiped and does not know the sequence any more, say. The outbox still has what
    /// was not acknowledged.
    fn usable(&self) -> FutureProducer<Reach> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        let fatal = current.producer.client().fatal_error();
        let cause = fatal.map(|(_, cause)| cause).or_else(|| {
            let lost = current.reach.is_lost();
            lost.then(|| "it knows no broker any more".to_owned())
        });
        if let Some(cause) = cause {
            tracing::warn!(cause, "the producer is replaced");
            match Current::new(&self.config) {
                Ok(new) => {
                    let old = mem::replace(&mut *current, new);
                    // It may take its time to give up.
                    thread::spawn(move || drop(old));
                }
                Err(error) => tracing::error!(%error, "no new producer"),
            }
        }
        current.producer.clone()
    }

    /// Whether a broker answers and has the topic. Takes up to a second; blocks nothing.
    ///
    /// # Errors
    /// [`Error::Unavailable`] with what is wrong.
    pub async fn ping(&self) -> Result<()> {
        let (producer, topic) = (self.usable(), Arc::clone(&self.topic));
        tokio::task::spawn_blocking(move || {
            let metadata = producer
                .client()
                .fetch_metadata(Some(&topic), Duration::from_secs(1))
                .map_err(unavailable)?;
            match metadata.topics().first() {
                Some(found) if found.error().is_none() && !found.partitions().is_empty() => Ok(()),
                _ => Err(Error::unavailable(
                    Part::EventLog,
                    format!("there is no topic {topic}; `twitclone migrate` makes it"),
                )),
            }
        })
        .await
        .map_err(Error::internal)?
    }

    /// Waits until everything handed over has been acknowledged or given up. Blocks.
    pub fn flush(&self, at_most: Duration) {
        if let Err(error) = self.usable().flush(at_most) {
            tracing::warn!(%error, "not every event was acknowledged; the outbox has them");
        }
    }
}

async fn send<K, P>(producer: &FutureProducer<Reach>, record: FutureRecord<'_, K, P>) -> Result<()>
where
    K: rdkafka::message::ToBytes + ?Sized,
    P: rdkafka::message::ToBytes + ?Sized,
{
    let sent = producer.send(record, Timeout::After(Duration::from_secs(5)));
    match sent.await {
        Ok(_) => Ok(()),
        Err((error, _)) => Err(unavailable(error)),
    }
}

fn unavailable(error: KafkaError) -> Error {
    Error::unavailable(Part::EventLog, error)
}
