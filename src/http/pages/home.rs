//! `/`: the home timeline, or a welcome.

use actix_web::http::StatusCode;
use serde::Serialize;

use super::{
    form::{Compose, Problems},
    kept,
    paging::{A_PAGE, Before, Pager},
    site::{Fixed, Reader, Site},
};
use crate::{
    cursor::Page,
    http::{body::Params, failure::Answer, opening},
    store::User,
    timeline::{self, Shown, Slice},
};

pub async fn home(site: Site, Params(before): Params<Before>) -> Answer {
    let page = before.page()?;
    let Some((viewer, slice)) = opening::home(site.request(), page).await? else {
        return site.page("welcome.html", None, &Fixed {});
    };
    let list = kept::list(&site, &slice.tweets).await?;
    let compose = page.max_id.is_none().then(Compose::empty);
    let view = View::new(&slice, &page, compose);
    site.page_around("home.html", Some(&viewer.user), &view, &list)
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
    let slice = site
        .run(move |app| async move {
            let glance = timeline::glance(&app, reading.id, &page).await;
            timeline::home(&app, &reading, glance).await
        })
        .await;
    let tweets = match slice {
        Ok(slice) => kept::list(site, &slice.tweets)
            .await
            .map(|list| (slice, list)),
        Err(error) => Err(error),
    };
    match tweets {
        Ok((slice, list)) => {
            let view = View {
                problems,
                ..View::new(&slice, &page, Some(compose))
            };
            site.form_again_around(status, "home.html", Some(user), "/", &view, &list)
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
struct View {
    has_tweets: bool,
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

impl View {
    fn new(slice: &Slice, page: &Page, compose: Option<Compose>) -> Self {
        let last = slice.tweets.last().filter(|_| slice.has_older);
        Self {
            has_tweets: !slice.tweets.is_empty(),
            pager: Pager::by_cursor("/", page, last.map(Shown::id)),
            is_first_page: page.max_id.is_none(),
            compose,
            problems: None,
        }
    }
}
