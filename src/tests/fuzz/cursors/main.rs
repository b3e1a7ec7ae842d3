//! Which page of a listing is asked for: in the API's query, in the query of our own pages, and in the links that
//! lead from one page to the next.

#![cfg_attr(fuzzing, no_main)]

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{Uri, header::LINK},
    test::TestRequest,
};
use twitclone::{
    cursor::Page,
    http::{
        api::{Cursors, Listing},
        body::Params,
        failure::Failure,
        pages::Before,
    },
};

const PAGE: i64 = 20;
const MOST: i64 = 100;
const PATH: &str = "/api/v1/timelines/home";

include!("../entry.rs");

fn attempt(query: &str) {
    let Some(request) = request(query) else {
        return;
    };
    if let Ok(page) = before(&request) {
        assert!(page.max_id.is_none_or(|id| id > 0));
        assert!((1..=100).contains(&page.limit));
        assert_eq!((page.since_id, page.min_id), (None, None));
    }
    let Ok(page) = cursors(&request) else {
        return;
    };
    assert!((1..=100).contains(&page.limit), "{page:?}");
    let ids = [page.max_id, page.since_id, page.min_id];
    assert!(ids.into_iter().flatten().all(|id| id >= 0), "{page:?}");
    bounds(&page);
    let again = self::request(&written(&page)).expect("digits are a query");
    assert_eq!(cursors(&again).expect("what we wrote is taken"), page);
    links(&request, &page);
}

/// As it comes from a socket, where a request line that is no address is refused before.
fn request(query: &str) -> Option<HttpRequest> {
    let address = Uri::try_from(format!("{PATH}?{query}")).ok()?;
    Some(
        TestRequest::default()
            .uri(&address.to_string())
            .to_http_request(),
    )
}

fn cursors(request: &HttpRequest) -> Result<Page, Failure> {
    let read = Params::<Cursors>::from_request(request, &mut Payload::None);
    let page = read
        .into_inner()
        .and_then(|Params(asked)| asked.page(PAGE, MOST));
    page.inspect_err(refused)
}

fn before(request: &HttpRequest) -> Result<Page, Failure> {
    let read = Params::<Before>::from_request(request, &mut Payload::None);
    let page = read.into_inner().and_then(|Params(asked)| asked.page());
    page.inspect_err(refused)
}

/// Whoever asks for what is no page is told so, and in a few words.
fn refused(failure: &Failure) {
    let status = actix_web::ResponseError::status_code(failure);
    assert_eq!(status, 400, "{failure:?}");
    let said = failure.to_string();
    assert!(!said.is_empty() && said.chars().count() < 300, "{said}");
}

fn written(page: &Page) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let ids = [
        ("max_id", page.max_id),
        ("since_id", page.since_id),
        ("min_id", page.min_id),
    ];
    for (name, id) in ids {
        query.extend_pairs(id.map(|id| (name, id.to_string())));
    }
    query.append_pair("limit", &page.limit.to_string());
    query.finish()
}

/// What lies between the bounds is on the page, and they are not.
fn bounds(page: &Page) {
    for id in [page.max_id, page.since_id, page.min_id]
        .into_iter()
        .flatten()
    {
        assert!(!page.contains(id), "{id} is on {page:?}");
        for id in [id.saturating_sub(1), id.saturating_add(1)] {
            let is_between = page.max_id.is_none_or(|max| id < max)
                && page.since_id.is_none_or(|since| since < id)
                && page.min_id.is_none_or(|min| min < id);
            assert_eq!(
                page.contains(id),
                is_between && id != i64::MAX,
                "{id} on {page:?}"
            );
        }
    }
}

/// The links around a page lead to what lies below and above it, and keep what else was asked for.
fn links(request: &HttpRequest, page: &Page) {
    let (newest, oldest) = (77, 33);
    let listing = Listing::new(vec![newest, oldest], true, |id| *id);
    let answer = listing.answer(request, "https://here.example", |id| *id);
    let (next, prev) = (linked(&answer, 0, "next"), linked(&answer, 1, "prev"));
    let older = Page {
        max_id: Some(oldest),
        min_id: None,
        ..*page
    };
    let newer = Page {
        max_id: None,
        since_id: None,
        min_id: Some(newest),
        ..*page
    };
    assert_eq!((next, prev), (older, newer));
}

fn linked(answer: &HttpResponse, at: usize, rel: &str) -> Page {
    let header = answer.headers().get(LINK).expect("there are links");
    let header = header.to_str().expect("a header of ASCII");
    let link = header.split(", ").nth(at).expect("two links");
    let address = link
        .strip_prefix("<https://here.example")
        .and_then(|link| link.strip_suffix(&format!(">; rel=\"{rel}\"")))
        .unwrap_or_else(|| panic!("{link}"));
    let request = TestRequest::default().uri(address).to_http_request();
    cursors(&request).expect("our own link is taken")
}
