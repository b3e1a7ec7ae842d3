//! Who gets in: sessions and passwords.

use chrono::TimeDelta;
use reqwest::header;
use twitclone::{
    account::password::{Hasher, Password},
    store::users,
};

use super::{Browser, PASSWORD, send};
use crate::{
    in_both_profiles,
    test_app::{Profile, TestApp},
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                      Version/18.0 Mobile/15E148 Safari/604.1";
const SESSIONS: &str = "/settings/sessions";
const ACCOUNT: &str = "/settings/account/password";

in_both_profiles!(
    sessions_are_listed_and_ended,
    a_changed_password_ends_the_others
);

/// A browser that says what it is, logged in as Ann.
async fn device(app: &TestApp, user_agent: &str, headers: &[(&str, &str)]) -> Browser {
    let browser = Browser::new(app);
    let form = [("username", "ann"), ("password", PASSWORD)];
    let mut request = browser
        .client
        .post(browser.url("/login"))
        .header(header::USER_AGENT, user_agent)
        .form(&form);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    send(request).await.leads_to("/");
    browser
}

/// The addresses that the buttons of the page send to.
fn buttons(html: &str) -> Vec<String> {
    html.split("action=\"/settings/sessions/")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0.to_owned())
        .filter(|action| action.ends_with("/end"))
        .map(|action| format!("{SESSIONS}/{action}"))
        .collect()
}

