//! What forms and programs send: bodies, urlencoded and as JSON, into the types that the handlers take.

#![cfg_attr(fuzzing, no_main)]

use std::collections::BTreeMap;

use actix_web::{FromRequest, ResponseError, http::header::CONTENT_TYPE, test::TestRequest};
use futures_util::FutureExt;
use serde_json::Value;
use twitclone::http::{
    api::NewStatus,
    body::Body,
    failure::Failure,
    pages::{LogInForm, SignUpForm, TweetForm},
};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
/// A password, of which no refusal may repeat anything.
const SECRET: &str = "correct-horse-battery";

include!("../entry.rs");

fn attempt(input: &str) {
    if input.contains(SECRET) {
        return;
    }
    for kind in [FORM, JSON] {
        as_it_is(kind, input);
    }
    beside_a_secret(input);
    typed(input);
}

fn read<T>(kind: &str, body: &str) -> Result<T, Failure>
where
    Body<T>: FromRequest<Error = Failure>,
{
    let request = TestRequest::post().insert_header((CONTENT_TYPE, kind));
    let (request, mut payload) = request.set_payload(body.to_owned()).to_http_parts();
    let read = Body::<T>::from_request(&request, &mut payload).now_or_never();
    let read = read.expect("a body that is there is read at once");
    read.map(|Body(form)| form).inspect_err(|failure| {
        assert_eq!(failure.status_code(), 400, "{failure:?}");
        assert!(!failure.to_string().is_empty());
    })
}

/// PostgreSQL keeps no NUL, so none gets further than this.
fn as_it_is(kind: &str, body: &str) {
    if kind == JSON && serde_json::from_str::<Value>(body).is_err() {
        assert!(read::<TweetForm>(kind, body).is_err());
        assert!(read::<NewStatus>(kind, body).is_err());
    }
    let mut texts = Vec::new();
    if let Ok(form) = read::<TweetForm>(kind, body) {
        texts.extend([Some(form.text), form.idempotency_key]);
    }
    if let Ok(form) = read::<NewStatus>(kind, body) {
        texts.extend([form.status, form.visibility]);
    }
    if let Ok(form) = read::<SignUpForm>(kind, body) {
        texts.extend([form.username, form.email, form.password, form.reason].map(Some));
        texts.extend([form.invitation, form.next]);
    }
    if let Ok(form) = read::<LogInForm>(kind, body) {
        let draft = form.along.draft;
        texts.extend([
            Some(form.username),
            Some(form.password),
            form.code,
            form.along.next,
        ]);
        texts.extend([
            draft.text,
            draft.idempotency_key,
            draft.display_name,
            draft.bio,
        ]);
    }
    assert!(!texts.into_iter().flatten().any(|text| text.contains('\0')));
}

/// What is wrong with the rest of a form is told without its password.
fn beside_a_secret(rest: &str) {
    let form = format!("password={SECRET}&{rest}");
    let json = format!("{{\"password\": \"{SECRET}\", {rest}");
    let nested = format!("{{\"password\": [\"{SECRET}\"], {rest}}}");
    for (kind, body) in [(FORM, form), (JSON, json), (JSON, nested)] {
        let failures = [
            read::<SignUpForm>(kind, &body).err(),
            read::<LogInForm>(kind, &body).err(),
        ];
        for failure in failures.into_iter().flatten() {
            let (said, logged) = (failure.to_string(), failure.cause());
            assert!(!said.contains(SECRET), "{said}");
            assert!(!logged.unwrap_or_default().contains(SECRET));
        }
    }
}

/// What was typed arrives as it was typed, in both kinds alike. Each line is a field, `name=value`.
fn typed(input: &str) {
    let fields: BTreeMap<&str, &str> = input
        .split('\n')
        .filter_map(|line| line.split_once('='))
        .collect();
    let form = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(&fields)
        .finish();
    let json = serde_json::to_string(&fields).expect("texts are JSON");
    let has_nul = fields
        .iter()
        .any(|(name, value)| name.contains('\0') || value.contains('\0'));
    let value = |name: &str| fields.get(name).map(|text| (*text).to_owned());
    let or_empty = |name: &str| value(name).unwrap_or_default();
    for (kind, body) in [(FORM, form), (JSON, json)] {
        let Ok(tweet) = read::<TweetForm>(kind, &body) else {
            assert!(has_nul, "{kind}: {body}");
            continue;
        };
        assert!(!has_nul, "{kind}: {body}");
        assert_eq!(tweet.text, or_empty("text"));
        assert_eq!(tweet.idempotency_key, value("idempotency_key"));
        let status = read::<NewStatus>(kind, &body).expect("a status of texts");
        assert_eq!(status.status, value("status"));
        assert_eq!(status.visibility, value("visibility"));
        let sign_up = read::<SignUpForm>(kind, &body).expect("a sign-up of texts");
        assert_eq!(sign_up.username, or_empty("username"));
        assert_eq!(sign_up.password, or_empty("password"));
        assert_eq!(sign_up.invitation, value("invitation"));
        let log_in = read::<LogInForm>(kind, &body).expect("a log-in of texts");
        assert_eq!(log_in.password, or_empty("password"));
        assert_eq!(log_in.code, value("code"));
        assert_eq!(log_in.along.next, value("next"));
        assert_eq!(log_in.along.draft.bio, value("bio"));
    }
}
