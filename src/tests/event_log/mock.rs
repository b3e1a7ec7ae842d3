//! What a real broker will not do on request: librdkafka's own broker refuses, forgets and hangs up.

use rdkafka::{
    mocking::MockCluster,
    producer::DefaultProducerContext,
    types::{RDKafkaApiKey, RDKafkaRespErr},
};
use twitclone::{
    config,
    error::Error,
    event::{NewTweet, kafka::Producer},
};

pub const TOPIC: &str = "new_tweets";

fn broker() -> (MockCluster<'static, DefaultProducerContext>, Producer) {
    let broker = MockCluster::new(1).unwrap();
    broker.create_topic(TOPIC, 1, 1).unwrap();
    let producer = Producer::new(&settings(broker.bootstrap_servers())).unwrap();
    (broker, producer)
}

/// Of a broker that is none.
pub fn settings(bootstrap_servers: String) -> config::Kafka {
    config::Kafka {
        bootstrap_servers,
        topic: TOPIC.to_owned(),
        group: "fanout".to_owned(),
        partitions: 1,
        replication: 1,
    }
}

fn events() -> Vec<NewTweet> {
    (1..=5)
        .map(|number| NewTweet {
            tweet_id: number.into(),
            author_id: 1.into(),
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_that_hangs_up_is_asked_again() {
    let (broker, producer) = broker();
    let hang_up = RDKafkaRespErr::RD_KAFKA_RESP_ERR__TRANSPORT;
    broker.request_errors(RDKafkaApiKey::Produce, &[hang_up; 3]);
    producer.publish(&events()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_broker_refuses_is_not_taken_for_delivered() {
    let (broker, producer) = broker();
    let refused = RDKafkaRespErr::RD_KAFKA_RESP_ERR_POLICY_VIOLATION;
    broker.request_errors(RDKafkaApiKey::Produce, &[refused]);
    let error = producer.publish(&events()).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    // The refusal is over, and so is its effect.
    producer.publish(&events()).await.unwrap();
}

/// The producer asks for an id, by which the broker knows a repeated record: it is idempotent. Errors after
/// which such a producer can do nothing more are not the end of the process.
#[tokio::test(flavor = "multi_thread")]
async fn a_producer_past_help_is_replaced() {
    for (request, error) in [
        (
            RDKafkaApiKey::InitProducerId,
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED,
        ),
        (
            RDKafkaApiKey::Produce,
            RDKafkaRespErr::RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER,
        ),
    ] {
        let (broker, producer) = broker();
        broker.request_errors(request, &[error]);
        let failed = producer.publish(&events()).await.unwrap_err();
        assert!(matches!(failed, Error::Unavailable { .. }), "{failed:?}");
        for attempt in 0..3 {
            let again = producer.publish(&events()).await;
            assert!(again.is_ok(), "{request:?} {attempt}: {again:?}");
        }
    }
}
