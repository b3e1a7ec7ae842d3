//! Every entity of the API, as it is given.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{person::Person, test_app::TestApp};

/// Compares an answer with its snapshot, leaving out what differs from run to run.
macro_rules! assert_entity {
    ($name:literal, $entity:expr) => {
        let entity: Value = $entity;
        insta::with_settings!({
            filters => vec![
                (r"\b\d{18}\b", "[id]"),
                (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "[time]"),
                (r"\b\d{4}-\d\d-\d\d\b", "[day]"),
                (r"\.svg\?v=[0-9a-f]{16}", ".svg?v=[hash]"),
                (concat!("twitclone ", env!("CARGO_PKG_VERSION")), "twitclone [version]"),
            ],
        }, {
            insta::assert_json_snapshot!($name, entity);
        });
    };
}

const TEXT: &str = "Hi <b>@BOB</b>, @bob & @nobody: \"#Rust\" #rust #स्वागत\r\n\
                    see https://example.org/?a=1&b='2'\r\n\r\n\r\n<script>alert(1)</script>";

#[tokio::test(flavor = "multi_thread")]
async fn entities_have_every_field() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("Ann").await, app.person("bob").await);
    ann.follow(&bob).await;
    let posted: Value = ann
        .post("/api/v1/statuses", &json!({ "status": TEXT }))
        .await
        .json()
        .await
        .unwrap();
    let path = format!("/api/v1/statuses/{}", posted["id"].as_str().unwrap());
    assert_eq!(ann.get_json(&path).await, posted);
    assert_entity!("status", posted);
    assert_entity!("status_to_a_stranger", signed_out(&app, &path).await);
    let context = ann.get_json(&format!("{path}/context")).await;
    assert_entity!("context", context);
    let account = signed_out(&app, &format!("/api/v1/accounts/{}", ann.id())).await;
    assert_entity!("account", account);
    let me = ann.get_json("/api/v1/accounts/verify_credentials").await;
    assert_entity!("credential_account", me);
    let followed: Value = bob
        .post(
            &format!("/api/v1/accounts/{}/follow", ann.id()),
            &json!(null),
        )
        .await
        .json()
        .await
        .unwrap();
    assert_entity!("relationship", followed);
    let deleted = ann.request(Method::DELETE, &path).send().await.unwrap();
    assert_entity!("status_deleted", deleted.json().await.unwrap());
    assert_entity!("instance", signed_out(&app, "/api/v2/instance").await);
    assert_entity!("instance_v1", signed_out(&app, "/api/v1/instance").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_home_page_holds_the_same_statuses_as_elsewhere() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    ann.follow(&bob).await;
    let tweet = bob.tweet("hello @ann #tag").await;
    let alone = ann.get_json(&format!("/api/v1/statuses/{tweet}")).await;
    assert_eq!(alone["mentions"][0]["id"], ann.id().to_string());
    let home = ann.get_json("/api/v1/timelines/home").await;
    assert_eq!(home, json!([alone]));
    let profile = format!("/api/v1/accounts/{}/statuses", bob.id());
    assert_eq!(ann.get_json(&profile).await, json!([alone]));
    for none in ["pinned=true", "only_media=1"] {
        assert_eq!(ann.get_json(&format!("{profile}?{none}")).await, json!([]));
    }
    let all = format!("{profile}?exclude_reblogs=true&exclude_replies=1&pinned=false&only_media=0");
    assert_eq!(ann.get_json(&all).await, json!([alone]));
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_are_those_after_what_was_done() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let posted: Value = ann
        .post("/api/v1/statuses", &json!({ "status": "one" }))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(posted["account"]["statuses_count"], 1);
    let today = posted["created_at"].as_str().unwrap();
    assert_eq!(posted["account"]["last_status_at"], today[..10]);
    bob.follow(&ann).await;
    let path = format!("/api/v1/statuses/{}", posted["id"].as_str().unwrap());
    let deleted = ann.request(Method::DELETE, &path).send().await.unwrap();
    let deleted: Value = deleted.json().await.unwrap();
    assert_eq!(deleted["account"]["statuses_count"], 0);
    assert_eq!(deleted["account"]["followers_count"], 1);
    assert_eq!(deleted["account"]["last_status_at"], Value::Null);
    assert_eq!(ann.get(&path).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_profile_changes_where_asked() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let path = "/api/v1/accounts/update_credentials";
    let change = async |request: reqwest::RequestBuilder| -> Value {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.unwrap()
    };
    let patch = || ann.request(Method::PATCH, path);
    let me = change(patch().json(&json!({ "display_name": "A <nn>", "locked": false }))).await;
    assert_eq!(me["display_name"], "A <nn>");
    assert_eq!(me["note"], "");
    let me = change(patch().form(&[("note", "Hi\n@ann <3"), ("source[privacy]", "public")])).await;
    assert_eq!(me["display_name"], "A <nn>");
    assert_eq!(
        me["note"],
        "<p>Hi<br /><a href=\"http://127.0.0.1:8000/@ann\" class=\"u-url mention\">@<span>ann</span></a> \
         &lt;3</p>"
    );
    assert_eq!(me["source"]["note"], "Hi\n@ann <3");
    let me = change(patch().form(&[("display_name", "")])).await;
    assert_eq!(me["display_name"], "");
    assert_eq!(me["source"]["note"], "Hi\n@ann <3");
    assert_eq!(
        ann.get_json("/api/v1/accounts/verify_credentials").await,
        me
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn relationships_come_in_the_order_of_the_question() {
    let app = TestApp::embedded().await;
    let (ann, bob, cid) = (
        app.person("ann").await,
        app.person("bob").await,
        app.person("cid").await,
    );
    ann.follow(&bob).await;
    cid.follow(&ann).await;
    let (a, b, c) = (ann.id(), bob.id(), cid.id());
    let query = format!("id[]={c}&id[]=7&id={b}&id[]={c}&id[]={a}&id[]=");
    let answer = ann
        .get_json(&format!("/api/v1/accounts/relationships?{query}"))
        .await;
    let told: Vec<(&str, bool, bool)> = answer
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["id"].as_str().unwrap(),
                one["following"].as_bool().unwrap(),
                one["followed_by"].as_bool().unwrap(),
            )
        })
        .collect();
    let ids = [c.to_string(), b.to_string(), a.to_string()];
    assert_eq!(
        told,
        [
            (ids[0].as_str(), false, true),
            (&ids[1], true, false),
            (&ids[2], false, false)
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_by_name() {
    let app = TestApp::embedded().await;
    let (ann, joann, anna) = (
        app.person("ann").await,
        app.person("joann").await,
        app.person("Anna_").await,
    );
    ann.follow(&joann).await;
    joann.follow(&anna).await;
    let names = async |query: &str| names(&ann, query).await;
    assert_eq!(names("q=ANN").await, ["Anna_", "ann", "joann"]);
    assert_eq!(names("q=%20%40ann&limit=1&offset=1").await, ["ann"]);
    assert_eq!(names("q=ann&following=true").await, ["joann"]);
    assert_eq!(names("q=ann@127.0.0.1:8000&limit=0").await, ["Anna_"]);
    assert_eq!(names("q=ann@elsewhere.example").await, [""; 0]);
    assert_eq!(names("q=%25").await, [""; 0]);
    assert_eq!(names("q=an%01na").await, ["Anna_"]);
    assert_eq!(names("q=_").await, ["Anna_"]);
    for acct in ["anna_", "%40ANNA_", "Anna_@127.0.0.1:8000"] {
        let found = signed_out(&app, &format!("/api/v1/accounts/lookup?acct={acct}")).await;
        assert_eq!(found["id"], anna.id().to_string());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_at_the_end_changes_nothing() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    for path in [
        "/api/v1/instance".to_owned(),
        "/api/v1/accounts/verify_credentials".to_owned(),
        format!("/api/v1/accounts/{}", ann.id()),
    ] {
        let slashed = ann.get_json(&format!("{path}/")).await;
        assert_eq!(slashed, ann.get_json(&path).await);
    }
    let deleted = ann
        .request(Method::DELETE, "/api/v1/instance/")
        .send()
        .await;
    assert_eq!(deleted.unwrap().status(), StatusCode::METHOD_NOT_ALLOWED);
}

async fn names(viewer: &Person, query: &str) -> Vec<String> {
    let found = viewer
        .get_json(&format!("/api/v1/accounts/search?{query}"))
        .await;
    let found = found.as_array().unwrap();
    found
        .iter()
        .map(|account| account["username"].as_str().unwrap().to_owned())
        .collect()
}

async fn signed_out(app: &TestApp, path: &str) -> Value {
    let response = app.stranger().get(app.url(path)).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    response.json().await.unwrap()
}
