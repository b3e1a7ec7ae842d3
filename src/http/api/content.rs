//! The HTML of tweets and bios, made from plain text: whatever a user wrote is escaped here.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::tweet::entities::{Names, Piece, pieces};

/// `text` as HTML: paragraphs, line breaks, and as links the addresses, the tags and those `@names` that
/// `names` knows. Empty for an empty text. `base` is the public address.
pub fn html(text: &str, names: &Names, base: &str) -> String {
    let mut inline = String::with_capacity(text.len() * 2);
    for piece in pieces(text) {
        inline.push_str(&piece_html(&piece, names, base));
    }
    // Line breaks occur in plain pieces only, so no link is cut in two.
    inline
        .split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| format!("<p>{}</p>", paragraph.replace('\n', "<br />")))
        .collect()
}

/// Where somebody's profile is.
pub fn profile_address(base: &str, username: &str) -> String {
    format!("{base}/@{username}")
}

/// Where the tweets with a tag are.
pub fn tag_address(base: &str, tag: &str) -> String {
    format!("{base}/tags/{}", utf8_percent_encode(tag, NON_ALPHANUMERIC))
}

fn piece_html(piece: &Piece<'_>, names: &Names, base: &str) -> String {
    match piece {
        Piece::Text { text } => escape(text),
        Piece::Link { text, url } => format!(
            "<a href=\"{}\" rel=\"nofollow noopener noreferrer\" target=\"_blank\">{}</a>",
            escape(url),
            escape(text)
        ),
        Piece::Mention { text, name } => match names.get(&name.to_lowercase()) {
            Some((_, username)) => format!(
                "<a href=\"{}\" class=\"u-url mention\">@<span>{}</span></a>",
                escape(&profile_address(base, username)),
                escape(name)
            ),
            None => escape(text),
        },
        Piece::Tag { text, tag } => format!(
            "<a href=\"{}\" class=\"mention hashtag\" rel=\"tag\">#<span>{}</span></a>",
            escape(&tag_address(base, tag)),
            escape(text.strip_prefix('#').unwrap_or(text))
        ),
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}
