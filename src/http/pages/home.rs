//! `/`: the home timeline, or a welcome.

use actix_web::http::StatusCode;
use serde::Serialize;

use super::{
    form::{Compose, Problems},
    listing::Tweets,
    paging::{A_PAGE, Before, Pager},
    site::{Fixed, Reader, Site},
};
use crate::{
    app::App,
    cursor::Page,
    error::Result,
    http::{auth::MaybeLoggedIn, body::Params, failure::Answer, present::TweetCard},
    store::User,
    timeline, tweet,
};

pub async fn home(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    Params(before): Params<Before>,
) -> Answer {
    let Some(viewer) = viewer else {
        return site.page("welcome.html", None, &Fixed {});
    };
    let page = before.page()?;
    let user = viewer.user.clone();
    let tweets = site
        .run(move |app| async move { read(&app, &user, &page).await })
        .await?;
    let compose = page.max_id.is_none().then(Compose::empty);
    let view = View::new(&tweets, &page, compose);
    site.page("home.html", Some(&viewer.user), &view)
}

/// The home page with a tweet that is not posted yet.
///
/// # Errors
/// When the template is broken. Without a timeline to show, the box is shown alone.
pub async fn with_compose(
    site: &Site,
    status: StatusCode,
    user: &User,
    compose: Compose,
    problems: Option<Problems>,
) -> Answer {
    let page = Page::first(A_PAGE);
    let reading = user.clone();
    let tweets = site
        .run(move |app| async move { read(&app, &reading, &page).await })
        .await;
    match tweets {
        Ok(tweets) => {
            let view = View {
                problems,
                ..View::new(&tweets, &page, Some(compose))
            };
            site.form_again(status, "home.html", Some(user), "/", &view)
        }
        Err(error) => {
            tracing::debug!(%error, "the form's page goes without the timeline");
            compose_alone(site, status, user.into(), compose, problems)
        }
    }
}

/// A tweet that is not posted yet, on a page that needs no database.
///
/// # Errors
/// When the template is broken.
pub fn compose_alone(
    site: &Site,
    status: StatusCode,
    reader: Reader,
    compose: Compose,
    problems: Option<Problems>,
) -> Answer {
    let view = Alone { compose, problems };
    site.form_again(status, "compose.html", reader, "/", &view)
}

#[derive(Serialize)]
struct View<'r> {
    tweets: Vec<TweetCard<'r>>,
    pager: Pager,
    is_first_page: bool,
    compose: Option<Compose>,
    problems: Option<Problems>,
}

#[derive(Serialize)]
struct Alone {
    compose: Compose,
    problems: Option<Problems>,
}

impl<'r> View<'r> {
    fn new(tweets: &'r Tweets, page: &Page, compose: Option<Compose>) -> Self {
        Self {
            tweets: tweets.cards(),
            pager: tweets.pager("/", page),
            is_first_page: page.max_id.is_none(),
            compose,
            problems: None,
        }
    }
}

async fn read(app: &App, user: &User, page: &Page) -> Result<Tweets> {
    let slice = timeline::home(app, user, page).await?;
    let texts = slice.tweets.iter().map(|(tweet, _)| tweet.text.as_str());
    let names = tweet::names(&mut *app.db.get().await?, texts).await?;
    Ok(Tweets {
        rows: slice.tweets,
        has_older: slice.has_older,
        names,
    })
}
