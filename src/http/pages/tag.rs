//! `/tags/{tag}`: the newest tweets with a tag.

use actix_web::web::Path;
use serde::Serialize;

use super::{
    listing::Tweets,
    paging::{Before, Pager, and_one, cut},
    places,
    site::Site,
};
use crate::{
    account::Viewer,
    cursor::Page,
    error::Result,
    http::{
        auth::MaybeLoggedIn,
        body::Params,
        failure::{Answer, Failure},
        present::{self, TweetCard},
    },
    language::message,
    store::{Connection, tweets},
    text,
    tweet::{
        self,
        entities::{self, Piece},
    },
};

pub async fn tweets(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    asked: Path<String>,
    Params(before): Params<Before>,
) -> Answer {
    let page = before.page()?;
    let tag = tag(&asked).ok_or_else(|| Failure::not_found(message("tag-unfit")))?;
    let path = present::tag_path(&tag);
    if *asked != tag {
        return Ok(places::moved(site.request(), &path));
    }
    let wanted = tag.clone();
    let own = viewer.as_ref().map(Viewer::own_writes);
    let tweets = site
        .read(own, move |mut connection| {
            let wanted = wanted.clone();
            async move { read(&mut connection, &wanted, &page).await }
        })
        .await?;
    let view = View {
        tag: &tag,
        pager: tweets.pager(&path, &page),
        tweets: tweets.cards(),
        is_first_page: page.max_id.is_none(),
        canonical: path,
    };
    let viewer = viewer.map(|viewer| viewer.user);
    site.public_page("tag.html", viewer.as_ref(), &view)
}

/// The tag that the text stands for, as tweets have it.
fn tag(text: &str) -> Option<String> {
    if text.chars().any(char::is_control) {
        return None;
    }
    let written = format!("#{}", text::clean(text));
    match entities::pieces(&written).as_slice() {
        [Piece::Tag { tag, .. }] => Some(tag.clone()),
        _ => None,
    }
}

async fn read(connection: &mut Connection, tag: &str, page: &Page) -> Result<Tweets> {
    let mut rows = tweets::by_tag(connection, tag, &and_one(page)).await?;
    let has_older = cut(&mut rows, page.limit);
    let texts = rows.iter().map(|(tweet, _)| tweet.text.as_str());
    let names = tweet::names(connection, texts).await?;
    Ok(Tweets {
        rows,
        has_older,
        names,
    })
}

#[derive(Serialize)]
struct View<'r> {
    tag: &'r str,
    tweets: Vec<TweetCard<'r>>,
    pager: Pager,
    is_first_page: bool,
    canonical: String,
}
