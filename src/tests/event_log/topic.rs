//! What others see on the topics: the records, and those that were set aside.

use std::time::{Duration, Instant};

use rdkafka::{
    ClientConfig, Message, Offset, TopicPartitionList,
    consumer::{BaseConsumer, Consumer},
    message::{Headers, OwnedMessage},
    producer::{FutureProducer, FutureRecord},
};
use twitclone::event::{
    EventLog, NewTweet,
    kafka::{DeadRecord, DeadTopic},
    outbox::relay_once,
};

use super::{author_and_follower, cached, carry, newest_first, tweets};
use crate::{
    system::until,
    test_app::{PATIENCE, TestApp, from_script},
};

pub fn client() -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", from_script("TWITCLONE_TEST_KAFKA"));
    config
}

/// The first so many records of a topic, by partition and offset.
fn records(topic: &str, count: usize) -> Vec<OwnedMessage> {
    let consumer: BaseConsumer = client()
        .set("group.id", "nobody")
        .set("enable.auto.commit", "false")
        .create()
        .unwrap();
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE).unwrap();
    let mut assignment = TopicPartitionList::new();
    for partition in metadata.topics()[0].partitions() {
        assignment
            .add_partition_offset(topic, partition.id(), Offset::Beginning)
            .unwrap();
    }
    consumer.assign(&assignment).unwrap();
    let begun = Instant::now();
    let mut found = Vec::new();
    while found.len() < count {
        assert!(
            begun.elapsed() < PATIENCE,
            "{} of {count} came",
            found.len()
        );
        if let Some(message) = consumer.poll(Duration::from_millis(100)) {
            found.push(message.unwrap().detach());
        }
    }
    found.sort_by_key(|message| (message.partition(), message.offset()));
    found
}

