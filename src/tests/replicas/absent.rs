//! A replica that dies, hangs or is none.

use super::*;

/// Every request is answered by then, whatever is away.
const AT_MOST: Duration = Duration::from_secs(2);

/// Reads all the time, until `enough` says so.
async fn read_meanwhile(site: &Site, ann: &Person, enough: impl AsyncFn() -> bool) {
    let mut count = 0;
    let begun = Instant::now();
    while count < 20 || !enough().await {
        assert!(
            begun.elapsed() < crate::test_app::PATIENCE,
            "not within a minute"
        );
        let asked = Instant::now();
        let (status, text) = get(site.address(0), "/@ann").await;
        assert_eq!(status, StatusCode::OK, "{text}");
        assert!(text.contains("hello"), "{text}");
        let answer = ann
            .get(&format!("/api/v1/accounts/{}/followers", ann.id()))
            .await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(asked.elapsed() < AT_MOST + AT_MOST, "{:?}", asked.elapsed());
        count += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_do_not_notice_a_replica_that_goes_and_comes_back() {
    let site = Site::start().await;
    let ann = site.person("ann").await;
    ann.tweet("hello").await;
    let is_used =
        async |expected: bool| health(site.address(0)).await["replicas"][0]["is_used"] == expected;
    for way in ["stop", "kill", "freeze"] {
        site.is_used(true).await;
        match way {
            "stop" => site.replica.stop().await,
            "kill" => site.replica.kill().await,
            _ => site.replica.freeze(),
        }
        read_meanwhile(&site, &ann, async || is_used(false).await).await;
        ann.tweet("somebody writes meanwhile").await;
        match way {
            "freeze" => site.replica.thaw(),
            _ => site.replica.start_again().await,
        }
        read_meanwhile(&site, &ann, async || is_used(true).await).await;
        site.is_used(true).await;
        let before = replica_reads(site.address(0)).await;
        let (_, text) = get(site.address(0), "/@ann").await;
        assert!(
            text.contains("somebody writes meanwhile"),
            "after {way}: {text}"
        );
        assert_eq!(
            replica_reads(site.address(0)).await,
            before + 1,
            "after {way}"
        );
    }
}

/// Else reads would come from who knows where.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_replica_of_the_database_is_not_used() {
    let (primary, other) = (
        Server::start("postgres").await,
        Server::start("postgres").await,
    );
    let (name, url) = primary.setting();
    let of_other = Server::replica_of(&other).await;
    let others = format!("{url},{}", of_other.setting().1);
    let settings = [
        (name, url.as_str()),
        ("TWITCLONE__DATABASE__REPLICA_URLS", &others),
    ];
    let system = System::prepared(Profile::Embedded, &settings).await;
    let serve = system.start(&["serve"]);
    let address = serve.address().await;
    let ann = system.person(&address, "ann").await;
    ann.tweet("hello").await;
    serve.logged("it is no replica").await;
    serve.logged("it follows another database").await;
    let report = health(&address).await;
    for replica in report["replicas"].as_array().unwrap() {
        assert_eq!(replica["is_used"], false, "{report}");
    }
    let (_, text) = get(&address, "/@ann").await;
    assert!(text.contains("hello"), "{text}");
    assert_eq!(replica_reads(&address).await, 0);
}
