//! Where people stopped reading.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{person::Person, test_app::TestApp};

const PATH: &str = "/api/v1/markers";

async fn kept(person: &Person) -> Value {
    let answer = person
        .get("/api/v1/markers?timeline[]=home&timeline[]=notifications")
        .await;
    assert_eq!(answer.status(), StatusCode::OK);
    answer.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_one_stopped_is_kept_for_oneself() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    assert_eq!(kept(&ann).await, json!({}));
    let json = json!({ "home": { "last_read_id": "103194548672408537" } });
    let set = ann.request(Method::POST, PATH).json(&json).send().await;
    let set: Value = set.unwrap().json().await.unwrap();
    assert_eq!(set["home"]["last_read_id"], "103194548672408537");
    assert_eq!(set["home"]["version"], 1);
    assert_eq!(kept(&ann).await, set);
    let form = [("home[last_read_id]", "103194548672408538")];
    let set = ann.request(Method::POST, PATH).form(&form).send().await;
    let set: Value = set.unwrap().json().await.unwrap();
    assert_eq!(set["home"]["last_read_id"], "103194548672408538");
    assert_eq!(set["home"]["version"], 2);
    assert_eq!(kept(&ann).await, set);
    assert_eq!(kept(&bob).await, json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_names_no_place_is_refused() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    for (body, status) in [
        (json!({}), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!({ "home": { "last_read_id": "" } }),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({ "home": { "last_read_id": "x" } }),
            StatusCode::BAD_REQUEST,
        ),
        (json!({ "home": 5 }), StatusCode::BAD_REQUEST),
    ] {
        let answer = ann.request(Method::POST, PATH).json(&body).send().await;
        assert_eq!(answer.unwrap().status(), status, "{body}");
    }
    let stranger = app.stranger().get(app.url(PATH)).send().await.unwrap();
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(kept(&ann).await, json!({}));
}
