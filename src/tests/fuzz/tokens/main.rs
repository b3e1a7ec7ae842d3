//! Access tokens: what is not signed with our key, by the one algorithm that we use, says nothing to us.

#![cfg_attr(fuzzing, no_main)]

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD as BASE64};
use chrono::DateTime;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::SecretString;
use serde_json::Value;
use sha2::Sha256;
use twitclone::{
    account::token::Tokens,
    config::Auth,
    id::{SessionId, UserId},
};

const KEY: &str = "0123456789-0123456789-0123456789";
const OTHER_KEY: &str = "9876543210-9876543210-9876543210";
const OUR_HEADER: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9";

include!("../entry.rs");

/// The ids of user and session, the seconds of the clock, a place in the token; then a text.
fn attempt(input: &str) {
    let (numbers, text) = input.split_once('\n').unwrap_or(("", input));
    let mut numbers = numbers
        .split(' ')
        .map(|number| number.parse::<u64>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    let (user, session) = (next().cast_signed(), next().cast_signed());
    let (now, at) = (next(), next());
    let ours = tokens(KEY);
    made_up(&ours, text);
    signed_by_us(&ours, text);
    issued(&ours, user.into(), session.into(), now, at, text);
}

fn tokens(key: &str) -> Tokens {
    Tokens::new(&Auth {
        secret_key: SecretString::from(key),
        algorithm: "HS256".to_owned(),
        access_token_expire_minutes: 30,
        session_idle_days: 30,
        session_days: 365,
        deletion_days: 14,
        bcrypt_cost: 4,
    })
}

/// Nobody guesses a signature.
fn made_up(ours: &Tokens, text: &str) {
    assert_eq!(ours.read(text), None);
    assert_eq!(ours.read(&format!("{OUR_HEADER}.{text}")), None);
}

/// Whatever stands under our signature is read as it stands there, or not at all.
fn signed_by_us(ours: &Tokens, text: &str) {
    let (header, claims) = text.split_once('\n').unwrap_or(("", text));
    let token = signed(BASE64.encode(header), claims);
    if let Some(read) = ours.read(&token) {
        let header: Value = serde_json::from_str(header).expect("a header is JSON");
        assert_eq!(header["alg"], "HS256");
        as_written(claims, read.user, read.session, read.expires_at.timestamp());
    }
    let token = signed(OUR_HEADER.to_owned(), claims);
    if let Some(read) = ours.read(&token) {
        as_written(claims, read.user, read.session, read.expires_at.timestamp());
    }
}

fn signed(header: String, claims: &str) -> String {
    let message = format!("{header}.{}", BASE64.encode(claims));
    let mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).expect("a key of any length");
    let signature = mac.chain_update(&message).finalize().into_bytes();
    format!("{message}.{}", BASE64.encode(signature))
}

fn as_written(claims: &str, user: UserId, session: SessionId, expires: i64) {
    let claims: Value = serde_json::from_str(claims).expect("claims are JSON");
    let id = |name: &str| claims[name].as_str().and_then(|id| id.parse::<i64>().ok());
    assert_eq!(id("sub"), Some(user.get()), "{claims}");
    assert_eq!(id("sid"), Some(session.get()), "{claims}");
    assert_eq!(claims["exp"].as_i64(), Some(expires), "{claims}");
}

/// A token of ours is read as it was issued, by us alone; with anything changed it is nobody's.
fn issued(ours: &Tokens, user: UserId, session: SessionId, now: u64, at: u64, text: &str) {
    let now =
        DateTime::from_timestamp((now % (1 << 32)) as i64, 0).expect("this century or the next");
    let token = ours.issue(user, session, now).expect("a token");
    let read = ours.read(&token).expect("our own");
    assert_eq!((read.user, read.session), (user, session));
    assert_eq!(read.expires_at, now + ours.lifetime());
    assert_eq!(tokens(OTHER_KEY).read(&token), None);

    let at = at as usize % (token.len() + 1);
    let (head, tail) = token.split_at(at);
    let over = tail.get(text.len()..).unwrap_or_default();
    for changed in [
        head.to_owned(),
        format!("{head}{text}{tail}"),
        format!("{head}{text}{over}"),
    ] {
        assert!(
            changed == token || ours.read(&changed).is_none(),
            "{changed} for {token}"
        );
    }
    signatures(ours, &token, text);
}

/// No other algorithm, and no signature at all, is taken for the same claims.
fn signatures(ours: &Tokens, token: &str, text: &str) {
    let claims = token.split('.').nth(1).expect("three parts");
    for algorithm in ["none", "HS384", "HS512", "RS256", "ES256", "EdDSA", text] {
        if algorithm == "HS256" {
            continue;
        }
        let header = serde_json::json!({"typ": "JWT", "alg": algorithm}).to_string();
        let header = BASE64.encode(header);
        assert_eq!(ours.read(&format!("{header}.{claims}.")), None);
        let claims = BASE64.decode(claims).expect("our own");
        let claims = String::from_utf8(claims).expect("JSON is UTF-8");
        assert_eq!(ours.read(&signed(header, &claims)), None);
    }
}
