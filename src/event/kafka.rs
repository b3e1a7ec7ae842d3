//! Kafka: the topic `new_tweets`, made, written and read.

mod consumer;
mod dead;
mod lag;
mod producer;
mod reach;
mod topics;

pub use consumer::Consumer;
pub use dead::{DeadRecord, DeadTopic};
pub use producer::Producer;
pub use topics::prepare;

use rdkafka::ClientConfig;

use crate::config;

/// What producers, consumers and the admin client have in common.
fn client(settings: &config::Kafka) -> ClientConfig {
    let mut client = ClientConfig::new();
    client
        .set("bootstrap.servers", &settings.bootstrap_servers)
        .set("client.id", "twitclone")
        // librdkafka backs off up to 10 s between attempts to connect; a broker that is back is to be
        // noticed sooner.
        .set("reconnect.backoff.ms", "100")
        .set("reconnect.backoff.max.ms", "1000")
        .set("socket.connection.setup.timeout.ms", "3000")
        .set("log_level", "4");
    client
}
