//! Tokens that are not ours, made from one that is.

use base64::{Engine, prelude::*};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};
use twitclone::id::SessionId;

use crate::{person::Person, test_app::TestApp};

const OURS: &str = "only-for-tests-0123456789-0123456789";
const THEIRS: &str = "somebody-else-0123456789-0123456789";
const HS256: &str = r#"{"typ":"JWT","alg":"HS256"}"#;

/// What it is, and the token.
pub type Case = (String, String);

fn in_base64(text: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(text)
}

fn unsigned(head: &str, claims: &str) -> String {
    format!("{}.{}", in_base64(head), in_base64(claims))
}

/// By HMAC with SHA-256, whatever the head says.
fn signed(head: &str, claims: &str, key: &str) -> String {
    let told = unsigned(head, claims);
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap();
    let signature = mac.chain_update(&told).finalize().into_bytes();
    format!("{told}.{}", in_base64(signature))
}

pub fn ours(claims: &Value) -> String {
    signed(HS256, &claims.to_string(), OURS)
}

/// A right token, from which the others are made.
pub struct Right {
    pub token: String,
    pub claims: Value,
}

impl Right {
    pub fn of(app: &TestApp, ann: &Person) -> Self {
        let read = app.app.tokens.read(&ann.token).unwrap();
        let now = app.clock.now();
        let claims = json!({
            "sub": ann.id(),
            "sid": read.session,
            "iat": now.timestamp(),
            "exp": (now + TimeDelta::minutes(10)).timestamp(),
        });
        Self {
            token: ours(&claims),
            claims,
        }
    }

    fn text(&self) -> String {
        self.claims.to_string()
    }

    fn with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        claims[name] = value;
        ours(&claims)
    }

    fn parts(&self) -> [&str; 3] {
        let parts: Vec<&str> = self.token.split('.').collect();
        parts.try_into().unwrap()
    }
}

/// All of them. `other` is another's session.
pub fn all(right: &Right, other: SessionId) -> Vec<Case> {
    let mut cases = Vec::new();
    algorithms(right, &mut cases);
    keys(right, &mut cases);
    claims(right, other, &mut cases);
    broken(right, &mut cases);
    cases
}

