//! What people and programs send by mistake or on purpose: an answer that says what is wrong, never a 500, and
//! nothing half-written.

use reqwest::{Method, Response, StatusCode};

use crate::{person::Person, test_app::TestApp};

/// Method, path, content type, body, and the statuses that are right.
type Case = (&'static str, String, &'static str, Vec<u8>, &'static [u16]);

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";
const BAD: &[u16] = &[400, 422];
const UNKNOWN: &[u16] = &[400, 404];

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_gets_a_sentence_and_changes_nothing() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let tweet = ann.tweet("the only one").await;
    for case in cases(&ann) {
        let response = send(&ann, &case).await;
        let (method, path, content_type, body, expected) = case;
        let status = response.status().as_u16();
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let what = format!("{method} {path} {content_type} {shown:?}");
        let text = response.text().await.unwrap();
        assert!(expected.contains(&status), "{what}: {status} {:.300}", text);
        assert!(text.len() > 20, "{what} says what is wrong: {text}");
        for leak in ["panicked", "src/", "diesel", "SELECT ", "stack"] {
            assert!(!text.contains(leak), "{what} tells {leak}");
        }
        if path.starts_with("/api/") {
            let error: serde_json::Value = serde_json::from_str(&text).expect(&what);
            assert!(error["error"].is_string(), "{what}: {text}");
        }
    }
    assert_eq!(ann.home().await, [tweet]);
    let me = ann.get_json("/api/v1/accounts/verify_credentials").await;
    assert_eq!(me["statuses_count"], 1);
    assert_eq!(me["display_name"], "");
}

fn cases(ann: &Person) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut add = |method, path: &str, content_type, body: &[u8], expected| {
        cases.push((
            method,
            path.to_owned(),
            content_type,
            body.to_vec(),
            expected,
        ));
    };
    let long = vec![b'a'; 300 * 1024];
    let id = ann.id();

    // Posting
    for (content_type, body) in [
        (JSON, &b""[..]),
        (JSON, b"{"),
        (JSON, b"[]"),
        (JSON, b"null"),
        (JSON, b"{\"status\": 5}"),
        (JSON, b"{\"status\": null}"),
        (JSON, b"{\"status\": \"\"}"),
        (JSON, b"{\"status\": \"a\\u0000b\"}"),
        (JSON, b"{\"status\": \"\xff\"}"),
        (JSON, b"{\"status\": \"\\ud800\"}"),
        (FORM, b"status=%ff"),
        (FORM, b"status=a%00b"),
        (FORM, b"text=hello"),
        (FORM, b"status=%20%0a"),
    ] {
        add("POST", "/api/v1/statuses", content_type, body, BAD);
    }
    add("POST", "/api/v1/statuses", JSON, &long, &[413]);
    add(
        "POST",
        "/api/v1/statuses",
        "text/plain",
        b"status=hello",
        &[415],
    );
    add(
        "POST",
        "/api/v1/statuses",
        "application/xml",
        b"<status/>",
        &[415],
    );
    add("POST", "/tweets", FORM, &long, &[413]);
    add("POST", "/tweets", FORM, b"text=%ff", BAD);
    add("POST", "/tweets", FORM, b"text=", BAD);
    add("POST", "/tweets", FORM, b"", BAD);
    add("POST", "/tweets", "text/plain", b"text=hello", &[415]);
    let too_long = format!("text={}", "x".repeat(501));
    add("POST", "/tweets", FORM, too_long.as_bytes(), BAD);
    add(
        "POST",
        "/settings",
        FORM,
        format!("display_name={}", "x".repeat(51)).as_bytes(),
        BAD,
    );
    add("POST", "/settings", FORM, b"display_name=%c3%28", BAD);

    // Ids
    for bad in [
        "abc",
        "-1",
        "0",
        "1.5",
        "99999999999999999999",
        "1e3",
        "%00",
        "%ff",
        "１",
    ] {
        for (method, path) in [
            ("GET", format!("/api/v1/statuses/{bad}")),
            ("DELETE", format!("/api/v1/statuses/{bad}")),
            ("GET", format!("/api/v1/accounts/{bad}")),
            ("GET", format!("/api/v1/accounts/{bad}/statuses")),
            ("GET", format!("/api/v1/accounts/{bad}/followers")),
            ("POST", format!("/api/v1/accounts/{bad}/follow")),
            ("POST", format!("/follow/{bad}")),
            ("POST", format!("/unfollow/{bad}")),
            ("GET", format!("/@ann/{bad}")),
            ("GET", format!("/@{bad}")),
            ("GET", format!("/profile/{bad}")),
        ] {
            add(method, &path, FORM, b"", UNKNOWN);
        }
    }

    // Cursors and limits
    for bad in ["abc", "-1", "99999999999999999999", "%00", "%ff"] {
        for path in [
            format!("/api/v1/timelines/home?max_id={bad}"),
            format!("/api/v1/timelines/home?since_id={bad}"),
            format!("/api/v1/timelines/home?min_id={bad}"),
            format!("/api/v1/accounts/{id}/statuses?max_id={bad}"),
            format!("/api/v1/accounts/{id}/followers?max_id={bad}"),
            format!("/?max_id={bad}"),
            format!("/@ann?max_id={bad}"),
            format!("/@ann/followers?max_id={bad}"),
            format!("/tags/rust?max_id={bad}"),
            format!("/users?page={bad}"),
        ] {
            add("GET", &path, FORM, b"", &[400]);
        }
    }
    add(
        "GET",
        "/api/v1/timelines/home?limit=many",
        FORM,
        b"",
        &[400],
    );
    add("GET", "/users?q=%ff", FORM, b"", &[400]);
    add("GET", "/users?q=%00", FORM, b"", &[400]);
    for nothing in ["", "%00", "%20%0a", "%c2%85", "%ef%bb%bf", "%01"] {
        let path = format!("/api/v1/accounts/search?q={nothing}");
        add("GET", &path, FORM, b"", &[400]);
    }
    add(
        "GET",
        "/api/v1/accounts/lookup?acct=%00",
        FORM,
        b"",
        UNKNOWN,
    );
    add("GET", "/api/v1/accounts/lookup", FORM, b"", BAD);
    add(
        "GET",
        "/api/v1/accounts/lookup?acct=nobody",
        FORM,
        b"",
        &[404],
    );

    // Paths and methods
    add("GET", "/api/v1/nope", FORM, b"", &[404]);
    add("GET", "/api/", FORM, b"", &[404]);
    add("GET", "/nope/nope/nope", FORM, b"", &[404]);
    add("GET", "/@nobody", FORM, b"", &[404]);
    add("GET", "/static/nope.css", FORM, b"", &[404]);
    add("GET", "/static/../Cargo.toml", FORM, b"", UNKNOWN);
    add("GET", "/static/%2e%2e/Cargo.toml", FORM, b"", UNKNOWN);
    for (method, path) in [
        ("DELETE", "/api/v1/timelines/home"),
        ("PUT", "/api/v1/statuses"),
        ("GET", "/tweets"),
        ("GET", "/follow/1"),
        ("DELETE", "/login"),
        ("POST", "/health/live"),
        ("PATCH", "/@ann"),
    ] {
        add(method, path, FORM, b"", &[405]);
    }
    cases
}

