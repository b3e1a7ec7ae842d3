//! People: oneself, and others by id, by name and by a part of it.

use actix_web::{HttpResponse, web::Data};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    entities::{Account, CredentialAccount},
    input::{self, Flag, Id, Rest},
    present::{Around, Presenter},
    refusals,
    shapes::{Amount, SHORT, Seen, ShortAndSeen},
};
use crate::{
    account::profile::{self, Changes},
    app::App,
    error::{Error, Result},
    http::{
        auth::{Asking, LoggedIn},
        body::{Body, Params},
        failure::{Answer, Failure},
    },
    id::UserId,
    language::{Message, message},
    store::{Connection, User, users},
    text,
};

const PAGE: i64 = 40;
const MOST: i64 = 80;
const FURTHEST: i64 = 10_000;
/// What Mastodon lets people change and we do not have.
const MISSING: &[(&str, &str)] = &[
    ("avatar", "Pictures"),
    ("header", "Header pictures"),
    ("locked", "Follow requests"),
    ("bot", "Bot marks"),
    ("fields_attributes", "Profile fields"),
];

/// Who the viewer is
#[utoipa::path(get, path = "/api/v1/accounts/verify_credentials", tag = "accounts",
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "Oneself", body = CredentialAccount),
        refusals::Unauthorized, refusals::Always))]
pub async fn verify_credentials(app: Data<App>, LoggedIn(viewer): LoggedIn) -> Answer {
    let (user, around) = app
        .run(|app| async move {
            let mut connection = app.db.get().await?;
            // The viewer's counters may be kept ones.
            let user = users::by_id(&mut connection, viewer.user.id).await?;
            with_around(&mut connection, user.unwrap_or(viewer.user)).await
        })
        .await?;
    Ok(oneself(&app, &user, &around))
}

/// What to change about oneself; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "an object with the fields to change")]
pub struct ProfileChanges {
    /// Empty for none.
    #[schema(max_length = 50)]
    display_name: Option<String>,
    /// The bio, plain text.
    #[schema(max_length = 500)]
    note: Option<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: Rest,
}

/// Change one's display name and bio
#[utoipa::path(patch, path = "/api/v1/accounts/update_credentials", tag = "accounts",
    security(("bearer" = []), ("cookie" = [])),
    request_body(content((ProfileChanges = "application/json"),
        (ProfileChanges = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "Oneself, changed", body = CredentialAccount),
        refusals::Unauthorized, refusals::Forbidden, refusals::Body, refusals::Always))]
pub async fn update_credentials(
    app: Data<App>,
    LoggedIn(viewer): LoggedIn,
    Body(asked): Body<ProfileChanges>,
) -> Answer {
    input::refuse_missing(&asked.rest, MISSING)?;
    let changes = Changes {
        display_name: asked.display_name,
        bio: asked.note,
    };
    let (user, around) = app
        .run(|app| async move {
            let user = profile::update(&app, &viewer.user, &changes)
                .await
                .map_err(|error| input::in_api_words(error, "bio", "note"))?;
            with_around(&mut *app.db.get().await?, user).await
        })
        .await?;
    Ok(oneself(&app, &user, &around))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Lookup {
    /// A username, with or without `@` before it and this server's name after it.
    #[param(value_type = Seen, inline)]
    acct: Option<String>,
}

/// Somebody by their username
#[utoipa::path(get, path = "/api/v1/accounts/lookup", operation_id = "lookup_account", tag = "accounts",
    params(Lookup),
    responses((status = 200, description = "The account", body = Account),
        refusals::NotFound, refusals::Always))]
