//! `/`: the home timeline, or a welcome.

use actix_web::http::StatusCode;
use serde::Serialize;

use super::{
    discover,
    form::{Compose, Problems, fresh_key},
    kept,
    listing::People,
    paging::{A_PAGE, Before, Pager},
    site::{Reader, Site},
};
use crate::{
    cursor::Page,
    http::{
        body::Params,
        failure::Answer,
        frames::{Filling, Hole},
        opening,
        present::PersonRow,
    },
    store::User,
    timeline::{self, Shown, Slice},
};

pub async fn home(site: Site, Params(before): Params<Before>) -> Answer {
    let page = before.page()?;
    let Some((viewer, slice)) = opening::home(site.request(), page).await? else {
        return discover::welcome(&site).await;
    };
    let list = kept::list(&site, &slice.tweets).await?;
    let compose = page.max_id.is_none().then(Compose::with_hole);
    let (key, next) = (fresh_key(), View::below(&slice).unwrap_or_default());
    let next = next.to_string();
    let is_newcomer = slice.tweets.is_empty() && page.max_id.is_none();
    let suggested = match is_newcomer {
        true => discover::people(&site, &viewer).await,
        false => People::default(),
    };
    let view = View {
        suggested: suggested.rows(Some(&viewer.user)),
        ..View::new(&slice, &page, compose, |_| Hole::Next.mark())
    };
    let filling = Filling {
        rows: &list,
        key: &key,
        next: &next,
    };
    site.page_around("home.html", &viewer.user, &view, &filling)
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
                ..View::new(&slice, &page, Some(compose), |id| id.to_string())
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
struct View<'r> {
    has_tweets: bool,
    /// For a newcomer.
    suggested: Vec<PersonRow<'r>>,
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

impl View<'_> {
    /// `cursor` says how the id below which the next page begins is written.
    fn new(
        slice: &Slice,
        page: &Page,
        compose: Option<Compose>,
        cursor: impl Fn(i64) -> String,
    ) -> Self {
        let next = Self::below(slice).map(cursor);
        Self {
            has_tweets: !slice.tweets.is_empty(),
            suggested: Vec::new(),
            pager: Pager::by_cursor("/", page, next),
            is_first_page: page.max_id.is_none(),
            compose,
            problems: None,
        }
    }

    /// The last tweet here, if there are more below.
    fn below(slice: &Slice) -> Option<i64> {
        let last = slice.tweets.last().filter(|_| slice.has_older);
        last.map(Shown::id)
    }
}
