//! Reading ids, flags, numbers and what we do not have out of requests.

use std::{
    collections::HashMap,
    future::{Ready, ready},
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    error::{Error, Invalid},
    http::failure::{Answer, Failure},
    language::Message,
};

/// The `{id}` of a path. What cannot be an id names nothing, so the answer is 404.
pub struct Id<T>(pub T);

impl<T: From<i64>> FromRequest for Id<T> {
    type Error = Failure;
    type Future = Ready<Result<Self, Failure>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = request.match_info().get("id").and_then(whole_number);
        ready(id.map(|id| Self(T::from(id))).ok_or_else(|| {
            Failure::not_found(Message::in_english(
                "There is nothing with such an id. An id is a whole number, as the API gave it.",
            ))
        }))
    }
}

/// An id as a query brings it. Blank counts as absent.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(pattern = r"^[ \t\n\f\r]*[0-9]{0,18}[ \t\n\f\r]*$")]
pub struct IdText(pub String);

/// An id that stands in a query, of which `name` is the parameter. Blank counts as absent.
pub fn id_in_query(name: &str, value: &str) -> Answer<Option<i64>> {
    let value = value.trim_ascii();
    if value.is_empty() {
        return Ok(None);
    }
    match whole_number(value) {
        Some(id) => Ok(Some(id)),
        None => Err(Failure::bad_request(Message::in_english(format!(
            "{name} has to be an id, a whole number from 0 to {}. This is not one: {}.",
            i64::MAX,
            shortened(value)
        )))),
    }
}

/// An id that stands in a body. What stands there instead is not repeated: it may be secret.
pub fn id_in_body(name: &str, value: &str) -> Answer<Option<i64>> {
    id_in_query(name, value).map_err(|_| {
        Failure::bad_request(Message::in_english(format!(
            "{name} has to be an id, a whole number from 0 to {}.",
            i64::MAX
        )))
    })
}

/// How many of something are asked for, within `from..=to` whatever the number; `default` where none is
/// given.
pub fn amount(name: &str, value: Option<&str>, default: i64, from: i64, to: i64) -> Answer<i64> {
    let value = value.unwrap_or_default().trim_ascii();
    if value.is_empty() {
        return Ok(default);
    }
    let (is_negative, digits) = match value.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, value),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Failure::bad_request(Message::in_english(format!(
            "{name} has to be a whole number. This is not one: {}.",
            shortened(value)
        ))));
    }
    let number = if is_negative {
        from
    } else {
        digits.parse().unwrap_or(i64::MAX)
    };
    Ok(number.clamp(from, to))
}

/// Yes or no, as JSON has it or as a form spells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flag(pub bool);

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        let word = match &value {
            Value::Null => return Ok(Self(false)),
            Value::Bool(flag) => return Ok(Self(*flag)),
            Value::String(word) => word.to_lowercase(),
            other => other.to_string(),
        };
        match word.as_str() {
            "true" | "1" | "on" | "yes" => Ok(Self(true)),
            word if is_no(word) => Ok(Self(false)),
            // The word is not repeated: it may have been meant for another field, and secret.
            _ => Err(D::Error::custom("a value is neither true nor false")),
        }
    }
}

/// Fields of a body that nothing else reads.
pub type Rest = HashMap<String, Value>;

/// Refuses fields that ask for what is not there yet, so that nobody believes they got it. Empty ones ask
/// for nothing. `missing` has each field with what it would be, in the plural.
pub fn refuse_missing(rest: &Rest, missing: &[(&'static str, &str)]) -> Result<(), Error> {
    let mut invalid = Invalid::default();
    for (field, what) in missing {
        let is_asked_for = rest.iter().any(|(key, value)| {
            // Forms say `poll[options][]`, JSON says `poll`.
            key.split('[').next() == Some(*field) && asks(value)
        });
        if is_asked_for {
            let said = format!("{what} are not supported here ({field}).");
            invalid.add(field, Message::in_english(said));
        }
    }
    if invalid.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(invalid))
    }
}

fn asks(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !is_no(&text.trim().to_lowercase()),
        Value::Array(values) => values.iter().any(asks),
        Value::Object(fields) => fields.values().any(asks),
    }
}

fn is_no(word: &str) -> bool {
    matches!(word, "" | "false" | "0" | "off" | "no")
}

/// Digits alone: no sign, no space.
fn whole_number(text: &str) -> Option<i64> {
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

/// As much of a text as belongs into a sentence.
fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("“{short}”")
}

/// An error about a field of the domain, about the field of the API that it came in.
pub fn in_api_words(error: Error, ours: &str, theirs: &'static str) -> Error {
    let Error::Invalid(invalid) = error else {
        return error;
    };
    let mut renamed = Invalid::default();
    for (field, said) in invalid.fields() {
        renamed.add(if field == ours { theirs } else { field }, said.clone());
    }
    Error::Invalid(renamed)
}
