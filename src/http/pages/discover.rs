//! What somebody sees who follows nobody yet: the welcome page, and people to follow.

use serde::Serialize;

use super::{
    listing::{People, Tweets},
    site::Site,
};
use crate::{
    account::Viewer,
    http::{failure::Answer, present::TweetCard},
    store::discovery,
    tweet,
};

const LATEST: i64 = 10;
pub const SUGGESTED: usize = 5;

/// `/` for whoever is not logged in: what this place is, and what is said here.
pub async fn welcome(site: &Site) -> Answer {
    let tweets = site
        .read(None, async |mut connection| {
            let rows = discovery::latest(&mut connection, LATEST).await?;
            let texts = rows.iter().map(|(tweet, _)| tweet.text.as_str());
            let names = tweet::names(&mut connection, texts).await?;
            Ok(Tweets {
                rows,
                names,
                has_older: false,
            })
        })
        .await
        .unwrap_or_else(|error| {
            tracing::debug!(%error, "the welcome goes without tweets");
            Tweets::default()
        });
    let view = Welcome {
        tweets: tweets.cards(),
    };
    site.public_page("welcome.html", None, &view)
}

/// People to follow; none when the database is away, since nobody asked for them.
pub async fn people(site: &Site, viewer: &Viewer) -> People {
    let (user, own) = (viewer.user.clone(), viewer.own_writes());
    let read = site.read(Some(own), move |mut connection| {
        let user = user.clone();
        async move {
            let limit = i64::try_from(SUGGESTED).unwrap_or(i64::MAX);
            let rows = discovery::people(&mut connection, Some(user.id), limit).await?;
            People::new(&mut connection, Some(&user), rows, SUGGESTED).await
        }
    });
    read.await.unwrap_or_else(|error| {
        tracing::debug!(%error, "the page goes without people to follow");
        People::default()
    })
}

#[derive(Serialize)]
struct Welcome<'r> {
    tweets: Vec<TweetCard<'r>>,
}
