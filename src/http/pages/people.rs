//! `/users`: finding people.

use serde::{Deserialize, Serialize};

use super::{
    discover,
    listing::People,
    paging::{self, Pager},
    site::Site,
};
use crate::{
    account::Viewer,
    error::Result,
    http::{auth::MaybeLoggedIn, body::Params, failure::Answer, present::PersonRow},
    store::{Connection, User, users},
};

const A_PAGE: usize = 20;
/// No name is longer, so nothing longer is a part of one.
const LONGEST_PART: usize = 200;

#[derive(Deserialize)]
pub struct Search {
    q: Option<String>,
    page: Option<String>,
}

pub async fn find(
    site: Site,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    Params(search): Params<Search>,
) -> Answer {
    let number = paging::page_number(search.page.as_deref())?;
    let own = viewer.as_ref().map(Viewer::own_writes);
    let typed = search.q.unwrap_or_default();
    let query = typed.trim();
    let suggested = match &viewer {
        Some(viewer) if query.is_empty() && number == 1 => discover::people(&site, viewer).await,
        _ => People::default(),
    };
    let viewer = viewer.map(|viewer| viewer.user);
    // People write names as they see them.
    let part = query.strip_prefix('@').unwrap_or(query).to_owned();
    let asking = viewer.clone();
    let people = site
        .read(own, move |mut connection| {
            let (asking, part) = (asking.clone(), part.clone());
            async move { read(&mut connection, asking.as_ref(), &part, number).await }
        })
        .await?;
    let view = View {
        query,
        suggested: suggested.rows(viewer.as_ref()),
        people: people.rows(viewer.as_ref()),
        pager: Pager::by_number("/users", query, number, people.has_more),
        is_first_page: number == 1,
    };
    site.public_page("users.html", viewer.as_ref(), &view)
}

async fn read(
    connection: &mut Connection,
    viewer: Option<&User>,
    part: &str,
    number: u32,
) -> Result<People> {
    let rows = if part.chars().count() > LONGEST_PART {
        Vec::new()
    } else {
        let page = i64::try_from(A_PAGE).unwrap_or(i64::MAX);
        let offset = i64::from(number - 1) * page;
        users::search(connection, part, page + 1, offset).await?
    };
    People::new(connection, viewer, rows, A_PAGE).await
}

#[derive(Serialize)]
struct View<'r> {
    query: &'r str,
    suggested: Vec<PersonRow<'r>>,
    people: Vec<PersonRow<'r>>,
    pager: Pager,
    is_first_page: bool,
}
