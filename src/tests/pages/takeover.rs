//! Nobody takes an account over by mail: where links go, what ends them, and what ends all that was begun for an account.

use std::fs;

use chrono::TimeDelta;
use twitclone::mail::postman;

use super::{
    Browser, PASSWORD,
    second_factor::{code, with_app},
};
use crate::{mailbox::Letter, test_app::TestApp};

const NEW: &str = "a quite different password";
const CHANGE: &str = "/settings/account/email";
const CONFIRM: &str = "/settings/account/confirm";
const FORGOTTEN: &str = "/login/forgotten";
const NEW_PASSWORD: &str = "/login/new-password";

/// Sends what waits, and takes all letters: to whom, and what they say.
async fn mail(app: &TestApp) -> Vec<(String, Letter)> {
    postman::deliver(&app.app).await.unwrap();
    let Ok(files) = fs::read_dir(&app.app.settings.mail.folder) else {
        return Vec::new();
    };
    let taken = files.map(|file| {
        let path = file.unwrap().path();
        let letter = Letter::opened(&path);
        fs::remove_file(&path).unwrap();
        letter
    });
    taken.collect()
}

/// The link in the only letter to that address which has one.
async fn link_to(app: &TestApp, address: &str) -> String {
    let letters = mail(app).await;
    let has_link =
        |(to, letter): &&(String, Letter)| to == address && letter.text.contains("?secret=");
    let found: Vec<_> = letters.iter().filter(has_link).collect();
    assert_eq!(found.len(), 1, "{address}: {letters:?}");
    found[0].1.link()
}

fn secret(link: &str) -> &str {
    link.split_once("?secret=").unwrap().1
}

/// Somebody who is logged in, with an address that was confirmed.
async fn person(app: &TestApp, name: &str, address: &str) -> Browser {
    let browser = Browser::of(app, &app.person(name).await).await;
    app.sql(&format!(
        "UPDATE users SET email = '{address}', email_confirmed_at = now() WHERE username = '{name}'"
    ))
    .await;
    mail(app).await;
    browser
}

async fn ask_to_reset(app: &TestApp, address: &str) {
    let form = [("email", address)];
    Browser::new(app).post(FORGOTTEN, &form).await.is(200);
}

/// S1: PostgreSQL's `lower()` makes one address of some of these and the stored one, which are of two domains.
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_link_goes_to_the_stored_address_alone() {
    const STORED: &str = "Kims@kiss.example";
    let app = TestApp::embedded().await;
    person(&app, "kim", STORED).await;
    for (typed, letters) in [
        // The same address, however it is written.
        ("kims@kiss.example", 1),
        ("KIMS@KISS.EXAMPLE", 1),
        ("\u{212a}ims@kiss.example", 1),
        ("kims@\u{212a}iss.example", 1),
        ("kims@ki\u{17f}\u{17f}.example", 1),
        ("kims@\u{ff4b}iss.example", 1),
        // Others'.
        ("kims@k\u{130}ss.example", 0),
        ("kims@k\u{131}ss.example", 0),
        ("k\u{130}ms@kiss.example", 0),
        ("k\u{131}ms@kiss.example", 0),
        ("kims@ki\u{df}.example", 0),
        ("kims@ki\u{307}ss.example", 0),
    ] {
        app.clock.advance(TimeDelta::hours(2));
        ask_to_reset(&app, typed).await;
        let sent = mail(&app).await;
        assert_eq!(sent.len(), letters, "{typed:?}: {sent:?}");
        for (to, letter) in sent {
            assert_eq!(to, STORED, "{typed:?}: {letter:?}");
            letter.has("@kim:");
        }
    }
    // Written in a way that is not clean, an address is refused.
    for typed in [
        "kim\u{17f}@kiss.example",
        "\"kims\"@kiss.example",
        "k\u{200b}ims@kiss.example",
    ] {
        let form = [("email", typed)];
        let page = Browser::new(&app).post(FORGOTTEN, &form).await;
        page.is(422).has("not an email address");
    }
    assert_eq!(mail(&app).await, []);
}

/// S1: nor does an address that folds to another keep its owner from confirming it.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_folds_to_another_keeps_nobody_from_confirming() {
    let app = TestApp::embedded().await;
    let sign_up = async |name: &str, email: &str| {
        let form = [("username", name), ("email", email), ("password", PASSWORD)];
        let browser = Browser::new(&app);
        browser.post("/signup", &form).await.leads_to("/");
        let letters = mail(&app).await;
        assert_eq!(letters.len(), 1, "{letters:?}");
        let link = letters[0].1.link();
        let page = browser.post(CONFIRM, &[("secret", secret(&link))]).await;
        page.is(200).has("Your email address is confirmed.");
    };
    sign_up("mallory", "kims@k\u{130}ss.example").await;
    sign_up("kim", "kims@kiss.example").await;
}

