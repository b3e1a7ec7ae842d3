//! Told to stop: no accepted request is dropped, no event is lost, and it is over within ten seconds.

use std::time::Duration;

use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::timeout,
};
use twitclone::{config, id::TweetId};

use crate::{
    process::Ended,
    system::{Lock, System, until},
    test_app::{PATIENCE, Profile, metric},
};

fn check(ended: &Ended) {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.after < Duration::from_secs(10), "{ended:?}");
    assert!(ended.stderr.contains("\"stopped\""), "{ended:?}");
}

/// The same with both signals: requests under way are answered, and what they wrote arrives.
async fn stopping_drops_nothing(signal: &str, profile: Profile) {
    let system = System::prepared(profile, &[]).await;
    let mut serve = system.start(&["serve"]);
    let mut fanout = (profile == Profile::Full).then(|| system.start(&["fanout"]));
    let address = serve.address().await;
    let (ann, bob) = (
        system.person(&address, "ann").await,
        system.person(&address, "bob").await,
    );
    bob.follow(&ann).await;
    assert_eq!(bob.home().await, []);

    let mut lock = Lock::of(&system.app, "tweets").await;
    let mut posting = JoinSet::new();
    for number in 0..5 {
        let post = ann
            .request(reqwest::Method::POST, "/api/v1/statuses")
            .json(&json!({ "status": format!("number {number}") }));
        posting.spawn(post.send());
    }
    // Two are being written, and the others will be with the next statements.
    lock.awaited_by(2).await;
    until("three wait", async || {
        metric(&address, "twitclone_posts_waiting").await == 3.0
    })
    .await;
    serve.signal(signal);
    serve.logged("\"stopping\"").await;
    if let Some(fanout) = &fanout {
        fanout.signal(signal);
    }
    lock.release().await;
    let mut expected: Vec<TweetId> = Vec::new();
    while let Some(answer) = posting.join_next().await {
        let answer = answer.unwrap().expect("an accepted request is answered");
        assert_eq!(answer.status(), 200);
        let tweet: serde_json::Value = answer.json().await.unwrap();
        expected.push(tweet["id"].as_str().unwrap().parse().unwrap());
    }
    expected.sort_by(|a, b| b.cmp(a));
    check(&serve.ended().await);
    if let Some(fanout) = &mut fanout {
        check(&fanout.ended().await);
    }
    assert!(
        TcpStream::connect(address.trim_start_matches("http://"))
            .await
            .is_err()
    );

    let again = system.start(&["serve"]);
    let address = again.address().await;
    let _fanout = (profile == Profile::Full).then(|| system.start(&["fanout"]));
    let bob = crate::person::Person::new(&address, bob.user.clone(), &bob.token);
    if profile == Profile::Full {
        until("all are in the list", async || {
            system.cached(&bob).await == expected
        })
        .await;
    }
    assert_eq!(bob.home().await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_drops_nothing() {
    stopping_drops_nothing("TERM", Profile::Full).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sigint_drops_nothing() {
    stopping_drops_nothing("INT", Profile::Full).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_embedded_profile_drops_nothing() {
    stopping_drops_nothing("TERM", Profile::Embedded).await;
}

/// Events that could not go out stay in the outbox, and go out with the next process.
#[tokio::test(flavor = "multi_thread")]
async fn events_that_wait_for_kafka_survive_a_stop() {
    let system = System::prepared(Profile::Full, &[]).await;
    let mut environment = system.environment.clone();
    for (name, value) in [
        ("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9"),
        ("TWITCLONE__STARTUP__WAIT_SECONDS", "0"),
    ] {
        environment.push((name.to_owned(), value.to_owned()));
    }
    let mut serve = crate::process::Process::start(&["serve"], &environment);
    let address = serve.address().await;
    let (ann, bob) = (
        system.person(&address, "ann").await,
        system.person(&address, "bob").await,
    );
    bob.follow(&ann).await;
    assert_eq!(bob.home().await, []);
    let mut expected = Vec::new();
    for number in 0..3 {
        expected.insert(0, ann.tweet(&format!("number {number}")).await);
    }
    // Now it is in the middle of trying.
    check(&serve.stop("TERM").await);
    assert_eq!(system.cached(&bob).await, []);
    let (again, _fanout) = (system.start(&["serve"]), system.start(&["fanout"]));
    again.address().await;
    until("all are in the list", async || {
        system.cached(&bob).await == expected
    })
    .await;
}

/// The broker answers nothing to whoever has asked to join while it waits for a member that died.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_stops_in_order_while_its_group_waits_for_a_dead_one() {
    let system = System::prepared(Profile::Full, &[]).await;
    let mut dead = system.start(&["fanout"]);
    dead.logged("\"partitions assigned\"").await;
    dead.kill();
    let mut worker = system.start(&["fanout"]);
    let kafka = system.app.settings.kafka.clone();
    until("the group waits", async || {
        let kafka = kafka.clone();
        let state = tokio::task::spawn_blocking(move || state_of_group(&kafka));
        state.await.unwrap() == "PreparingRebalance"
    })
    .await;
    check(&worker.stop("TERM").await);
}

fn state_of_group(kafka: &config::Kafka) -> String {
    let consumer: BaseConsumer = ClientConfig::new()
        .set("bootstrap.servers", &kafka.bootstrap_servers)
        .create()
        .unwrap();
    let groups = consumer
        .fetch_group_list(Some(&kafka.group), PATIENCE)
        .unwrap();
    groups.groups()[0].state().to_owned()
}

/// A request is accepted once its head has come, however slowly the rest follows.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_whose_body_is_on_its_way_is_answered() {
    let system = System::prepared(Profile::Embedded, &[]).await;
    let mut serve = system.start(&["serve"]);
    let address = serve.address().await;
    let ann = system.person(&address, "ann").await;
    let body = r#"{"status":"slowly"}"#;
    let mut connection = connect(&address).await;
    let head = format!(
        "POST /api/v1/statuses HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        ann.token,
        body.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut connection, "100 Continue").await;
    connection.write_all(&body.as_bytes()[..9]).await.unwrap();
    serve.signal("TERM");
    serve.logged("\"stopping\"").await;
    // The client is a slow one: two seconds for the rest.
    let mut beat = tokio::time::interval(Duration::from_millis(200));
    for byte in &body.as_bytes()[9..] {
        beat.tick().await;
        connection.write_all(&[*byte]).await.unwrap();
    }
    let answer = read_until(&mut connection, "slowly").await;
    assert!(answer.contains("200 OK"), "{answer}");
    check(&serve.ended().await);
    assert_eq!(system.truth(&ann).await.len(), 1);
}

/// Connections that nobody uses end at once; a request that never ends is not waited for beyond the ten seconds.
#[tokio::test(flavor = "multi_thread")]
async fn clients_that_do_nothing_do_not_hold_it_up() {
    let system = System::prepared(Profile::Embedded, &[]).await;
    let mut serve = system.start(&["serve"]);
    let address = serve.address().await;
    let mut idle = connect(&address).await;
    idle.write_all(b"GET /health/live HTTP/1.1\r\nhost: here\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut idle, "\"ok\"").await;
    let _silent = connect(&address).await;
    let ended = serve.stop("TERM").await;
    check(&ended);
    assert!(ended.after < Duration::from_secs(3), "{ended:?}");

    let mut serve = system.start(&["serve"]);
    let mut stuck = connect(&serve.address().await).await;
    let head = "POST /login HTTP/1.1\r\nhost: here\r\ncontent-length: 90\r\nexpect: 100-continue\r\n\
                content-type: application/x-www-form-urlencoded\r\n\r\n";
    stuck.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut stuck, "100 Continue").await;
    check(&serve.stop("TERM").await);
}

/// People who press Ctrl-C twice mean it.
#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_stops_at_once() {
    let system = System::prepared(Profile::Embedded, &[]).await;
    let mut serve = system.start(&["serve"]);
    let mut stuck = connect(&serve.address().await).await;
    let head = "POST /login HTTP/1.1\r\nhost: here\r\ncontent-length: 90\r\nexpect: 100-continue\r\n\
                content-type: application/x-www-form-urlencoded\r\n\r\n";
    stuck.write_all(head.as_bytes()).await.unwrap();
    read_until(&mut stuck, "100 Continue").await;
    serve.signal("INT");
    serve.logged("\"stopping\"").await;
    let ended = serve.stop("INT").await;
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.after < Duration::from_secs(3), "{ended:?}");
    assert!(ended.stderr.contains("asked twice"), "{ended:?}");
}

async fn connect(address: &str) -> TcpStream {
    TcpStream::connect(address.trim_start_matches("http://"))
        .await
        .unwrap()
}

async fn read_until(connection: &mut TcpStream, words: &str) -> String {
    let mut read = Vec::new();
    let all = async {
        loop {
            let text = String::from_utf8_lossy(&read).into_owned();
            if text.contains(words) {
                return text;
            }
            let count = connection.read_buf(&mut read).await.unwrap();
            assert!(count > 0, "the connection ended after {text:?}");
        }
    };
    timeout(PATIENCE, all).await.expect("it answers")
}
