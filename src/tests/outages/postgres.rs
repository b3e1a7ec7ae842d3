//! Without PostgreSQL every request is answered with a 503 that says so, except for homes whose rows are kept, and
//! the first ones after it is back are answered as if nothing had been.

use std::time::Instant;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{AT_MOST, Site};
use crate::{person::Person, servers::Server, system::until, test_app::Profile};

const AWAY: &str = "The database cannot be reached at the moment.";
/// Of one that takes connections and does not answer, nobody knows that it is the one.
const HANGS: &str = "Something that this needs cannot be reached at the moment.";

/// All requests that people make, by the API and by pages, at the same time. `eve` logs out, and whoever is told that
/// this did not work may find that it did, once a server that hung goes on.
async fn all_are_told(site: &Site, ann: &Person, eve: &Person, says_so: fn(&str) -> bool) {
    // Of somebody else: whether there is such a person, only the database knows.
    let id = 1;
    let form = [
        ("username", "ann"),
        ("email", "ann2@example.org"),
        ("password", "correct horse battery"),
        ("text", "hello"),
    ];
    let mut asking = JoinSet::new();
    for path in ["/api/v1/accounts/verify_credentials", "/api/v1/statuses/1"] {
        asking.spawn(ask(true, says_so, ann.request(Method::GET, path)));
    }
    let body = json!({ "status": "hello" });
    asking.spawn(ask(
        true,
        says_so,
        ann.request(Method::POST, "/api/v1/statuses").json(&body),
    ));
    for path in [
        format!("/api/v1/accounts/{id}/follow"),
        "/api/v1/statuses/1".to_owned(),
    ] {
        let method = if path.ends_with('1') {
            Method::DELETE
        } else {
            Method::POST
        };
        asking.spawn(ask(true, says_so, ann.request(method, &path)));
    }
    for path in ["/users?q=a", "/@ann"] {
        asking.spawn(ask(false, says_so, ann.browse(Method::GET, path)));
    }
    for path in ["/signup", "/login"] {
        let request = crate::test_app::client()
            .build()
            .unwrap()
            .post(format!("{}{path}", site.address));
        asking.spawn(ask(false, says_so, request.form(&form)));
    }
    for (person, path) in [
        (ann, "/tweets".to_owned()),
        (ann, format!("/follow/{id}")),
        (eve, "/logout".to_owned()),
    ] {
        let request = person.browse(Method::POST, &path).form(&form);
        asking.spawn(ask(false, says_so, request));
    }
    while let Some(told) = asking.join_next().await {
        told.unwrap();
    }
}

async fn ask(is_api: bool, says_so: fn(&str) -> bool, request: reqwest::RequestBuilder) {
    let begun = Instant::now();
    let answer = request.send().await.unwrap();
    let took = begun.elapsed();
    let (path, status) = (answer.url().path().to_owned(), answer.status());
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    assert_eq!(answer.headers()["retry-after"], "2", "{path}");
    let text = answer.text().await.unwrap();
    if is_api {
        let body: Value = serde_json::from_str(&text).unwrap();
        assert!(says_so(body["error"].as_str().unwrap()), "{path}: {body}");
    } else {
        assert!(text.starts_with("<!"), "{path}: {text}");
        assert!(says_so(&text), "{path}: {text}");
    }
    assert!(took < AT_MOST, "{path} took {took:?}");
}

async fn is_unavailable(site: &Site) {
    let (status, report) = site.health().await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{report}");
    assert_eq!(report["status"], "unavailable", "{report}");
    assert_ne!(report["postgres"], "ok", "{report}");
}

