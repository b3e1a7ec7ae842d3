//! What a session was begun with.

use crate::language::{Language, Message, message};

const LONGEST_USER_AGENT: usize = 300;

/// A browser or program, and the address of the network that it came from.
#[derive(Clone, Debug, Default)]
pub struct Device {
    user_agent: String,
    address: String,
    /// From the cookie that a log-in on it left there.
    secret: Option<String>,
    language: Language,
}

/// What browsers call themselves, and people call them. The first that fits: most say the names of others, too.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

impl Device {
    pub fn new(
        user_agent: &str,
        address: String,
        secret: Option<String>,
        language: Language,
    ) -> Self {
        let said = user_agent.chars().filter(|c| !c.is_control());
        Self {
            user_agent: said.take(LONGEST_USER_AGENT).collect(),
            address,
            secret,
            language,
        }
    }

    pub fn user_agent(&self) -> &str {
        &self.user_agent
    }

    pub fn secret(&self) -> Option<&str> {
        self.secret.as_deref()
    }

    /// The one that it is used in.
    pub fn language(&self) -> Language {
        self.language
    }

    /// Empty where it is not known.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// A device in words, from what it calls itself.
pub fn named(user_agent: &str) -> Message {
    let found = |names: &[(&str, &'static str)]| {
        let fits = names.iter().find(|(sign, _)| user_agent.contains(sign));
        fits.map(|(_, name)| *name)
    };
    match (found(&BROWSERS), found(&SYSTEMS)) {
        (Some(browser), Some(system)) => {
            let said = message("device-on").with("browser", browser);
            said.with("system", system)
        }
        (Some(name), None) | (None, Some(name)) => message("device").with("name", name),
        // A program says its name first: `curl/8.1`.
        (None, None) => match user_agent.split(['/', ' ']).next() {
            Some(name) if !name.is_empty() => {
                message("device").with("name", name.chars().take(40).collect::<String>())
            }
            _ => message("device-unknown"),
        },
    }
}
