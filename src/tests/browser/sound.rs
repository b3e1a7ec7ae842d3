//! What holds for every page: nobody is kept out, nothing jumps, nothing is wider than the window.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use secrecy::ExposeSecret;
use tokio::process::Command;
use twitclone::{store::users, tweet};

use super::{Browser, DESK, PHONE, TABLET};
use crate::test_app::{Profile, TestApp};

const WIDER: &str = "document.documentElement.scrollWidth > document.documentElement.clientWidth";

/// Those that people choose; without a choice it is the system's.
const THEMES: [&str; 3] = ["light", "dark", "contrast"];
const OUTSIDE: [&str; 10] = [
    "/",
    "/about",
    "/keys",
    "/offline",
    "/login",
    "/login/forgotten",
    "/signup",
    "/users",
    "/@wren_adeyemi",
    TWEET,
];
const INSIDE: [&str; 23] = [
    "/",
    "/users",
    "/@demo",
    "/@fatima_zahra",
    "/@wren_adeyemi/followers",
    "/@demo/following",
    TWEET,
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
/// The page of a tweet, whose id differs from run to run.
const TWEET: &str = "/@demo/id";

#[tokio::test(flavor = "multi_thread")]
async fn no_page_keeps_anybody_out_on_a_phone() {
    no_page_keeps_anybody_out(0, PHONE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_keeps_anybody_out_on_a_tablet() {
    no_page_keeps_anybody_out(1, TABLET).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_page_keeps_anybody_out_on_a_desk() {
    no_page_keeps_anybody_out(2, DESK).await;
}

/// Every page at one width. `turn` is another number for each width.
async fn no_page_keeps_anybody_out(turn: usize, size: (u32, u32)) {
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
    let mut visit = Visit {
        browser: Browser::open(&app, size).await,
        tweet: format!("/@demo/{}", posted.unwrap().0.id),
        turn,
        width: size.0,
        pictures: env::var_os("TWITCLONE_PICTURES").map(PathBuf::from),
    };
    visit.browser.expected = vec!["404"];
    if turn == 0 || visit.pictures.is_some() {
        visit.look_at("out", &[""], &OUTSIDE).await;
    }
    visit.look_at("out", &THEMES, &OUTSIDE).await;
    visit.browser.log_in("demo").await;
    visit.look_at("in", &THEMES, &INSIDE).await;
    visit.browser.close().await;
}

/// The people and tweets of `scripts/run --demo`.
async fn add_community(app: &TestApp) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/demo.sql");
    let schema = &app.app.settings.database.schema;
    let added = Command::new("psql")
        .args(["--no-psqlrc", "--quiet", "--file"])
        .arg(script)
        .arg(app.app.settings.database.url.expose_secret())
        .env("PGOPTIONS", format!("--search_path={schema},public"))
        .status();
    assert!(added.await.unwrap().success());
}

struct Visit {
    browser: Browser,
    tweet: String,
    turn: usize,
    width: u32,
    /// Where a picture of each page goes.
    pictures: Option<PathBuf>,
}

impl Visit {
    /// Looks at each page in one of the themes. Over the three widths each page is seen in each of three themes, and at
    /// each width some pages in each theme. For pictures every page is looked at in every theme.
    async fn look_at(&self, who: &str, themes: &[&str], pages: &[&str]) {
        for (at, theme) in themes.iter().enumerate() {
            self.browser.goto("/settings/appearance").await;
            self.browser.press(&format!("input[value='{theme}']")).await;
            self.browser.leave_by("main form button").await;
            self.browser.is_at("/settings/appearance").await;
            for (number, page) in pages.iter().enumerate() {
                if self.pictures.is_some() || (number + self.turn) % themes.len() == at {
                    self.is_open(who, number, page, theme).await;
                }
            }
        }
    }

    /// Nobody is kept out, nothing jumps, nothing is wider than the window.
    async fn is_open(&self, who: &str, number: usize, page: &str, theme: &str) {
        let browser = &self.browser;
        browser
            .goto(if page == TWEET { &self.tweet } else { page })
            .await;
        let barriers = browser.barriers().await;
        assert!(barriers.is_empty(), "{page} {theme}: {barriers:#?}");
        assert_eq!(browser.value(WIDER).await, false, "{page} {theme}");
        let shifted = browser.shifted().await;
        assert!(shifted < 0.02, "{page} {theme} shifts by {shifted}");
        if let Some(folder) = &self.pictures {
            let path: String = page.split(['?', '/']).collect::<Vec<_>>().join("-");
            let theme = if theme.is_empty() { "system" } else { theme };
            let name = format!("{who}-{number:02}{path}-{}-{theme}.png", self.width);
            let picture = browser.client.screenshot().await.unwrap();
            fs::write(folder.join(name), picture).unwrap();
        }
    }
}
