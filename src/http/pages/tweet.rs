//! `/@{username}/{tweet_id}`: a tweet alone, and deleting it.

use std::collections::HashSet;

use actix_web::web::Path;
use serde::Serialize;

use super::{places, site::Site};
use crate::{
    account::Viewer,
    error::{Error, Result},
    fanout::delivery::{self, Delivery},
    http::{
        auth::{LoggedIn, MaybeLoggedIn},
        failure::{Answer, Failure},
        present::{self, PersonRow, TweetCard},
    },
    id::TweetId,
    language::message,
    store::{Connection, Tweet, User, follows},
    tweet::{self, entities::Names},
};

pub async fn alone(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    place: Path<(String, String)>,
) -> Answer {
    let (name, id) = place.into_inner();
    let id = tweet_id(&id)?;
    let own = viewer.as_ref().map(Viewer::own_writes);
    let viewer = viewer.map(|viewer| viewer.user);
    let asking = viewer.clone();
    let found = site
        .read(own, move |mut connection| {
            let asking = asking.clone();
            async move { read(&mut connection, asking.as_ref(), id).await }
        })
        .await?;
    let Found {
        tweet,
        author,
        names,
        followed,
    } = &found;
    let canonical = present::tweet_path(&author.username, tweet.id);
    if site.request().path() != canonical && name != author.username {
        return Ok(places::moved(site.request(), &canonical));
    }
    let delivery = match &viewer {
        Some(viewer) if viewer.id == author.id => delivered(&site, viewer, id).await,
        _ => None,
    };
    let view = View {
        card: TweetCard::new(tweet, author, names),
        author: PersonRow::new(author, viewer.as_ref(), followed),
        excerpt: present::excerpt(&tweet.text, 60),
        description: present::excerpt(&tweet.text, 160),
        delivery: delivery
            .as_ref()
            .and_then(present::delivery)
            .map(|said| site.say(&said)),
        is_own: viewer.as_ref().is_some_and(|viewer| viewer.id == author.id),
        canonical,
    };
    site.public_page("tweet.html", viewer.as_ref(), &view)
}

/// Deletes an own tweet. One that is gone already is as it was asked for.
pub async fn delete(
    site: Site,
    viewer: Result<LoggedIn, Failure>,
    place: Path<(String, String)>,
) -> Answer {
    let (name, id) = place.into_inner();
    let id = tweet_id(&id)?;
    let page = format!("/@{name}/{id}");
    let viewer = LoggedIn::or_first(viewer, places::next_or_home(Some(&page)))?;
    let profile = present::profile_path(&viewer.user.username);
    let deleted = site
        .run(move |app| async move { tweet::delete(&app, &viewer.user, id).await })
        .await;
    match deleted {
        Ok(()) | Err(Error::NotFound(_)) => Ok(places::see_other(&profile)),
        Err(error) => Err(error.into()),
    }
}

struct Found {
    tweet: Tweet,
    author: User,
    names: Names,
    followed: HashSet<crate::id::UserId>,
}

async fn read(connection: &mut Connection, viewer: Option<&User>, id: TweetId) -> Result<Found> {
    let (tweet, author) = tweet::find(connection, id).await?;
    let names = tweet::names(connection, [tweet.text.as_str()]).await?;
    let followed = match viewer {
        Some(viewer) => follows::followed_among(connection, viewer.id, &[author.id]).await?,
        None => HashSet::new(),
    };
    Ok(Found {
        tweet,
        author,
        names,
        followed,
    })
}

/// How far an own tweet is. The page says the rest without it.
async fn delivered(site: &Site, author: &User, id: TweetId) -> Option<Delivery> {
    let author = author.clone();
    site.run(|app| async move { delivery::of(&app, &author, id).await })
        .await
        .inspect_err(|error| tracing::debug!(%error, "how far the delivery is"))
        .ok()
}

fn tweet_id(text: &str) -> Result<TweetId, Failure> {
    text.parse()
        .map_err(|_| Failure::not_found(message("no-such-tweet-number")))
}

#[derive(Serialize)]
struct View<'r> {
    card: TweetCard<'r>,
    author: PersonRow<'r>,
    excerpt: String,
    description: String,
    delivery: Option<String>,
    is_own: bool,
    canonical: String,
}