/// S3: whatever takes an account back ends what somebody else began for it.
#[tokio::test(flavor = "multi_thread")]
async fn what_an_attacker_began_ends_with_every_remedy() {
    for remedy in ["reset", "change", "end others", "remove app", "delete"] {
        let app = TestApp::embedded().await;
        let ann = person(&app, "ann", "ann@example.org").await;
        let (totp, recovery) = with_app(&app, &ann).await;
        let log_in = async |browser: &Browser| {
            let form = [("username", "ann"), ("password", PASSWORD)];
            let page = browser.post("/login", &form).await;
            page.is(200).has("Enter a code").value("ticket")
        };
        let second = async |browser: &Browser, ticket: &str, code: &str| {
            let form = [("ticket", ticket), ("code", code)];
            browser.post("/login/code", &form).await
        };
        // She knows the password, and had a code.
        let mallory = Browser::new(&app);
        let ticket = log_in(&mallory).await;
        second(&mallory, &ticket, &recovery[0]).await.leads_to("/");
        let change = async |email: &str| {
            let form = [("email", email), ("password", PASSWORD)];
            mallory.post(CHANGE, &form).await.is(200);
        };
        mail(&app).await;
        change("first@evil.example").await;
        let change_link = link_to(&app, "first@evil.example").await;
        ask_to_reset(&app, "ann@example.org").await;
        let reset_link = link_to(&app, "ann@example.org").await;
        // Mail that nobody has sent yet.
        change("second@evil.example").await;
        let ticket = log_in(&mallory).await;

        let password = [("password", PASSWORD), ("new_password", NEW)];
        match remedy {
            "reset" => {
                let form = [("secret", secret(&reset_link)), ("new_password", NEW)];
                let page = Browser::new(&app).post(NEW_PASSWORD, &form).await;
                page.is(200);
            }
            "change" => {
                let page = ann.post("/settings/account/password", &password).await;
                page.is(200);
            }
            "end others" => {
                let page = ann.post("/settings/sessions/end-others", &[]).await;
                page.leads_to("/settings/sessions");
            }
            "remove app" => {
                let remove = "/settings/account/authenticator/remove";
                ann.post(remove, &password[..1]).await.is(200);
            }
            _ => {
                ann.post("/settings/account/delete", &password[..1])
                    .await
                    .is(200);
            }
        }

        let letters = mail(&app).await;
        let evil = letters.iter().find(|(to, _)| to.contains("evil"));
        assert!(evil.is_none(), "{remedy}: {evil:?}");
        let used = [("secret", secret(&change_link))];
        let confirmed = Browser::new(&app).post(CONFIRM, &used).await;
        assert_eq!(
            confirmed.status, 404,
            "{remedy}: the link to another address"
        );
        let reset = Browser::new(&app).get(&reset_link).await;
        assert_eq!(reset.status, 404, "{remedy}: the link to reset");
        let settings = mallory.get("/settings").await;
        assert_eq!(settings.status, 303, "{remedy}: the session");
        for code in [recovery[1].as_str(), &code(&app, &totp)] {
            let page = second(&Browser::new(&app), &ticket, code).await;
            assert_eq!(page.status, 401, "{remedy}: the second step");
        }
    }
}

/// S4: a link is good for the address that the account has.
#[tokio::test(flavor = "multi_thread")]
async fn a_reset_link_dies_when_the_address_changes() {
    let app = TestApp::embedded().await;
    let ann = person(&app, "ann", "old@example.org").await;
    let is_dead = async |link: &str| {
        let stranger = Browser::new(&app);
        let dead = "This link does not work any more";
        stranger.get(link).await.is(404).has(dead);
        let form = [("secret", secret(link)), ("new_password", NEW)];
        stranger.post(NEW_PASSWORD, &form).await.is(404).has(dead);
    };
    ask_to_reset(&app, "old@example.org").await;
    let reset_link = link_to(&app, "old@example.org").await;
    let form = [("email", "new@example.org"), ("password", PASSWORD)];
    ann.post(CHANGE, &form).await.is(200);
    let confirm_link = link_to(&app, "new@example.org").await;
    let form = [("email", "third@example.org"), ("password", PASSWORD)];
    ann.post(CHANGE, &form).await.is(200);
    let used = [("secret", secret(&confirm_link))];
    ann.post(CONFIRM, &used).await.is(200);
    is_dead(&reset_link).await;
    // Nor is another change that was asked for before carried out.
    let letters = mail(&app).await;
    assert!(
        letters.iter().all(|(to, _)| to != "third@example.org"),
        "{letters:?}"
    );
    ann.get("/settings/account").await.has("new@example.org");

    // However the address was changed.
    ask_to_reset(&app, "new@example.org").await;
    let reset_link = link_to(&app, "new@example.org").await;
    app.sql("UPDATE users SET email = 'else@example.org'").await;
    is_dead(&reset_link).await;
    let page = ann.get("/settings/account").await;
    page.has("else@example.org").lacks("new@example.org");
}

/// S4: who had the account is told that it has another address, also when they never confirmed theirs.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_was_not_confirmed_is_told_of_the_change() {
    let app = TestApp::embedded().await;
    let ann = Browser::of(&app, &app.person("ann").await).await;
    mail(&app).await;
    let form = [("email", "new@example.org"), ("password", PASSWORD)];
    ann.post(CHANGE, &form).await.is(200);
    let told = async |subject: &str| {
        let letters = mail(&app).await;
        let old = letters.iter().find(|(to, _)| to == "ann@example.org");
        let (_, letter) = old.unwrap_or_else(|| panic!("{subject}: {letters:?}"));
        letter.has(subject).has("new@example.org");
        letters
    };
    let letters = told("is to be changed").await;
    let (_, letter) = letters
        .iter()
        .find(|(to, _)| to == "new@example.org")
        .unwrap();
    let link = letter.link();
    ann.post(CONFIRM, &[("secret", secret(&link))])
        .await
        .is(200);
    told("was changed").await;
}
