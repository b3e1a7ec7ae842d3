//! The database does not answer: what was typed is kept.

use super::{Browser, PASSWORD};
use crate::{system::Lock, test_app::TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn a_tweet_is_kept_when_it_cannot_be_posted() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    let form = [("text", "dear\r\nreader"), ("idempotency_key", "mine")];
    // With "sessions" locked not even the author is known, unless they are kept. What waits for the other may be carried
    // out when that is unlocked, so it comes last.
    app.app.rows.forget_counters(ann.id());
    for table in ["sessions", "outbox"] {
        let locked = Lock::of(&app.app, table).await;
        let page = browser.post("/tweets", &form).await;
        page.is(503)
            .has("Nothing was lost")
            .has("Try again</button>")
            .has("action=\"/tweets\"");
        assert_eq!(page.value("text"), "dear\r\nreader");
        assert_eq!(page.value("idempotency_key"), "mine");
        drop(locked);
    }
    browser.post("/tweets", &form).await.leads_to("/");
    assert_eq!(ann.home().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_kept_when_they_cannot_be_saved() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    let locked = Lock::of(&app.app, "users").await;
    let form = [("display_name", "New"), ("bio", "About \"me\"")];
    let page = browser.post("/settings", &form).await;
    page.is(503).has("Nothing was lost");
    assert_eq!(page.value("display_name"), "New");
    assert_eq!(page.value("bio"), "About \"me\"".replace('"', "&quot;"));
    drop(locked);
    browser.post("/settings", &form).await.leads_to("/@ann");
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_up_and_logging_in_keep_what_was_typed() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let browser = Browser::new(&app);
    let _locked = Lock::of(&app.app, "users").await;
    let form = [
        ("username", "bob"),
        ("email", "bob@example.org"),
        ("password", PASSWORD),
        ("next", "/users"),
    ];
    let page = browser.post("/signup", &form).await;
    page.is(503).has("Nothing was lost").lacks(PASSWORD);
    assert_eq!(page.value("username"), "bob");
    assert_eq!(page.value("email"), "bob@example.org");
    assert_eq!(page.value("next"), "/users");
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("text", "draft"),
    ];
    let page = browser.post("/login", &form).await;
    page.is(503).has("Nothing was lost").lacks(PASSWORD);
    assert_eq!(page.value("username"), "ann");
    assert_eq!(page.value("text"), "draft");
    browser.get("/").await.is(200);
    browser.get("/@ann").await.is(503).has("Away for a moment");
}
