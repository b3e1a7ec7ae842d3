//! Tweets in a list as HTML that is made once and kept beside the rows.

use tera::Context;

use super::site::Site;
use crate::{
    error::Result,
    http::present::TweetCard,
    language::Language,
    timeline::Shown,
    tweet::{self, entities::Names},
};

/// The tweets one after another, as `tweet.row` shows each.
///
/// # Errors
/// When some are not kept and the database is away.
pub async fn list(site: &Site, tweets: &[Shown]) -> Result<String> {
    let names = names(site, tweets).await?;
    // Some 600 bytes each.
    let mut list = String::with_capacity(tweets.len() * 900);
    for shown in tweets {
        match kept(shown) {
            Some(row) => list.push_str(row),
            None => list.push_str(&row(site, shown, &names)?),
        }
    }
    Ok(list)
}

/// A row that was made while its author was called as now.
fn kept(shown: &Shown) -> Option<&str> {
    let (name, row) = shown.tweet.html.get()?;
    (**name == *shown.author.row.name()).then_some(row)
}

fn row(site: &Site, shown: &Shown, names: &Names) -> Result<String> {
    let (tweet, author) = (&shown.tweet.row, &shown.author.row);
    let mut context = Context::new();
    context.insert("card", &TweetCard::new(tweet, author, names));
    // It says nothing but what people said, so it is the same in every language.
    let row = site
        .templates()
        .render(Language::default(), "tweet_row.html", &context)?;
    // Somebody who is named and has no account yet may get one, and be a link then.
    if tweet::entities::mentioned([tweet.text.as_str()])
        .iter()
        .all(|name| names.contains_key(name))
    {
        let kept = (author.name().into(), row.as_str().into());
        // Made twice at the same time: either will do.
        let _ = shown.tweet.html.set(kept);
        site.app().rows.weigh_tweet(&shown.tweet);
    }
    Ok(row)
}

/// Who the `@names` are in those that have to be made.
async fn names(site: &Site, tweets: &[Shown]) -> Result<Names> {
    let texts: Vec<String> = tweets
        .iter()
        .filter(|shown| kept(shown).is_none())
        .map(|shown| shown.tweet.row.text.clone())
        .filter(|text| text.contains('@'))
        .collect();
    if texts.is_empty() {
        return Ok(Names::new());
    }
    site.run(|app| async move {
        let texts = texts.iter().map(String::as_str);
        tweet::names(&mut *app.db.get().await?, texts).await
    })
    .await
}
