//! `/@{username}`: who someone is and what they said. `/@{username}/followers` and `/following`: their people.

use std::collections::HashSet;

use actix_web::{HttpResponse, web::Path};
use serde::Serialize;

use super::{
    listing::{People, Tweets},
    paging::{Before, Pager, and_one, cut},
    places,
    site::Site,
};
use crate::{
    account::{Viewer, name::Username},
    cursor::Page,
    error::{Error, Result},
    http::{
        auth::MaybeLoggedIn,
        body::Params,
        failure::Answer,
        present::{self, Follow, PersonRow, Profile, TweetCard},
    },
    language::message,
    store::{Connection, User, follows, tweets, users},
    tweet::{self, entities::Names},
};

/// Which of someone's people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Side {
    Followers,
    Following,
}

pub async fn tweets(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    name: Path<String>,
    Params(before): Params<Before>,
) -> Answer {
    let page = before.page()?;
    let own = viewer.as_ref().map(Viewer::own_writes);
    let viewer = viewer.map(|viewer| viewer.user);
    let (asking, asked) = (viewer.clone(), name.to_string());
    let (head, tweets) = site
        .read(own, move |mut connection| {
            let (asking, asked) = (asking.clone(), asked.clone());
            async move { read_tweets(&mut connection, asking.as_ref(), &asked, &page).await }
        })
        .await?;
    let path = present::profile_path(&head.user.username);
    if let Some(elsewhere) = canonical(&site, &name, &head.user, "") {
        return Ok(elsewhere);
    }
    let view = TweetsView {
        profile: head.present(viewer.as_ref()),
        description: present::excerpt(&head.user.bio, 160),
        pager: tweets.pager(&path, &page),
        tweets: tweets.cards(),
        is_first_page: page.max_id.is_none(),
        canonical: path,
    };
    site.public_page("profile.html", viewer.as_ref(), &view)
}

pub async fn followers(
    site: Site,
    viewer: MaybeLoggedIn,
    name: Path<String>,
    before: Params<Before>,
) -> Answer {
    people(site, viewer, name, before, Side::Followers).await
}

pub async fn following(
    site: Site,
    viewer: MaybeLoggedIn,
    name: Path<String>,
    before: Params<Before>,
) -> Answer {
    people(site, viewer, name, before, Side::Following).await
}

/// `/profile/{username}` of the original system.
pub async fn old_profile(site: Site, name: Path<String>) -> Answer {
    to_canonical(site, name, "").await
}

/// `/{username}/followers` of the original system.
pub async fn old_followers(site: Site, name: Path<String>) -> Answer {
    to_canonical(site, name, "/followers").await
}

/// `/{username}/following` of the original system.
pub async fn old_following(site: Site, name: Path<String>) -> Answer {
    to_canonical(site, name, "/following").await
}

/// Somebody by the name in an address.
///
/// # Errors
/// [`Error::NotFound`] that says so.
pub async fn by_name(connection: &mut Connection, name: &str) -> Result<User> {
    // What nobody can be called may hold what the database refuses.
    if Username::parse(name).is_err() {
        return Err(Error::NotFound(message("nobody-of-name")));
    }
    users::by_username(connection, name)
        .await?
        .ok_or_else(|| Error::NotFound(message("nobody-called").with("name", name)))
}

/// Where to go when the address has the name in another case.
fn canonical(site: &Site, name: &str, user: &User, rest: &str) -> Option<HttpResponse> {
    let path = format!("{}{rest}", present::profile_path(&user.username));
    (name != user.username).then(|| places::moved(site.request(), &path))
}

async fn to_canonical(site: Site, name: Path<String>, rest: &str) -> Answer {
    let name = name.into_inner();
    let user = site
        .read(None, move |mut connection| {
            let name = name.clone();
            async move { by_name(&mut connection, &name).await }
        })
        .await?;
    let path = format!("{}{rest}", present::profile_path(&user.username));
    Ok(places::moved(site.request(), &path))
}

