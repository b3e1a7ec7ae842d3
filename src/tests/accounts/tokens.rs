//! Tokens that are not ours, or not any more, in the cookie and as bearer: nobody is let in by one.

mod corpus;

use std::io::{Read, Write};

use chrono::TimeDelta;
use reqwest::{Client, StatusCode, header};
use serde_json::json;
use twitclone::account::session;

use self::corpus::Right;
use super::ME;
use crate::test_app::TestApp;

async fn get(browser: &Client, url: &str, name: header::HeaderName, value: &str) -> (u16, String) {
    let value = header::HeaderValue::from_bytes(value.as_bytes()).unwrap();
    let answer = browser.get(url).header(name, value).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_let_in_by_a_token_that_is_not_ours() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let right = Right::of(&app, &ann);
    let other = app.app.tokens.read(&bob.token).unwrap().session;
    let cases = corpus::all(&right, other);
    assert!(cases.len() > 700, "{}", cases.len());
    // Keeps no cookies.
    let browser = Client::new();
    let (me, home) = (app.url(ME), app.url("/"));
    let to_strangers = browser.get(&home).send().await.unwrap();
    let to_strangers = to_strangers.text().await.unwrap();
    assert!(to_strangers.contains("href=\"/signup\""));
    for (what, token) in &cases {
        let bearer = format!("Bearer {token}");
        let (status, body) = get(&browser, &me, header::AUTHORIZATION, &bearer).await;
        assert_eq!(status, 401, "bearer, {what}: {body}");
        let cookie = format!("access_token={token}");
        let (status, body) = get(&browser, &home, header::COOKIE, &cookie).await;
        assert_eq!(status, 200, "cookie, {what}: {body}");
        assert!(body == to_strangers, "cookie, {what}: {body}");
    }
    let bearer = format!("Bearer {}", right.token);
    let (status, body) = get(&browser, &me, header::AUTHORIZATION, &bearer).await;
    assert_eq!(status, 200, "{body}");
    let cookie = format!("access_token={}", right.token);
    let (status, body) = get(&browser, &home, header::COOKIE, &cookie).await;
    assert_eq!(status, 200);
    assert!(body.contains("@ann"), "{body}");
}

/// A program's token ends when it says so; a browser's is renewed, until its session is over.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_token_is_worth_depends_on_what_carries_it() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let mut right = Right::of(&app, &ann);
    let begun = app.clock.now();
    right.claims["exp"] = json!((begun - TimeDelta::seconds(1)).timestamp());
    let expired = corpus::ours(&right.claims);
    let alone = reqwest::redirect::Policy::none();
    let browser = Client::builder().redirect(alone).build().unwrap();
    let (me, settings) = (app.url(ME), app.url("/settings"));
    let as_both = async |token: &str| {
        let bearer = format!("Bearer {token}");
        let cookie = format!("access_token={token}");
        (
            get(&browser, &me, header::AUTHORIZATION, &bearer).await.0,
            get(&browser, &settings, header::COOKIE, &cookie).await.0,
        )
    };
    assert_eq!(as_both(&expired).await, (401, 200));
    // Each is looked for in its own place.
    for (name, value) in [
        (header::AUTHORIZATION, ann.token.clone()),
        (header::AUTHORIZATION, format!("Basic {}", ann.token)),
        (header::AUTHORIZATION, format!("access_token={}", ann.token)),
        (header::COOKIE, format!("Bearer {}", ann.token)),
        (header::COOKIE, format!("bearer={}", ann.token)),
        (header::COOKIE, format!("__Host-access_token={}", ann.token)),
        (header::COOKIE, format!("ACCESS_TOKEN={}", ann.token)),
    ] {
        let (status, _) = get(&browser, &me, name, &value).await;
        assert_eq!(status, 401, "{value}");
    }
    let in_query = format!("{me}?access_token={}", ann.token);
    let answer = browser.get(in_query).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    // A bad bearer token is not saved by a good cookie.
    let both = browser.get(&me).bearer_auth("x");
    let cookie = format!("access_token={}", ann.token);
    let both = both.header(header::COOKIE, cookie).send().await.unwrap();
    assert_eq!(both.status(), StatusCode::UNAUTHORIZED);
    // The sessions are over, and all their tokens with them.
    let viewer = session::authenticate(&app.app, &ann.token, session::Carrier::Bearer);
    session::log_out(&app.app, &viewer.await.unwrap())
        .await
        .unwrap();
    for token in [&expired, &ann.token, &right.token] {
        assert_eq!(as_both(token).await, (401, 303));
    }
}

/// Longer than any head that is taken.
#[tokio::test(flavor = "multi_thread")]
async fn a_huge_token_is_too_long_a_head() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let address = app.address.strip_prefix("http://").unwrap().to_owned();
    for name in ["Authorization: Bearer ", "Cookie: access_token="] {
        let (address, huge) = (address.clone(), "x".repeat(1_000_000));
        let answer = tokio::task::spawn_blocking(move || {
            let mut stream = std::net::TcpStream::connect(address).unwrap();
            let head = format!("GET / HTTP/1.1\r\nHost: a\r\n{name}{huge}\r\n\r\n");
            // It stops reading before the end, and may close before its answer is read.
            let _ = stream.write_all(head.as_bytes());
            let mut answer = Vec::new();
            let _ = stream.read_to_end(&mut answer);
            String::from_utf8(answer).unwrap()
        });
        let answer = answer.await.unwrap();
        assert!(
            answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
            "{name}: {answer}"
        );
    }
    assert_eq!(ann.get(ME).await.status(), StatusCode::OK);
}
