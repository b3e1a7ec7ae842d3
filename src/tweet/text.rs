//! The text of a tweet.

use crate::{
    language::{Message, message},
    text,
};

/// Text that may be tweeted: cleaned, not empty, not too long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TweetText(String);

impl TweetText {
    /// `max_chars` counts characters as people see them.
    ///
    /// # Errors
    /// A sentence that says what to change.
    pub fn parse(input: &str, max_chars: usize) -> Result<Self, Message> {
        let text = text::clean(input);
        if text::is_blank(&text) {
            return Err(message("tweet-empty"));
        }
        text::at_most(&text, max_chars, "tweet")?;
        Ok(Self(text))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<TweetText> for String {
    fn from(text: TweetText) -> Self {
        text.0
    }
}
