//! What holds for every route: whose requests are carried out, and what each answer says to the browser.

mod headers;

use std::collections::BTreeSet;

use actix_web::{App, HttpResponse, introspection::IntrospectionTree, test, web};
use reqwest::{Method, StatusCode, header};
use serde_json::Value;
use twitclone::http::{api, pages};

use crate::test_app::{Profile, TestApp};

/// Every route that changes something. A new one without a line here fails.
const CHANGING: [(&str, &str); 39] = [
    ("DELETE", "/api/v1/statuses/{id}"),
    ("PATCH", "/api/v1/accounts/update_credentials"),
    ("POST", "/@{username}/{tweet_id}/delete"),
    ("POST", "/api/v1/accounts/{id}/follow"),
    ("POST", "/api/v1/accounts/{id}/unfollow"),
    ("POST", "/api/v1/markers"),
    ("POST", "/api/v1/statuses"),
    ("POST", "/follow/{user_id}"),
    ("POST", "/login"),
    ("POST", "/login/code"),
    ("POST", "/login/forgotten"),
    ("POST", "/login/new-password"),
    ("POST", "/login/passkey"),
    ("POST", "/login/passkey/ask"),
    ("POST", "/logout"),
    ("POST", "/settings"),
    ("POST", "/settings/account/authenticator"),
    ("POST", "/settings/account/authenticator/confirm"),
    ("POST", "/settings/account/authenticator/remove"),
    ("POST", "/settings/account/confirm"),
    ("POST", "/settings/account/confirm-again"),
    ("POST", "/settings/account/delete"),
    ("POST", "/settings/account/email"),
    ("POST", "/settings/account/keep"),
    ("POST", "/settings/account/passkeys"),
    ("POST", "/settings/account/passkeys/ask"),
    ("POST", "/settings/account/passkeys/{id}/remove"),
    ("POST", "/settings/account/password"),
    ("POST", "/settings/account/recovery-codes"),
    ("POST", "/settings/appearance"),
    ("POST", "/settings/invitations"),
    ("POST", "/settings/invitations/{id}/withdraw"),
    ("POST", "/settings/sessions/end-others"),
    ("POST", "/settings/sessions/{id}/end"),
    ("POST", "/settings/sign-ups/{id}/let-in"),
    ("POST", "/settings/sign-ups/{id}/refuse"),
    ("POST", "/signup"),
    ("POST", "/tweets"),
    ("POST", "/unfollow/{user_id}"),
];

/// Method and path of each route, as the router has them.
pub async fn routes() -> BTreeSet<(String, String)> {
    async fn report(tree: web::Data<IntrospectionTree>) -> HttpResponse {
        HttpResponse::Ok().body(tree.report_as_json())
    }
    let router = test::init_service(
        App::new()
            .service(web::resource("/report").route(web::get().to(report)))
            .configure(api::routes)
            .configure(pages::routes),
    )
    .await;
    let request = test::TestRequest::get().uri("/report").to_request();
    let report: Vec<Value> = test::call_and_read_body_json(&router, request).await;
    let mut routes = BTreeSet::new();
    for item in report {
        if item["resource_type"] == "scope" {
            continue;
        }
        let path = item["full_path"].as_str().unwrap();
        let methods = item["methods"].as_array().unwrap();
        assert!(!methods.is_empty(), "{path} takes any method");
        let path = path.strip_suffix('/').unwrap_or(path);
        for method in methods {
            routes.insert((method.as_str().unwrap().to_owned(), path.to_owned()));
        }
    }
    routes
}

fn changing() -> impl Iterator<Item = (Method, &'static str)> {
    CHANGING
        .into_iter()
        .map(|(method, path)| (method.parse().unwrap(), path))
}

