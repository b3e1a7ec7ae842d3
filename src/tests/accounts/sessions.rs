//! Sessions and the tokens that stand for them.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::Sha384;

use super::{ME, PASSWORD, sign_up, status};
use crate::test_app::TestApp;

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
