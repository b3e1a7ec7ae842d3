//! From the welcome page to a home that is full.

use super::{Browser, PASSWORD, PHONE};
use crate::test_app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_on_a_phone_has_a_full_home_after_five_follows() {
    let app = TestApp::embedded().await;
    let names = ["ann", "bob", "cid", "dee", "eve", "fay"];
    for name in names {
        let person = app.person(name).await;
        person.tweet(&format!("{name} says this.")).await;
    }
    let browser = Browser::open(&app, PHONE).await;
    browser.goto("/").await;
    browser.leave_by("main a[href='/signup']").await;
    browser.fill("username", "new").await;
    browser.fill("email", "new@example.org").await;
    browser.fill("password", PASSWORD).await;
    browser.leave_by("main form button").await;
    browser.is_at("/").await;
    // As many as are suggested.
    for followed in 1..=5 {
        browser.goto("/users").await;
        browser
            .press(".person form[action^='/follow/'] button")
            .await;
        let followed_now = "document.querySelectorAll('form[action^=\"/unfollow/\"]').length";
        browser
            .until(&format!("{followed_now} === {followed}"))
            .await;
        browser.goto("/").await;
        let rows = browser
            .value("document.querySelectorAll('#feed .tweet').length")
            .await;
        assert_eq!(rows, followed);
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_without_javascript() {
    let mut app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    for number in 0..45 {
        ann.tweet(&format!("This is number {number}.")).await;
    }
    app.person("bob").await;
    let browser = Browser::without_javascript(&app).await;
    browser.log_in("bob").await;
    browser.leave_by("#feed .person form button").await;
    browser.is_at("/").await;
    browser.fill("text", "By hand.").await;
    browser.leave_by("form.compose button").await;
    app.deliver_pending().await;
    browser.goto("/").await;
    let first = browser.find("#feed .words").await;
    assert_eq!(first.text().await.unwrap(), "By hand.");
    browser.leave_by(".pager .next").await;
    let heading = browser.find("h1").await;
    assert_eq!(heading.text().await.unwrap(), "Home: older tweets");
    let oldest = browser.find("#feed .tweet:last-of-type .words").await;
    assert_eq!(oldest.text().await.unwrap(), "This is number 0.");
    // What only a script could do is not shown.
    for absent in [".news", ".left", ".unsent"] {
        assert!(!browser.shows(absent).await, "{absent} is shown");
    }
    browser.close().await;
}
