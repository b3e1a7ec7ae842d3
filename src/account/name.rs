//! What an account is called: usernames, email addresses, display names, bios.

use crate::text;

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
    pub fn parse(input: &str) -> Result<Self, String> {
        let name = input.trim();
        if name.is_empty() {
            return Err("Choose a username.".to_owned());
        }
        if !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err("A username has only the letters a to z, digits and _.".to_owned());
        }
        if name.len() > LONGEST_USERNAME {
            return Err(format!(
                "A username has at most {LONGEST_USERNAME} characters."
            ));
        }
        if is_reserved(name) {
            return Err("This username is reserved. Please choose another.".to_owned());
        }
        Ok(Self(name.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether nobody may have this name, whatever its case.
pub fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name.to_lowercase().as_str())
}

/// An email address of a valid form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// # Errors
    /// A sentence that says what to change.
    pub fn parse(input: &str) -> Result<Self, String> {
        let address = input.trim();
        if address.is_empty() {
            return Err("Enter your email address.".to_owned());
        }
        let options = email_address::Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        email_address::EmailAddress::parse_with_options(address, options).map_err(|_| {
            "This is not an email address. One looks like name@example.org.".to_owned()
        })?;
        if address.chars().any(char::is_control) || address.len() > 254 {
            return Err(
                "This is not an email address. One looks like name@example.org.".to_owned(),
            );
        }
        Ok(Self(address.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A display name, cleaned; empty means none.
///
/// # Errors
/// A sentence that says what to change.
pub fn display_name(input: &str) -> Result<String, String> {
    let name = text::clean_line(input);
    if text::is_blank(&name) {
        return Ok(String::new());
    }
    text::at_most(&name, LONGEST_DISPLAY_NAME, "A display name")?;
    // The column's own limit counts code points.
    if name.chars().count() > 200 {
        return Err("The display name has too many marks piled on its characters.".to_owned());
    }
    Ok(name)
}

/// A bio, cleaned; may be empty.
///
/// # Errors
/// A sentence that says what to change.
pub fn bio(input: &str) -> Result<String, String> {
    let bio = text::clean(input);
    text::at_most(&bio, LONGEST_BIO, "A bio")?;
    Ok(bio)
}
