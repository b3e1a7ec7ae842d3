//! Making the topics.

use std::time::Duration;

use rdkafka::{
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    types::RDKafkaErrorCode,
};

use crate::{
    config,
    error::{Error, Part, Result},
};

/// Makes the topic of tweet events and the one for records set aside; gives the names of those it made. Safe
/// to repeat. An existing topic stays as it is.
///
/// # Errors
/// [`Error::Unavailable`] when Kafka is away or refuses.
pub async fn prepare(settings: &config::Kafka) -> Result<Vec<String>> {
    let admin: AdminClient<DefaultClientContext> =
        super::client(settings).create().map_err(Error::internal)?;
    let dead_topic = settings.dead_topic();

    let topics = [
        NewTopic::new(
            &settings.topic,
            settings.partitions,
            TopicReplication::Fixed(settings.replication),
        ),
        // A month to look at what was not understood.
        NewTopic::new(
            &dead_topic,
            1,
            TopicReplication::Fixed(settings.replication),
        )
        .set("retention.ms", "2592000000"),
    ];
    let options = AdminOptions::new()
        .operation_timeout(Some(Duration::from_secs(10)))
        .request_timeout(Some(Duration::from_secs(10)));
    let results = admin
        .create_topics(&topics, &options)
        .await
        .map_err(|error| Error::unavailable(Part::Kafka, error))?;
    let mut made = Vec::new();
    for result in results {
        match result {
            Ok(name) => made.push(name),
            Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((name, code)) => {
                return Err(Error::unavailable(
                    Part::Kafka,
                    format!("topic {name} was not made: {code}"),
                ));
            }
        }
    }
    Ok(made)
}
