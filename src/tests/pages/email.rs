//! Email addresses: confirming, changing, and getting back in by them.

use chrono::TimeDelta;

use super::{Browser, PASSWORD};
use crate::{
    mailbox::Letter,
    test_app::{Profile, TestApp},
};

const NEW: &str = "a quite different password";

/// What stands behind the `?secret=` of a link.
fn secret(link: &str) -> &str {
    link.split_once("?secret=").unwrap().1
}

async fn confirm(browser: &Browser, letter: &Letter) {
    let link = letter.link();
    // Looking does not use it up.
    for _ in 0..2 {
        browser.get(&link).await.is(200).has("name=\"secret\"");
    }
    let sent = [("secret", secret(&link))];
    let page = browser.post("/settings/account/confirm", &sent).await;
    page.is(200).has("Your email address is confirmed.");
}

async fn sign_up(app: &TestApp, username: &str, email: &str) -> Browser {
    let browser = Browser::new(app);
    let form = [
        ("username", username),
        ("email", email),
        ("password", PASSWORD),
    ];
    browser.post("/signup", &form).await.leads_to("/");
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_by_a_link_that_works_once() {
    let app = TestApp::start(
        Profile::Embedded,
        &[("TWITCLONE__SIGN_UP__EMAIL", "confirmed")],
    )
    .await;
    let ann = sign_up(&app, "ann", "Ann@example.org").await;
    let bob = app.person("bob").await;
    // Until then she may read, and change how she gets in.
    let refused = "Confirm your email address first";
    ann.post("/tweets", &[("text", "Hello")])
        .await
        .is(403)
        .has(refused)
        .has("Hello");
    ann.post(&format!("/follow/{}", bob.id()), &[])
        .await
        .is(403)
        .has(refused);
    ann.get("/").await.is(200);
    ann.get("/settings/account")
        .await
        .is(200)
        .has(refused)
        .has("Not confirmed yet");
    let letter = app.letter_to("Ann@example.org").await;
    letter
        .has("Confirm your email address for twitclone")
        .has("Hello @ann,")
        .has("three days");
    confirm(&ann, &letter).await;
    ann.get("/settings/account")
        .await
        .lacks(refused)
        .has("Confirmed");
    ann.post("/tweets", &[("text", "Hello")])
        .await
        .leads_to("/");
    let again = [("secret", secret(&letter.link()).to_owned())];
    let again = again
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    let page = ann.post("/settings/account/confirm", &again).await;
    page.is(404).has("This link does not work any more");
    // Whatever else is tried in its place.
    for secret in ["", "0", &"f".repeat(32), &"x".repeat(3000)] {
        let page = ann
            .post("/settings/account/confirm", &[("secret", secret)])
            .await;
        page.is(404).has("This link does not work any more");
    }
    // An old one does not work either.
    bob.browse(reqwest::Method::POST, "/settings/account/confirm-again")
        .send()
        .await
        .unwrap();
    let [first, second] = &app.mail_to("bob@example.org").await[..] else {
        panic!()
    };
    assert_ne!(first.link(), second.link());
    app.clock.advance(TimeDelta::days(3));
    let sent = [("secret", first.link())];
    let sent = sent.each_ref().map(|(name, link)| (*name, secret(link)));
    Browser::new(&app)
        .post("/settings/account/confirm", &sent)
        .await
        .is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_one_persons_and_only_they_are_told() {
    let app = TestApp::embedded().await;
    let ann = sign_up(&app, "ann", "ann@example.org").await;
    // Nobody can keep her from signing up by being there first.
    let mallory = sign_up(&app, "mallory", "ANN@example.org").await;
    let theirs = app.letter_to("ANN@example.org").await;
    confirm(&ann, &app.letter_to("ann@example.org").await).await;
    let sent = [("secret", theirs.link())];
    let sent = sent.each_ref().map(|(name, link)| (*name, secret(link)));
    let page = mallory.post("/settings/account/confirm", &sent).await;
    page.is(422)
        .has("Another account has confirmed this address");
    // Whoever signs up with it now is answered as always. She is told.
    sign_up(&app, "trudy", "ann@example.org").await;
    let letter = app.letter_to("ann@example.org").await;
    letter
        .has("Somebody gave your email address")
        .has("belongs to @ann already");
    assert!(!letter.text.contains("secret"), "{letter:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_email() {
    let app = TestApp::embedded().await;
    let ann = sign_up(&app, "ann", "ann@example.org").await;
    confirm(&ann, &app.letter_to("ann@example.org").await).await;
    let stranger = Browser::new(&app);
    stranger
        .get("/login")
        .await
        .has("href=\"/login/forgotten\"");
    // The answers are the same but for what was typed.
    let ask = async |address: &str| {
        let page = stranger
            .post("/login/forgotten", &[("email", address)])
            .await;
        page.is(200).html.replace(address, "")
    };
    assert_eq!(ask("ann@example.org").await, ask("nemo@example.org").await);
    stranger
        .post("/login/forgotten", &[("email", "ann")])
        .await
        .is(422)
        .has("not an email address");
    assert_eq!(app.mail_to("nemo@example.org").await, []);
    let letter = app.letter_to("ann@example.org").await;
    letter
        .has("Choose another password for twitclone")
        .has("@ann:")
        .has("for an hour");
    let link = letter.link();
    for _ in 0..2 {
        stranger.get(&link).await.is(200).has("For @ann.");
    }
    let secret = secret(&link);
    let set = async |password: &str| {
        let form = [("secret", secret), ("new_password", password)];
        stranger.post("/login/new-password", &form).await
    };
    // What may not be one leaves the link as it was.
    set("short").await.is(422).has("at least 8").has(secret);
    set("ann12345").await.is(422).has("guessed too easily");
    set(NEW).await.is(200).has("Your password is changed");
    ann.get("/").await.is(200).has("Sign up");
    set(NEW)
        .await
        .is(404)
        .has("This link does not work any more");
    stranger.get(&link).await.is(404);
    let log_in = async |password: &str| {
        let form = [("username", "ann"), ("password", password)];
        Browser::new(&app).post("/login", &form).await
    };
    log_in(PASSWORD).await.is(401);
    log_in(NEW).await.leads_to("/");
    let told = app.mail_to("ann@example.org").await;
    let subjects: Vec<&str> = told.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "Somebody logged in to your account at twitclone",
            "Your password at twitclone was changed"
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_guesses_keeps_nobody_out_who_reads_their_mail() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    app.mail_to("ann@example.org").await;
    let ann = Browser::new(&app);
    ann.post("/login/forgotten", &[("email", "ann@example.org")])
        .await
        .is(200);
    let link = app.letter_to("ann@example.org").await.link();
    let log_in = async |browser: &Browser, password: &str| {
        browser
            .post("/login", &[("username", "ann"), ("password", password)])
            .await
    };
    let mallory = Browser::new(&app);
    for _ in 0..10 {
        log_in(&mallory, "a guess").await.is(401);
    }
    log_in(&ann, PASSWORD).await.is(429);
    let form = [("secret", secret(&link)), ("new_password", NEW)];
    ann.post("/login/new-password", &form).await.is(200);
    log_in(&mallory, NEW).await.is(429);
    log_in(&ann, NEW).await.leads_to("/");
    // It was never confirmed, and is now: she reads what is sent there.
    ann.get("/settings/account").await.has("Confirmed");
    // An hour later the next one is too old.
    ann.post("/login/forgotten", &[("email", "ann@example.org")])
        .await
        .is(200);
    let letters = app.mail_to("ann@example.org").await;
    let link = letters
        .iter()
        .find(|letter| letter.text.contains("secret"))
        .unwrap()
        .link();
    app.clock.advance(TimeDelta::hours(1));
    ann.get(&link)
        .await
        .is(404)
        .has("This link does not work any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn changing_an_address_is_told_to_both() {
    let app = TestApp::embedded().await;
    let ann = sign_up(&app, "ann", "ann@example.org").await;
    confirm(&ann, &app.letter_to("ann@example.org").await).await;
    let change = async |email: &str, password: &str| {
        let form = [("email", email), ("password", password)];
        ann.post("/settings/account/email", &form).await
    };
    change("new@example.org", "wrong")
        .await
        .is(422)
        .has("not your present password")
        .has("new@example.org");
    change("new", PASSWORD)
        .await
        .is(422)
        .has("not an email address");
    assert_eq!(app.mail_to("new@example.org").await, []);
    change("new@example.org", PASSWORD)
        .await
        .is(200)
        .has("A link was sent to new@example.org");
    ann.get("/settings/account").await.has("ann@example.org");
    app.letter_to("ann@example.org")
        .await
        .has("is to be changed")
        .has("new@example.org");
    confirm(&ann, &app.letter_to("new@example.org").await).await;
    ann.get("/settings/account")
        .await
        .has("new@example.org")
        .lacks("ann@example.org");
    app.letter_to("ann@example.org")
        .await
        .has("was changed")
        .has("new@example.org");
    // The old one gets nobody in any more.
    ann.post("/login/forgotten", &[("email", "ann@example.org")])
        .await
        .is(200);
    assert_eq!(app.mail_to("ann@example.org").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_in_on_a_device_that_is_not_known_is_told() {
    let app = TestApp::embedded().await;
    let ann = sign_up(&app, "ann", "ann@example.org").await;
    let log_in = async |browser: &Browser| {
        let form = [("username", "ann"), ("password", PASSWORD)];
        browser.post("/login", &form).await.leads_to("/");
    };
    // Nobody knows yet whose address it is.
    let letter = app.letter_to("ann@example.org").await;
    log_in(&Browser::new(&app)).await;
    assert_eq!(app.mail_to("ann@example.org").await, []);
    confirm(&ann, &letter).await;
    ann.post("/logout", &[]).await.leads_to("/");
    log_in(&ann).await;
    assert_eq!(app.mail_to("ann@example.org").await, []);
    let other = Browser::new(&app);
    log_in(&other).await;
    let letter = app.letter_to("ann@example.org").await;
    letter
        .has("Somebody logged in to your account")
        .has("Unknown device")
        .has("from 127.0.0.1");
    ann.post("/logout", &[]).await;
    log_in(&other).await;
    assert_eq!(app.mail_to("ann@example.org").await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_sent_mail_without_end() {
    let app = TestApp::embedded().await;
    let stranger = Browser::new(&app);
    let ask = async |address: &str| {
        stranger
            .post("/login/forgotten", &[("email", address)])
            .await
    };
    for address in [
        "a@example.org",
        "A@example.org",
        "a@example.org",
        "A@EXAMPLE.org",
    ] {
        ask(address).await.is(200);
    }
    ask("a@example.org")
        .await
        .is(429)
        .has("This was done too often from here")
        .has("60 minutes");
    ask("b@example.org").await.is(200);
    app.clock.advance(TimeDelta::hours(1));
    ask("a@example.org").await.is(200);
    // Nor many addresses by one network.
    app.clock.advance(TimeDelta::hours(1));
    for number in 0..30 {
        ask(&format!("{number}@example.org")).await.is(200);
    }
    ask("one-more@example.org").await.is(429);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_makes_so_many_accounts_a_day() {
    let app = TestApp::start(
        Profile::Embedded,
        &[("TWITCLONE__SIGN_UP__MOST_A_DAY", "2")],
    )
    .await;
    for name in ["ann", "bob"] {
        sign_up(&app, name, "a@example.org").await;
    }
    let form = [
        ("username", "cyd"),
        ("email", "c@example.org"),
        ("password", PASSWORD),
    ];
    let page = Browser::new(&app).post("/signup", &form).await;
    page.is(429).has("too often").has("value=\"cyd\"");
    app.clock.advance(TimeDelta::days(1));
    Browser::new(&app)
        .post("/signup", &form)
        .await
        .leads_to("/");
}
