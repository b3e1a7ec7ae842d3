//! How far a group of workers has come on the topic.

use rdkafka::{
    ClientConfig, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    error::KafkaResult,
};
use twitclone::config;

use crate::test_app::PATIENCE;

/// How many events the group has committed, of how many on the topic. It does not join.
pub async fn progress(kafka: &config::Kafka, group: &str) -> KafkaResult<(i64, i64)> {
    let (kafka, group) = (kafka.clone(), group.to_owned());
    let looked = tokio::task::spawn_blocking(move || look(&kafka, &group));
    looked.await.unwrap()
}

fn look(kafka: &config::Kafka, group: &str) -> KafkaResult<(i64, i64)> {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", &kafka.bootstrap_servers)
        .set("group.id", group)
        .create()?;
    let mut partitions = TopicPartitionList::new();
    let mut all = 0;
    for partition in 0..kafka.partitions {
        partitions.add_partition(&kafka.topic, partition);
        let (_, high) = consumer.fetch_watermarks(&kafka.topic, partition, PATIENCE)?;
        all += high;
    }
    let committed = consumer.committed_offsets(partitions, PATIENCE)?;
    let committed = committed.elements();
    let done = committed.iter().map(|partition| match partition.offset() {
        Offset::Offset(offset) => offset,
        _ => 0,
    });
    Ok((done.sum(), all))
}