/// The head says how it is signed, and whoever made it chose that.
fn algorithms(right: &Right, cases: &mut Vec<Case>) {
    let claims = right.text();
    let [_, payload, signature] = right.parts();
    for name in [
        "none",
        "None",
        "NONE",
        "nOnE",
        "noNe",
        "none ",
        " none",
        "",
        "null",
        "HS256none",
    ] {
        for head in [json!({ "alg": name, "typ": "JWT" }), json!({ "alg": name })] {
            let told = unsigned(&head.to_string(), &claims);
            for end in ["", ".", &format!(".{signature}"), ".AA", "..", ".e30"] {
                cases.push((format!("alg {name:?} with {end:?}"), format!("{told}{end}")));
            }
        }
    }
    for head in [
        r#"{"typ":"JWT"}"#,
        "{}",
        "null",
        "[]",
        r#""HS256""#,
        "",
        r#"{"alg":null}"#,
        r#"{"alg":["HS256"]}"#,
        r#"{"alg":256}"#,
        r#"{"alg":{"name":"HS256"}}"#,
        r#"{"alg":"HS256""#,
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","alg":"none"}"#,
        r#"{"Alg":"HS256"}"#,
        r#"{"alg":"hs256"}"#,
        r#"{"alg":"HS 256"}"#,
    ] {
        let token = signed(head, &claims, OURS);
        cases.push((format!("head {head}"), token));
    }
    for name in [
        "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384",
        "ES512", "ES256K", "EdDSA", "HS1", "A256GCM", "dir",
    ] {
        let head = json!({ "alg": name, "typ": "JWT" }).to_string();
        for key in [OURS, THEIRS, ""] {
            let token = signed(&head, &claims, key);
            cases.push((format!("{name} by HS256 with {key:?}"), token));
        }
    }
    let told = unsigned(r#"{"alg":"HS384"}"#, &claims);
    let mac = Hmac::<Sha384>::new_from_slice(OURS.as_bytes()).unwrap();
    let signature = in_base64(mac.chain_update(&told).finalize().into_bytes());
    cases.push(("right HS384".into(), format!("{told}.{signature}")));
    let told = unsigned(r#"{"alg":"HS512"}"#, &claims);
    let mac = Hmac::<Sha512>::new_from_slice(OURS.as_bytes()).unwrap();
    let signature = in_base64(mac.chain_update(&told).finalize().into_bytes());
    cases.push(("right HS512".into(), format!("{told}.{signature}")));
    let told = format!("{}.{payload}", in_base64(HS256));
    let mac = Hmac::<Sha384>::new_from_slice(OURS.as_bytes()).unwrap();
    let signature = in_base64(mac.chain_update(&told).finalize().into_bytes());
    cases.push(("HS256 by HS384".into(), format!("{told}.{signature}")));
}

/// The head says where a key is to be had.
fn keys(right: &Right, cases: &mut Vec<Case>) {
    let claims = right.text();
    let in_hexadecimal: String = OURS.bytes().map(|byte| format!("{byte:02x}")).collect();
    for key in [
        "",
        " ",
        "\0",
        "secret",
        "SECRET_KEY",
        THEIRS,
        &OURS[1..],
        &format!("{OURS} "),
        &format!("{OURS}\n"),
        &OURS.to_uppercase(),
        &in_base64(OURS),
        &in_hexadecimal,
        "a_very_strong_and_long_secret_key_for_testing",
        "-----BEGIN PUBLIC KEY-----",
    ] {
        cases.push((format!("key {key:?}"), signed(HS256, &claims, key)));
    }
    let jwk = json!({ "kty": "oct", "k": in_base64(THEIRS), "alg": "HS256", "kid": "1" });
    for head in [
        json!({ "alg": "HS256", "jwk": jwk }),
        json!({ "alg": "HS256", "jwk": jwk, "kid": "1" }),
        json!({ "alg": "HS256", "kid": THEIRS }),
        json!({ "alg": "HS256", "kid": "../../../../dev/null" }),
        json!({ "alg": "HS256", "kid": "/dev/null" }),
        json!({ "alg": "HS256", "kid": "' UNION SELECT 'key" }),
        json!({ "alg": "HS256", "kid": 1 }),
        json!({ "alg": "HS256", "jku": "https://evil.example/keys.json" }),
        json!({ "alg": "HS256", "x5u": "https://evil.example/key.pem" }),
        json!({ "alg": "HS256", "x5c": [in_base64(THEIRS)] }),
        json!({ "alg": "HS256", "x5t": in_base64(THEIRS) }),
        json!({ "alg": "HS256", "crit": ["exp"], "b64": false }),
        json!({ "alg": "HS256", "cty": "JWT", "zip": "DEF" }),
    ] {
        for key in [THEIRS, ""] {
            let head = head.to_string();
            cases.push((format!("{head} with {key:?}"), signed(&head, &claims, key)));
        }
    }
}

/// Signed with our key, and saying what we never say.
fn claims(right: &Right, other: SessionId, cases: &mut Vec<Case>) {
    for name in ["sub", "sid", "iat", "exp"] {
        let mut lacking = right.claims.clone();
        lacking.as_object_mut().unwrap().remove(name);
        cases.push((format!("no {name}"), ours(&lacking)));
        for value in [
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!(1.5),
            json!(""),
            json!("x"),
            json!([right.claims[name]]),
            json!({ "$gt": "" }),
            json!(1e300),
        ] {
            let told = format!("{name} is {value}");
            cases.push((told, right.with(name, value)));
        }
    }
    for name in ["sub", "sid"] {
        for value in [
            json!("0"),
            json!("-1"),
            json!("1"),
            json!("99999999999999999999"),
            json!(format!("{} ", right.claims[name].as_str().unwrap())),
            json!(format!("{}.0", right.claims[name].as_str().unwrap())),
            json!(right.claims[name].as_str().unwrap().parse::<i64>().unwrap()),
            json!("1 OR 1=1"),
        ] {
            let told = format!("{name} is {value}");
            cases.push((told, right.with(name, value)));
        }
    }
    cases.push(("another's session".into(), right.with("sid", json!(other))));
    for name in ["iat", "exp"] {
        for value in [json!(i64::MAX), json!(u64::MAX), json!("2030-01-01")] {
            if name == "exp" || !value.is_i64() {
                let told = format!("{name} is {value}");
                cases.push((told, right.with(name, value)));
            }
        }
    }
    let later = json!(right.claims["exp"].as_i64().unwrap());
    for (name, value) in [
        ("nbf", later),
        ("nbf", json!(0)),
        ("nbf", json!("soon")),
        ("iss", json!("https://evil.example")),
        ("iss", json!(["twitclone"])),
        ("aud", json!("https://evil.example")),
        ("aud", json!(["twitclone"])),
    ] {
        let told = format!("{name} is {value}");
        cases.push((told, right.with(name, value)));
    }
    let text = right.text();
    let inner = &text[1..text.len() - 1];
    let (sub, sid) = (&right.claims["sub"], &right.claims["sid"]);
    for body in [
        format!(r#"{{"sub":"1",{inner}}}"#),
        format!(r#"{{{inner},"sub":{sub}}}"#),
        format!(r#"{{{inner},"sid":{sid}}}"#),
        format!(r#"{{{inner},"exp":9999999999}}"#),
        format!("[{text}]"),
        format!("{text}{text}"),
        format!("{text},"),
        format!("\u{feff}{text}"),
        format!("{{{inner}"),
        text.replace('"', "'"),
        text.to_uppercase(),
        "null".to_owned(),
        "\"\"".to_owned(),
        String::new(),
        "[".repeat(300),
    ] {
        cases.push((format!("claims {body}"), signed(HS256, &body, OURS)));
    }
}

/// The right one, broken.
fn broken(right: &Right, cases: &mut Vec<Case>) {
    let token = &right.token;
    for end in 0..token.len() {
        cases.push((format!("cut at {end}"), token[..end].to_owned()));
    }
    for at in 0..token.len() {
        // Each of the lowest bits in turn; what is no letter of base64 any more is as good.
        let mut bytes = token.clone().into_bytes();
        bytes[at] ^= 1 << (at % 3);
        let flipped = String::from_utf8(bytes).unwrap();
        if flipped.bytes().all(|byte| byte.is_ascii_graphic()) {
            cases.push((format!("a bit at {at}"), flipped));
        }
    }
    let [head, payload, signature] = right.parts();
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(signature).unwrap();
    for other in [
        format!("{head}.{payload}.{signature}."),
        format!("{head}.{payload}.{signature}.{signature}"),
        format!(".{head}.{payload}.{signature}"),
        format!("{head}..{signature}"),
        format!(".{payload}.{signature}"),
        format!("{payload}.{head}.{signature}"),
        format!("{head}.{payload}{signature}"),
        format!("{head}==.{payload}.{signature}"),
        format!("{head}.{payload}=.{signature}"),
        format!("{head}.{payload}.{signature}="),
        format!("{head}.{payload}.{}", BASE64_STANDARD.encode(&bytes)),
        format!("{head}.{payload}.{}", in_base64(&bytes[..31])),
        format!(
            "{head}.{payload}.{}",
            in_base64([&bytes[..], &[0]].concat())
        ),
        format!("{head}.{payload}.{}", in_base64(signature)),
        format!("{head}.{payload}.{}", in_base64([0; 32])),
        format!("{head} .{payload}.{signature}"),
        format!("{head}.{payload}\t.{signature}"),
        format!("{head}%0A.{payload}.{signature}"),
        format!("{head}.{payload}.{signature}%0D%0A"),
        format!("{head}.{payload}.{signature}%00"),
        format!("\"{token}x\""),
        format!("{token}, {token}"),
        format!("{{\"token\":\"{token}\"}}"),
        token.to_uppercase(),
        token.to_lowercase(),
        token.chars().rev().collect(),
        in_base64(token),
        "null".to_owned(),
        "undefined".to_owned(),
        "0".to_owned(),
        "%".to_owned(),
        "..".to_owned(),
        "e30.e30.".to_owned(),
        "ä.ö.ü".to_owned(),
        "x".repeat(1024),
        "x".repeat(100_000),
        format!("{token}{}", "A".repeat(100_000)),
        format!("{}.{payload}.{signature}", "A".repeat(100_000)),
    ] {
        let shown: String = other.chars().take(400).collect();
        cases.push((shown, other));
    }
}
