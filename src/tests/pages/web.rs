//! Pages as other sites and programs meet them.

use std::io::Read;

use flate2::read::GzDecoder;
use reqwest::{StatusCode, header};
use serde_json::Value;

use super::{Browser, send};
use crate::test_app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn public_pages_may_be_kept_for_a_moment_by_whoever_is_not_logged_in() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let id = ann.tweet("Said in #public.").await;
    let alone = format!("/@ann/{id}");
    let (stranger, own) = (Browser::new(&app), Browser::of(&app, &ann).await);
    let header = |answer: &reqwest::Response, name: header::HeaderName| {
        let value = answer.headers().get(name);
        value.map(|value| value.to_str().unwrap().to_owned())
    };
    for path in [
        "/",
        "/users",
        "/about",
        "/@ann",
        "/@ann/followers",
        &alone,
        "/tags/public",
    ] {
        let answer = stranger
            .client
            .get(stranger.url(path))
            .send()
            .await
            .unwrap();
        assert_eq!(
            header(&answer, header::CACHE_CONTROL).unwrap(),
            "public, max-age=30"
        );
        let vary: Vec<_> = answer.headers().get_all(header::VARY).iter().collect();
        assert!(
            vary.iter().any(|value| *value == "Cookie, Accept-Language"),
            "{path}: {vary:?}"
        );
        let tag = header(&answer, header::ETAG).unwrap();
        let again = stranger.client.get(stranger.url(path));
        let again = again
            .header(header::IF_NONE_MATCH, &tag)
            .send()
            .await
            .unwrap();
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
        assert_eq!(header(&again, header::ETAG).unwrap(), tag);
        assert!(again.bytes().await.unwrap().is_empty());

        let answer = own
            .client
            .get(own.url(path))
            .header(header::IF_NONE_MATCH, &tag);
        let answer = answer.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(
            header(&answer, header::CACHE_CONTROL).unwrap(),
            "private, no-store"
        );
        assert_eq!(header(&answer, header::ETAG), None, "{path}");
    }
    // What was said meanwhile makes it another page.
    let before = stranger
        .client
        .get(stranger.url("/@ann"))
        .send()
        .await
        .unwrap();
    let tag = header(&before, header::ETAG).unwrap();
    ann.tweet("More.").await;
    let after = stranger.client.get(stranger.url("/@ann"));
    let after = after
        .header(header::IF_NONE_MATCH, &tag)
        .send()
        .await
        .unwrap();
    assert_eq!(after.status(), StatusCode::OK);
    for path in ["/login", "/signup", "/nothing-here"] {
        let answer = stranger
            .client
            .get(stranger.url(path))
            .send()
            .await
            .unwrap();
        assert_eq!(
            header(&answer, header::CACHE_CONTROL).unwrap(),
            "private, no-store"
        );
    }
    // An answer that takes a cookie away is nobody else's.
    own.post("/settings/sessions/end-others", &[]).await;
    let over = app.stranger().get(app.url("/@ann"));
    let over = over.header(header::COOKIE, format!("access_token={}", ann.token));
    let over = over.send().await.unwrap();
    assert!(over.headers().contains_key(header::SET_COOKIE));
    assert_eq!(
        header(&over, header::CACHE_CONTROL).unwrap(),
        "private, no-store"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_has_a_feed() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let own = Browser::of(&app, &ann).await;
    let named = [("display_name", "Ann <b>&"), ("bio", "Says \"things\".")];
    own.post("/settings", &named).await;
    for number in 0..21 {
        ann.tweet(&format!("<i>{number}</i> & \u{1}more\u{fffe}"))
            .await;
    }
    let browser = Browser::new(&app);
    browser
        .get("/@ann")
        .await
        .has("type=\"application/atom+xml\"")
        .has("href=\"/@ann/feed.atom\"");
    let answer = browser.client.get(browser.url("/@ann/feed.atom"));
    let answer = answer.send().await.unwrap();
    assert_eq!(
        answer.headers()[header::CONTENT_TYPE],
        "application/atom+xml; charset=utf-8"
    );
    let feed = answer.text().await.unwrap();
    let feed: atom_syndication::Feed = feed.parse().unwrap();
    let base = app.app.settings.public_url();
    assert_eq!(feed.title().as_str(), "Ann <b>&");
    assert_eq!(feed.id(), format!("{base}/@ann/feed.atom"));
    assert_eq!(feed.links()[1].href(), format!("{base}/@ann"));
    assert_eq!(feed.entries().len(), 20);
    let newest = &feed.entries()[0];
    assert_eq!(newest.content().unwrap().value(), Some("<i>20</i> & more"));
    assert!(
        newest.id().starts_with(&format!("{base}/@ann/1")),
        "{}",
        newest.id()
    );
    assert_eq!(feed.updated(), newest.updated());
    browser
        .get("/@ANN/feed.atom")
        .await
        .is_moved_to("/@ann/feed.atom");
    browser.get("/@nobody/feed.atom").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn other_sites_are_told_what_a_page_is() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let id = ann.tweet("\"Said\" in #public.").await;
    let browser = Browser::new(&app);
    let alone = format!("/@ann/{id}");
    for (path, title, kind) in [
        ("/", "twitclone", "website"),
        ("/@ann", "ann (@ann)", "profile"),
        (alone.as_str(), "ann (@ann)", "article"),
        ("/tags/public", "#public", "website"),
    ] {
        let page = browser.get(path).await;
        let url = format!("{}{path}", app.app.settings.public_url());
        page.has(&format!("<meta property=\"og:title\" content=\"{title}\">"))
            .has(&format!("<meta property=\"og:type\" content=\"{kind}\">"))
            .has(&format!("<meta property=\"og:url\" content=\"{url}\">"))
            .has(&format!("<link rel=\"canonical\" href=\"{url}\">"));
        for once in ["og:description", "og:site_name", "name=\"description\""] {
            assert_eq!(page.count(once), 1, "{once} in {path}");
        }
    }
    browser
        .get(&alone)
        .await
        .has("content=\"&quot;Said&quot; in #public.\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_find_what_they_look_for() {
    let app = TestApp::embedded().await;
    let browser = Browser::new(&app);
    let robots = browser.get("/robots.txt").await;
    robots
        .is(200)
        .has("User-agent: *\n")
        .has("Disallow: /settings\n");
    browser
        .get("/")
        .await
        .has("<link rel=\"manifest\" href=\"/manifest.webmanifest\">");
    let answer = browser.get("/.well-known/change-password").await;
    answer.is(302);
    let place = answer.location.as_deref();
    assert_eq!(place, Some("/settings/account/password"));
    let answer = browser.client.get(browser.url("/manifest.webmanifest"));
    let answer = answer.send().await.unwrap();
    assert_eq!(
        answer.headers()[header::CONTENT_TYPE],
        "application/manifest+json"
    );
    let manifest: Value = answer.json().await.unwrap();
    assert_eq!(manifest["name"], "twitclone");
    assert_eq!(manifest["start_url"], "/");
    for icon in manifest["icons"].as_array().unwrap() {
        let request = browser
            .client
            .get(browser.url(icon["src"].as_str().unwrap()));
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(
            answer.headers()[header::CONTENT_TYPE],
            icon["type"].as_str().unwrap()
        );
    }
    browser
        .get("/static/licences.txt")
        .await
        .is(200)
        .has("htmx.org 4");
    browser.get("/static/source/app.js").await.is(404);
    send(browser.client.post(browser.url("/robots.txt")))
        .await
        .is(405);
}

/// As they are sent to a browser.
#[tokio::test(flavor = "multi_thread")]
async fn what_browsers_get_is_small_and_is_what_it_is() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    for number in 0..40 {
        ann.tweet(&format!(
            "What a tweet says, of about the usual length: {number}."
        ))
        .await;
    }
    let browser = Browser::of(&app, &ann).await;
    let mut sizes = Vec::new();
    for path in [
        "/static/app.js",
        "/static/later.js",
        "/static/style.css",
        "/",
    ] {
        let get = |taken: &str| {
            let request = browser.client.get(browser.url(path));
            request.header(header::ACCEPT_ENCODING, taken).send()
        };
        let plain = get("identity").await.unwrap();
        let packed = get("gzip, br").await.unwrap();
        assert!(!plain.headers().contains_key(header::CONTENT_ENCODING));
        assert_eq!(packed.headers()[header::CONTENT_ENCODING], "gzip", "{path}");
        if path != "/" {
            let (plain, packed) = (plain.headers(), packed.headers());
            assert_eq!(plain[header::VARY], "accept-encoding", "{path}");
            assert_eq!(packed[header::VARY], "accept-encoding", "{path}");
            assert_ne!(plain[header::ETAG], packed[header::ETAG], "{path}");
        }
        let (plain, packed) = (plain.bytes().await.unwrap(), packed.bytes().await.unwrap());
        let mut unpacked = Vec::new();
        GzDecoder::new(&packed[..])
            .read_to_end(&mut unpacked)
            .unwrap();
        // A form of home has a new key each time.
        assert_eq!(unpacked.len(), plain.len(), "{path}");
        assert!(path == "/" || unpacked == plain, "{path}");
        sizes.push(packed.len());
    }
    let [app_js, later_js, style, home] = sizes[..] else {
        panic!("{sizes:?}")
    };
    assert!(app_js + later_js <= 40_000, "{sizes:?}");
    assert!(style <= 12_000 && home <= 30_000, "{sizes:?}");
    // What is compressed for each request is not compressed so well.
    assert!(app_js + later_js <= 28_500 && style <= 5_700, "{sizes:?}");
}
