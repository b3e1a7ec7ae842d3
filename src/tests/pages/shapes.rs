//! Every page as it stands, and what all of them have in common.

use super::{Browser, PASSWORD, Page};
use crate::test_app::TestApp;

/// What differs from run to run.
const CHANGING: &[(&str, &str)] = &[
    (r"http://127\.0\.0\.1:\d+", "[address]"),
    (r"\b\d{18}\b", "[id]"),
    (r"hue-\d+", "hue-[n]"),
    (r#"(idempotency_key" value=")[0-9a-f]{32}"#, "$1[key]"),
    (r"\?v=[0-9a-f]{16}", "?v=[hash]"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[iso]"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "[time]"),
    (r"\d{1,2} [A-Z][a-z]{2,3} \d{4}, \d\d:\d\d UTC", "[time]"),
    (r"\d{1,2} [A-Z][a-z]+ \d{4}", "[day]"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_page_is_as_it_was() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    ann.follow(&bob).await;
    let id = ann
        .tweet("Hello @bob, see #this:\nhttps://example.org/")
        .await;
    let own = Browser::of(&app, &ann).await;
    let form = [("display_name", "Ann"), ("bio", "A #bio.")];
    own.post("/settings", &form).await.leads_to("/@ann");
    let stranger = Browser::new(&app);
    let alone = format!("/@ann/{id}");
    let draft = [("text", "A draft."), ("idempotency_key", "key")];
    let sign_up = [("username", "a b"), ("email", "b"), ("password", "c")];
    let log_in = [("username", "ann"), ("password", "wrong")];
    for (name, page) in [
        ("welcome", stranger.get("/").await),
        ("signup", stranger.get("/signup").await),
        ("signup-again", stranger.post("/signup", &sign_up).await),
        ("login", stranger.get("/login?next=/users").await),
        ("login-again", stranger.post("/login", &log_in).await),
        ("login-draft", stranger.post("/tweets", &draft).await),
        ("users-stranger", stranger.get("/users").await),
        ("not-found", stranger.get("/@nobody").await),
        ("home", own.get("/").await),
        ("home-again", own.post("/tweets", &[("text", "")]).await),
        ("users", own.get("/users?q=b").await),
        ("profile", own.get("/@bob").await),
        ("profile-own", own.get("/@ann").await),
        ("following", own.get("/@ann/following").await),
        ("followers", own.get("/@bob/followers").await),
        ("tweet", own.get(&alone).await),
        ("tag", own.get("/tags/this").await),
        ("settings", own.get("/settings").await),
        ("logout", own.get("/logout").await),
    ] {
        is_sound(name, &page);
        insta::with_settings!({ filters => CHANGING.to_vec(), omit_expression => true }, {
            insta::assert_snapshot!(name, page.html);
        });
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_come_with_their_headers() {
    let app = TestApp::embedded().await;
    let response = app.stranger().get(app.url("/login")).send().await.unwrap();
    let header = |name: &str| response.headers()[name].to_str().unwrap();
    assert_eq!(header("content-type"), "text/html; charset=utf-8");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert_eq!(header("cache-control"), "private, no-store");
    assert!(header("content-security-policy").starts_with("default-src 'none'"));
    let html = response.text().await.unwrap();
    for file in ["style.css", "app.js", "later.js", "favicon.svg"] {
        let (_, rest) = html.split_once(&format!("/static/{file}?v=")).unwrap();
        let version = rest.split_once('"').unwrap().0;
        let address = app.url(&format!("/static/{file}?v={version}"));
        let response = app.stranger().get(address).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        let caching = response.headers()["cache-control"].to_str().unwrap();
        assert_eq!(caching, "public, max-age=31536000, immutable", "{file}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_kept_in_a_careful_cookie() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let response = app
        .stranger()
        .post(app.url("/login"))
        .form(&[("username", "ann"), ("password", PASSWORD)])
        .send()
        .await
        .unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    for part in ["access_token=ey", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "no {part} in {cookie}");
    }
}

/// What holds for every page.
fn is_sound(name: &str, page: &Page) {
    for once in [
        "<h1",
        "</h1>",
        "<main",
        "<title>",
        "lang=\"en\"",
        "<script type=\"module\" src=\"/static/app.js?v=",
        "<script",
        "<header class=\"site\">",
    ] {
        assert_eq!(page.count(once), 1, "{once} in {name}");
    }
    for never in ["style=\"", "javascript:", "undefined", "{{", "{%"] {
        assert_eq!(page.count(never), 0, "{never} in {name}");
    }
    let ids: Vec<&str> = attributes(&page.html, "id");
    for id in &ids {
        let same = ids.iter().filter(|other| *other == id).count();
        assert_eq!(same, 1, "id {id} in {name}");
    }
    for reference in ["for", "aria-describedby", "aria-labelledby"] {
        for value in attributes(&page.html, reference) {
            for target in value.split(' ') {
                assert!(ids.contains(&target), "{reference}={target} in {name}");
            }
        }
    }
}

fn attributes<'h>(html: &'h str, name: &str) -> Vec<&'h str> {
    html.split(&format!(" {name}=\""))
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .collect()
}
