//! Writing a tweet.

use chrono::TimeDelta;
use fantoccini::key::Key;

use super::{Browser, DESK, PASSWORD};
use crate::test_app::TestApp;

const TEXT: &str = "document.getElementById('text').value";

#[tokio::test(flavor = "multi_thread")]
async fn a_tweet_is_there_at_once_and_a_draft_outlives_what_fails() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let mut browser = Browser::of(&app, "ann", DESK).await;
    browser.is_lively().await;
    // Only a page that was never left has it.
    browser.value("window.isTheSamePage = true").await;
    browser.fill("text", "Said 👩‍👩‍👧 by keyboard.").await;
    browser
        .until("document.querySelector('.left').textContent === '481'")
        .await;
    browser.control_enter().await;
    browser
        .until("document.querySelector('#feed .words')?.textContent === 'Said 👩‍👩‍👧 by keyboard.'")
        .await;
    assert_eq!(browser.value("window.isTheSamePage").await, true);
    assert_eq!(browser.value(TEXT).await, "");
    browser
        .until("document.getElementById('live').textContent === 'Posted'")
        .await;

    // Typed, and not sent.
    browser.fill("text", "A draft.").await;
    browser.goto("/").await;
    browser.is_lively().await;
    assert_eq!(browser.value(TEXT).await, "A draft.");

    // The network is lost; what was typed is kept, said to be, and sent once by trying again.
    browser.expected = vec!["ERR_INTERNET_DISCONNECTED", "Failed to fetch"];
    browser.has_network(false).await;
    browser.press("form.compose button").await;
    browser
        .until("!document.querySelector('.unsent').hidden")
        .await;
    assert_eq!(browser.value(TEXT).await, "A draft.");
    browser.has_network(true).await;
    browser.press("form.compose button").await;
    browser
        .until("document.querySelector('#feed .words').textContent === 'A draft.'")
        .await;
    browser.goto("/").await;
    assert_eq!(browser.value(TEXT).await, "");
    let rows = browser
        .value("document.querySelectorAll('#feed .tweet').length")
        .await;
    assert_eq!(rows, 2);
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_stays_in_the_box_and_names_complete() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    app.person("barbara").await.tweet("Bread in #Kyoto").await;
    let mut browser = Browser::of(&app, "ann", DESK).await;
    browser.is_lively().await;
    browser.expected = vec!["422"];
    browser
        .value("document.getElementById('text').value = 'x'.repeat(500)")
        .await;
    browser.fill("text", "yz").await;
    browser
        .until("document.querySelector('.left.over').textContent === '-2'")
        .await;
    browser.press("form.compose button").await;
    browser
        .until("document.querySelector('.problems')?.textContent.includes('this one has 502')")
        .await;
    assert_eq!(browser.value(&format!("{TEXT}.length")).await, 502);

    browser
        .value("document.getElementById('text').value = ''")
        .await;
    browser.fill("text", "Hello @barb").await;
    browser.find(".menu [role=option]").await;
    browser.type_keys(&char::from(Key::Enter).to_string()).await;
    browser
        .until(&format!("{TEXT} === 'Hello @barbara '"))
        .await;
    browser.fill("text", "in #ky").await;
    browser.find(".menu [role=option]").await;
    browser.type_keys(&char::from(Key::Enter).to_string()).await;
    browser
        .until(&format!("{TEXT} === 'Hello @barbara in #kyoto '"))
        .await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ended_meanwhile_loses_nothing() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let mut browser = Browser::of(&app, "ann", DESK).await;
    browser.is_lively().await;
    browser.expected = vec!["401"];
    browser.fill("text", "Said in between.").await;
    app.sql(&format!(
        "DELETE FROM sessions WHERE user_id = {}",
        ann.id()
    ))
    .await;
    app.clock.advance(TimeDelta::minutes(6));
    browser.press("form.compose button").await;
    browser
        .until("document.querySelector('.draft .words')?.textContent === 'Said in between.'")
        .await;
    browser.fill("username", "ann").await;
    browser.fill("password", PASSWORD).await;
    browser.leave_by("main form button").await;
    browser
        .until("document.getElementById('text')?.value === 'Said in between.'")
        .await;
    browser.press("form.compose button").await;
    browser
        .until("document.querySelector('#feed .words')?.textContent === 'Said in between.'")
        .await;
    browser.close().await;
}
