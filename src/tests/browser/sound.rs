//! What holds for every page: nobody is kept out, nothing jumps, nothing is wider than the window.

use super::{Browser, DESK, PHONE, TABLET};
use crate::test_app::{Profile, TestApp};

const WIDER: &str = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
#[tokio::test(flavor = "multi_thread")]
async fn no_page_keeps_anybody_out() {
    let moderators = ("TWITCLONE__INSTANCE__MODERATORS", "ann");
    let app = TestApp::start(Profile::Embedded, &[moderators]).await;
    app.sql(
        "INSERT INTO sign_ups (username, email, password_hash, reason, language, created_at) \
         VALUES ('cyd', 'cyd@example.org', '', 'I like bread', 'en', now())",
    )
    .await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    ann.follow(&bob).await;
    let id = ann
        .tweet(
            "Hello @bob, see #this:\nhttps://example.org/a-rather-long-address-that-goes-on-and-on",
        )
        .await;
    bob.tweet("مرحبا بالعالم").await;
    let alone = format!("/@ann/{id}");
    let inside = [
        "/",
        "/users",
        "/@ann",
        "/@bob/followers",
        "/@ann/following",
        &alone,
        "/tags/this",
        "/tags/nobody-says-this",
        "/settings",
        "/settings/account",
        "/settings/account/delete",
        "/settings/account/email",
        "/settings/account/password",
        "/settings/account/second-factor",
        "/settings/account/confirm?secret=none",
        "/settings/sessions",
        "/settings/data",
        "/settings/invitations",
        "/settings/sign-ups",
        "/settings/appearance",
        "/logout",
        "/nothing-here",
    ];
    let outside = [
        "/",
        "/about",
        "/keys",
        "/offline",
        "/login",
        "/login/forgotten",
        "/signup",
        "/users",
        "/@ann",
        &alone,
    ];
    for size in [PHONE, TABLET, DESK] {
        let mut browser = Browser::open(&app, size).await;
        browser.expected = vec!["404"];
        for theme in ["", "light", "dark", "contrast"] {
            browser.goto("/settings/appearance").await;
            browser.press(&format!("input[value='{theme}']")).await;
            browser.press("main form button").await;
            browser.is_at("/settings/appearance").await;
            are_open(&browser, theme, &outside).await;
        }
        browser.log_in("ann").await;
        for theme in ["light", "dark", "contrast"] {
            browser.goto("/settings/appearance").await;
            browser.press(&format!("input[value='{theme}']")).await;
            browser.press("main form button").await;
            browser.is_at("/settings/appearance").await;
            are_open(&browser, theme, &inside).await;
        }
        browser.close().await;
    }
}

async fn are_open(browser: &Browser, theme: &str, pages: &[&str]) {
    for page in pages {
        browser.goto(page).await;
        let barriers = browser.barriers().await;
        assert!(barriers.is_empty(), "{page} {theme}: {barriers:#?}");
        assert_eq!(browser.value(WIDER).await, false, "{page} {theme}");
        let shifted = browser.shifted().await;
        assert!(shifted < 0.02, "{page} {theme} shifts by {shifted}");
    }
}
