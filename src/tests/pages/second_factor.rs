//! What is asked for beside a password.

use chrono::TimeDelta;
use futures_util::future::join_all;
use totp_rs::{Builder, Secret};

use super::{Browser, PASSWORD, Page};
use crate::test_app::TestApp;

/// The code that the app of that secret shows now.
pub fn code(app: &TestApp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let codes = Builder::new().with_secret(secret).build_noncompliant();
    let now = u64::try_from(app.clock.now().timestamp()).unwrap();
    codes.generate(now).to_string()
}

async fn log_in(browser: &Browser) -> Page {
    let form = [("username", "ann"), ("password", PASSWORD)];
    browser.post("/login", &form).await
}

/// The second step, with the ticket of that page.
async fn second(browser: &Browser, page: &Page, code: &str) -> Page {
    let (ticket, next) = (page.value("ticket"), page.value("next"));
    let form = [("ticket", ticket.as_str()), ("next", &next), ("code", code)];
    browser.post("/login/code", &form).await
}

fn codes_in(page: &Page) -> Vec<String> {
    let parts = page.html.split("<li><code>").skip(1);
    parts
        .map(|part| part.split('<').next().unwrap().to_owned())
        .collect()
}

/// Turns on an app; its secret, and the recovery codes.
pub async fn with_app(app: &TestApp, browser: &Browser) -> (String, Vec<String>) {
    let of = |rest: &str| format!("/settings/account/authenticator{rest}");
    let proof = [("password", "wrong")];
    browser
        .post(&of(""), &proof)
        .await
        .is(422)
        .has("not your present password")
        .lacks("secret");
    let page = browser.post(&of(""), &[("password", PASSWORD)]).await;
    let (_, rest) = page
        .is(200)
        .has("<svg class=\"qr\"")
        .html
        .split_once("<code class=\"secret\">")
        .unwrap();
    let secret = rest.split('<').next().unwrap().replace(' ', "");
    page.has(&format!(
        "otpauth://totp/twitclone:ann?secret={secret}&amp;issuer=twitclone"
    ));
    // Not before a code was right.
    browser
        .get("/settings/account")
        .await
        .has("a stolen password alone");
    browser
        .post(&of("/confirm"), &[("code", "000000")])
        .await
        .is(422)
        .has("This code is not right")
        .has("<svg");
    let right = code(app, &secret);
    let spaced = format!(" {} {} ", &right[..3], &right[3..]);
    let page = browser.post(&of("/confirm"), &[("code", &spaced)]).await;
    let codes = codes_in(page.is(200).has("The app is on"));
    assert_eq!(codes.len(), 10, "{}", page.html);
    browser
        .get("/settings/account/second-factor")
        .await
        .lacks(&codes[0])
        .has("You have 10 left");
    (secret, codes)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_alone_lets_nobody_in_who_has_an_app() {
    let app = TestApp::embedded().await;
    let ann = Browser::of(&app, &app.person("ann").await).await;
    let (secret, recovery) = with_app(&app, &ann).await;
    let other = Browser::new(&app);
    let asked = log_in(&other).await;
    asked.is(200).has("Enter a code");
    other
        .get("/settings")
        .await
        .leads_to("/login?next=%2Fsettings");
    // The code that turned it on is used, and a wrong one is wrong.
    for wrong in [
        code(&app, &secret).as_str(),
        "123",
        "",
        "abcdef",
        &"9".repeat(5000),
    ] {
        second(&other, &asked, wrong)
            .await
            .is(422)
            .has("This code is not right");
    }
    app.clock.advance(TimeDelta::seconds(30));
    second(&other, &asked, &code(&app, &secret))
        .await
        .leads_to("/");
    other.get("/settings").await.is(200);
    // The ticket is used up, and so is the code.
    app.clock.advance(TimeDelta::seconds(30));
    second(&other, &asked, &code(&app, &secret)).await.is(401);
    // A recovery code lets her in once, however it is typed.
    let typed = recovery[0].to_uppercase().replace('-', " ");
    let asked = log_in(&Browser::new(&app)).await;
    second(&Browser::new(&app), &asked, &typed)
        .await
        .leads_to("/");
    let asked = log_in(&Browser::new(&app)).await;
    second(&Browser::new(&app), &asked, &recovery[0])
        .await
        .is(422);
    // A right password is no guess, however often a code has to follow.
    for _ in 0..11 {
        log_in(&Browser::new(&app)).await.is(200);
    }
    // New ones take the old ones' place.
    let renewed = ann
        .post(
            "/settings/account/recovery-codes",
            &[("password", PASSWORD)],
        )
        .await;
    assert_eq!(codes_in(&renewed).len(), 10);
    second(&Browser::new(&app), &asked, &recovery[1])
        .await
        .is(422);
    second(&Browser::new(&app), &asked, &codes_in(&renewed)[1])
        .await
        .leads_to("/");
    // Turned off, the password is enough.
    ann.post(
        "/settings/account/authenticator/remove",
        &[("password", PASSWORD)],
    )
    .await
    .is(200);
    log_in(&Browser::new(&app)).await.leads_to("/");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_works_once_and_ten_may_be_tried() {
    let app = TestApp::embedded().await;
    let ann = Browser::of(&app, &app.person("ann").await).await;
    let (secret, recovery) = with_app(&app, &ann).await;
    app.clock.advance(TimeDelta::seconds(30));
    let stranger = Browser::new(&app);
    let asked = join_all((0..8).map(|_| log_in(&stranger))).await;
    let right = code(&app, &secret);
    let all = join_all(asked.iter().map(|asked| second(&stranger, asked, &right))).await;
    let let_in = all.iter().filter(|page| page.status == 303).count();
    assert_eq!(let_in, 1, "a code that was seen over her shoulder");
    app.clock.advance(TimeDelta::minutes(15));
    let asked = log_in(&stranger).await;
    let tried = join_all((0..30).map(|_| second(&stranger, &asked, "000000"))).await;
    let wrong = tried.iter().filter(|page| page.status == 422).count();
    assert_eq!(wrong, 10);
    for page in tried.iter().filter(|page| page.status != 422) {
        page.is(429).has("too often");
    }
    second(&stranger, &asked, &recovery[0]).await.is(429);
    // The ticket is good for ten minutes.
    app.clock.advance(TimeDelta::minutes(15));
    second(&stranger, &asked, &code(&app, &secret))
        .await
        .is(401)
        .has("took too long");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_comes_along_through_both_steps() {
    let app = TestApp::embedded().await;
    let ann = Browser::of(&app, &app.person("ann").await).await;
    let (secret, _) = with_app(&app, &ann).await;
    app.clock.advance(TimeDelta::seconds(30));
    let other = Browser::new(&app);
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("text", "A <b>draft</b>"),
        ("idempotency_key", "k1"),
    ];
    let asked = other.post("/login", &form).await;
    asked.is(200).has("A &lt;b&gt;draft&lt;/b&gt;");
    let (ticket, text, key) = (
        asked.value("ticket"),
        asked.value("text"),
        asked.value("idempotency_key"),
    );
    assert_eq!(key, "k1");
    let right = code(&app, &secret);
    let form = [
        ("ticket", ticket.as_str()),
        ("code", &right),
        ("text", &text.replace("&lt;", "<").replace("&gt;", ">")),
        ("idempotency_key", &key),
    ];
    let page = other.post("/login/code", &form).await;
    page.is(200)
        .has("Your tweet is not posted yet")
        .has("A &lt;b&gt;draft&lt;/b&gt;");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_sends_the_code_along() {
    let app = TestApp::embedded().await;
    let ann = Browser::of(&app, &app.person("ann").await).await;
    let (secret, _) = with_app(&app, &ann).await;
    app.clock.advance(TimeDelta::seconds(30));
    let try_with = async |code: &str| {
        let form = [("username", "ann"), ("password", PASSWORD), ("code", code)];
        Browser::new(&app).post("/login", &form).await
    };
    try_with("000000").await.is(422);
    try_with(&code(&app, &secret)).await.leads_to("/");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_no_device_are_refused() {
    let app = TestApp::by_name().await;
    let ann = Browser::of(&app, &app.person("ann").await).await;
    let asked = ann.post("/login/passkey/ask", &[]).await;
    let ticket = asked.is(200).html.split("\"ticket\":\"").nth(1).unwrap()[..32].to_owned();
    for (ticket, credential) in [
        ("", ""),
        ("0", "{}"),
        (ticket.as_str(), "{}"),
        (&ticket, "[1,2"),
        (
            &ticket,
            r#"{"id":"AA","rawId":"AA","type":"public-key","response":{}}"#,
        ),
    ] {
        let form = [("ticket", ticket), ("credential", credential)];
        Browser::new(&app)
            .post("/login/passkey", &form)
            .await
            .is(400);
        ann.post("/settings/account/passkeys", &form).await.is(400);
    }
    ann.post("/settings/account/passkeys/ask", &[("password", "wrong")])
        .await
        .is(422);
    ann.post(
        "/settings/account/passkeys/1/remove",
        &[("password", PASSWORD)],
    )
    .await
    .is(404)
    .has("You have no such passkey.");
    // By an address of numbers there are none, and nothing is offered.
    let numbers = TestApp::embedded().await;
    let page = Browser::new(&numbers).get("/login").await;
    page.lacks("passkey");
    Browser::new(&numbers)
        .post("/login/passkey/ask", &[])
        .await
        .is(400)
        .has("no passkeys on this server");
}
