//! Forms that come back: what was typed, and what is wrong with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::site::Site;
use crate::{
    error::Error,
    http::{failure::Failure, frames::Hole},
};

/// What is wrong with a form: in order for the summary at its top, and by field for each field.
#[derive(Debug, Default, Serialize)]
pub struct Problems {
    list: Vec<Problem>,
    by_field: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
struct Problem {
    /// Empty when it is no single field's.
    field: &'static str,
    message: String,
}

impl Problems {
    pub fn of(site: &Site, failure: &Failure) -> Self {
        let mut problems = Self::default();
        match failure {
            Failure::Domain(Error::Invalid(invalid)) => {
                for (field, said) in invalid.fields() {
                    let message = site.say(said);
                    problems.by_field.insert(field, message.clone());
                    problems.list.push(Problem { field, message });
                }
            }
            other => problems.list.push(Problem {
                field: "",
                message: site.say(&other.message()),
            }),
        }
        problems
    }
}

/// What someone typed while their session ended: it goes along through logging in.
#[derive(Clone, Default, Deserialize, Serialize)]
pub struct Draft {
    pub text: Option<String>,
    pub idempotency_key: Option<String>,
    pub display_name: Option<String>,
    pub bio: Option<String>,
}

impl Draft {
    pub fn is_profile(&self) -> bool {
        self.display_name.is_some() || self.bio.is_some()
    }
}

/// The box that tweets are typed into.
#[derive(Serialize)]
pub struct Compose {
    text: String,
    /// The same as long as the form keeps coming back.
    idempotency_key: String,
    notice: Option<String>,
}

impl Compose {
    /// The empty box of a page that is kept, whose key is filled in.
    pub fn with_hole() -> Self {
        Self::with(String::new(), Some(Hole::Key.mark()))
    }

    /// The box with what was typed, under the key that came with it.
    pub fn with(text: String, idempotency_key: Option<String>) -> Self {
        Self {
            text,
            idempotency_key: idempotency_key
                .filter(|key| !key.is_empty())
                .unwrap_or_else(fresh_key),
            notice: None,
        }
    }

    pub fn noting(self, notice: String) -> Self {
        Self {
            notice: Some(notice),
            ..self
        }
    }
}

/// What a form's key and text are posted under. The text is a part of it: whoever goes back to a form that
/// was sent and writes something else there means a second tweet.
pub fn posting_key(form_key: &str, text: &str) -> String {
    let digest = Sha256::new()
        .chain_update(form_key)
        .chain_update([0])
        .chain_update(text)
        .finalize();
    digest
        .iter()
        .fold("page-".to_owned(), |key, byte| key + &format!("{byte:02x}"))
}

pub fn fresh_key() -> String {
    format!("{:032x}", rand::random::<u128>())
}
