//! Reading on and coming back.

use chrono::TimeDelta;
use serde_json::Value;

use super::{Browser, DESK, PHONE};
use crate::{person::Person, system::until, test_app::TestApp};

const ROWS: &str = "document.querySelectorAll('#feed .tweet').length";

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_tweets_are_read_and_the_place_is_found_again() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    for number in 0..300 {
        ann.tweet(&format!("This is number {number}.")).await;
    }
    let browser = Browser::of(&app, "ann", DESK).await;
    browser.is_lively().await;
    for rows in [80, 120, 160, 200, 240, 280, 300] {
        browser
            .value("scrollTo(0, document.body.scrollHeight)")
            .await;
        browser.until(&format!("{ROWS} >= {rows}")).await;
    }
    let ids = "new Set([...document.querySelectorAll('#feed .tweet')].map((row) => row.querySelector('a.when').href)).size";
    assert_eq!(browser.value(ids).await, 300, "each once");
    let place = "document.querySelectorAll('#feed .tweet')[150]";
    browser.value(&format!("{place}.scrollIntoView()")).await;
    let top = browser.value("scrollY").await;
    browser
        .value(&format!("{place}.querySelector('a.when').click()"))
        .await;
    browser
        .until("document.querySelector('.tweet.alone') !== null")
        .await;
    browser.client.back().await.unwrap();
    browser.until(&format!("{ROWS} === 300")).await;
    browser.until(&format!("scrollY === {top}")).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_go_on_keeps_what_it_has_and_its_link() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    for number in 0..45 {
        ann.tweet(&format!("This is number {number}.")).await;
    }
    let browser = Browser::of(&app, "ann", DESK).await;
    browser.is_lively().await;
    app.sql("DELETE FROM sessions").await;
    app.clock.advance(TimeDelta::minutes(6));
    browser
        .value("document.querySelector('.pager').addEventListener('htmx:finally:request', () => { window.isAnswered = true; })")
        .await;
    browser
        .value("scrollTo(0, document.body.scrollHeight)")
        .await;
    browser.until("window.isAnswered").await;
    assert_eq!(browser.value(ROWS).await, 40);
    browser.press(".pager .next").await;
    browser
        .until("document.querySelector('main a[href=\"/signup\"]') !== null")
        .await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn new_tweets_are_told_of_and_not_put_before_the_reader() {
    let mut app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    ann.follow(&bob).await;
    bob.tweet("The first.").await;
    app.deliver_pending().await;
    let browser = Browser::of(&app, "ann", DESK).await;
    assert_eq!(browser.value(ROWS).await, 1);
    for number in 0..5 {
        bob.tweet(&format!("Another {number}.")).await;
    }
    app.deliver_pending().await;
    // As when the reader comes back to the window, which is sooner than the clock.
    browser
        .value("document.dispatchEvent(new Event('visibilitychange'))")
        .await;
    browser
        .until("document.querySelector('.news').textContent === '5 new tweets'")
        .await;
    assert_eq!(browser.value(ROWS).await, 1);
    browser
        .until("document.getElementById('live').textContent === '5 new tweets'")
        .await;
    browser.type_keys(".").await;
    browser.until(&format!("{ROWS} === 6")).await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_gets_about_by_keyboard_alone() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    for number in 0..3 {
        ann.tweet(&format!("This is number {number}.")).await;
    }
    let browser = Browser::of(&app, "ann", DESK).await;
    let focus = |text: &str| {
        format!("document.activeElement.closest('.tweet')?.textContent.includes('{text}')")
    };
    browser.type_keys("j").await;
    browser.until(&focus("number 2")).await;
    browser.type_keys("jj").await;
    browser.until(&focus("number 0")).await;
    browser.type_keys("k").await;
    browser.until(&focus("number 1")).await;
    browser.type_keys("?").await;
    browser
        .until("document.querySelector('dialog.keys')?.open")
        .await;
    browser.press("dialog.keys button").await;
    browser.until("!document.querySelector('dialog')").await;
    browser.type_keys("n").await;
    browser.until("document.activeElement.id === 'text'").await;
    // In the box a letter is a letter.
    browser.type_keys("j").await;
    assert_eq!(
        browser.value("document.getElementById('text').value").await,
        "j"
    );
    browser.value("document.activeElement.blur()").await;
    browser.type_keys("/").await;
    browser
        .until("document.activeElement.type === 'search'")
        .await;
    browser.goto("/users").await;
    for (keys, place) in [("gs", "/settings"), ("gp", "/@ann"), ("gh", "/")] {
        browser.type_keys(keys).await;
        browser.is_at(place).await;
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_one_stopped_is_marked_on_another_device() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    ann.tweet("Read at the desk.").await;
    let desk = Browser::of(&app, "ann", DESK).await;
    is_kept(&ann, 1).await;
    desk.close().await;
    for number in 0..2 {
        ann.tweet(&format!("New {number}.")).await;
    }
    let phone = Browser::of(&app, "ann", PHONE).await;
    phone
        .until("document.querySelector('.tweet:has(.here) .words')?.textContent === 'Read at the desk.'")
        .await;
    assert!(!phone.shows(".back").await);
    is_kept(&ann, 2).await;
    phone.close().await;
    // More than a page above it: a link leads there.
    for number in 0..45 {
        ann.tweet(&format!("More {number}.")).await;
    }
    let phone = Browser::of(&app, "ann", PHONE).await;
    phone.press(".back").await;
    phone
        .until("location.search.startsWith('?max_id=') && document.querySelector('#feed .words').textContent === 'New 1.'")
        .await;
    phone.close().await;
}

/// Waits until where she stopped was kept so often.
async fn is_kept(ann: &Person, version: i64) {
    until("it is kept", async || {
        let kept: Value = ann.get("/api/v1/markers").await.json().await.unwrap();
        kept["home"]["version"] == version
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_server_there_is_a_page_that_says_so() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let mut browser = Browser::of(&app, "ann", PHONE).await;
    browser.expected = vec!["ERR_CONNECTION_REFUSED", "Failed to fetch"];
    browser
        .until("Boolean(navigator.serviceWorker.controller)")
        .await;
    // Else what the page loads late would be missed.
    browser.is_lively().await;
    app.stop();
    until("the server is gone", async || {
        app.stranger().get(app.url("/")).send().await.is_err()
    })
    .await;
    browser.goto("/users?q=bob").await;
    let heading = browser.find("h1").await;
    assert_eq!(heading.text().await.unwrap(), "You are offline");
    // It is drawn as the others are.
    let font = "getComputedStyle(document.querySelector('a.button')).borderRadius !== '0px'";
    assert_eq!(browser.value(font).await, true);
    browser.close().await;
}

/// Whether what an expression gives is read from left to right, by where its letters stand.
const READS_RIGHT: &str = "(() => { const text = document.querySelector('SELECTOR').firstChild; \
     const at = (place) => { const range = document.createRange(); range.setStart(text, place); \
     range.setEnd(text, place + 1); return range.getBoundingClientRect().left; }; \
     return at(0) < at(1) && at(1) < at(2); })()";

#[tokio::test(flavor = "multi_thread")]
async fn no_direction_bleeds_out_of_a_name_or_a_tweet() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    ann.tweet("first, and untouched").await;
    // What no form lets through any more, and what a tweet may have.
    let turned = "\u{202e}\u{2067}\u{202b} evil \u{2067}";
    app.sql(&format!(
        "UPDATE users SET display_name = 'x{turned}' WHERE username = 'ann'"
    ))
    .await;
    ann.tweet(&format!("second {turned}{turned}")).await;
    let browser = Browser::of(&app, "bob", PHONE).await;
    for path in ["/", "/@ann"] {
        browser.goto(path).await;
        let rows = [
            "#feed .tweet .handle",
            "#feed .tweet:last-of-type .words",
            "#feed .tweet:last-of-type .handle",
        ];
        for selector in if path == "/" { &rows[..] } else { &rows[1..] } {
            let reads = READS_RIGHT.replace("SELECTOR", selector);
            assert_eq!(browser.value(&reads).await, true, "{selector} on {path}");
        }
    }
    let title = READS_RIGHT.replace("SELECTOR", "p.handle");
    assert_eq!(
        browser.value(&title).await,
        true,
        "the handle below a turned name"
    );
    browser.close().await;
}
