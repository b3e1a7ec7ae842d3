//! Records that were set aside, read from the dead topic: to be looked at, and to be sent again when what was wrong
//! is put right. How far they were sent again is the offset of a consumer group of their own.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, CommitMode, Consumer as _},
    error::KafkaError,
    message::{BorrowedMessage, Headers as _},
};

use super::Producer;
use crate::{
    config,
    error::{Error, Part, Result},
};

const PATIENCE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(100);

/// A record that is not a tweet event.
#[derive(Clone, Debug)]
pub struct DeadRecord {
    key: Vec<u8>,
    payload: Vec<u8>,
    /// Why it was not understood.
    pub cause: String,
    /// Topic, partition and offset that it came from.
    pub origin: String,
    pub set_aside_at: Option<DateTime<Utc>>,
    partition: i32,
    offset: i64,
}

impl DeadRecord {
    /// What it holds, as far as that is text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.payload).into_owned()
    }
}

/// The dead topic, from the first record on that was not sent again.
#[derive(Clone)]
pub struct DeadTopic {
    config: Arc<ClientConfig>,
    topic: Arc<str>,
}

/// One look at the topic, with a consumer of its own: librdkafka may abort the process when one is given the same
/// partition again while it is still giving it up.
struct Look {
    consumer: BaseConsumer,
    topic: Arc<str>,
}

impl DeadTopic {
    pub fn new(settings: &config::Kafka) -> Self {
        let mut config = super::client(settings);
        config
            .set("group.id", format!("{}.dead", settings.group))
            .set("enable.auto.commit", "false");
        Self {
            config: Arc::new(config),
            topic: settings.dead_topic().into(),
        }
    }

    /// The oldest records, at most so many; none when all have been sent again.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when Kafka is away.
    pub async fn oldest(&self, most: usize) -> Result<Vec<DeadRecord>> {
        let read = self.blocking(move |look| look.read(most));
        Ok(read.await?.0)
    }

    /// Sends every record that stands there now to the topic of events; how many. Those that are still not understood
    /// are set aside anew, and not sent a second time.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when Kafka is away; some may have been sent, and the rest is still there.
    pub async fn send_again(&self, producer: &Producer, at_once: usize) -> Result<usize> {
        let read = self.blocking(move |look| look.read(at_once));
        let (mut records, all) = read.await?;
        let mut sent = 0;
        while !records.is_empty() {
            for record in &records {
                producer.send_again(&record.key, &record.payload).await?;
            }
            sent += records.len();
            let most = (all - sent).min(at_once);
            let read = self.blocking(move |look| {
                look.note(&records)?;
                if most == 0 {
                    return Ok((Vec::new(), 0));
                }
                look.read(most)
            });
            records = read.await?.0;
        }
        Ok(sent)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Look) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let this = self.clone();
        let looked = tokio::task::spawn_blocking(move || {
            work(&Look {
                consumer: this.config.create().map_err(Error::internal)?,
                topic: this.topic,
            })
        });
        looked.await.map_err(Error::internal)?
    }
}

/// All of it blocks.
impl Look {
    /// The oldest records, and how many there are in all.
    fn read(&self, most: usize) -> Result<(Vec<DeadRecord>, usize)> {
        let all = self.assign()?;
        let begun = Instant::now();
        let mut records = Vec::new();
        while records.len() < all.min(most) {
            match self.consumer.poll(POLL) {
                Some(Ok(message)) => records.push(dead(&message)),
                Some(Err(error)) => return Err(unavailable(error)),
                None if begun.elapsed() > PATIENCE => {
                    let late = format!("{} of {all} records came", records.len());
                    return Err(Error::unavailable(Part::EventLog, late));
                }
                None => {}
            }
        }
        Ok((records, all))
    }

    /// Begins to read behind what was sent again; how many records there are.
    fn assign(&self) -> Result<usize> {
        let metadata = self
            .consumer
            .fetch_metadata(Some(&self.topic), PATIENCE)
            .map_err(unavailable)?;
        let mut all = TopicPartitionList::new();
        for topic in metadata.topics() {
            for partition in topic.partitions() {
                all.add_partition(&self.topic, partition.id());
            }
        }
        if all.count() == 0 {
            return Ok(0);
        }
        let committed = self
            .consumer
            .committed_offsets(all, PATIENCE)
            .map_err(unavailable)?;
        let mut assignment = TopicPartitionList::new();
        let mut left = 0;
        for partition in committed.elements() {
            let id = partition.partition();
            let (low, high) = self
                .consumer
                .fetch_watermarks(&self.topic, id, PATIENCE)
                .map_err(unavailable)?;
            let from = match partition.offset() {
                Offset::Offset(offset) => offset.max(low),
                _ => low,
            };
            if from < high {
                left += high - from;
                assignment
                    .add_partition_offset(&self.topic, id, Offset::Offset(from))
                    .map_err(unavailable)?;
            }
        }
        self.consumer.assign(&assignment).map_err(unavailable)?;
        Ok(usize::try_from(left).unwrap_or_default())
    }

    /// Notes that records were sent again. Blocks.
    fn note(&self, records: &[DeadRecord]) -> Result<()> {
        let mut offsets = TopicPartitionList::new();
        for record in records {
            let mut partition = match offsets.find_partition(&self.topic, record.partition) {
                Some(partition) => partition,
                None => offsets.add_partition(&self.topic, record.partition),
            };
            partition
                .set_offset(Offset::Offset(record.offset + 1))
                .map_err(unavailable)?;
        }
        self.consumer
            .commit(&offsets, CommitMode::Sync)
            .map_err(unavailable)
    }
}

fn dead(message: &BorrowedMessage<'_>) -> DeadRecord {
    let header = |name| {
        let mut headers = message.headers()?.iter();
        let header = headers.find(|header| header.key == name)?;
        Some(String::from_utf8_lossy(header.value?).into_owned())
    };
    DeadRecord {
        key: message.key().unwrap_or_default().to_owned(),
        payload: message.payload().unwrap_or_default().to_owned(),
        cause: header("cause").unwrap_or_default(),
        origin: header("origin").unwrap_or_default(),
        set_aside_at: message
            .timestamp()
            .to_millis()
            .and_then(DateTime::from_timestamp_millis),
        partition: message.partition(),
        offset: message.offset(),
    }
}

fn unavailable(error: KafkaError) -> Error {
    Error::unavailable(Part::EventLog, error)
}
