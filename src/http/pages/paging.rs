//! From page to page: cursors in addresses, and the links that carry them.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::{
    cursor::Page,
    http::{failure::Failure, present},
    language::{Message, message},
};

/// Tweets, or people in a list, on one page.
pub const A_PAGE: usize = 40;

const MOST: usize = 100;

/// `?max_id=`: begin below this id. `?limit=`: how many, at most 100.
#[derive(Deserialize)]
pub struct Before {
    max_id: Option<String>,
    limit: Option<String>,
}

impl Before {
    /// The page that is asked for.
    ///
    /// # Errors
    /// 400 when the cursor is no id.
    pub fn page(&self) -> Result<Page, Failure> {
        let limit = self.limit()?;
        let Some(text) = &self.max_id else {
            return Ok(Page::first(limit));
        };
        match text.parse() {
            Ok(id) if id > 0 => Ok(Page::before(id, limit)),
            _ => Err(Failure::bad_request(unfit("bad-max-id", i64::MAX, text))),
        }
    }
}

impl Before {
    fn limit(&self) -> Result<usize, Failure> {
        let Some(text) = &self.limit else {
            return Ok(A_PAGE);
        };
        match text.parse() {
            Ok(limit) if (1..=MOST).contains(&limit) => Ok(limit),
            _ => Err(Failure::bad_request(unfit("bad-limit", MOST, text))),
        }
    }
}

/// The number of a page of search results, from 1.
///
/// # Errors
/// 400 when it is no such number.
pub fn page_number(text: Option<&str>) -> Result<u32, Failure> {
    let Some(text) = text else { return Ok(1) };
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err(Failure::bad_request(unfit("bad-page", u32::MAX, text))),
    }
}

/// One more row than a page holds tells whether there are more.
pub fn and_one(page: &Page) -> Page {
    Page {
        limit: page.limit + 1,
        ..*page
    }
}

/// Takes the surplus row away; true if there was one.
pub fn cut<T>(rows: &mut Vec<T>, limit: usize) -> bool {
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    has_more
}

/// The links below a list.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pager {
    first: Option<String>,
    next: Option<String>,
}

impl Pager {
    /// For a list at `path` that shows `page`; `last` is the cursor of its last row when there are more below.
    pub fn by_cursor(path: &str, page: &Page, last: Option<impl Display>) -> Self {
        let limit = match page.limit {
            A_PAGE => String::new(),
            other => format!("limit={other}"),
        };
        let first = match limit.as_str() {
            "" => path.to_owned(),
            limit => format!("{path}?{limit}"),
        };
        let and = if limit.is_empty() { "" } else { "&" };
        Self {
            first: page.max_id.map(|_| first),
            next: last.map(|id| format!("{path}?max_id={id}{and}{limit}")),
        }
    }

    /// For search results.
    pub fn by_number(path: &str, query: &str, number: u32, has_more: bool) -> Self {
        let address = |number: Option<u32>| {
            let mut fields = form_urlencoded::Serializer::new(String::new());
            if !query.is_empty() {
                fields.append_pair("q", query);
            }
            if let Some(number) = number {
                fields.append_pair("page", &number.to_string());
            }
            let fields = fields.finish();
            if fields.is_empty() {
                path.to_owned()
            } else {
                format!("{path}?{fields}")
            }
        };
        Self {
            first: (number > 1).then(|| address(None)),
            next: number
                .checked_add(1)
                .filter(|_| has_more)
                .map(|next| address(Some(next))),
        }
    }
}

fn unfit(key: &'static str, most: impl ToString, text: &str) -> Message {
    let has = present::excerpt(text, 30);
    message(key).with("most", most.to_string()).with("has", has)
}
