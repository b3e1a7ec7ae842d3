//! What an account is called: usernames, display names, bios.

use crate::{
    language::{Message, message},
    text,
};

/// No one may have these: they begin an address of this site, or would pass for its voice. Lower case.
const RESERVED: &[&str] = &[
    "about",
    "account",
    "admin",
    "administrator",
    "api",
    "auth",
    "compose",
    "explore",
    "favicon",
    "follow",
    "health",
    "help",
    "home",
    "keys",
    "login",
    "logout",
    "manifest",
    "messages",
    "metrics",
    "moderator",
    "notifications",
    "oauth",
    "offline",
    "privacy",
    "profile",
    "robots",
    "root",
    "rules",
    "search",
    "security",
    "settings",
    "signup",
    "static",
    "status",
    "support",
    "system",
    "tags",
    "terms",
    "tweet",
    "tweets",
    "twitclone",
    "unfollow",
    "users",
    "webmaster",
];
const LONGEST_USERNAME: usize = 30;
pub const LONGEST_DISPLAY_NAME: usize = 50;
pub const LONGEST_BIO: usize = 500;

/// A username that may be taken: 1 to 30 ASCII letters, digits and `_`, not reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Username(String);

impl Username {
    /// # Errors
    /// A sentence that says what to change.
    pub fn parse(input: &str) -> Result<Self, Message> {
        let name = input.trim();
        if name.is_empty() {
            return Err(message("username-missing"));
        }
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(message("username-letters"));
        }
        if name.len() > LONGEST_USERNAME {
            return Err(message("username-long").with("most", LONGEST_USERNAME));
        }
        if is_reserved(name) {
            return Err(message("username-reserved"));
        }
        Ok(Self(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether nobody may have this name, whatever its case.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name.to_ascii_lowercase().as_str())
}

/// A display name, cleaned; empty means none.
///
/// # Errors
/// A sentence that says what to change.
pub fn display_name(input: &str) -> Result<String, Message> {
    let name = text::without_traces(&text::clean_line(input));
    if text::is_blank(&name) {
        return Ok(String::new());
    }
    text::at_most(&name, LONGEST_DISPLAY_NAME, "name")?;
    // The column's own limit counts code points.
    if name.chars().count() > 200 {
        return Err(message("too-many-marks").with("what", "name"));
    }
    Ok(name)
}

/// Why somebody wants to be here, cleaned.
///
/// # Errors
/// What to change: it is empty although it `is_asked` for, or too long.
pub fn reason(input: &str, is_asked: bool) -> Result<String, Message> {
    let reason = text::clean(input);
    if is_asked && text::is_blank(&reason) {
        return Err(message("reason-missing"));
    }
    text::at_most(&reason, LONGEST_BIO, "reason")?;
    Ok(reason)
}

/// A bio, cleaned; may be empty.
///
/// # Errors
/// A sentence that says what to change.
pub fn bio(input: &str) -> Result<String, Message> {
    let bio = text::clean(input);
    text::at_most(&bio, LONGEST_BIO, "bio")?;
    Ok(bio)
}
