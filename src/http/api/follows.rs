//! Following and unfollowing, who follows whom, and how the viewer stands to others.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use futures_util::FutureExt;

use super::{
    accounts::nobody,
    entities::{Account, Relationship},
    input::{self, Id, IdText},
    paging::{Cursors, Listing, Read},
    present::{Around, Presenter, relationship},
    refusals,
};
use crate::{
    app::App,
    error::Result,
    graph,
    http::{
        auth::{Asking, LoggedIn},
        body::{Params, repeated},
        failure::{Answer, Failure},
    },
    id::UserId,
    language::Message,
    store::{Connection, OwnWrites, User, follows, users},
};

const PAGE: i64 = 40;
const MOST: i64 = 80;
const MOST_RELATIONSHIPS: usize = 200;

/// Follow somebody
#[utoipa::path(post, path = "/api/v1/accounts/{id}/follow", operation_id = "follow_account", tag = "accounts",
    params(("id" = String, Path, description = "Whom")),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "How the two stand to each other now; also when it was so before",
        body = Relationship),
        refusals::Unauthorized, refusals::Forbidden, refusals::NotFound, refusals::Always))]
pub async fn follow(app: Data<App>, LoggedIn(viewer): LoggedIn, Id(whom): Id<UserId>) -> Answer {
    let relationship = app
        .run(|app| async move {
            graph::follow(&app, &viewer.user, whom).await?;
            one_relationship(&app, viewer.user.id, whom).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(relationship))
}

/// Unfollow somebody
#[utoipa::path(post, path = "/api/v1/accounts/{id}/unfollow", operation_id = "unfollow_account", tag = "accounts",
    params(("id" = String, Path, description = "Whom")),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "How the two stand to each other now; also when it was so before",
        body = Relationship),
        refusals::Unauthorized, refusals::Forbidden, refusals::NotFound, refusals::Always))]
pub async fn unfollow(app: Data<App>, LoggedIn(viewer): LoggedIn, Id(whom): Id<UserId>) -> Answer {
    let relationship = app
        .run(|app| async move {
            graph::unfollow(&app, &viewer.user, whom).await?;
            one_relationship(&app, viewer.user.id, whom).await
        })
        .await?;
    Ok(HttpResponse::Ok().json(relationship))
}

/// How the viewer stands to some people
#[utoipa::path(get, path = "/api/v1/accounts/relationships", operation_id = "get_relationships", tag = "accounts",
    params(("id[]" = Option<Vec<IdText>>, Query, description = "To whom, at most 200; also as `id`", explode)),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "One for each who exists, in the order of the question",
        body = [Relationship]), refusals::Unauthorized, refusals::Always))]
pub async fn relationships(
    app: Data<App>,
    LoggedIn(viewer): LoggedIn,
    request: HttpRequest,
) -> Answer {
    let mut asked: Vec<UserId> = Vec::new();
    for text in repeated(&request, "id")? {
        if let Some(id) = input::id_in_query("id[]", &text)?.map(UserId::from)
            && !asked.contains(&id)
        {
            asked.push(id);
        }
        if asked.len() > MOST_RELATIONSHIPS {
            return Err(Failure::bad_request(Message::in_english(format!(
                "At most {MOST_RELATIONSHIPS} people can be asked about at a time."
            ))));
        }
    }
    let own = Some(viewer.own_writes());
    let relationships = app
        .read(own, move |mut connection| {
            let asked = asked.clone();
            async move { all_relationships(&mut connection, viewer.user.id, &asked).await }
        })
        .await?;
    Ok(HttpResponse::Ok().json(relationships))
}

/// Who follows somebody
#[utoipa::path(get, path = "/api/v1/accounts/{id}/followers", operation_id = "get_followers", tag = "accounts",
    params(("id" = String, Path, description = "Whose"), Cursors),
    responses((status = 200, description = "The newest accounts first, 40 of them, at most 80",
        body = [Account], headers(("Link", description = "The next and the previous page"))),
        refusals::NotFound, refusals::Always))]
pub async fn followers(
    app: Data<App>,
    Asking(own): Asking,
    Id(of): Id<UserId>,
    Params(cursors): Params<Cursors>,
    request: HttpRequest,
) -> Answer {
    people(&app, own, &request, of, &cursors, |connection, of, page| {
        async move { Ok(follows::followers(connection, of, &page).await?) }.boxed()
    })
    .await
}

/// Whom somebody follows
#[utoipa::path(get, path = "/api/v1/accounts/{id}/following", operation_id = "get_following", tag = "accounts",
    params(("id" = String, Path, description = "Whose"), Cursors),
    responses((status = 200, description = "The newest accounts first, 40 of them, at most 80",
        body = [Account], headers(("Link", description = "The next and the previous page"))),
        refusals::NotFound, refusals::Always))]
pub async fn following(
    app: Data<App>,
    Asking(own): Asking,
    Id(of): Id<UserId>,
    Params(cursors): Params<Cursors>,
    request: HttpRequest,
) -> Answer {
    people(&app, own, &request, of, &cursors, |connection, of, page| {
        async move { Ok(follows::following(connection, of, &page).await?) }.boxed()
    })
    .await
}

/// One page of the people that `read` gives.
async fn people(
    app: &App,
    own: Option<OwnWrites>,
    request: &HttpRequest,
    of: UserId,
    cursors: &Cursors,
    read: Read<User>,
) -> Answer {
    let page = cursors.page(PAGE, MOST)?;
    let (listing, around) = app
        .read(own, move |mut connection| async move {
            users::by_id(&mut connection, of)
                .await?
                .ok_or_else(nobody)?;
            let listing =
                Listing::read(&mut connection, of, page, read, |user| user.id.get()).await?;
            let around = Around::of(&mut connection, &listing.rows, []).await?;
            Ok((listing, around))
        })
        .await?;
    let presenter = Presenter::new(app, &around);
    let base = app.settings.public_url();
    Ok(listing.answer(request, base, |user| presenter.account(user)))
}

async fn all_relationships(
    connection: &mut Connection,
    viewer: UserId,
    others: &[UserId],
) -> Result<Vec<Relationship>> {
    let existing: Vec<UserId> = users::by_ids(connection, others)
        .await?
        .into_iter()
        .map(|user| user.id)
        .collect();
    let followed = follows::followed_among(connection, viewer, &existing).await?;
    let followers = follows::followers_among(connection, viewer, &existing).await?;
    Ok(others
        .iter()
        .filter(|id| existing.contains(id))
        .map(|id| relationship(*id, followed.contains(id), followers.contains(id)))
        .collect())
}

async fn one_relationship(app: &App, viewer: UserId, whom: UserId) -> Result<Relationship> {
    let mut connection = app.db.get().await?;
    let following = follows::followed_among(&mut connection, viewer, &[whom]).await?;
    let followers = follows::followers_among(&mut connection, viewer, &[whom]).await?;
    Ok(relationship(
        whom,
        following.contains(&whom),
        followers.contains(&whom),
    ))
}
