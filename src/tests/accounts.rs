//! Signing up, logging in and out, sessions and tokens.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use sha2::Sha384;
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
        (
            "ann",
            "TAKEN@example.org",
            PASSWORD,
            "an account with this email",
        ),
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
    let hash = hasher.hash(&password).await.unwrap();
    assert!(hash.starts_with("$2b$10$"), "{hash}");
    let mut took = Vec::new();
    for (against, same) in [
        (Some(hash.as_str()), true),
        (None, false),
        (Some("!"), false),
    ] {
        let begun = std::time::Instant::now();
        assert_eq!(hasher.verify(&password, against).await.unwrap(), same);
        took.push(begun.elapsed());
    }
    // A comparison that is left out takes a thousandth.
    assert!(took[1] * 20 > took[0] && took[2] * 20 > took[0], "{took:?}");
    assert!(
        hasher
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
    let all = (0..2000).map(|_| hasher.verify(&password, None));
    let results = futures_util::future::join_all(all).await;
    let refused = results
        .iter()
        .filter(|result| matches!(result, Err(Error::Unavailable { .. })))
        .count();
    assert!(0 < refused && refused < 2000, "{refused} of 2000");
    assert!(
        !hasher.verify(&password, None).await.unwrap(),
        "then it goes on"
    );
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
            };
            account::sign_up(app, &form, "").await
        }
    });
    let results = futures_util::future::join_all(tries).await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for result in results.into_iter().filter_map(Result::err) {
        assert!(matches!(result, Error::Invalid(_)), "{result}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lives_as_long_as_it_is_used() {
    let app = TestApp::embedded().await;
    let browser = app.stranger();
    sign_up(&app, &browser, "ann", "ann@example.org", PASSWORD).await;
    // Every 29 days, far beyond the token's own half hour.
    for _ in 0..3 {
        app.clock.advance(TimeDelta::days(29));
        let response = browser.get(app.url(ME)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert!(
            response.headers().contains_key("set-cookie"),
            "a fresh token comes along"
        );
    }
    app.clock.advance(TimeDelta::days(31));
    assert_eq!(status(&app, &browser).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_in_the_second_half_of_its_life() {
    let app = TestApp::embedded().await;
    let browser = app.stranger();
    sign_up(&app, &browser, "ann", "ann@example.org", PASSWORD).await;
    let renews = async || {
        let response = browser.get(app.url(ME)).send().await.unwrap();
        response.headers().contains_key("set-cookie")
    };
    app.clock.advance(TimeDelta::minutes(14));
    assert!(!renews().await);
    app.clock.advance(TimeDelta::minutes(2));
    assert!(renews().await);
    assert!(!renews().await, "the fresh one is young");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bearer_token_ends_when_it_says_so() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    app.clock.advance(TimeDelta::minutes(29));
    assert_eq!(ann.get(ME).await.status(), StatusCode::OK);
    app.clock.advance(TimeDelta::minutes(2));
    let response = ann.get(ME).await;
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let body: Value = response.json().await.unwrap();
    assert!(body["error"].as_str().unwrap().contains("expired"));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_our_own_tokens_are_taken() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let session = app.app.tokens.read(&ann.token).unwrap().session;
    let exp = (app.clock.now() + TimeDelta::minutes(10)).timestamp();
    let claims = json!({ "sub": ann.id(), "sid": session, "iat": 0, "exp": exp });
    let ours = EncodingKey::from_secret(b"only-for-tests-0123456789-0123456789");
    let theirs = EncodingKey::from_secret(b"somebody-else-0123456789-0123456789");
    let sign = |key| jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, key).unwrap();
    let good = sign(&ours);
    let try_token = async |token: &str| {
        app.stranger()
            .get(app.url(ME))
            .bearer_auth(token)
            .send()
            .await
            .unwrap()
            .status()
    };
    assert_eq!(try_token(&good).await, StatusCode::OK);
    let (head, signature) = good.rsplit_once('.').unwrap();
    let (_, payload) = head.split_once('.').unwrap();
    // {"alg":"none","typ":"JWT"}
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
    // {"alg":"HS384","typ":"JWT"}, rightly signed with our secret.
    let hs384_head = format!("eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.{payload}");
    let mac = Hmac::<Sha384>::new_from_slice(b"only-for-tests-0123456789-0123456789").unwrap();
    let signature_384 = mac.chain_update(&hs384_head).finalize().into_bytes();
    let hs384 = format!(
        "{hs384_head}.{}",
        BASE64_URL_SAFE_NO_PAD.encode(signature_384)
    );
    let someone_else = json!({ "sub": "1", "sid": session, "iat": 0, "exp": exp });
    let mismatched =
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &someone_else, &ours).unwrap();
    for bad in [
        sign(&theirs),
        hs384,
        unsigned,
        mismatched,
        format!("{head}."),
        format!("{head}.{}", &signature[1..]),
        "x".repeat(100_000),
        "a.b.c".to_owned(),
        "not-a-token".to_owned(),
    ] {
        assert_eq!(
            try_token(&bad).await,
            StatusCode::UNAUTHORIZED,
            "{:.60}",
            bad
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_cannot_post_in_someones_name() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let tweet = |header: &'static str, value: String| {
        ann.browse(Method::POST, "/tweets")
            .header(header, value)
            .form(&[("text", "hello")])
    };
    for (header, value, expected) in [
        (
            "sec-fetch-site",
            "cross-site".to_owned(),
            StatusCode::FORBIDDEN,
        ),
        (
            "sec-fetch-site",
            "same-site".to_owned(),
            StatusCode::FORBIDDEN,
        ),
        (
            "origin",
            "https://evil.example".to_owned(),
            StatusCode::FORBIDDEN,
        ),
        (
            "sec-fetch-site",
            "same-origin".to_owned(),
            StatusCode::SEE_OTHER,
        ),
        ("origin", app.address.clone(), StatusCode::SEE_OTHER),
    ] {
        let response = tweet(header, value.clone()).send().await.unwrap();
        assert_eq!(response.status(), expected, "{header}: {value}");
    }
    let me = ann.get_json(ME).await;
    assert_eq!(me["statuses_count"], 2);
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
