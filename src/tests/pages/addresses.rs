//! Canonical addresses, wrong methods and what else a page refuses.

use reqwest::{Method, header};

use super::{Browser, send};
use crate::test_app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn other_addresses_lead_to_the_canonical_one() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("Ann").await, app.person("bob").await);
    let tweet = ann.tweet("hello").await;
    let browser = Browser::of(&app, &bob).await;
    for (old, new) in [
        ("/profile/Ann", "/@Ann"),
        ("/profile/ann?max_id=5", "/@Ann?max_id=5"),
        ("/ann/followers", "/@Ann/followers"),
        ("/Ann/following?max_id=5", "/@Ann/following?max_id=5"),
        ("/@ANN", "/@Ann"),
        ("/@ann/followers?max_id=5", "/@Ann/followers?max_id=5"),
        ("/tags/RUST?max_id=5", "/tags/rust?max_id=5"),
        ("/tags/%C3%84pfel", "/tags/%C3%A4pfel"),
    ] {
        browser.get(old).await.is_moved_to(new);
    }
    for author in ["ann", "bob", "nobody"] {
        let old = format!("/@{author}/{tweet}");
        browser
            .get(&old)
            .await
            .is_moved_to(&format!("/@Ann/{tweet}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_said_helpfully() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let browser = Browser::new(&app);
    for path in [
        "/@nobody",
        "/@nobody/followers",
        "/profile/nobody",
        "/nobody/following",
    ] {
        browser
            .get(path)
            .await
            .is(404)
            .has("There is nobody called @nobody here.")
            .has("action=\"/users\"");
    }
    for path in [
        "/@login",
        "/@a%00b",
        "/@%FF",
        "/@%3Cb%3E",
        "/@",
        "/profile/a%20b",
        "/users/followers",
        "/@ann/7",
        "/@ann/-7",
        "/@ann/abc",
        "/@ann/99999999999999999999",
        "/tags/%00",
        "/tags/a%00",
        "/tags/%FF",
        "/tags/a%20b",
        "/tags/1",
        "/tags/a%2Fb",
        "/nothing/of/the/kind",
    ] {
        let page = browser.get(path).await;
        page.is(404).has("Not found").lacks("<b>").lacks("\0");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_queries_are_refused_with_a_reason() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    for path in ["/", "/@ann", "/@ann/followers", "/tags/x"] {
        for cursor in [
            "abc",
            "",
            "0",
            "-1",
            "9223372036854775808",
            "1.5",
            "%F0%9F%98%80",
        ] {
            browser
                .get(&format!("{path}?max_id={cursor}"))
                .await
                .is(400)
                .has("max_id says below which id a page begins.");
        }
        browser
            .get(&format!("{path}?max_id=9223372036854775807"))
            .await
            .is(200);
    }
    for page in ["0", "-1", "abc", "", "4294967296"] {
        browser
            .get(&format!("/users?page={page}"))
            .await
            .is(400)
            .has("page is the number of a page");
    }
    for query in ["q=%00", "q=%FF", "page=1&page=2", "q=a&q=b"] {
        browser.get(&format!("/users?{query}")).await.is(400);
    }
    let long = format!("/users?q={}", "x".repeat(5000));
    browser.get(&long).await.is(200).has("Nobody found");
    browser
        .get("/users?q=%25")
        .await
        .is(200)
        .has("Nobody found");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_methods_and_bodies_are_refused() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    for path in [
        "/",
        "/users",
        "/@ann",
        "/@ann/followers",
        "/@ann/7",
        "/tags/x",
        "/profile/ann",
        "/ann/followers",
    ] {
        browser.post(path, &[]).await.is(405);
    }
    for path in ["/tweets", "/follow/1", "/unfollow/1", "/@ann/7/delete"] {
        browser.get(path).await.is(405).has("It belongs to a form.");
    }
    for path in ["/", "/signup", "/login", "/logout", "/settings", "/tweets"] {
        let request = browser.client.delete(browser.url(path));
        send(request).await.is(405);
    }
    for (path, taken) in [
        ("/", "GET, HEAD"),
        ("/login", "GET, HEAD, POST"),
        ("/tweets", "POST"),
        ("/health/live", "GET"),
        ("/api/v1/markers", "GET, POST"),
        ("/api/v1/statuses/7/", "GET, DELETE"),
    ] {
        let refused = browser.client.put(browser.url(path)).send().await.unwrap();
        assert_eq!(refused.status(), 405, "{path}");
        assert_eq!(refused.headers()["allow"], taken, "{path}");
    }
    for path in ["/tweets", "/signup", "/login", "/settings", "/follow/1"] {
        for (content_type, body, status) in [
            ("text/plain", b"text=x".to_vec(), 415),
            (
                "application/x-www-form-urlencoded",
                b"text=%FF".to_vec(),
                400,
            ),
            (
                "application/x-www-form-urlencoded",
                b"text=\xFF".to_vec(),
                400,
            ),
            (
                "application/x-www-form-urlencoded",
                b"text=a%00b".to_vec(),
                400,
            ),
            ("application/json", b"{\"text\":".to_vec(), 400),
            ("application/json", b"[7]".to_vec(), 400),
            (
                "application/x-www-form-urlencoded",
                [b"text=".as_slice(), &[b'x'; 300_000]].concat(),
                413,
            ),
        ] {
            let request = browser
                .client
                .post(browser.url(path))
                .header(header::CONTENT_TYPE, content_type)
                .body(body);
            send(request).await.is(status);
        }
    }
    assert_eq!(ann.home().await.len(), 0, "nothing was half-written");
}

#[tokio::test(flavor = "multi_thread")]
async fn head_is_answered_as_get_is() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let browser = Browser::new(&app);
    for path in ["/", "/users", "/@ann", "/login", "/@ANN", "/@nobody"] {
        let get = browser.get(path).await;
        let request = browser.client.request(Method::HEAD, browser.url(path));
        let head = send(request).await;
        assert_eq!(head.status, get.status, "{path}");
        assert_eq!(head.html, "", "{path}");
    }
}
