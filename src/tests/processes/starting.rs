//! What a process does before it serves: waits for its servers, and makes sure that it may.

use crate::{database, servers::Server, system::System, test_app::Profile};

#[tokio::test(flavor = "multi_thread")]
async fn serve_waits_for_postgres_and_says_so() {
    let postgres = Server::absent("postgres").await;
    let (variable, url) = postgres.setting();
    let system = System::bare(Profile::Embedded, &[(variable, &url)]).await;
    // Before its server, which it prepares when that comes.
    let mut migrate = system.start(&["migrate"]);
    migrate.logged("waiting for PostgreSQL").await;
    postgres.start_again().await;
    let migrated = migrate.ended().await;
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    assert!(migrated.stdout.contains("applied "), "{migrated:?}");

    postgres.stop().await;
    let serve = system.start(&["serve"]);
    let waiting = serve.logged("waiting for PostgreSQL").await;
    assert!(waiting.contains("\"for_seconds\":30"), "{waiting}");
    assert!(
        !serve.log().contains("\"address\""),
        "it does not serve yet"
    );
    postgres.start_again().await;
    let ann = system.person(&serve.address().await, "ann").await;
    let tweet = ann.tweet("hello").await;
    assert_eq!(ann.home().await, [tweet]);
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_ends_when_it_is_told_to_stop() {
    let postgres = Server::absent("postgres").await;
    let (variable, url) = postgres.setting();
    let system = System::bare(Profile::Full, &[(variable, &url)]).await;
    // Two are to run until they are told to stop, and so they did. One has not done its work.
    for (command, code) in [("serve", 0), ("fanout", 0), ("migrate", 1)] {
        let mut process = system.start(&[command]);
        process.logged("waiting for PostgreSQL").await;
        let ended = process.stop("TERM").await;
        assert_eq!(ended.code, Some(code), "{ended:?}");
        assert!(ended.after.as_secs() < 5, "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn timelines_in_memory_allow_one_serve_a_database() {
    let system = System::prepared(Profile::Embedded, &[]).await;
    let mut first = system.start(&["serve"]);
    let address = first.address().await;
    let second = system.run(&["serve"]).await;
    assert_eq!(second.code, Some(2), "{second:?}");
    for words in [
        "another serve runs on this database",
        "`timelines.backend` is \"memory\"",
        "set `timelines.backend` to \"redis\" for both",
    ] {
        assert!(second.stderr.contains(words), "{second:?}");
    }
    let ann = system.person(&address, "ann").await;
    assert_eq!(ann.home().await, [], "the first one serves on");
    // Another schema of the same database is another system.
    let more = [
        ("DATABASE_URL", database::url(&system.name)),
        ("TWITCLONE__DATABASE__SCHEMA", "neighbour".to_owned()),
    ];
    let more = more.each_ref().map(|(key, value)| (*key, value.as_str()));
    let neighbour = System::prepared(Profile::Embedded, &more).await;
    neighbour.start(&["serve"]).address().await;
    // Whoever is killed leaves nothing that keeps the next one out.
    first.kill();
    let third = system.start(&["serve"]);
    third.address().await;
}

/// People can be served without the timeline cache and the event log; only delivering needs both.
#[tokio::test(flavor = "multi_thread")]
async fn serve_starts_without_redis_and_kafka_and_fanout_does_not() {
    for (variable, what, without) in [
        ("REDIS_PORT", "Redis", "The timeline cache"),
        ("KAFKA_BOOTSTRAP_SERVERS", "Kafka", "The event log"),
    ] {
        let nobody = if what == "Redis" { "9" } else { "127.0.0.1:9" };
        let more = [
            (variable, nobody),
            ("TWITCLONE__STARTUP__WAIT_SECONDS", "2"),
        ];
        // Without topics, which Kafka would have to make.
        let system = System::without_topics(Profile::Full, &more).await;
        let (mut fanout, serve) = (system.start(&["fanout"]), system.start(&["serve"]));
        serve.logged(&format!("waiting for {what}")).await;
        let ended = fanout.ended().await;
        assert_eq!(ended.code, Some(1), "{ended:?}");
        assert!(
            ended.stderr.contains(&format!("waiting for {what}")),
            "{ended:?}"
        );
        assert!(ended.stderr.contains("cannot be used: "), "{ended:?}");
        let address = serve.address().await;
        assert!(
            serve
                .log()
                .contains(&format!("starting all the same: {without} cannot be used"))
        );
        let ann = system.person(&address, "ann").await;
        let tweet = ann.tweet("hello").await;
        assert_eq!(ann.home().await, [tweet]);
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn a_process_takes_no_huge_pages() {
    let system = System::prepared(Profile::Embedded, &[]).await;
    let process = system.start(&["serve"]);
    process.address().await;
    assert_eq!(process.figure("THP_enabled"), 0);
}

/// For whoever supervises it; without `fanout.health_port` it listens nowhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_worker_tells_how_it_is() {
    let port = {
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        free.local_addr().unwrap().port().to_string()
    };
    let system =
        System::prepared(Profile::Full, &[("TWITCLONE__FANOUT__HEALTH_PORT", &port)]).await;
    let mut fanout = system.start(&["fanout"]);
    fanout.logged("delivers").await;
    let get = async |path: &str| {
        reqwest::get(format!("http://127.0.0.1:{port}{path}"))
            .await
            .unwrap()
    };
    let ready = get("/health/ready").await;
    assert_eq!(ready.status(), 200);
    let report: serde_json::Value = ready.json().await.unwrap();
    for server in ["postgres", "redis", "kafka"] {
        assert_eq!(report[server], "ok", "{report}");
    }
    assert_eq!(get("/health/live").await.status(), 200);
    let metrics = get("/metrics").await.text().await.unwrap();
    for name in ["deliveries_total", "consumer_lag", "outbox_depth"] {
        assert!(
            metrics.contains(&format!("\ntwitclone_{name} 0")),
            "{metrics}"
        );
    }
    assert_eq!(get("/login").await.status(), 404, "nothing else is there");
    let ended = fanout.stop("TERM").await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
}
