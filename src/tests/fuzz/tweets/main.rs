//! What people type: cleaned, counted, taken apart into links, names and tags, and made into HTML.

#![cfg_attr(fuzzing, no_main)]

mod markup;

use twitclone::{
    account::name,
    http::api::content,
    id::UserId,
    text,
    tweet::{
        TweetText,
        entities::{Names, Piece, mentioned, pieces, tags},
    },
};
use unicode_normalization::is_nfc;

const MOST: usize = 100;
const BASE: &str = "https://here.example";

include!("../entry.rs");

fn attempt(input: &str) {
    cleaning(input);
    names(input);
    entities(input);
    // Bios are shown as they are kept, tweets as they were parsed; neither was parsed in an older version.
    html(input);
    if let Ok(tweet) = TweetText::parse(input, MOST) {
        let length = text::count(tweet.as_str());
        assert!((1..=MOST).contains(&length), "{length} characters");
        assert!(!text::is_blank(tweet.as_str()));
        assert_eq!(TweetText::parse(tweet.as_str(), MOST).as_ref(), Ok(&tweet));
        tags_have_pages(tweet.as_str());
    }
}

fn cleaning(input: &str) {
    let clean = text::clean(input);
    assert!(is_nfc(&clean), "not NFC: {clean:?}");
    assert_eq!(text::clean(&clean), clean);
    assert_eq!(clean.trim(), clean);
    assert!(!clean.chars().any(|c| c != '\n' && c.is_control()));
    let line = text::clean_line(input);
    assert!(is_nfc(&line), "not NFC: {line:?}");
    assert!(!line.chars().any(char::is_control));
    assert_eq!(text::clean_line(&line), line);
}

fn names(input: &str) {
    if let Ok(kept) = name::display_name(input) {
        assert!(is_nfc(&kept), "not NFC: {kept:?}");
        assert!(text::count(&kept) <= name::LONGEST_DISPLAY_NAME);
        assert_eq!(name::display_name(&kept).as_ref(), Ok(&kept));
        assert_eq!(text::without_traces(&kept), kept);
    }
    if let Ok(kept) = name::bio(input) {
        assert_eq!(name::bio(&kept).as_ref(), Ok(&kept));
    }
    if let Ok(username) = name::Username::parse(input) {
        let username = username.as_str();
        assert!((1..=30).contains(&username.len()));
        assert_eq!(
            mentioned([format!("@{username}").as_str()]),
            [username.to_lowercase()]
        );
    }
}

/// Pieces follow one another in the text, so they neither overlap nor cut a character in two.
fn entities(input: &str) {
    let mut at = 0;
    for piece in pieces(input) {
        let text = text_of(&piece);
        assert!(!text.is_empty(), "an empty piece at {at}");
        let end = at + text.len();
        assert_eq!(input.get(at..end), Some(text), "{piece:?} is not at {at}");
        match &piece {
            Piece::Text { .. } => {}
            Piece::Link { url, .. } => {
                let start = url.get(..8).unwrap_or(url).to_ascii_lowercase();
                assert!(
                    start.starts_with("http://") || start.starts_with("https://"),
                    "{url:?}"
                );
                assert!(
                    !url.chars().any(|c| c.is_whitespace() || c.is_control()),
                    "{url:?}"
                );
            }
            Piece::Mention { name, .. } => {
                assert_eq!(text, format!("@{name}"));
                assert!((1..=30).contains(&name.len()));
                assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
            }
            Piece::Tag { tag, .. } => {
                let word = text.strip_prefix('#').unwrap_or_default();
                assert_eq!(&text::lower(word), tag);
                assert!(is_nfc(tag), "not NFC: {tag:?}");
                assert!((1..=100).contains(&word.chars().count()));
                assert!(word.chars().any(char::is_alphabetic));
            }
        }
        at = end;
    }
    assert_eq!(at, input.len(), "the rest is lost");
}

fn text_of<'t>(piece: &Piece<'t>) -> &'t str {
    match piece {
        Piece::Text { text }
        | Piece::Link { text, .. }
        | Piece::Mention { text, .. }
        | Piece::Tag { text, .. } => text,
    }
}

/// The link of a tag in a tweet leads to the tweets with that tag.
fn tags_have_pages(tweet: &str) {
    for tag in tags(tweet) {
        let written = format!("#{}", text::clean(&tag));
        let address = content::tag_address(BASE, &tag);
        assert_eq!(tags(&written), [tag], "nothing at {address}");
    }
}

/// Every second name is somebody's.
fn html(input: &str) {
    let known: Names = mentioned([input])
        .into_iter()
        .step_by(2)
        .map(|name| (name.clone(), (UserId::from(1), name)))
        .collect();
    let html = content::html(input, &known, BASE);
    let shown = markup::visible(&html);
    let paragraphs = input.split("\n\n").map(str::trim);
    let written: Vec<&str> = paragraphs.filter(|text| !text.is_empty()).collect();
    assert_eq!(shown, written, "{html}");
}
