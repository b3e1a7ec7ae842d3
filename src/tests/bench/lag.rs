//! How far the workers are behind the topic.

use std::time::Duration;

use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
};
use twitclone::config;

const PATIENCE: Duration = Duration::from_secs(10);

/// Looks at what the workers' group has committed, without being in the group.
pub struct Lag {
    consumer: BaseConsumer,
    topic: String,
    partitions: i32,
}

impl Lag {
    pub fn of(settings: &config::Kafka) -> Self {
        let consumer = ClientConfig::new()
            .set("bootstrap.servers", &settings.bootstrap_servers)
            .set("group.id", &settings.group)
            .create()
            .unwrap();
        Self {
            consumer,
            topic: settings.topic.clone(),
            partitions: settings.partitions,
        }
    }

    /// Records that are on the topic and not known to be done. Blocks.
    pub fn records(&self) -> i64 {
        let mut asked = TopicPartitionList::new();
        asked.add_partition_range(&self.topic, 0, self.partitions - 1);
        let committed = self.consumer.committed_offsets(asked, PATIENCE).unwrap();
        let behind = committed.elements().into_iter().map(|partition| {
            let number = partition.partition();
            let (_, end) = self
                .consumer
                .fetch_watermarks(&self.topic, number, PATIENCE)
                .unwrap();
            match partition.offset() {
                Offset::Offset(done) => end - done,
                _ => end,
            }
        });
        behind.sum()
    }
}
