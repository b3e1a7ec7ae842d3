//! What templates show: rows made into words and addresses. Nothing here is HTML; the templates escape all
//! of it.

use std::collections::HashSet;

use chrono::{DateTime, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    fanout::delivery::{Delivery, Stage},
    id::{TweetId, UserId},
    language::{Message, message},
    store::{Tweet, User},
    tweet::entities::{self, Names, Piece},
};

/// The stylesheet has a colour for each.
const HUES: i64 = 12;
/// What may stand in a path segment as it is.
const IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Somebody, wherever their name stands.
#[derive(Serialize)]
pub struct Person<'r> {
    pub id: UserId,
    username: &'r str,
    name: &'r str,
    pub href: String,
    pub initial: String,
    pub hue: i64,
}

/// A row in a list of people.
#[derive(Serialize)]
pub struct PersonRow<'r> {
    person: Person<'r>,
    bio: &'r str,
    follow: Follow,
}

/// Which button stands beside somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Follow {
    /// Nobody is logged in.
    LoggedOut,
    Oneself,
    Following,
    NotFollowing,
}

/// The head of a profile.
#[derive(Serialize)]
pub struct Profile<'r> {
    person: Person<'r>,
    bio: Vec<Part<'r>>,
    tweets: i64,
    following: i64,
    followers: i64,
    joined: Moment,
    follow: Follow,
    follows_viewer: bool,
}

/// A tweet, in a list or alone.
#[derive(Serialize)]
pub struct TweetCard<'r> {
    id: TweetId,
    author: Person<'r>,
    href: String,
    parts: Vec<Part<'r>>,
    /// The language that it is in, where that can be told.
    lang: Option<&'static str>,
    at: Moment,
}

/// A stretch of text, with an address where it is a link.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Part<'t> {
    text: &'t str,
    href: Option<String>,
    /// Whether the address is somebody else's and this site does not vouch for it.
    is_outside: bool,
}

/// A moment for machines, and for people whichever language they read. Both in UTC.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Moment {
    iso: String,
    text: String,
}

impl<'r> Person<'r> {
    pub fn new(user: &'r User) -> Self {
        let name = user.name();
        let initial = name.graphemes(true).next().unwrap_or_default();
        Self {
            id: user.id,
            username: &user.username,
            name,
            href: profile_path(&user.username),
            initial: initial.to_uppercase(),
            hue: user.id.get().rem_euclid(HUES),
        }
    }
}

impl<'r> PersonRow<'r> {
    pub fn new(user: &'r User, viewer: Option<&User>, followed: &HashSet<UserId>) -> Self {
        Self {
            person: Person::new(user),
            bio: &user.bio,
            follow: Follow::of(user, viewer, followed),
        }
    }
}

impl Follow {
    pub fn of(user: &User, viewer: Option<&User>, followed: &HashSet<UserId>) -> Self {
        match viewer {
            None => Self::LoggedOut,
            Some(viewer) if viewer.id == user.id => Self::Oneself,
            Some(_) if followed.contains(&user.id) => Self::Following,
            Some(_) => Self::NotFollowing,
        }
    }
}

impl<'r> Profile<'r> {
    pub fn new(user: &'r User, names: &Names, follow: Follow, follows_viewer: bool) -> Self {
        Self {
            person: Person::new(user),
            bio: parts(&user.bio, names),
            tweets: user.tweet_count,
            following: user.following_count,
            followers: user.follower_count,
            joined: Moment::from(user.created_at),
            follow,
            follows_viewer,
        }
    }
}

impl<'r> TweetCard<'r> {
    pub fn new(tweet: &'r Tweet, author: &'r User, names: &Names) -> Self {
        Self {
            id: tweet.id,
            author: Person::new(author),
            href: tweet_path(&author.username, tweet.id),
            parts: parts(&tweet.text, names),
            lang: spoken(&tweet.text),
            at: Moment::from(tweet.created_at),
        }
    }
}

impl From<DateTime<Utc>> for Moment {
    fn from(at: DateTime<Utc>) -> Self {
        Self {
            iso: at.to_rfc3339_opts(SecondsFormat::Secs, true),
            text: at.format("%Y-%m-%d %H:%M UTC").to_string(),
        }
    }
}

/// The canonical address of a profile.
pub fn profile_path(username: &str) -> String {
    format!("/@{username}")
}

/// The canonical address of a tweet.
pub fn tweet_path(username: &str, id: TweetId) -> String {
    format!("/@{username}/{id}")
}

/// The address of a tag's tweets.
pub fn tag_path(tag: &str) -> String {
    format!("/tags/{}", utf8_percent_encode(tag, IN_SEGMENT))
}

/// How far the delivery of an own tweet is; none where nobody is waiting for it.
pub fn delivery(found: &Delivery) -> Option<Message> {
    if found.followers == 0 {
        return None;
    }
    let said = match found.stage {
        Stage::Waiting => message("delivery-waiting"),
        Stage::Delivering => message("delivery-under-way").with("done", found.done),
        Stage::Retrying => message("delivery-retrying"),
        Stage::SetAside => message("delivery-set-aside"),
        Stage::Merged => message("delivery-merged"),
        Stage::Delivered => message("delivery-done"),
    };
    Some(said.with("n", found.followers))
}

/// The language of a text, where it is long enough to tell, as browsers know it (BCP 47): for how it is read out, broken and drawn.
fn spoken(text: &str) -> Option<&'static str> {
    let told = whatlang::detect(text).filter(whatlang::Info::is_reliable)?;
    isolang::Language::from_639_3(told.lang().code())?.to_639_1()
}

/// The beginning of a text on one line, for a title or a description.
pub fn excerpt(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.grapheme_indices(true).nth(most) {
        None => line,
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default().trim_end()),
    }
}

/// A text with its links. An `@name` is one only if somebody has it.
fn parts<'t>(text: &'t str, names: &Names) -> Vec<Part<'t>> {
    entities::pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text { text } => Part {
                text,
                href: None,
                is_outside: false,
            },
            Piece::Link { text, url } => Part {
                text,
                href: Some(url.to_owned()),
                is_outside: true,
            },
            Piece::Mention { text, name } => Part {
                text,
                href: names
                    .get(&name.to_lowercase())
                    .map(|(_, username)| profile_path(username)),
                is_outside: false,
            },
            Piece::Tag { text, tag } => Part {
                text,
                href: Some(tag_path(&tag)),
                is_outside: false,
            },
        })
        .collect()
}