pub async fn lookup(app: Data<App>, Asking(own): Asking, Params(asked): Params<Lookup>) -> Answer {
    let acct = text::clean_line(&asked.acct.unwrap_or_default());
    if text::is_blank(&acct) {
        return Err(Failure::bad_request(Message::in_english(
            "Say whom to look up: acct has to be a username.",
        )));
    }
    let nobody = || Error::NotFound(Message::in_english("There is nobody with this name here."));
    let name = local_name(&acct, app.settings.domain())
        .ok_or_else(nobody)?
        .to_owned();
    let (user, around) = app
        .read(own, move |mut connection| {
            let name = name.clone();
            async move {
                let found = users::by_username(&mut connection, &name).await?;
                with_around(&mut connection, found.ok_or_else(nobody)?).await
            }
        })
        .await?;
    Ok(HttpResponse::Ok().json(Presenter::new(&app, &around).account(&user)))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Search {
    /// A part of a username or of a display name, whatever its case.
    #[param(value_type = ShortAndSeen, inline)]
    q: Option<String>,
    /// How many at most, 40 by default. More than 80 count as 80, less than 1 as 1.
    #[param(value_type = Amount, inline, required = false)]
    limit: Option<String>,
    /// How many to leave out first. More than 10,000 count as that, less than 0 as 0.
    #[param(value_type = Amount, inline, required = false)]
    offset: Option<String>,
    /// Only people whom one follows.
    #[serde(default)]
    #[param(inline, required = false)]
    following: Flag,
}

/// People by a part of their name
#[utoipa::path(get, path = "/api/v1/accounts/search", operation_id = "search_accounts", tag = "accounts",
    params(Search), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "Those whose name begins with it, then those with many followers",
        body = [Account]), refusals::Unauthorized, refusals::Always))]
pub async fn search(
    app: Data<App>,
    LoggedIn(viewer): LoggedIn,
    Params(asked): Params<Search>,
) -> Answer {
    let limit = input::amount("limit", asked.limit.as_deref(), PAGE, 1, MOST)?;
    let offset = input::amount("offset", asked.offset.as_deref(), 0, 0, FURTHEST)?;
    let query = asked.q.unwrap_or_default();
    let is_long = query.chars().count() > SHORT;
    let query = text::clean_line(&query);
    if text::is_blank(&query) || is_long {
        return Err(Failure::bad_request(Message::in_english(format!(
            "Say what to search for: q has to be a part of a name, of at most {SHORT} characters."
        ))));
    }
    let part = local_name(&query, app.settings.domain())
        .unwrap_or(&query)
        .to_owned();
    let own = Some(viewer.own_writes());
    let only_followed_by = asked.following.0.then_some(viewer.user.id);
    let (found, around) = app
        .read(own, move |mut connection| {
            let part = part.clone();
            async move {
                let found = match only_followed_by {
                    Some(viewer) => {
                        users::search_followed(&mut connection, viewer, &part, limit, offset)
                            .await?
                    }
                    None => users::search(&mut connection, &part, limit, offset).await?,
                };
                let around = Around::of(&mut connection, &found, []).await?;
                Ok((found, around))
            }
        })
        .await?;
    let presenter = Presenter::new(&app, &around);
    let accounts: Vec<Account> = found.iter().map(|user| presenter.account(user)).collect();
    Ok(HttpResponse::Ok().json(accounts))
}

/// Somebody by their id
#[utoipa::path(get, path = "/api/v1/accounts/{id}", operation_id = "get_account", tag = "accounts",
    params(("id" = String, Path, description = "Whose")),
    responses((status = 200, description = "The account", body = Account),
        refusals::NotFound, refusals::Always))]
pub async fn account(app: Data<App>, Asking(own): Asking, Id(id): Id<UserId>) -> Answer {
    let (user, around) = app
        .read(own, move |mut connection| async move {
            let found = users::by_id(&mut connection, id).await?;
            with_around(&mut connection, found.ok_or_else(nobody)?).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(Presenter::new(&app, &around).account(&user)))
}

pub fn nobody() -> Error {
    Error::NotFound(message("no-such-account"))
}

/// The part of `name`, `@name` or `name@here` that is a username; `None` for people of another server.
fn local_name<'t>(acct: &'t str, domain: &str) -> Option<&'t str> {
    let acct = acct.trim();
    let acct = acct.strip_prefix('@').unwrap_or(acct);
    match acct.split_once('@') {
        None => Some(acct),
        Some((name, server)) => server.eq_ignore_ascii_case(domain).then_some(name),
    }
}

async fn with_around(connection: &mut Connection, user: User) -> Result<(User, Around)> {
    let around = Around::of(connection, [&user], []).await?;
    Ok((user, around))
}

fn oneself(app: &App, user: &User, around: &Around) -> HttpResponse {
    HttpResponse::Ok().json(Presenter::new(app, around).credential_account(user))
}
