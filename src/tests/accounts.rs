//! Signing up, logging in and out.

mod deletion;
mod guessing;
mod sessions;
mod tokens;

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;
use twitclone::{
    account::{
        self,
        name::is_reserved,
        password::{Hasher, Password},
    },
    error::Error,
};

use crate::{
    in_both_profiles,
    test_app::{Profile, TestApp},
};

const ME: &str = "/api/v1/accounts/verify_credentials";
const PASSWORD: &str = "correct horse battery";

in_both_profiles!(
    a_newcomer_signs_up_and_is_in,
    logging_out_ends_the_session_everywhere
);

async fn a_newcomer_signs_up_and_is_in(app: TestApp) {
    let browser = app.stranger();
    let response = sign_up(&app, &browser, "Ann_1", "ann@example.org", PASSWORD).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(response.headers()["location"], "/");
    let cookie = response.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .to_owned();
    for part in [
        "access_token=",
        "HttpOnly",
        "SameSite=Lax",
        "Path=/",
        "Max-Age=2592000",
    ] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    assert!(!cookie.contains("Secure"), "the address is not https");
    let me: Value = browser
        .get(app.url(ME))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(me["username"], "Ann_1");
}

async fn logging_out_ends_the_session_everywhere(app: TestApp) {
    let browser = app.stranger();
    sign_up(&app, &browser, "ann", "ann@example.org", PASSWORD).await;
    let other_device = app.stranger();
    assert_eq!(
        log_in(&app, &other_device, "ann", PASSWORD).await.status(),
        StatusCode::SEE_OTHER
    );
    let response = browser.post(app.url("/logout")).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(status(&app, &browser).await, StatusCode::UNAUTHORIZED);
    assert_eq!(status(&app, &other_device).await, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_an_ended_session_is_refused_also_as_bearer() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    assert_eq!(ann.get(ME).await.status(), StatusCode::OK);
    let response = ann.browse(Method::POST, "/logout").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(ann.get(ME).await.status(), StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_https_address_makes_the_cookie_secure() {
    let more = [(
        "TWITCLONE__SERVER__PUBLIC_URL",
        "https://tweets.example.org",
    )];
    let app = TestApp::start(Profile::Embedded, &more).await;
    let response = sign_up(&app, &app.stranger(), "ann", "ann@example.org", PASSWORD).await;
    assert!(
        response.headers()["set-cookie"]
            .to_str()
            .unwrap()
            .contains("Secure")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_says_what_is_wrong_with_it() {
    let app = TestApp::embedded().await;
    app.person("taken").await;
    let long = "a".repeat(31);
    for (username, email, password, expected) in [
        ("", "a@example.org", PASSWORD, "Choose a username"),
        ("an n", "a@example.org", PASSWORD, "only the letters"),
        ("änn", "a@example.org", PASSWORD, "only the letters"),
        (long.as_str(), "a@example.org", PASSWORD, "at most 30"),
        ("Settings", "a@example.org", PASSWORD, "reserved"),
        ("TAKEN", "a@example.org", PASSWORD, "This username is taken"),
        ("ann", "", PASSWORD, "Enter your email"),
        ("ann", "ann", PASSWORD, "not an email address"),
        ("ann", "ann@", PASSWORD, "not an email address"),
        (
            "ann",
            "Ann <ann@example.org>",
            PASSWORD,
            "not an email address",
        ),
        ("ann", "a@example.org", "", "Choose a password"),
        ("ann", "a@example.org", "1234567", "at least 8"),
    ] {
        let response = sign_up(&app, &app.stranger(), username, email, password).await;
        assert_eq!(
            response.status(),
            StatusCode::UNPROCESSABLE_ENTITY,
            "{expected}"
        );
        assert!(response.headers().get("set-cookie").is_none());
        let page = response.text().await.unwrap();
        assert!(
            page.contains(expected),
            "{expected} for {username:?} {email:?}"
        );
        assert!(!page.contains(PASSWORD), "a password never comes back");
        if username.is_ascii() && !email.contains('<') {
            assert!(
                username.is_empty() || page.contains(&format!("value=\"{username}\"")),
                "{username} is kept"
            );
            assert!(
                email.is_empty() || page.contains(&format!("value=\"{email}\"")),
                "{email} is kept"
            );
        }
    }
    let nothing_wrong = "x".repeat(128);
    for (password, status) in [
        (nothing_wrong.as_str(), StatusCode::SEE_OTHER),
        (&"x".repeat(129), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let response = sign_up(&app, &app.stranger(), "ann", "ann@example.org", password).await;
        assert_eq!(response.status(), status, "{} characters", password.len());
    }
}

/// bcrypt alone would see no difference after 72 bytes.
#[tokio::test(flavor = "multi_thread")]
async fn every_character_of_a_password_counts() {
    let app = TestApp::embedded().await;
    let password = format!("{}1", "x".repeat(127));
    sign_up(&app, &app.stranger(), "ann", "ann@example.org", &password).await;
    let other = format!("{}2", "x".repeat(127));
    let browser = app.stranger();
    assert_eq!(
        log_in(&app, &browser, "ann", &other).await.status(),
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        log_in(&app, &browser, "ANN", &password).await.status(),
        StatusCode::SEE_OTHER
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let mut pages = Vec::new();
    for name in ["ann", "bob"] {
        let response = log_in(&app, &app.stranger(), name, "not the password").await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert!(response.headers().get("set-cookie").is_none());
        let page = response.text().await.unwrap();
        assert!(page.contains("The username or the password is wrong."));
        assert!(
            page.contains(&format!("value=\"{name}\"")),
            "what was typed is kept"
        );
        pages.push(page.replace(name, "NAME"));
    }
    assert_eq!(pages[0], pages[1]);
}

/// The same work is done for a name that does not exist: one bcrypt comparison, with a hash of the same cost.
#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_name_costs_a_comparison_too() {
    // So costly that doing nothing would be noticed on any machine.
    let hasher = Hasher::new(10);
    let password = Password::attempt("whatever it is");
    let hash = hasher.place().unwrap().hash(&password).await.unwrap();
    assert!(hash.starts_with("$2b$10$"), "{hash}");
    let mut took = Vec::new();
    for (against, same) in [
        (Some(hash.as_str()), true),
        (None, false),
        (Some("!"), false),
    ] {
        let begun = std::time::Instant::now();
        let place = hasher.place().unwrap();
        assert_eq!(place.verify(&password, against).await.unwrap(), same);
        took.push(begun.elapsed());
    }
    // A comparison that is left out takes a thousandth.
    assert!(took[1] * 20 > took[0] && took[2] * 20 > took[0], "{took:?}");
    assert!(
        hasher
            .place()
            .unwrap()
            .verify(&password, Some("$2b$04$broken"))
            .await
            .is_err()
    );
}

/// Hashing has no deadline of two seconds, but its queue has an end.
#[tokio::test(flavor = "multi_thread")]
async fn too_many_at_once_are_told_to_come_back() {
    let hasher = Hasher::new(6);
    let password = Password::attempt("whatever it is");
    let mut places = Vec::new();
    let refused = loop {
        match hasher.place() {
            Ok(place) => places.push(place),
            Err(refused) => break refused,
        }
    };
    assert!(matches!(refused, Error::Busy), "{refused:?}");
    let all = places
        .into_iter()
        .map(|place| place.verify(&password, None));
    let results = futures_util::future::join_all(all).await;
    assert!(results.iter().all(|result| matches!(result, Ok(false))));
    assert!(hasher.place().is_ok(), "then it goes on");
}

/// Where all cores are busy, reading comes before hashing.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn threads_that_hash_rank_below_the_others() {
    // Busy for a second or so.
    let place = Hasher::new(13).place().unwrap();
    let hashing = tokio::spawn(async move { place.verify(&Password::attempt("any"), None).await });
    let low = ("10".to_owned(), "0".to_owned());
    while !ranks().contains(&low) {
        assert!(!hashing.is_finished(), "{:?}", ranks());
        tokio::task::yield_now().await;
    }
    assert!(!hashing.await.unwrap().unwrap());
}

/// A flood of log-ins gets what others leave of the cores.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn threads_that_hash_in_a_flood_give_way_at_once() {
    let hasher = Hasher::new(10);
    let places = std::iter::from_fn(|| hasher.place().ok());
    let password = Password::attempt("any");
    let all = places.map(|place| {
        let password = password.clone();
        async move { place.verify(&password, None).await }
    });
    let hashing = tokio::spawn(futures_util::future::join_all(all.collect::<Vec<_>>()));
    let idle = ("0".to_owned(), "5".to_owned());
    while !ranks().contains(&idle) {
        assert!(!hashing.is_finished(), "{:?}", ranks());
        tokio::task::yield_now().await;
    }
    let found = hashing.await.unwrap();
    assert!(found.iter().all(|same| matches!(same, Ok(false))));
}

/// Nice and policy of the threads that hash, here and in other tests. 5 is the policy that gives way to all.
#[cfg(target_os = "linux")]
fn ranks() -> Vec<(String, String)> {
    let threads = std::fs::read_dir("/proc/self/task").unwrap();
    threads
        .filter_map(|thread| std::fs::read_to_string(thread.ok()?.path().join("stat")).ok())
        .filter(|stat| stat.contains("(password)"))
        .filter_map(|stat| {
            // See proc(5): the name in brackets is field 2, nice is field 19, the policy is field 41.
            let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
            Some(((*fields.get(16)?).to_owned(), (*fields.get(38)?).to_owned()))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_want_the_same_name_at_once_get_one_account() {
    let app = TestApp::embedded().await;
    let tries = (0..8).map(|number| {
        let app = &app.app;
        async move {
            let form = account::SignUp {
                username: if number % 2 == 0 { "ann" } else { "ANN" }.to_owned(),
                email: format!("ann{number}@example.org"),
                password: PASSWORD.to_owned(),
                ..account::SignUp::default()
            };
            account::sign_up(app, &form, &account::Device::default()).await
        }
    });
    let results = futures_util::future::join_all(tries).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for result in results.into_iter().filter_map(Result::err) {
        assert!(matches!(result, Error::Invalid(_)), "{result}");
    }
}

#[test]
fn names_that_begin_an_address_are_reserved() {
    for name in [
        "signup", "login", "logout", "users", "tweets", "follow", "unfollow", "profile", "static",
        "api", "health", "metrics", "settings", "tags", "Admin",
    ] {
        assert!(is_reserved(name), "{name}");
    }
    assert!(!is_reserved("ann"));
}

async fn sign_up(
    app: &TestApp,
    browser: &Client,
    username: &str,
    email: &str,
    password: &str,
) -> Response {
    let form = [
        ("username", username),
        ("email", email),
        ("password", password),
    ];
    browser
        .post(app.url("/signup"))
        .form(&form)
        .send()
        .await
        .unwrap()
}

async fn log_in(app: &TestApp, browser: &Client, username: &str, password: &str) -> Response {
    let form = [("username", username), ("password", password)];
    browser
        .post(app.url("/login"))
        .form(&form)
        .send()
        .await
        .unwrap()
}

async fn status(app: &TestApp, browser: &Client) -> StatusCode {
    browser.get(app.url(ME)).send().await.unwrap().status()
}