async fn people(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    name: Path<String>,
    Params(before): Params<Before>,
    side: Side,
) -> Answer {
    let page = before.page()?;
    let own = viewer.as_ref().map(Viewer::own_writes);
    let viewer = viewer.map(|viewer| viewer.user);
    let (asking, asked) = (viewer.clone(), name.to_string());
    let (head, people) = site
        .read(own, move |mut connection| {
            let (asking, asked) = (asking.clone(), asked.clone());
            async move { read_people(&mut connection, asking.as_ref(), &asked, &page, side).await }
        })
        .await?;
    let rest = match side {
        Side::Followers => "/followers",
        Side::Following => "/following",
    };
    if let Some(elsewhere) = canonical(&site, &name, &head.user, rest) {
        return Ok(elsewhere);
    }
    let path = format!("{}{rest}", present::profile_path(&head.user.username));
    let view = PeopleView {
        profile: head.present(viewer.as_ref()),
        side,
        people: people.rows(viewer.as_ref()),
        pager: people.pager(&path, &page),
        is_first_page: page.max_id.is_none(),
        canonical: path,
    };
    site.public_page("people.html", viewer.as_ref(), &view)
}

/// What the head of a profile is made from.
struct Head {
    user: User,
    followed: HashSet<crate::id::UserId>,
    follows_viewer: bool,
    names: Names,
}

impl Head {
    async fn read(
        connection: &mut Connection,
        viewer: Option<&User>,
        user: User,
        names: Names,
    ) -> Result<Self> {
        let others = [user.id];
        let (followed, followers) = match viewer {
            Some(viewer) if viewer.id != user.id => (
                follows::followed_among(connection, viewer.id, &others).await?,
                follows::followers_among(connection, viewer.id, &others).await?,
            ),
            _ => (HashSet::new(), HashSet::new()),
        };
        Ok(Self {
            user,
            followed,
            follows_viewer: !followers.is_empty(),
            names,
        })
    }

    fn present(&self, viewer: Option<&User>) -> Profile<'_> {
        let follow = Follow::of(&self.user, viewer, &self.followed);
        Profile::new(&self.user, &self.names, follow, self.follows_viewer)
    }
}

async fn read_tweets(
    connection: &mut Connection,
    viewer: Option<&User>,
    name: &str,
    page: &Page,
) -> Result<(Head, Tweets)> {
    let user = by_name(connection, name).await?;
    let mut rows = tweets::by_author(connection, user.id, &and_one(page)).await?;
    let has_older = cut(&mut rows, page.limit);
    let texts = rows.iter().map(|tweet| tweet.text.as_str());
    let texts = texts.chain([user.bio.as_str()]);
    let names = tweet::names(connection, texts).await?;
    let head = Head::read(connection, viewer, user, names.clone()).await?;
    let tweets = Tweets {
        rows: rows
            .into_iter()
            .map(|tweet| (tweet, head.user.clone()))
            .collect(),
        has_older,
        names,
    };
    Ok((head, tweets))
}

async fn read_people(
    connection: &mut Connection,
    viewer: Option<&User>,
    name: &str,
    page: &Page,
    side: Side,
) -> Result<(Head, People)> {
    let user = by_name(connection, name).await?;
    let page_and_one = and_one(page);
    let rows = match side {
        Side::Followers => follows::followers(connection, user.id, &page_and_one).await?,
        Side::Following => follows::following(connection, user.id, &page_and_one).await?,
    };
    let people = People::new(connection, viewer, rows, page.limit).await?;
    let names = tweet::names(connection, [user.bio.as_str()]).await?;
    let head = Head::read(connection, viewer, user, names).await?;
    Ok((head, people))
}

#[derive(Serialize)]
struct TweetsView<'r> {
    profile: Profile<'r>,
    description: String,
    tweets: Vec<TweetCard<'r>>,
    pager: Pager,
    is_first_page: bool,
    canonical: String,
}

#[derive(Serialize)]
struct PeopleView<'r> {
    profile: Profile<'r>,
    side: Side,
    people: Vec<PersonRow<'r>>,
    pager: Pager,
    is_first_page: bool,
    canonical: String,
}
