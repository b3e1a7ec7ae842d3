//! Without Kafka tweets are taken and wait in the outbox.

use super::Site;
use crate::{servers::Server, test_app::Profile};

#[tokio::test(flavor = "multi_thread")]
async fn tweets_wait_for_kafka_and_go_out_when_it_is_back() {
    let kafka = Server::start("kafka").await;
    let site = Site::start(Profile::Full, &kafka, &[]).await;
    let (ann, bob) = site.two().await;
    ann.tweet("before").await;
    site.arrives(&bob).await;

    kafka.kill().await;
    for number in 0..5 {
        ann.tweet(&format!("number {number}")).await;
    }
    assert_eq!(site.waiting().await, 5);
    site.is_without("kafka").await;
    // One's own are there at once; those of others wait, too.
    site.homes_are_right(&[&ann]).await;
    assert_eq!(bob.home().await.len(), 1);

    kafka.start_again().await;
    site.arrives(&bob).await;
    assert_eq!(site.waiting().await, 0);
    site.homes_are_right(&[&ann, &bob]).await;
    site.is_well().await;
}

/// Deleting everything in Kafka loses nothing: what was not delivered is still in the outbox.
#[tokio::test(flavor = "multi_thread")]
async fn a_kafka_that_lost_everything_is_used_again() {
    let kafka = Server::start("kafka").await;
    let site = Site::start(Profile::Full, &kafka, &[]).await;
    let (ann, bob) = site.two().await;
    for number in 0..5 {
        ann.tweet(&format!("before {number}")).await;
    }
    site.arrives(&bob).await;
    kafka.kill().await;
    kafka.wipe();
    ann.tweet("while it is away").await;
    kafka.start_again().await;
    site.is_without("kafka").await;
    let migrated = site.system.run(&["migrate"]).await;
    assert!(migrated.stdout.contains("made topic"), "{migrated:?}");
    for number in 0..5 {
        ann.tweet(&format!("after {number}")).await;
    }
    site.arrives(&bob).await;
    assert_eq!(site.waiting().await, 0);
    site.is_well().await;
}

/// It gives its partitions up while it tries again what Redis does not take, and gets them back later.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_whose_session_ended_while_it_could_not_deliver_reads_on() {
    let (kafka, redis) = tokio::join!(Server::start("kafka"), Server::start("redis"));
    let (variable, address) = redis.setting();
    // An audit would put right what is to be seen.
    let settings = [
        (variable, address.as_str()),
        ("TWITCLONE__TIMELINES__AUDIT_SECONDS", "0"),
    ];
    let site = Site::start(Profile::Full, &kafka, &settings).await;
    let (ann, bob) = site.two().await;
    redis.freeze();
    ann.tweet("nobody takes it").await;
    let fanout = site.fanout.as_ref().unwrap();
    fanout.logged("delivery is tried again").await;
    kafka.kill().await;
    fanout.logged("partitions revoked").await;
    redis.thaw();
    site.arrives(&bob).await;
    kafka.start_again().await;
    ann.tweet("after").await;
    site.arrives(&bob).await;
}
