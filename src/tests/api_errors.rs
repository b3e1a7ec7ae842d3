//! What the API says when it does not do what it is asked.

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::test_app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn refusals_say_what_to_change() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let bobs = bob.tweet("mine").await.to_string();
    let id = ann.id().to_string();
    let stranger = app.stranger();
    let get = |path: &str| (format!("GET {path}"), ann.request(Method::GET, path));
    let post = |body: Value| {
        let request = ann.request(Method::POST, "/api/v1/statuses").json(&body);
        (format!("POST {body}"), request)
    };
    let patch = |body: Value| {
        let path = "/api/v1/accounts/update_credentials";
        let request = ann.request(Method::PATCH, path).json(&body);
        (format!("PATCH {body}"), request)
    };
    let to = |method: Method, path: &str| (format!("{method} {path}"), ann.request(method, path));
    let form = |body: &'static str| {
        let request = ann
            .request(Method::POST, "/api/v1/statuses")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body);
        (format!("POST {body}"), request)
    };
    let keyed = |key: &[u8]| {
        let request = ann
            .request(Method::POST, "/api/v1/statuses")
            .header("Idempotency-Key", key)
            .json(&json!({ "status": "a" }));
        (format!("POST with a key of {} bytes", key.len()), request)
    };
    let anonymous = |path: &str| {
        let request = stranger.get(app.url(path));
        (format!("GET {path} without a token"), request)
    };
    let cases: Vec<(String, RequestBuilder)> = vec![
        anonymous("/api/v1/timelines/home"),
        (
            "GET with a wrong token".to_owned(),
            stranger
                .get(app.url("/api/v1/instance/../statuses/1"))
                .bearer_auth("x"),
        ),
        get("/api/v1/nothing"),
        get("/api/followers"),
        to(Method::DELETE, "/api/v1/accounts/lookup"),
        to(Method::PUT, "/api/v1/statuses"),
        get("/api/v1/accounts/abc"),
        get("/api/v1/accounts/5"),
        get("/api/v1/accounts/5/followers"),
        get("/api/v1/accounts/5/statuses?pinned=true"),
        get("/api/v1/statuses/99999999999999999999"),
        get("/api/v1/statuses/5/context"),
        get("/api/v1/statuses/5/delivery"),
        get(&format!("/api/v1/statuses/{bobs}/delivery")),
        to(Method::DELETE, &format!("/api/v1/statuses/{bobs}")),
        to(Method::POST, &format!("/api/v1/accounts/{id}/follow")),
        to(Method::POST, "/api/v1/accounts/5/unfollow"),
        get("/api/v1/timelines/home?max_id=abc"),
        get("/api/v1/timelines/home?min_id=-1"),
        get("/api/v1/timelines/home?since_id=9223372036854775808"),
        get("/api/v1/timelines/home?limit=ten"),
        get("/api/v1/timelines/home?limit=1&limit=2"),
        get("/api/v1/accounts/lookup"),
        get("/api/v1/accounts/lookup?acct=ann@elsewhere.example"),
        get("/api/v1/accounts/search?q=%20"),
        get("/api/v1/accounts/search?q=a&offset=x"),
        get("/api/v1/accounts/search?q=a&following=perhaps"),
        get("/api/v1/accounts/relationships?id[]=x"),
        get(&format!(
            "/api/v1/accounts/relationships?id={}",
            (1..=201)
                .map(|n| n.to_string())
                .collect::<Vec<_>>()
                .join("&id=")
        )),
        post(json!({})),
        post(json!({ "status": 5 })),
        post(json!([])),
        post(json!({ "status": "a", "visibility": "private" })),
        post(json!({ "status": "a", "media_ids": ["1"], "poll": { "options": ["a"] } })),
        post(
            json!({ "status": "a", "in_reply_to_id": bobs, "spoiler_text": "b", "sensitive": true }),
        ),
        form(
            "status=a&poll%5Boptions%5D%5B%5D=a&poll%5Boptions%5D%5B%5D=b&scheduled_at=2030-01-01",
        ),
        form("status=a&status=b"),
        keyed(&[b'x'; 201]),
        keyed(b"\xff"),
        patch(json!({ "display_name": "x".repeat(51), "note": "x".repeat(501) })),
        patch(
            json!({ "locked": true, "avatar": "x", "fields_attributes": { "0": { "name": "a" } } }),
        ),
    ];
    let mut told = String::new();
    for (what, request) in cases {
        let response = request.send().await.unwrap();
        let status = response.status();
        assert!(status.is_client_error(), "{what}: {status}");
        let answer: Value = response.json().await.expect(&what);
        let shown = what.replace(&id, "[ann]").replace(&bobs, "[tweet]");
        let shown: String = shown.chars().take(90).collect();
        told.push_str(&format!("{shown}\n  {} ", status.as_u16()));
        told.push_str(answer["error"].as_str().expect(&what));
        if let Some(details) = answer["details"].as_object() {
            let fields: Vec<&str> = details.keys().map(String::as_str).collect();
            told.push_str(&format!(" {fields:?}"));
        }
        told.push('\n');
    }
    insta::assert_snapshot!("refusals", told);
    assert_eq!(ann.home().await, [], "nothing was posted");
    let kept = bob.get(&format!("/api/v1/statuses/{bobs}")).await;
    assert_eq!(kept.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_asks_for_nothing_is_no_reason_to_refuse() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let empty = json!({
        "status": "json", "visibility": "public", "media_ids": [], "poll": null, "in_reply_to_id": null,
        "sensitive": false, "spoiler_text": "", "language": "en", "scheduled_at": null,
    });
    let response = ann.post("/api/v1/statuses", &empty).await;
    assert_eq!(response.status(), StatusCode::OK);
    let response = ann
        .request(Method::POST, "/api/v1/statuses")
        .form(&[
            ("status", "form"),
            ("visibility", ""),
            ("media_ids[]", ""),
            ("sensitive", "0"),
            ("in_reply_to_id", ""),
        ])
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(ann.home().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_its_author() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let mut ids = Vec::new();
    for (person, text) in [(&ann, "one"), (&ann, "two"), (&bob, "three")] {
        let response = person
            .request(Method::POST, "/api/v1/statuses")
            .header("Idempotency-Key", "the same")
            .json(&json!({ "status": text }))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let status: Value = response.json().await.unwrap();
        ids.push((status["id"].clone(), status["content"].clone()));
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(ids[0].1, "<p>one</p>");
    assert_eq!(ids[2].1, "<p>three</p>");
}