fn text(bytes: Option<&[u8]>) -> String {
    String::from_utf8(bytes.unwrap().to_vec()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_the_event_as_json_under_its_authors_id() {
    let app = TestApp::full().await;
    let (ann, bob) = author_and_follower(&app).await;
    let mut events = tweets(&ann, 3).await;
    events.extend(tweets(&bob, 2).await);
    let relaying = &app.app;
    relay_once(&relaying.db, 10, async |claimed: Vec<NewTweet>| {
        carry(relaying, &claimed).await
    })
    .await
    .unwrap();
    let records = records(&app.app.settings.kafka.topic, 5);
    for author in [&ann, &bob] {
        let key = author.id().to_string();
        let own: Vec<_> = records
            .iter()
            .filter(|record| text(record.key()) == key)
            .collect();
        let partition = own[0].partition();
        assert!(own.iter().all(|record| record.partition() == partition));
        let payloads: Vec<String> = own.iter().map(|record| text(record.payload())).collect();
        let expected: Vec<String> = events
            .iter()
            .filter(|event| event.author_id == author.id())
            .map(|event| {
                format!(
                    r#"{{"tweet_id":"{}","author_id":"{}"}}"#,
                    event.tweet_id, event.author_id
                )
            })
            .collect();
        assert_eq!(payloads, expected, "in the author's order");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_understood_is_set_aside_with_its_cause() {
    let mut app = TestApp::full().await;
    let (ann, bob) = author_and_follower(&app).await;
    let topic = app.app.settings.kafka.topic.clone();
    let negative = format!(r#"{{"tweet_id":"-1","author_id":"{}"}}"#, ann.id());
    let without = format!(r#"{{"author_id":"{}"}}"#, ann.id());
    let wrong: [(&[u8], &str); 9] = [
        (b"\xff\xfe\x00garbage", "not a tweet event: expected value"),
        (b"", "not a tweet event: EOF"),
        (b"null", "not a tweet event: invalid type: null"),
        (b"[1,2]", "not a tweet event"),
        (
            without.as_bytes(),
            "not a tweet event: missing field `tweet_id`",
        ),
        (
            br#"{"tweet_id":"1","author_id":"ann"}"#,
            "not a tweet event: invalid digit",
        ),
        (
            br#"{"tweet_id":1,"author_id":2}"#,
            "not a tweet event: invalid type: integer",
        ),
        (
            br#"{"tweet_id":"99999999999999999999","author_id":"2"}"#,
            "not a tweet event: number too large",
        ),
        (
            negative.as_bytes(),
            "not a tweet event: its ids are not positive",
        ),
    ];
    let producer: FutureProducer = client().create().unwrap();
    // All under the author's key, so that the tweet comes behind them.
    let key = ann.id().to_string();
    for (payload, _) in &wrong {
        let record = FutureRecord::to(&topic).key(&key).payload(*payload);
        producer.send(record, PATIENCE).await.unwrap();
    }
    let nothing: FutureRecord<'_, str, [u8]> = FutureRecord::to(&topic).key(&key);
    let sent = producer.send(nothing, PATIENCE).await.unwrap();
    let events = tweets(&ann, 1).await;
    app.deliver_pending().await;
    assert_eq!(cached(&app, &bob).await, newest_first(&events));

    let aside = records(&format!("{topic}.dead"), wrong.len() + 1);
    let none: (&[u8], &str) = (b"", "not a tweet event: EOF");
    for (at, (payload, cause)) in wrong.into_iter().chain([none]).enumerate() {
        let record = &aside[at];
        assert_eq!(record.payload().unwrap_or_default(), payload);
        assert_eq!(text(record.key()), key);
        let header = |name: &str| {
            let headers = record.headers().unwrap();
            let header = headers.iter().find(|header| header.key == name).unwrap();
            text(header.value)
        };
        assert!(header("cause").starts_with(cause), "{}", header("cause"));
        assert_eq!(header("origin"), format!("{topic}/{}/{at}", sent.partition));
    }
    assert_eq!(aside.len(), 10, "the tweet is not among them");
}

/// What stands on the dead topic is sent again once: what can be understood by now is delivered, and the rest is set
/// aside anew.
#[tokio::test(flavor = "multi_thread")]
async fn records_that_were_set_aside_are_sent_again() {
    let mut app = TestApp::full().await;
    let (ann, bob) = author_and_follower(&app).await;
    let settings = &app.app.settings.kafka;
    let EventLog::Kafka(producer) = &app.app.events else {
        unreachable!();
    };
    let tweet = ann.tweet("not understood").await;
    app.sql("DELETE FROM outbox").await;
    let key = ann.id().to_string();
    let good = format!(r#"{{"tweet_id":"{tweet}","author_id":"{key}"}}"#);
    let dead = DeadTopic::new(settings);
    assert_eq!(dead.send_again(producer, 2).await.unwrap(), 0);
    for payload in ["garbage", &good, "more garbage"] {
        producer
            .set_aside(key.as_bytes(), payload.as_bytes(), "why", "where")
            .await
            .unwrap();
    }
    let oldest = dead.oldest(2).await.unwrap();
    let texts: Vec<String> = oldest.iter().map(DeadRecord::text).collect();
    assert_eq!(texts, ["garbage", &good]);
    assert_eq!(
        (oldest[0].cause.as_str(), oldest[0].origin.as_str()),
        ("why", "where")
    );
    // Two at a time, so that it takes two rounds; as another run of the command would.
    let again = DeadTopic::new(settings);
    assert_eq!(again.send_again(producer, 2).await.unwrap(), 3);
    app.arrived(&[NewTweet {
        tweet_id: tweet,
        author_id: ann.id(),
    }])
    .await;
    assert_eq!(cached(&app, &bob).await, [tweet]);
    let anew = async || {
        let texts: Vec<String> = dead
            .oldest(10)
            .await
            .unwrap()
            .iter()
            .map(DeadRecord::text)
            .collect();
        texts == ["garbage", "more garbage"]
    };
    until("what is still not understood is set aside anew", anew).await;
}