async fn send(person: &Person, (method, path, content_type, body, _): &Case) -> Response {
    let method = Method::from_bytes(method.as_bytes()).unwrap();
    let request = if path.starts_with("/api/") {
        person.request(method, path)
    } else {
        person.browse(method, path)
    };
    request
        .header("content-type", *content_type)
        .body(body.clone())
        .send()
        .await
        .unwrap()
}

/// Signing up and logging in are for strangers.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_get_sentences_too() {
    let app = TestApp::embedded().await;
    for (path, content_type, body) in [
        ("/signup", FORM, &b""[..]),
        ("/signup", FORM, b"username=ann"),
        (
            "/signup",
            FORM,
            b"username=a%00nn&email=a@example.org&password=12345678",
        ),
        (
            "/signup",
            FORM,
            b"username=%ff&email=a@example.org&password=12345678",
        ),
        ("/signup", JSON, b"{\"username\": {}}"),
        ("/login", FORM, b""),
        ("/login", FORM, b"username=a%00&password=x"),
        ("/login", JSON, b"[1]"),
    ] {
        let request = app
            .stranger()
            .post(app.url(path))
            .header("content-type", content_type);
        let response = request.body(body.to_vec()).send().await.unwrap();
        let status = response.status();
        let shown = String::from_utf8_lossy(body).into_owned();
        assert!(status.is_client_error(), "{path} {shown:?}: {status}");
        assert!(response.text().await.unwrap().len() > 20);
    }
    for path in ["/", "/users", "/settings", "/api/v1/timelines/home"] {
        let status = app
            .stranger()
            .get(app.url(path))
            .send()
            .await
            .unwrap()
            .status();
        let expected: &[StatusCode] = match path {
            "/" => &[StatusCode::OK],
            "/users" => &[StatusCode::OK, StatusCode::SEE_OTHER],
            "/settings" => &[StatusCode::SEE_OTHER],
            _ => &[StatusCode::UNAUTHORIZED],
        };
        assert!(expected.contains(&status), "{path}: {status}");
    }
}
