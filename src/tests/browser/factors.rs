//! Authenticator apps and passkeys, with a device that Chromium plays (Web Authentication, virtual authenticators).

use fantoccini::wd::WebDriverCompatibleCommand;
use reqwest::{Method, Url};
use serde_json::json;
use totp_rs::{Builder, Secret};
use url::ParseError;

use super::{Browser, DESK, PASSWORD, PHONE};
use crate::test_app::TestApp;

/// It has its place from the start, so that nothing moves, and works once a script is there.
const OFFERED: &str = "document.querySelector('form.passkey button')?.disabled === false";

/// A device that is asked to say whose it is.
#[derive(Debug)]
struct Authenticator;

impl WebDriverCompatibleCommand for Authenticator {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!(
            "session/{}/webauthn/authenticator",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let device = json!({
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": true,
            "hasUserVerification": true,
            "isUserVerified": true,
        });
        (Method::POST, Some(device.to_string()))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_all_that_one_needs() {
    let app = TestApp::by_name().await;
    app.person("ann").await;
    let mut browser = Browser::of(&app, "ann", PHONE).await;
    browser.client.issue_cmd(Authenticator).await.unwrap();
    browser.goto("/settings/account/second-factor").await;
    // A wrong password first.
    browser.fill("password", "not the password").await;
    browser.expected = vec!["422"];
    browser.press("button.passkey").await;
    browser
        .until("document.getElementById('problems') !== null")
        .await;
    browser.fill("password", PASSWORD).await;
    browser.press("button.passkey").await;
    browser
        .until("document.querySelectorAll('.codes li').length === 10")
        .await;
    let notice = browser.find(".notice").await.text().await.unwrap();
    assert_eq!(notice, "The passkey is added: you can log in with it.");
    let barriers = browser.barriers().await;
    assert!(barriers.is_empty(), "{barriers:#?}");
    browser.goto("/logout").await;
    browser.leave_by("main form button").await;
    browser.is_at("/").await;
    // Without a name, without a password.
    browser.goto("/login?next=%2Fsettings").await;
    browser.until(OFFERED).await;
    browser.press("form.passkey button").await;
    browser.is_at("/settings").await;
    // A password alone is not enough any more.
    browser.goto("/logout").await;
    browser.leave_by("main form button").await;
    browser.is_at("/").await;
    browser.goto("/login").await;
    browser.fill("username", "ann").await;
    browser.fill("password", PASSWORD).await;
    browser.leave_by("main form.card button").await;
    browser
        .until("document.getElementById('code') !== null")
        .await;
    let barriers = browser.barriers().await;
    assert!(barriers.is_empty(), "{barriers:#?}");
    browser.until(OFFERED).await;
    browser.press("form.passkey button").await;
    browser.is_at("/").await;
    // It is listed, and can be removed.
    browser.goto("/settings/account/second-factor").await;
    browser.fill("password", PASSWORD).await;
    browser.leave_by(".sessions button").await;
    browser
        .until("document.querySelector('.notice')?.textContent.includes('removed')")
        .await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_set_up_and_asked_for() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let browser = Browser::of(&app, "ann", DESK).await;
    browser.goto("/settings/account/second-factor").await;
    browser.fill("password", PASSWORD).await;
    browser.leave_by("button[formaction$=authenticator]").await;
    let secret = browser.find(".secret").await.text().await.unwrap();
    let barriers = browser.barriers().await;
    assert!(barriers.is_empty(), "{barriers:#?}");
    let secret = Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let codes = Builder::new().with_secret(secret).build_noncompliant();
    let code = || {
        codes
            .generate(app.clock.now().timestamp().try_into().unwrap())
            .to_string()
    };
    browser.fill("code", &code()).await;
    browser.leave_by("main form.card button").await;
    browser
        .until("document.querySelectorAll('.codes li').length === 10")
        .await;
    let other = Browser::open(&app, PHONE).await;
    other.goto("/login").await;
    other.fill("username", "ann").await;
    other.fill("password", PASSWORD).await;
    other.leave_by("main form.card button").await;
    other.find("#code").await;
    app.clock.advance(chrono::TimeDelta::seconds(30));
    other.fill("code", &code()).await;
    other.leave_by("main form.card button").await;
    other.is_at("/").await;
    other.close().await;
    // Ended there, it is over here.
    browser.goto("/settings/sessions").await;
    browser.leave_by("form[action$=end-others] button").await;
    browser
        .until("document.querySelectorAll('.sessions li').length === 1")
        .await;
    browser.close().await;
}