#[actix_web::test]
async fn every_route_that_changes_something_is_known() {
    let routes = routes().await;
    let changing: BTreeSet<(String, String)> = routes
        .into_iter()
        .filter(|(method, _)| !matches!(method.as_str(), "GET" | "HEAD"))
        .collect();
    let known: BTreeSet<(String, String)> = CHANGING
        .into_iter()
        .map(|(method, path)| (method.to_owned(), path.to_owned()))
        .collect();
    assert_eq!(changing, known, "left: the routes; right: the table");
}

/// What a request says of where it comes from.
type Says<'s> = &'s [(&'s str, &'s str)];

/// A path with something in each of its places.
fn filled(path: &str) -> String {
    path.replace("{id}", "1")
        .replace("{user_id}", "1")
        .replace("{tweet_id}", "1")
        .replace("{username}", "ann")
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_changes_nothing_by_any_route() {
    let moderators = ("TWITCLONE__INSTANCE__MODERATORS", "ann");
    let app = TestApp::start(Profile::Embedded, &[moderators]).await;
    let ann = app.person("ann").await;
    let own = app.address.clone();
    let own_page = format!("{own}/settings");
    // And whether it is carried out when it brings the cookie, and without.
    let says: [(Says, bool, bool); 11] = [
        (&[("sec-fetch-site", "cross-site")], false, false),
        (&[("sec-fetch-site", "same-site")], false, false),
        (
            &[("sec-fetch-site", "cross-site"), ("origin", &own)],
            false,
            false,
        ),
        (&[("origin", "https://evil.example")], false, false),
        (&[("origin", "null")], false, false),
        (
            &[("referer", "https://evil.example/settings")],
            false,
            false,
        ),
        (&[], false, true),
        (&[("sec-fetch-site", "same-origin")], true, true),
        (&[("sec-fetch-site", "none")], true, true),
        (&[("origin", &own)], true, true),
        (&[("referer", &own_page)], true, true),
    ];
    for (headers, with_cookie, without) in says {
        for (method, path) in changing() {
            // They would end sessions that the others need.
            if ["/logout", "/settings/sessions/end-others"].contains(&path) && with_cookie {
                continue;
            }
            for (has_cookie, is_carried_out) in [(true, with_cookie), (false, without)] {
                let url = app.url(&filled(path));
                let mut request = reqwest::Client::builder()
                    .redirect(reqwest::redirect::Policy::none())
                    .build()
                    .unwrap()
                    .request(method.clone(), url);
                for (name, value) in headers {
                    request = request.header(*name, *value);
                }
                if has_cookie {
                    request = request.header("cookie", format!("access_token={}", ann.token));
                }
                let status = request.send().await.unwrap().status();
                let told = format!("{method} {path} {headers:?} {has_cookie}: {status}");
                assert_eq!(status != StatusCode::FORBIDDEN, is_carried_out, "{told}");
            }
        }
    }
    // A program's token is not sent by browsers of themselves.
    let posted = ann
        .request(Method::POST, "/api/v1/statuses")
        .header("sec-fetch-site", "cross-site")
        .json(&serde_json::json!({ "status": "By a program." }))
        .send()
        .await
        .unwrap();
    assert_eq!(posted.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_https_the_cookie_is_of_this_host_alone() {
    let address = ("TWITCLONE__SERVER__PUBLIC_URL", "https://example.org");
    let app = TestApp::start(Profile::Embedded, &[address]).await;
    let ann = app.person("ann").await;
    let form = [("username", "ann"), ("password", "correct horse battery")];
    let answer = app.stranger().post(app.url("/login")).form(&form);
    let answer = answer.send().await.unwrap();
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("__Host-access_token=ey"), "{cookie}");
    assert!(cookie.contains("; Secure"), "{cookie}");
    assert!(cookie.contains("; Path=/"), "{cookie}");
    assert!(!cookie.contains("Domain"), "{cookie}");
    for (name, status) in [("__Host-access_token", 200), ("access_token", 303)] {
        let answer = app
            .stranger()
            .get(app.url("/settings"))
            .header(header::COOKIE, format!("{name}={}", ann.token));
        assert_eq!(answer.send().await.unwrap().status().as_u16(), status);
    }
}
