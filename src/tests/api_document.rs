//! The OpenAPI document says what the routes are, and the routes keep what it says.

use std::collections::BTreeSet;

use actix_web::{App, test};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::{boundary::routes, test_app::TestApp};

/// Method and path.
type Operation = (String, String);

#[actix_web::test]
async fn every_route_is_in_the_document_and_the_other_way_round() {
    let routes = real_routes().await;
    let documented: BTreeSet<Operation> = operations(&document().await)
        .into_iter()
        .map(|(operation, _)| operation)
        .collect();
    assert!(routes.len() > 15, "the routes were found: {routes:?}");
    assert_eq!(routes, documented, "left: routes; right: the document");
}

#[actix_web::test]
async fn every_reference_in_the_document_leads_somewhere() {
    let document = document().await;
    let mut references = BTreeSet::new();
    collect_references(&document, &mut references);
    assert!(references.len() > 10, "{references:?}");
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[actix_web::test]
async fn operations_have_names_of_their_own() {
    let document = document().await;
    let operations = operations(&document);
    let names: BTreeSet<&str> = operations
        .iter()
        .map(|(_, operation)| operation["operationId"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), operations.len(), "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_must_be_logged_in_is_as_documented() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let stranger = app.stranger();
    let document: Value = stranger
        .get(app.url("/api/openapi.json"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    for ((method, path), operation) in operations(&document) {
        let url = app.url(&path.replace("{id}", &ann.id().to_string()));
        let method: Method = method.parse().unwrap();
        let status = stranger
            .request(method.clone(), url)
            .send()
            .await
            .unwrap()
            .status();
        let is_open = match operation["security"].as_array() {
            Some(ways) => ways.contains(&serde_json::json!({})),
            None => true,
        };
        assert_eq!(
            status != StatusCode::UNAUTHORIZED,
            is_open,
            "{method} {path}: {status}"
        );
        let documented = &operation["responses"][status.as_str()];
        assert!(documented.is_object(), "{method} {path}: {status}");
    }
}

/// What the router really has, as it tells itself.
async fn real_routes() -> BTreeSet<Operation> {
    let mut routes = routes().await;
    routes.retain(|(_, path)| path.starts_with("/api"));
    routes
}

async fn document() -> Value {
    let router = test::init_service(App::new().configure(twitclone::http::api::routes)).await;
    let request = test::TestRequest::get()
        .uri("/api/openapi.json")
        .to_request();
    test::call_and_read_body_json(&router, request).await
}

fn operations(document: &Value) -> Vec<(Operation, Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push(((method.to_uppercase(), path.clone()), operation.clone()));
        }
    }
    operations
}

fn collect_references(value: &Value, references: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value.as_str() {
                    Some(reference) if key == "$ref" => {
                        references.insert(reference.to_owned());
                    }
                    _ => collect_references(value, references),
                }
            }
        }
        Value::Array(values) => {
            for value in values {
                collect_references(value, references);
            }
        }
        _ => {}
    }
}