async fn sessions_are_listed_and_ended(app: TestApp) {
    app.person("ann").await;
    app.clock.advance(TimeDelta::seconds(1));
    let phone = device(&app, IPHONE, &[]).await;
    app.clock.advance(TimeDelta::seconds(1));
    let desk = device(&app, FIREFOX, &[]).await;
    let page = desk.get(SESSIONS).await;
    page.is(200)
        .has("Firefox on Linux <span class=\"badge\">This device</span>")
        .has("<h3>Safari on iPhone</h3>")
        .has("<h3>Unknown device</h3>")
        .has("from 127.0.0.1")
        .has("End all others");
    let [this, of_phone, of_api] = buttons(&page.html).try_into().unwrap();
    phone.get(SESSIONS).await.is(200);
    desk.post(&of_phone, &[]).await.leads_to(SESSIONS);
    phone
        .get(SESSIONS)
        .await
        .leads_to("/login?next=%2Fsettings%2Fsessions");
    desk.post(&of_phone, &[])
        .await
        .is(404)
        .has("Perhaps it is over already.");

    // Nobody ends what is not theirs.
    let bob = app.person("bob").await;
    let thief = Browser::of(&app, &bob).await;
    for session in [&this, &of_api, &format!("{SESSIONS}/x/end")] {
        thief.post(session, &[]).await.is(404);
    }
    desk.get(SESSIONS).await.is(200);

    let tablet = device(&app, "curl/8.1", &[]).await;
    desk.get(SESSIONS).await.has("<h3>curl</h3>");
    desk.post("/settings/sessions/end-others", &[])
        .await
        .leads_to(SESSIONS);
    tablet.get(SESSIONS).await.is(303);
    let page = desk.get(SESSIONS).await;
    page.is(200).lacks("End all others");
    assert_eq!(buttons(&page.html).as_slice(), std::slice::from_ref(&this));
    thief.get("/settings").await.is(200);
    // One's own of now is logging out.
    desk.post(&this, &[]).await.leads_to("/");
    desk.get(SESSIONS).await.is(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_over_after_its_days_however_often_it_is_used() {
    let app = TestApp::start(
        Profile::Embedded,
        &[("TWITCLONE__AUTH__SESSION_DAYS", "40")],
    )
    .await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    let almost = TimeDelta::days(40) - TimeDelta::minutes(1);
    app.clock.advance(TimeDelta::days(20));
    browser.get("/settings").await.is(200);
    app.clock.advance(almost - TimeDelta::days(20));
    browser.get("/settings").await.is(200);
    app.clock.advance(TimeDelta::minutes(2));
    browser.get("/settings").await.is(303);
}

#[tokio::test(flavor = "multi_thread")]
async fn trusted_proxies_alone_say_where_people_come_from() {
    let said = [("x-forwarded-for", "203.0.113.9, 198.51.100.7, 10.1.2.3")];
    for (trusted, expected) in [
        ("", "127.0.0.1"),
        ("10.0.0.0/8", "127.0.0.1"),
        ("127.0.0.1", "10.1.2.3"),
        ("127.0.0.1, 10.0.0.0/8", "198.51.100.7"),
    ] {
        let setting = ("TWITCLONE__SERVER__TRUSTED_PROXIES", trusted);
        let app = TestApp::start(Profile::Embedded, &[setting]).await;
        app.person("ann").await;
        let browser = device(&app, FIREFOX, &said).await;
        let page = browser.get(SESSIONS).await;
        page.has(&format!("from {expected}</p>"));
    }
}

async fn a_changed_password_ends_the_others(app: TestApp) {
    app.person("ann").await;
    let (phone, desk) = (
        device(&app, IPHONE, &[]).await,
        device(&app, FIREFOX, &[]).await,
    );
    let new = "a new one that is long enough";
    let wrong = [("password", "not the one"), ("new_password", new)];
    desk.post(ACCOUNT, &wrong)
        .await
        .is(422)
        .has("This is not your present password.")
        .lacks("not the one");
    let weak = [("password", PASSWORD), ("new_password", "password123")];
    desk.post(ACCOUNT, &weak)
        .await
        .is(422)
        .has("This password is guessed too easily.")
        .lacks("password123");
    phone.get("/settings").await.is(200);
    let right = [("password", PASSWORD), ("new_password", new)];
    // Ann's first session, by the API, is one of the two.
    desk.post(ACCOUNT, &right)
        .await
        .is(200)
        .has("Your password is changed. Your 2 other sessions are ended.");
    phone.get("/settings").await.is(303);
    desk.get("/settings").await.is(200);
    let log_in = async |password: &str| {
        let form = [("username", "ann"), ("password", password)];
        Browser::new(&app).post("/login", &form).await
    };
    log_in(PASSWORD).await.is(401);
    log_in(new).await.leads_to("/");
    // Who is logged out logs in first.
    phone
        .post(ACCOUNT, &right)
        .await
        .is(401)
        .has("Please log in first.");
}

#[tokio::test(flavor = "multi_thread")]
async fn short_passwords_must_be_hard_to_guess() {
    let app = TestApp::embedded().await;
    let browser = Browser::new(&app);
    for (number, (password, is_taken)) in [
        ("password1", false),
        ("iloveyou!", false),
        ("qwertyuiop12", false),
        ("marianne77", false),
        ("aaaaaaaaaaaaaa", false),
        ("tr8-Kw_zQ4", true),
        ("aaaaaaaaaaaaaaa", true),
        ("hobby lantern grapefruit", true),
    ]
    .into_iter()
    .enumerate()
    {
        let (name, email) = (
            format!("marianne{number}"),
            format!("m{number}@example.org"),
        );
        let form = [
            ("username", name.as_str()),
            ("email", email.as_str()),
            ("password", password),
        ];
        let page = Browser::new(&app).post("/signup", &form).await;
        if is_taken {
            page.leads_to("/");
        } else {
            page.is(422)
                .has("This password is guessed too easily. Take a longer one")
                .lacks(password);
            assert_eq!(page.value("username"), name);
        }
    }
    browser.get("/signup").await.has("15 or more characters");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hash_of_less_work_is_made_anew_at_the_next_log_in() {
    let cost = ("TWITCLONE__AUTH__BCRYPT_COST", "6");
    let app = TestApp::start(Profile::Embedded, &[cost]).await;
    let ann = app.person("ann").await;
    let hash = async || {
        let mut connection = app.app.db.get().await.unwrap();
        let found = users::credentials(&mut connection, "ann").await;
        found.unwrap().unwrap().password_hash
    };
    let place = Hasher::new(4).place().unwrap();
    let weaker = place.hash(&Password::attempt(PASSWORD)).await.unwrap();
    app.sql(&format!("UPDATE users SET password_hash = '{weaker}'"))
        .await;
    let form = [("username", "ann"), ("password", "wrong")];
    Browser::new(&app).post("/login", &form).await.is(401);
    assert_eq!(hash().await, weaker);
    Browser::of(&app, &ann).await;
    assert!(hash().await.starts_with("$2b$06$"), "{}", hash().await);
    let strong = hash().await;
    Browser::of(&app, &ann).await;
    assert_eq!(hash().await, strong, "made anew once");
}
