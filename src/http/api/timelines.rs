//! Tweets by the page: the viewer's home, and one account's own.

use actix_web::{FromRequest, HttpRequest, web::Data};
use futures_util::{FutureExt, future::BoxFuture};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    accounts::nobody,
    entities::Status,
    input::{Flag, Id},
    kept,
    paging::{Cursors, Listing},
    present::{Around, Presenter},
    refusals,
};
use crate::{
    account::Viewer,
    app::App,
    cursor::Page,
    error::Result,
    http::{
        auth::{self, LoggedIn, MaybeLoggedIn},
        body::Params,
        failure::{Answer, Failure},
        opening,
    },
    id::UserId,
    language::Message,
    store::{Connection, Tweet, tweets, users},
    timeline::Shown,
};

const PAGE: i64 = 20;
const MOST: i64 = 100;

/// The home timeline
#[utoipa::path(get, path = "/api/v1/timelines/home", operation_id = "get_home_timeline", tag = "timelines",
    params(Cursors), security(("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "One's own tweets and those of people one follows, the newest \
        first, 20 of them, at most 100", body = [Status],
        headers(("Link", description = "The next and the previous page"))),
        refusals::Unauthorized, refusals::Always))]
pub async fn home(
    app: Data<App>,
    request: HttpRequest,
    cursors: Result<Params<Cursors>, Failure>,
) -> Answer {
    // Who asks comes before what is asked, as everywhere; both are known before anything is looked up.
    let page = cursors.and_then(|Params(cursors)| cursors.page(PAGE, MOST));
    let page = match page {
        Ok(page) => page,
        Err(wrong) => {
            LoggedIn::extract(&request).await?;
            return Err(wrong);
        }
    };
    let (_, slice) = opening::home(&request, page)
        .await?
        .ok_or_else(auth::please_log_in)?;
    let around = kept::around(&app, &slice.tweets).await?;
    let presenter = Presenter::new(&app, &around).for_viewer(true);
    let statuses = kept::statuses(&app, &presenter, &slice.tweets)?;
    let listing = Listing::new(slice.tweets, slice.has_older, Shown::id);
    Ok(listing.answer_text(&request, app.settings.public_url(), statuses))
}

/// Which of an account's tweets are meant. There are no replies, retweets, pictures and pinned tweets yet.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Kinds {
    /// Leaves retweets out, of which there are none.
    #[serde(default, rename = "exclude_reblogs")]
    #[param(inline, required = false)]
    _exclude_reblogs: Flag,
    /// Leaves replies out, of which there are none.
    #[serde(default, rename = "exclude_replies")]
    #[param(inline, required = false)]
    _exclude_replies: Flag,
    /// Only tweets with pictures, of which there are none.
    #[serde(default)]
    #[param(inline, required = false)]
    only_media: Flag,
    /// Only pinned tweets, of which there are none.
    #[serde(default)]
    #[param(inline, required = false)]
    pinned: Flag,
    /// Not supported: refused unless empty.
    #[param(value_type = String, required = false, max_length = 0)]
    tagged: Option<String>,
}

/// An account's tweets
#[utoipa::path(get, path = "/api/v1/accounts/{id}/statuses", operation_id = "get_account_statuses", tag = "accounts",
    params(("id" = String, Path, description = "Whose"), Cursors, Kinds),
    security((), ("bearer" = []), ("cookie" = [])),
    responses((status = 200, description = "The newest first, 20 of them, at most 100", body = [Status],
        headers(("Link", description = "The next and the previous page"))),
        refusals::Unauthorized, refusals::NotFound, refusals::Always))]
pub async fn account_statuses(
    app: Data<App>,
    MaybeLoggedIn(viewer): MaybeLoggedIn,
    Id(author): Id<UserId>,
    Params(cursors): Params<Cursors>,
    Params(kinds): Params<Kinds>,
    request: HttpRequest,
) -> Answer {
    let page = cursors.page(PAGE, MOST)?;
    if kinds.tagged.is_some_and(|tag| !tag.is_empty()) {
        return Err(Failure::bad_request(Message::in_english(
            "The tweets of one account cannot be narrowed to a tag (tagged).",
        )));
    }
    let is_empty = kinds.only_media.0 || kinds.pinned.0;
    let own = viewer.as_ref().map(Viewer::own_writes);
    let (author, listing, around) = app
        .read(own, move |mut connection| async move {
            let author = users::by_id(&mut connection, author)
                .await?
                .ok_or_else(nobody)?;
            let listing = if is_empty {
                Listing::default()
            } else {
                let id = |tweet: &Tweet| tweet.id.get();
                Listing::read(&mut connection, author.id, page, by_author, id).await?
            };
            let around = Around::of(&mut connection, [&author], &listing.rows).await?;
            Ok((author, listing, around))
        })
        .await?;
    let base = app.settings.public_url();
    let presenter = Presenter::new(&app, &around).for_viewer(viewer.is_some());
    Ok(listing.answer(&request, base, |tweet| presenter.status(tweet, &author)))
}

fn by_author(
    connection: &mut Connection,
    author: UserId,
    page: Page,
) -> BoxFuture<'_, Result<Vec<Tweet>>> {
    async move { Ok(tweets::by_author(connection, author, &page).await?) }.boxed()
}
