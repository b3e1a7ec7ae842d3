//! Single tweets: posting, reading, deleting.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    entities::{Context, Delivery, Status},
    input::{self, Id, Rest},
    present::{self, Around, Presenter},
    refusals, shapes,
};
use crate::{
    account::Viewer,
    app::App,
    error::{Error, Result},
    fanout,
    http::{
        auth::{Asking, LoggedIn, MaybeLoggedIn},
        body::Body,
        failure::{Answer, Failure},
    },
    id::TweetId,
    language::Message,
    store::{Connection, Tweet, User, users},
    tweet,
};

const IDEMPOTENCY_KEY: &str = "idempotency-key";
/// What a status of Mastodon's may have and a tweet has not.
const MISSING: &[(&str, &str)] = &[
    ("in_reply_to_id", "Replies"),
    ("media_ids", "Pictures and videos"),
    ("poll", "Polls"),
    ("quoted_status_id", "Quotes"),
    ("scheduled_at", "Scheduled tweets"),
    ("sensitive", "Sensitive tweets"),
    ("spoiler_text", "Content warnings"),
];

/// A tweet to post.
#[derive(Deserialize, ToSchema)]
#[serde(expecting = "a tweet with the field status")]
pub struct NewStatus {
    #[schema(schema_with = shapes::tweet_text, required)]
    pub status: Option<String>,
    /// `public` or absent.
    #[schema(example = "public", pattern = "^(public)?$")]
    pub visibility: Option<String>,
    #[serde(flatten)]
    #[schema(ignore)]
    rest: Rest,
}

/// The same in a form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it says what NewStatus reads of a form")]
pub struct NewStatusInForm {
    #[schema(schema_with = shapes::tweet_text)]
    status: String,
    /// `public` or absent.
    #[schema(required = false, example = "public", pattern = "^(public)?$")]
    visibility: String,
}

/// Tweet
#[utoipa::path(post, path = "/api/v1/statuses", operation_id = "post_status", tag = "statuses",
    params(("Idempotency-Key" = Option<String>, Header, pattern = "^[ -~]{0,200}$",
        description = "Under the same key only the first tweet is posted, and given again")),
    security(("bearer" = []), ("cookie" = [])),
    request_body(content((NewStatus = "application/json"),
        (NewStatusInForm = "application/x-www-form-urlencoded"))),
    responses((status = 200, description = "The tweet", body = Status),
        refusals::Unauthorized, refusals::Forbidden, refusals::Body, refusals::Always))]
pub async fn post(
    app: Data<App>,
    LoggedIn(viewer): LoggedIn,
    request: HttpRequest,
    Body(asked): Body<NewStatus>,
) -> Answer {
    let key = match request.headers().get(IDEMPOTENCY_KEY) {
        Some(value) => Some(value.to_str().map(str::to_owned).map_err(|_| {
            Failure::bad_request(Message::in_english(
                "An idempotency key has only ASCII characters.",
            ))
        })?),
        None => None,
    };
    input::refuse_missing(&asked.rest, MISSING)?;
    if !matches!(asked.visibility.as_deref(), None | Some("" | "public")) {
        return Err(Error::invalid(
            "visibility",
            Message::in_english("Tweets are public here, so visibility has to be public."),
        )
        .into());
    }
    let text = asked.status.unwrap_or_default();
    let (tweet, author, around) = app
        .run(|app| async move {
            let (tweet, author) = tweet::post(&app, &viewer.user, &text, key.as_deref())
                .await
                .map_err(|error| input::in_api_words(error, "text", "status"))?;
            let around = Around::newest(&app, &author, &tweet).await?;
            Ok((tweet, author, around))
        })
        .await?;
    let presenter = Presenter::new(&app, &around).for_viewer(true);
    Ok(HttpResponse::Ok().json(presenter.status(&tweet, &author)))
}

/// A tweet
#[utoipa::path(get, path = "/api/v1/statuses/{id}", operation_id = "get_status", tag = "statuses",
    params(("id" = String, Path, description = "Which")),
    security((), ("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "The tweet", body = Status),
        refusals::Unauthorized, refusals::NotFound, refusals::Always))]
pub async fn status(
    app: Data<App>,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    Id(id): Id<TweetId>,
) -> Answer {
    let own = viewer.as_ref().map(Viewer::own_writes);
    let (tweet, author, around) = app
        .read(own, move |mut connection| async move {
            read(&mut connection, id).await
        })
        .await?;
    let presenter = Presenter::new(&app, &around).for_viewer(viewer.is_some());
    Ok(HttpResponse::Ok().json(presenter.status(&tweet, &author)))
}

/// Delete an own tweet
#[utoipa::path(delete, path = "/api/v1/statuses/{id}", operation_id = "delete_status", tag = "statuses",
    params(("id" = String, Path, description = "Which")),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "The tweet that was, with its `text` to write it anew", body = Status),
        refusals::Unauthorized, refusals::Forbidden, refusals::NotFound, refusals::Always))]
pub async fn delete(app: Data<App>, LoggedIn(viewer): LoggedIn, Id(id): Id<TweetId>) -> Answer {
    let (tweet, author, around) = app
        .run(|app| async move {
            let (tweet, author) = tweet::find(&mut *app.db.get().await?, id).await?;
            tweet::delete(&app, &viewer.user, id).await?;
            let mut connection = app.db.get().await?;
            let author = users::by_id(&mut connection, author.id)
                .await?
                .unwrap_or(author);
            with_around(&mut connection, tweet, author).await
        })
        .await?;
    let mut status = Presenter::new(&app, &around)
        .for_viewer(true)
        .status(&tweet, &author);
    status.text = Some(tweet.text);
    Ok(HttpResponse::Ok().json(status))
}

/// What comes before and after a tweet
#[utoipa::path(get, path = "/api/v1/statuses/{id}/context", operation_id = "get_context", tag = "statuses",
    params(("id" = String, Path, description = "Of which")),
    responses((status = 200, description = "Its conversation; empty, since there are no replies", body = Context),
        refusals::NotFound, refusals::Always))]
pub async fn context(app: Data<App>, Asking(own): Asking, Id(id): Id<TweetId>) -> Answer {
    app.read(own, move |mut connection| async move {
        tweet::find(&mut connection, id).await
    })
    .await?;
    Ok(HttpResponse::Ok().json(Context {
        ancestors: Vec::new(),
        descendants: Vec::new(),
    }))
}

/// How far the delivery of an own tweet is
#[utoipa::path(get, path = "/api/v1/statuses/{id}/delivery", operation_id = "get_delivery", tag = "statuses",
    params(("id" = String, Path, description = "Of which")),
    security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "How many followers can see it", body = Delivery),
        refusals::Unauthorized, refusals::Forbidden, refusals::NotFound, refusals::Always))]
pub async fn delivery(app: Data<App>, LoggedIn(viewer): LoggedIn, Id(id): Id<TweetId>) -> Answer {
    let found = app
        .run(|app| async move { fanout::delivery::of(&app, &viewer.user, id).await })
        .await?;
    Ok(HttpResponse::Ok().json(present::delivery(id, &found)))
}

async fn read(connection: &mut Connection, id: TweetId) -> Result<(Tweet, User, Around)> {
    let (tweet, author) = tweet::find(connection, id).await?;
    with_around(connection, tweet, author).await
}

async fn with_around(
    connection: &mut Connection,
    tweet: Tweet,
    author: User,
) -> Result<(Tweet, User, Around)> {
    let around = Around::of(connection, [&author], [&tweet]).await?;
    Ok((tweet, author, around))
}
