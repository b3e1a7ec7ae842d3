//! `/settings/data`: taking away what one has here.

use actix_web::{HttpResponse, http::header, web::Path};
use futures_util::{Stream, TryStreamExt};

use super::site::{Fixed, Site};
use crate::{
    account::export::{self, Table},
    error::Result,
    http::{
        auth::LoggedIn,
        failure::{Answer, Failure},
    },
    language::message,
};

pub async fn page(site: Site, LoggedIn(viewer): LoggedIn) -> Answer {
    site.page("data.html", &viewer.user, &Fixed {})
}

/// One of the files.
pub async fn file(site: Site, LoggedIn(viewer): LoggedIn, name: Path<String>) -> Answer {
    let file = format!("{}-{name}", viewer.user.username);
    if *name == *"everything.json" {
        let everything = export::everything(site.app(), &viewer).await?;
        return Ok(download(&file, "application/json", everything));
    }
    let table =
        Table::of_file(&name).ok_or_else(|| Failure::not_found(message("no-such-download")))?;
    let table = export::table(site.app(), viewer.user.id, table);
    Ok(download(&file, "text/csv; charset=utf-8", table))
}

fn download(
    name: &str,
    kind: &str,
    parts: impl Stream<Item = Result<String>> + 'static,
) -> HttpResponse {
    // The head is sent by then, so the connection is cut, which a browser tells.
    let bytes = parts
        .inspect_err(|error| tracing::warn!(%error, cause = error.cause(), "a download ends early"))
        .map_ok(Into::into)
        .map_err(Failure::from);
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .streaming(bytes)
}
