//! Links, `@names` and `#tags` in a tweet's text.

use std::collections::HashMap;

use linkify::{LinkFinder, LinkKind};
use serde::Serialize;

use crate::text;

const LONGEST_NAME: usize = 30;
const LONGEST_TAG: usize = 100;

/// A stretch of a tweet's text. In order and put together they are the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Piece<'t> {
    Text {
        text: &'t str,
    },
    /// An `http` or `https` address.
    Link {
        text: &'t str,
        url: &'t str,
    },
    /// `@name`, which may be nobody's.
    Mention {
        text: &'t str,
        name: &'t str,
    },
    /// `#tag`; `tag` is in lower case, composed (NFC).
    Tag {
        text: &'t str,
        tag: String,
    },
}

/// Takes a text apart.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    let mut pieces = Vec::new();
    // The finder takes a space that is not ASCII's, as Japanese has one, for a part of an address.
    for stretch in text.split_inclusive(is_wide_space) {
        let words = stretch.trim_end_matches(is_wide_space);
        for span in finder.spans(words) {
            match span.kind() {
                Some(LinkKind::Url) if is_web(span.as_str()) => {
                    pieces.push(Piece::Link {
                        text: span.as_str(),
                        url: span.as_str(),
                    });
                }
                _ => scan(span.as_str(), preceding(words, span.start()), &mut pieces),
            }
        }
        if let Some(text) = stretch.get(words.len()..).filter(|space| !space.is_empty()) {
            pieces.push(Piece::Text { text });
        }
    }
    pieces
}

/// The tags of a text, in lower case, each once.
pub fn tags(text: &str) -> Vec<String> {
    let mut tags: Vec<String> = pieces(text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Tag { tag, .. } => Some(tag),
            _ => None,
        })
        .collect();
    tags.sort();
    tags.dedup();
    tags
}

/// The `@names` of some texts, in lower case, each once.
pub fn mentioned<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<String> {
    let mut names: Vec<String> = texts
        .into_iter()
        .filter(|text| text.contains('@'))
        .flat_map(pieces)
        .filter_map(|piece| match piece {
            Piece::Mention { name, .. } => Some(name.to_lowercase()),
            _ => None,
        })
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Who the `@names` are: usernames as their owners write them, by lower-case name.
pub type Names = HashMap<String, (crate::id::UserId, String)>;

fn is_wide_space(c: char) -> bool {
    !c.is_ascii() && c.is_whitespace()
}

fn is_web(url: &str) -> bool {
    let lower: String = url.chars().take(8).collect::<String>().to_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

fn preceding(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// Finds names and tags in text without links.
fn scan<'t>(text: &'t str, mut before: Option<char>, pieces: &mut Vec<Piece<'t>>) {
    let mut rest = text;
    let mut plain = 0;
    while let Some(c) = rest.get(plain..).and_then(|tail| tail.chars().next()) {
        let sigil_end = plain + c.len_utf8();
        let found = match c {
            '@' if !before.is_some_and(glues) => {
                name_end(rest, sigil_end).filter(|_| before != Some('@'))
            }
            '#' if !before.is_some_and(glues) && before != Some('#') => tag_end(rest, sigil_end),
            _ => None,
        };
        let Some(end) = found else {
            before = Some(c);
            plain = sigil_end;
            continue;
        };
        let (head, tail) = rest.split_at(plain);
        let (entity, tail) = tail.split_at(end - plain);
        if !head.is_empty() {
            pieces.push(Piece::Text { text: head });
        }
        let word = entity.get(c.len_utf8()..).unwrap_or_default();
        pieces.push(if c == '@' {
            Piece::Mention {
                text: entity,
                name: word,
            }
        } else {
            Piece::Tag {
                text: entity,
                tag: text::lower(word),
            }
        });
        before = entity.chars().next_back();
        rest = tail;
        plain = 0;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text { text: rest });
    }
}

/// Whether a sigil right after this is part of a word or of a path.
fn glues(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '/' | '&')
}

fn name_end(text: &str, start: usize) -> Option<usize> {
    let tail = text.get(start..)?;
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let length = tail.find(|c| !name(c)).unwrap_or(tail.len());
    let next = tail.get(length..)?.chars().next();
    let whole_word = !next.is_some_and(|c| c.is_alphanumeric());
    // `@name@elsewhere.example` is somebody of another server.
    let local = next != Some('@');
    (1..=LONGEST_NAME)
        .contains(&length)
        .then_some(start + length)
        .filter(|_| whole_word && local)
}

fn tag_end(text: &str, start: usize) -> Option<usize> {
    let tail = text.get(start..)?;
    let tag = |c: char| c.is_alphanumeric() || c == '_' || is_mark(c);
    let length = tail.find(|c| !tag(c)).unwrap_or(tail.len());
    let word = tail.get(..length)?;
    let has_letter = word.chars().any(char::is_alphabetic);
    // It may be longer in lower case, and that is what is looked for.
    (has_letter && text::lower(word).chars().count() <= LONGEST_TAG).then_some(start + length)
}

/// Combining marks belong to their letters, as in Devanagari.
fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}
