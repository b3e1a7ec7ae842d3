//! From a post's answer to the tweet in a follower's home, under light load, beside Kafka's own way.

use std::time::{Duration, Instant};

use rdkafka::{
    ClientConfig,
    admin::{AdminClient, AdminOptions, NewTopic, TopicReplication},
    client::DefaultClientContext,
    consumer::{BaseConsumer, Consumer},
    producer::{FutureProducer, FutureRecord},
    util::Timeout,
};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use twitclone::id::TweetId;

use crate::{
    Options,
    seed::{self, Someone},
    stage::Stage,
    table::{Table, Target, median, percentile},
};

/// Tweets, about twenty a second.
const TWEETS: usize = 300;
const PAUSE: Duration = Duration::from_millis(30);
const TOPIC: &str = "bench";
/// Kafka compiles its code while it works, so its first records are no measure, of either way.
const FIRST_RECORDS: usize = 1000;

pub async fn measure(stage: &Stage, options: &Options, table: &mut Table) {
    let kafka = produced_to_consumed(stage).await;
    let ours = posted_to_visible(stage, options).await;
    table.compare(
        "posted→visible: p50",
        "ms",
        median(&ours),
        "Kafka, produced→consumed",
        median(&kafka),
        &Target::AtMost(4.0),
    );
    table.compare(
        "posted→visible: p99",
        "ms",
        percentile(&ours, 0.99),
        "Kafka, produced→consumed",
        percentile(&kafka, 0.99),
        &Target::AtMost(15.0),
    );
}

/// Milliseconds from the answer to a post until a follower's home has the tweet, read over HTTP again and again. A pause
/// in between would be one of a millisecond or two, which is how finely the runtime tells time.
pub async fn posted_to_visible(stage: &Stage, options: &Options) -> Vec<f64> {
    let authors = seed::people(stage, 1, options.people.min(50)).await;
    let mut pairs = Vec::new();
    for author in &authors {
        let follower = seed::followers(stage, author.id).await[10];
        let reader = seed::logged_in_as(stage, follower).await;
        pairs.push((Poster::new(stage, author), Reader::new(stage, &reader)));
    }
    let mut samples = Vec::new();
    for (poster, reader) in pairs.iter().cycle().take(TWEETS + pairs.len()) {
        reader.newest().await;
        let tweet = poster.post().await;
        let begun = Instant::now();
        while reader.newest().await != Some(tweet) {
            assert!(
                begun.elapsed() < Duration::from_secs(10),
                "{tweet} is not visible"
            );
        }
        samples.push(begun.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(PAUSE).await;
    }
    // The first of each pair open their connections.
    samples.split_off(pairs.len())
}

/// Milliseconds from handing a record to a producer until a consumer has it.
async fn produced_to_consumed(stage: &Stage) -> Vec<f64> {
    let mut client = ClientConfig::new();
    client.set(
        "bootstrap.servers",
        &stage.app.settings.kafka.bootstrap_servers,
    );
    let admin: AdminClient<DefaultClientContext> = client.create().unwrap();
    let topic = NewTopic::new(TOPIC, 1, TopicReplication::Fixed(1));
    admin
        .create_topics(&[topic], &AdminOptions::new())
        .await
        .unwrap();
    let producer: FutureProducer = client
        .clone()
        .set("linger.ms", "0")
        .set("acks", "all")
        .create()
        .unwrap();
    let consumer: BaseConsumer = client
        .set("group.id", TOPIC)
        .set("auto.offset.reset", "earliest")
        .create()
        .unwrap();
    consumer.subscribe(&[TOPIC]).unwrap();
    let (sender, mut arrivals) = tokio::sync::mpsc::unbounded_channel();
    let reading = tokio::task::spawn_blocking(move || {
        for _ in 0..FIRST_RECORDS + TWEETS {
            while !matches!(consumer.poll(Duration::from_secs(1)), Some(Ok(_))) {}
            sender.send(Instant::now()).unwrap();
        }
    });
    let mut samples = Vec::new();
    for at in 0..FIRST_RECORDS + TWEETS {
        let begun = Instant::now();
        let record = FutureRecord::to(TOPIC)
            .key("key")
            .payload("{\"tweet_id\":\"1\",\"author_id\":\"1\"}");
        producer.send(record, Timeout::Never).await.unwrap();
        let arrived = arrivals.recv().await.unwrap();
        if at >= FIRST_RECORDS {
            samples.push((arrived - begun).as_secs_f64() * 1000.0);
            tokio::time::sleep(PAUSE).await;
        }
    }
    reading.await.unwrap();
    samples
}

/// Somebody who tweets, over one connection.
pub struct Poster(RequestBuilder);

impl Poster {
    pub fn new(stage: &Stage, author: &Someone) -> Self {
        Self(
            Client::new()
                .post(stage.url("/api/v1/statuses"))
                .bearer_auth(&author.token)
                .form(&[("status", "A tweet that is waited for.")]),
        )
    }

    pub async fn post(&self) -> TweetId {
        let response = self.0.try_clone().unwrap().send().await.unwrap();
        let status: Value = response.error_for_status().unwrap().json().await.unwrap();
        status["id"].as_str().unwrap().parse().unwrap()
    }
}

/// Somebody who looks at their home, over one connection.
struct Reader(RequestBuilder);

impl Reader {
    fn new(stage: &Stage, reader: &Someone) -> Self {
        let url = stage.url("/api/v1/timelines/home?limit=1");
        Self(Client::new().get(url).bearer_auth(&reader.token))
    }

    async fn newest(&self) -> Option<TweetId> {
        let response = self.0.try_clone().unwrap().send().await.unwrap();
        let page: Value = response.error_for_status().unwrap().json().await.unwrap();
        page[0]["id"].as_str()?.parse().ok()
    }
}
