//! Searching for people and tags at once.

use actix_web::{HttpResponse, web::Data};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    content::tag_address,
    entities::{Account, Status, Tag},
    input,
    present::{Around, Presenter},
    refusals,
    shapes::Amount,
};
use crate::{
    app::App,
    http::{auth::LoggedIn, body::Params, failure::Answer},
    store::{discovery, users},
    text,
};

const PAGE: i64 = 20;
const MOST: i64 = 40;
/// No tag and no name is longer.
const LONGEST: usize = 200;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// A part of a name, or the beginning of a tag, with its `#` or without. Nothing finds nothing.
    #[param(required = false)]
    q: Option<String>,
    /// `accounts`, `hashtags` or `statuses`; both people and tags without it. Tweets are not searched.
    #[serde(rename = "type")]
    #[param(rename = "type", required = false)]
    kind: Option<String>,
    /// How many of each at most, 20 by default. More than 40 count as 40, less than 1 as 1.
    #[param(value_type = Amount, inline, required = false)]
    limit: Option<String>,
}

/// What was found.
#[derive(Default, Serialize, ToSchema)]
pub struct Found {
    pub accounts: Vec<Account>,
    /// Always empty: tweets are not searched.
    pub statuses: Vec<Status>,
    pub hashtags: Vec<Tag>,
}

/// People and tags
#[utoipa::path(get, path = "/api/v2/search", operation_id = "search", tag = "accounts",
    params(Search), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "What was found", body = Found),
        refusals::Unauthorized, refusals::Always))]
pub async fn search(
    app: Data<App>,
    LoggedIn(viewer): LoggedIn,
    Params(asked): Params<Search>,
) -> Answer {
    let limit = input::amount("limit", asked.limit.as_deref(), PAGE, 1, MOST)?;
    let query = asked.q.unwrap_or_default();
    let query = query.trim();
    let kind = asked.kind.unwrap_or_default();
    let wants = |what: &str| kind.is_empty() || kind == what;
    let is_findable = !query.is_empty() && query.chars().count() <= LONGEST;
    let name = query.strip_prefix('@').unwrap_or(query).to_owned();
    let tag = text::lower(&text::clean(query.strip_prefix('#').unwrap_or(query)));
    let with_people =
        is_findable && wants("accounts") && !name.is_empty() && !query.starts_with('#');
    let with_tags = is_findable && wants("hashtags") && !tag.is_empty() && !query.starts_with('@');
    let own = Some(viewer.own_writes());
    let (people, around, tags) = app
        .read(own, move |mut connection| {
            let (name, tag) = (name.clone(), tag.clone());
            async move {
                let people = match with_people {
                    true => users::search(&mut connection, &name, limit, 0).await?,
                    false => Vec::new(),
                };
                let tags = match with_tags {
                    true => discovery::tags(&mut connection, &tag, limit).await?,
                    false => Vec::new(),
                };
                let around = Around::of(&mut connection, &people, []).await?;
                Ok((people, around, tags))
            }
        })
        .await?;
    let presenter = Presenter::new(&app, &around);
    let base = app.settings.public_url();
    let tag = |name: String| Tag {
        url: tag_address(base, &name),
        name,
    };
    Ok(HttpResponse::Ok().json(Found {
        accounts: people.iter().map(|user| presenter.account(user)).collect(),
        statuses: Vec::new(),
        hashtags: tags.into_iter().map(tag).collect(),
    }))
}
