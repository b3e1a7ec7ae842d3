//! What holds for every page: nobody is kept out, nothing jumps, nothing is wider than the window.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use tokio::process::Command;
use twitclone::{store::users, tweet};

use super::{Browser, DESK, PHONE, TABLET};
use crate::test_app::{Profile, TestApp, from_script};

const WIDER: &str = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
#[tokio::test(flavor = "multi_thread")]
async fn no_page_keeps_anybody_out() {
    let moderators = ("TWITCLONE__INSTANCE__MODERATORS", "demo");
    let app = TestApp::start(Profile::Embedded, &[moderators]).await;
    app.sql(
        "INSERT INTO sign_ups (username, email, password_hash, reason, language, created_at) \
         VALUES ('cyd', 'cyd@example.org', '', 'I like bread', 'en', now())",
    )
    .await;
    app.person("demo").await;
    add_community(&app).await;
    // Who was signed up is another row now.
    let demo = users::by_username(&mut app.app.db.get().await.unwrap(), "demo").await;
    let text = "Hello @wren_adeyemi, see #this:\nhttps://example.org/a-rather-long-address-that-goes-on-and-on";
    let posted = tweet::post(&app.app, &demo.unwrap().unwrap(), text, None).await;
    let id = posted.unwrap().0.id;
    let alone = format!("/@demo/{id}");
    let inside = [
        "/",
        "/users",
        "/@demo",
        "/@fatima_zahra",
        "/@wren_adeyemi/followers",
        "/@demo/following",
        &alone,
        "/tags/this",
        "/tags/nobody_says_this",
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
        "/@wren_adeyemi",
        &alone,
    ];
    for size in [PHONE, TABLET, DESK] {
        let mut browser = Browser::open(&app, size).await;
        browser.expected = vec!["404"];
        for theme in ["", "light", "dark", "contrast"] {
            browser.goto("/settings/appearance").await;
            browser.press(&format!("input[value='{theme}']")).await;
            browser.leave_by("main form button").await;
            browser.is_at("/settings/appearance").await;
            are_open(&browser, size, theme, "out", &outside).await;
        }
        browser.log_in("demo").await;
        for theme in ["light", "dark", "contrast"] {
            browser.goto("/settings/appearance").await;
            browser.press(&format!("input[value='{theme}']")).await;
            browser.leave_by("main form button").await;
            browser.is_at("/settings/appearance").await;
            are_open(&browser, size, theme, "in", &inside).await;
        }
        browser.close().await;
    }
}

/// The people and tweets of `scripts/run --demo`.
async fn add_community(app: &TestApp) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/demo.sql");
    let schema = &app.app.settings.database.schema;
    let added = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--file"])
        .arg(script)
        .arg(from_script("TWITCLONE_TEST_DATABASE_URL"))
        .env("PGOPTIONS", format!("--search_path={schema},public"))
        .status();
    assert!(added.await.unwrap().success());
}

/// Nobody is kept out, nothing jumps, nothing is wider than the window; a picture of each, where one is asked for.
async fn are_open(browser: &Browser, size: (u32, u32), theme: &str, who: &str, pages: &[&str]) {
    let pictures = env::var_os("TWITCLONE_PICTURES").map(PathBuf::from);
    for (number, page) in pages.iter().enumerate() {
        browser.goto(page).await;
        let barriers = browser.barriers().await;
        assert!(barriers.is_empty(), "{page} {theme}: {barriers:#?}");
        assert_eq!(browser.value(WIDER).await, false, "{page} {theme}");
        let shifted = browser.shifted().await;
        assert!(shifted < 0.02, "{page} {theme} shifts by {shifted}");
        if let Some(folder) = &pictures {
            let path: String = page.split(['?', '/']).collect::<Vec<_>>().join("-");
            let theme = if theme.is_empty() { "system" } else { theme };
            let name = format!("{who}-{number:02}{path}-{}-{theme}.png", size.0);
            fs::write(
                folder.join(name),
                browser.client.screenshot().await.unwrap(),
            )
            .unwrap();
        }
    }
}
