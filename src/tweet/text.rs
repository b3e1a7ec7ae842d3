//! The text of a tweet.

use crate::text;

/// Text that may be tweeted: cleaned, not empty, not too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TweetText(String);

impl TweetText {
    /// `max_chars` counts characters as people see them.
    ///
    /// # Errors
    /// A sentence that says what to change.
    pub fn parse(input: &str, max_chars: usize) -> Result<Self, String> {
        let text = text::clean(input);
        if !text.chars().any(is_visible) {
            return Err("A tweet needs some text.".to_owned());
        }
        text::at_most(&text, max_chars, "A tweet")?;
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Neither white space nor one of the characters that leave nothing to see.
fn is_visible(c: char) -> bool {
    !c.is_whitespace()
        && !matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{e0000}'..='\u{e0fff}')
}