/// Not one request fails, however many connections were broken.
async fn all_work_at_once(ann: &Person) {
    let mut asking = JoinSet::new();
    for number in 0..20 {
        let request = if number % 2 == 0 {
            ann.request(Method::GET, "/api/v1/timelines/home")
        } else {
            ann.request(Method::POST, "/api/v1/statuses")
                .json(&json!({ "status": format!("{number}") }))
        };
        asking.spawn(request.send());
    }
    while let Some(answer) = asking.join_next().await {
        let answer = answer.unwrap().unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{:?}", answer.text().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_postgres_people_are_told_and_then_served_again() {
    let postgres = Server::start("postgres").await;
    let site = Site::start(Profile::Embedded, &postgres, &[]).await;
    let (ann, bob) = site.two().await;
    let eve = site.person("eve").await;
    // Many connections are open, so that many are broken.
    all_work_at_once(&ann).await;
    for is_power_cut in [false, true] {
        if is_power_cut {
            postgres.kill().await;
        } else {
            postgres.stop().await;
        }
        all_are_told(&site, &ann, &eve, |text| text.contains(AWAY)).await;
        is_unavailable(&site).await;
        all_are_told(&site, &ann, &eve, |text| text.contains(AWAY)).await;
        postgres.start_again().await;
        all_work_at_once(&ann).await;
        assert_eq!(site.health().await.0, StatusCode::OK);
        until("what was posted has been delivered", async || {
            site.waiting().await == 0
        })
        .await;
        site.homes_are_right(&[&ann, &bob]).await;
    }
}

/// Who was here a moment ago reads on: everything that a home takes is kept.
#[tokio::test(flavor = "multi_thread")]
async fn homes_are_read_without_postgres() {
    for profile in [Profile::Embedded, Profile::Full] {
        let postgres = Server::start("postgres").await;
        let site = Site::start(profile, &postgres, &[]).await;
        let (ann, bob) = site.two().await;
        ann.tweet("hello").await;
        until("it is there", async || bob.home().await.len() == 1).await;
        until("nothing waits", async || site.waiting().await == 0).await;
        let before = bob.home().await;
        bob.browse(Method::GET, "/").send().await.unwrap();
        postgres.stop().await;
        assert_eq!(bob.home().await, before);
        let page = bob.browse(Method::GET, "/").send().await.unwrap();
        assert_eq!(page.status(), StatusCode::OK);
        assert!(page.text().await.unwrap().contains("hello"));
        let older = bob.get("/api/v1/timelines/home?max_id=1").await;
        assert_eq!(older.status(), StatusCode::OK, "the list is known to end");
        postgres.start_again().await;
        site.homes_are_right(&[&ann, &bob]).await;
    }
}

/// Worse than away: connections stay open and nothing comes.
#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_hangs_is_not_waited_for() {
    let postgres = Server::start("postgres").await;
    let mut site = Site::start(Profile::Embedded, &postgres, &[]).await;
    let (ann, bob) = site.two().await;
    let eve = site.person("eve").await;
    all_work_at_once(&ann).await;
    postgres.freeze();
    let says_so = |text: &str| text.contains(AWAY) || text.contains(HANGS);
    for _ in 0..3 {
        all_are_told(&site, &ann, &eve, says_so).await;
    }
    is_unavailable(&site).await;
    postgres.thaw();
    until("requests are answered", async || {
        ann.get("/api/v1/timelines/home").await.status() == StatusCode::OK
    })
    .await;
    until("what was posted has been delivered", async || {
        site.waiting().await == 0
    })
    .await;
    site.homes_are_right(&[&ann, &bob]).await;
    postgres.freeze();
    all_are_told(&site, &ann, &eve, says_so).await;
    site.stops().await;
}

/// The workers need it, too: what they could not deliver they deliver when it is back.
#[tokio::test(flavor = "multi_thread")]
async fn fanout_waits_for_postgres_and_goes_on() {
    let postgres = Server::start("postgres").await;
    let site = Site::start(Profile::Full, &postgres, &[]).await;
    let (ann, bob) = site.two().await;
    for round in 0..2 {
        for number in 0..10 {
            ann.tweet(&format!("{round} {number}")).await;
        }
        postgres.kill().await;
        let told = ann.get("/api/v1/statuses/1").await;
        assert_eq!(told.status(), StatusCode::SERVICE_UNAVAILABLE);
        postgres.start_again().await;
        site.arrives(&bob).await;
        site.homes_are_right(&[&ann, &bob]).await;
        // Those that had gone out when it went away go out again, to no effect.
        until("nothing waits", async || site.waiting().await == 0).await;
        site.arrives(&bob).await;
    }
}
