//! Cursors and `Link` headers, for each listing.

use reqwest::{Response, header::LINK};
use serde_json::Value;

use crate::{person::Person, test_app::TestApp};

const BASE: &str = "http://127.0.0.1:8000";

#[tokio::test(flavor = "multi_thread")]
async fn tweets_of_home_are_paged() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let ids = tweets(&ann, 7).await;
    check_paging(&ann, "/api/v1/timelines/home", &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tweets_of_an_account_are_paged() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    tweets(&bob, 2).await;
    let ids = tweets(&ann, 7).await;
    tweets(&bob, 2).await;
    let path = format!("/api/v1/accounts/{}/statuses", ann.id());
    check_paging(&bob, &path, &ids).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_and_following_are_paged() {
    let app = TestApp::embedded().await;
    let star = app.person("star").await;
    let mut ids = Vec::new();
    for number in 0..7 {
        let person = app.person(&format!("p{number}")).await;
        person.follow(&star).await;
        star.follow(&person).await;
        ids.push(person.id().to_string());
    }
    ids.reverse();
    for listing in ["followers", "following"] {
        let path = format!("/api/v1/accounts/{}/{listing}", star.id());
        check_paging(&star, &path, &ids).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_down_stays_above_since_id() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let ids = tweets(&ann, 7).await;
    let path = format!("/api/v1/timelines/home?limit=2&since_id={}", ids[5]);
    let (page, links) = read(&ann, &path).await;
    assert_eq!(page, ids[..2]);
    let next = links.next.unwrap();
    assert!(next.contains(&format!("since_id={}", ids[5])), "{next}");
    assert!(!links.prev.unwrap().contains("since_id"));
    let mut all = page;
    let mut next = Some(next);
    while let Some(path) = next {
        let (page, links) = read(&ann, &path).await;
        all.extend(page);
        next = links.next;
    }
    assert_eq!(all, ids[..5]);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_parameters_stay_in_links() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let ids = tweets(&ann, 2).await;
    let path = format!("/api/v1/accounts/{}/statuses", ann.id());
    let query = "exclude_replies=true&limit=1&odd%5B%5D=%26%3D%3E";
    let (_, links) = read(&ann, &format!("{path}?{query}")).await;
    assert_eq!(
        links.raw,
        format!(
            "<{BASE}{path}?{query}&max_id={newest}>; rel=\"next\", \
             <{BASE}{path}?{query}&min_id={newest}>; rel=\"prev\"",
            newest = ids[0]
        )
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_length_of_a_page_is_bounded() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    app.sql(&format!(
        "INSERT INTO tweets (author_id, text) SELECT {}, 'x' FROM generate_series(1, 105)",
        ann.id()
    ))
    .await;
    let path = format!("/api/v1/accounts/{}/statuses", ann.id());
    for (query, expected) in [
        ("", 20),
        ("?limit=", 20),
        ("?limit=100", 100),
        ("?limit=101", 100),
        ("?limit=99999999999999999999999", 100),
        ("?limit=0", 1),
        ("?limit=-3", 1),
        ("?max_id=0", 0),
        ("?max_id=9223372036854775807", 20),
    ] {
        for path in [path.as_str(), "/api/v1/timelines/home"] {
            let (page, _) = read(&ann, &format!("{path}{query}")).await;
            assert_eq!(page.len(), expected, "{path}{query}");
        }
    }
}

/// Seven rows, `ids` newest first: every cursor, and walking by links in both directions.
async fn check_paging(viewer: &Person, path: &str, ids: &[String]) {
    let page = async |query: String| read(viewer, &format!("{path}?{query}")).await;

    let (rows, links) = page("limit=7".to_owned()).await;
    assert_eq!(rows, ids);
    assert_eq!(links.next, None, "{path}: nothing lies below");
    assert!(links.prev.is_some());

    let (rows, _) = page(format!("limit=2&max_id={}", ids[3])).await;
    assert_eq!(rows, ids[4..6], "{path}: below max_id");
    let (rows, _) = page(format!("limit=2&since_id={}", ids[5])).await;
    assert_eq!(rows, ids[..2], "{path}: the newest above since_id");
    let (rows, links) = page(format!("limit=2&min_id={}", ids[5])).await;
    assert_eq!(rows, ids[3..5], "{path}: right above min_id");
    assert!(links.next.is_some(), "{path}: min_id itself lies below");
    let (rows, links) = page("limit=2&min_id=0".to_owned()).await;
    assert_eq!(rows, ids[5..], "{path}: the oldest");
    assert_eq!(links.next, None, "{path}: nothing lies below the oldest");
    let both = format!("min_id={}&max_id={}", ids[5], ids[2]);
    let (rows, _) = page(both).await;
    assert_eq!(rows, ids[3..5], "{path}: between");
    let (rows, links) = page(format!("max_id={}", ids[6])).await;
    assert!(rows.is_empty(), "{path}");
    assert_eq!(links.raw, "", "{path}: an empty page leads nowhere");

    let mut down = Vec::new();
    let mut next = Some(format!("{path}?limit=3"));
    let mut last_prev = None;
    while let Some(address) = next {
        let (rows, links) = read(viewer, &address).await;
        assert!(!rows.is_empty(), "{path}: next is absent at the end");
        down.extend(rows);
        next = links.next;
        last_prev = links.prev;
    }
    assert_eq!(down, ids, "{path}: down by next");

    let mut up = vec![ids[6].clone()];
    let mut prev = last_prev;
    while let Some(address) = prev {
        let (mut rows, links) = read(viewer, &address).await;
        rows.reverse();
        up.extend(rows);
        prev = links.prev;
    }
    up.reverse();
    assert_eq!(up, ids, "{path}: up by prev");
}

struct Links {
    raw: String,
    /// Without the server's address.
    next: Option<String>,
    prev: Option<String>,
}

async fn read(viewer: &Person, path: &str) -> (Vec<String>, Links) {
    let response = viewer.get(path).await;
    assert_eq!(response.status(), 200, "{path}");
    let links = links(&response);
    let rows: Value = response.json().await.unwrap();
    let rows = rows.as_array().unwrap();
    let ids = rows
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    (ids, links)
}

fn links(response: &Response) -> Links {
    let raw = match response.headers().get(LINK) {
        Some(value) => value.to_str().unwrap().to_owned(),
        None => String::new(),
    };
    let part = |rel: &str| {
        raw.split(", ").find_map(|part| {
            let address = part.strip_suffix(&format!(">; rel=\"{rel}\""))?;
            let address = address.strip_prefix(&format!("<{BASE}"));
            Some(address.expect("links are absolute").to_owned())
        })
    };
    let (next, prev) = (part("next"), part("prev"));
    assert!(
        raw.find("rel=\"next\"") < raw.find("rel=\"prev\"") || next.is_none(),
        "next comes first: {raw}"
    );
    Links { raw, next, prev }
}

async fn tweets(person: &Person, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(person.tweet(&format!("number {number}")).await.to_string());
    }
    ids.reverse();
    ids
}
