//! Pages of a listing: the query's cursors, and the `Link` header that leads on.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::header::{self, ContentType},
};
use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::{
    input::{self, IdText},
    shapes::Amount,
};
use crate::{cursor::Page, error::Result, http::failure::Answer, id::UserId, store::Connection};

/// What says which page is meant.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Cursors {
    /// Only what has a smaller id.
    #[param(value_type = IdText, required = false)]
    max_id: Option<IdText>,
    /// Only what has a larger id, the newest of it.
    #[param(value_type = IdText, required = false)]
    since_id: Option<IdText>,
    /// Only what has a larger id, namely what comes right after it.
    #[param(value_type = IdText, required = false)]
    min_id: Option<IdText>,
    /// How many at most. Too many count as the most that are given, less than 1 as 1.
    #[param(value_type = Amount, inline, required = false)]
    limit: Option<String>,
}

impl Cursors {
    /// # Errors
    /// A 400 that names the parameter which is not a number or out of range.
    pub fn page(&self, default_limit: i64, most: i64) -> Answer<Page> {
        let id = |name, value: &Option<IdText>| match value {
            Some(IdText(text)) => input::id_in_query(name, text),
            None => Ok(None),
        };
        let limit = input::amount("limit", self.limit.as_deref(), default_limit, 1, most)?;
        Ok(Page {
            max_id: id("max_id", &self.max_id)?,
            since_id: id("since_id", &self.since_id)?,
            min_id: id("min_id", &self.min_id)?,
            limit: usize::try_from(limit).unwrap_or(1),
        })
    }
}

/// Reads a page of what belongs to somebody. Boxed, since the compiler cannot yet see that the future of a
/// generic closure over a borrowed connection may go to another thread.
pub type Read<T> = for<'c> fn(&'c mut Connection, UserId, Page) -> BoxFuture<'c, Result<Vec<T>>>;

/// The rows of one page, newest first, and what lies around them.
#[derive(Debug)]
pub struct Listing<T> {
    pub rows: Vec<T>,
    /// The ids of the first and the last row.
    ends: Option<(i64, i64)>,
    has_older: bool,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            ends: None,
            has_older: false,
        }
    }
}

impl<T> Listing<T> {
    /// Rows of which it is known whether more lie below.
    pub fn new(rows: Vec<T>, has_older: bool, id: impl Fn(&T) -> i64) -> Self {
        let ends = rows
            .first()
            .zip(rows.last())
            .map(|(newest, oldest)| (id(newest), id(oldest)));
        Self {
            rows,
            ends,
            has_older,
        }
    }

    /// Reads a page, and whether there is more below it: one row more than the page has says so, or, from
    /// below, a look at what precedes it.
    ///
    /// # Errors
    /// Those of `read`.
    pub async fn read(
        connection: &mut Connection,
        of: UserId,
        page: Page,
        read: Read<T>,
        id: impl Fn(&T) -> i64,
    ) -> Result<Self> {
        if page.from_below() {
            let rows = read(connection, of, page).await?;
            let has_older = match rows.last().map(&id) {
                Some(oldest) => !read(connection, of, Page::before(oldest, 1))
                    .await?
                    .is_empty(),
                None => false,
            };
            return Ok(Self::new(rows, has_older, id));
        }
        let one_more = Page {
            limit: page.limit + 1,
            ..page
        };
        let mut rows = read(connection, of, one_more).await?;
        let has_older = rows.len() > page.limit;
        rows.truncate(page.limit);
        Ok(Self::new(rows, has_older, id))
    }

    /// The page as JSON, with its `Link` header: `next` when something older follows, `prev` whenever there
    /// is a row above which something newer may appear.
    pub fn answer<E: Serialize>(
        &self,
        request: &HttpRequest,
        base: &str,
        entity: impl Fn(&T) -> E,
    ) -> HttpResponse {
        let entities: Vec<E> = self.rows.iter().map(entity).collect();
        self.linked(request, base).json(entities)
    }

    /// The same from entities that are JSON already.
    pub fn answer_text(&self, request: &HttpRequest, base: &str, array: String) -> HttpResponse {
        self.linked(request, base)
            .content_type(ContentType::json())
            .body(array)
    }

    fn linked(&self, request: &HttpRequest, base: &str) -> HttpResponseBuilder {
        let mut response = HttpResponse::Ok();
        if let Some((newest, oldest)) = self.ends {
            let prev = link(request, base, "min_id", newest, "prev");
            let links = if self.has_older {
                format!("{}, {prev}", link(request, base, "max_id", oldest, "next"))
            } else {
                prev
            };
            response.insert_header((header::LINK, links));
        }
        response
    }
}

/// One part of a `Link` header: this request's own address from another cursor on. The way down stays above
/// `since_id`, which bounds the whole listing.
fn link(request: &HttpRequest, base: &str, cursor: &str, id: i64, rel: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (key, value) in form_urlencoded::parse(request.query_string().as_bytes()) {
        let is_replaced = match key.as_ref() {
            "max_id" | "min_id" => true,
            "since_id" => cursor == "min_id",
            _ => false,
        };
        if !is_replaced {
            query.append_pair(&key, &value);
        }
    }
    query.append_pair(cursor, &id.to_string());
    format!(
        "<{base}{}?{}>; rel=\"{rel}\"",
        request.path(),
        query.finish()
    )
}
