//! `/@{username}/feed.atom`: what somebody says, for feed readers (RFC 4287).

use actix_web::{HttpResponse, web::Path};
use atom_syndication::{Content, Entry, Feed, Link, Person, Text};

use super::{places, profile, site::Site};
use crate::{
    cursor::Page,
    http::{auth::Asking, failure::Answer, present},
    store::{Tweet, User, tweets},
};

const NEWEST: usize = 20;

pub async fn atom(site: Site, Asking(own): Asking, name: Path<String>) -> Answer {
    let asked = name.to_string();
    let (author, rows) = site
        .read(own, move |mut connection| {
            let asked = asked.clone();
            async move {
                let author = profile::by_name(&mut connection, &asked).await?;
                let newest = Page::first(NEWEST);
                let rows = tweets::by_author(&mut connection, author.id, &newest).await?;
                Ok((author, rows))
            }
        })
        .await?;
    let path = present::profile_path(&author.username);
    if *name != author.username {
        return Ok(places::moved(site.request(), &format!("{path}/feed.atom")));
    }
    let feed = feed(site.app().settings.public_url(), &author, &rows);
    Ok(HttpResponse::Ok()
        .content_type("application/atom+xml; charset=utf-8")
        .body(feed.to_string()))
}

fn feed(base: &str, author: &User, tweets: &[Tweet]) -> Feed {
    let page = format!("{base}{}", present::profile_path(&author.username));
    let own = format!("{page}/feed.atom");
    let newest = tweets
        .first()
        .map_or(author.created_at, |tweet| tweet.created_at);
    Feed {
        title: Text::plain(clean(author.name())),
        subtitle: Some(Text::plain(clean(&author.bio))),
        id: own.clone(),
        updated: newest.into(),
        authors: vec![Person {
            name: clean(author.name()),
            uri: Some(page.clone()),
            ..Person::default()
        }],
        links: vec![
            link("self", own, "application/atom+xml"),
            link("alternate", page, "text/html"),
        ],
        entries: tweets
            .iter()
            .map(|tweet| entry(base, author, tweet))
            .collect(),
        ..Feed::default()
    }
}

fn entry(base: &str, author: &User, tweet: &Tweet) -> Entry {
    let page = format!("{base}{}", present::tweet_path(&author.username, tweet.id));
    Entry {
        title: Text::plain(clean(&present::excerpt(&tweet.text, 80))),
        id: page.clone(),
        updated: tweet.created_at.into(),
        published: Some(tweet.created_at.into()),
        links: vec![link("alternate", page, "text/html")],
        content: Some(Content {
            value: Some(clean(&tweet.text)),
            content_type: Some("text".to_owned()),
            ..Content::default()
        }),
        ..Entry::default()
    }
}

fn link(rel: &str, href: String, mime_type: &str) -> Link {
    Link {
        href,
        rel: rel.to_owned(),
        mime_type: Some(mime_type.to_owned()),
        ..Link::default()
    }
}

/// Without the characters that XML 1.0 has no way to write.
fn clean(text: &str) -> String {
    let is_there = |c: &char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    text.chars().filter(is_there).collect()
}
