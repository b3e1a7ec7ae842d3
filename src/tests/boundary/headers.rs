//! What every answer says to the browser, whatever its status and whoever gave it.

use reqwest::{Method, Response, StatusCode, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_util::sync::CancellationToken;
use twitclone::http;

use super::{filled, routes};
use crate::{
    system::Lock,
    test_app::{Profile, TestApp, client},
};

const HTTPS: (&str, &str) = ("TWITCLONE__SERVER__PUBLIC_URL", "https://example.org");

/// What every answer has, and what it says.
const HEADERS: [(&str, &str); 5] = [
    ("content-security-policy", "default-src 'none'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "accelerometer=()"),
    ("cross-origin-opener-policy", "same-origin"),
];

#[track_caller]
fn check(answer: &Response, is_https: bool) {
    let at = format!("{} {}", answer.status(), answer.url());
    for (name, begins) in HEADERS {
        let values: Vec<_> = answer.headers().get_all(name).iter().collect();
        assert!(
            values.len() == 1 && values[0].to_str().unwrap().starts_with(begins),
            "{at}: {name} is {values:?}"
        );
    }
    let policy = answer.headers()["content-security-policy"]
        .to_str()
        .unwrap();
    assert!(!policy.contains("unsafe-"), "{at}: {policy}");
    assert!(policy.contains("frame-ancestors 'none'"), "{at}: {policy}");
    let transport = answer.headers().get("strict-transport-security");
    assert_eq!(transport.is_some(), is_https, "{at}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_status_has_its_headers() {
    for (settings, is_https) in [(&[][..], false), (&[HTTPS][..], true)] {
        let app = TestApp::start(Profile::Embedded, settings).await;
        app.person("ann").await;
        let client = app.stranger();
        let long = "x".repeat(300_000);
        let about = client.get(app.url("/about")).send().await.unwrap();
        let style = client.get(app.url("/static/style.css")).send();
        let [page_tag, file_tag] =
            [about, style.await.unwrap()].map(|answer| answer.headers()[header::ETAG].clone());
        let method = |name: &str, path: &str| {
            client.request(Method::from_bytes(name.as_bytes()).unwrap(), app.url(path))
        };
        for (request, status) in [
            (client.get(app.url("/")), 200),
            (client.head(app.url("/")), 200),
            (client.get(app.url("/health/live")), 200),
            (client.get(app.url("/metrics")), 200),
            (client.get(app.url("/static/style.css")), 200),
            (client.get(app.url("/static/nothing.css")), 404),
            (client.get(app.url("/api/v2/instance")), 200),
            (client.get(app.url("/settings")), 303),
            (
                client
                    .get(app.url("/about"))
                    .header(header::IF_NONE_MATCH, page_tag),
                304,
            ),
            (
                client
                    .get(app.url("/static/style.css"))
                    .header(header::IF_NONE_MATCH, file_tag),
                304,
            ),
            (client.get(app.url("/@ANN")), 308),
            (client.get(app.url("/?max_id=x")), 400),
            (client.get(app.url("/@%ff")), 404),
            (client.get(app.url("/api/v1/timelines/home")), 401),
            (client.get(app.url("/nothing-here")), 404),
            (client.get(app.url("/tweets")), 405),
            (method("DELETE", "/api/v1/statuses"), 405),
            (method("OPTIONS", "/"), 405),
            (method("TRACE", "/"), 405),
            (method("POST", "/metrics"), 405),
            (method("PUT", "/static/style.css"), 405),
            (
                client
                    .post(app.url("/login"))
                    .header(header::ORIGIN, "null")
                    .header("sec-fetch-site", "cross-site"),
                403,
            ),
            (
                client.post(app.url("/tweets")).form(&[("text", &long)]),
                413,
            ),
            (
                client
                    .post(app.url("/api/v1/statuses"))
                    .form(&[("text", &long)]),
                401,
            ),
            (client.post(app.url("/tweets")).body("x"), 415),
            (
                client.post(app.url("/signup")).form(&[
                    ("username", ""),
                    ("email", ""),
                    ("password", ""),
                ]),
                422,
            ),
        ] {
            let answer = request.send().await.unwrap();
            let at = format!("{} {}", answer.status(), answer.url());
            assert_eq!(answer.status().as_u16(), status, "{at}");
            check(&answer, is_https);
        }
        let forms = [("username", "nemo"), ("password", "wrong")];
        loop {
            let answer = client.post(app.url("/login")).form(&forms);
            let answer = answer.send().await.unwrap();
            check(&answer, is_https);
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
        }
    }
}

/// What a fault of ours looks like, and being asked for too much.
#[tokio::test(flavor = "multi_thread")]
async fn answers_of_a_server_in_trouble_have_them_too() {
    let one = ("TWITCLONE__SERVER__OPERATIONS_AT_ONCE", "1");
    let app = TestApp::start(Profile::Embedded, &[HTTPS, one]).await;
    let client = app.stranger();
    let paths = ["/users", "/api/v1/accounts/search?q=ann"];
    // Until this is over the database answers nobody, so the first is too late and others are too many.
    let lock = Lock::of(&app.app, "users").await;
    let late = tokio::spawn(client.get(app.url("/@ann")).send());
    while !app.app.is_full() {
        tokio::task::yield_now().await;
    }
    for path in paths {
        let busy = client.get(app.url(path)).send().await.unwrap();
        assert_eq!(busy.status(), StatusCode::SERVICE_UNAVAILABLE);
        check(&busy, true);
    }
    let late = late.await.unwrap().unwrap();
    assert_eq!(late.status(), StatusCode::SERVICE_UNAVAILABLE);
    check(&late, true);
    lock.release().await;
    while app.app.is_full() {
        tokio::task::yield_now().await;
    }
    app.sql("ALTER TABLE users RENAME TO somewhere_else").await;
    for path in ["/@ann", "/api/v1/accounts/lookup?acct=ann"] {
        let fault = client.get(app.url(path)).send().await.unwrap();
        assert_eq!(fault.status(), StatusCode::INTERNAL_SERVER_ERROR);
        check(&fault, true);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_has_them() {
    let routes = || actix_web::rt::System::new().block_on(routes());
    let routes = tokio::task::spawn_blocking(routes).await.unwrap();
    let app = TestApp::start(Profile::Embedded, &[HTTPS]).await;
    let ann = app.person("ann").await;
    for (method, pattern) in routes {
        let path = filled(&pattern)
            .replace("{tag}", "bread")
            .replace("{file}", "x");
        assert!(!path.contains('{'), "{path}");
        let method: Method = method.parse().unwrap();
        let stranger = client().build().unwrap();
        let request = stranger.request(method.clone(), app.url(&path));
        check(&request.send().await.unwrap(), true);
        check(&ann.request(method, &path).send().await.unwrap(), true);
    }
}

/// Where `fanout` tells how it is.
#[tokio::test(flavor = "multi_thread")]
async fn health_alone_has_them() {
    let app = TestApp::start(Profile::Embedded, &[HTTPS]).await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    let server = http::serve_health(&app.app, listener, stop.clone()).unwrap();
    let server = tokio::spawn(server);
    for (path, status) in [("/health/live", 200), ("/metrics", 200), ("/", 404)] {
        let answer = reqwest::get(format!("http://{address}{path}"))
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), status);
        check(&answer, true);
    }
    stop.cancel();
    server.await.unwrap().unwrap();
}

/// A head that is no request or too long (and one that comes too slowly, with 408) is answered below the application, by
/// actix-http's dispatcher, which lets nobody add to that. These answers are empty and close the connection, so there
/// is nothing in them that headers would protect.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_answered_with_nothing() {
    let app = TestApp::start(Profile::Embedded, &[HTTPS]).await;
    let address = app.address.strip_prefix("http://").unwrap();
    // As much as is read at all; what was not read would have the connection reset before the answer is.
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nx: {}", "x".repeat(131_072));
    for (head, status) in [
        ("nonsense\r\n\r\n".to_owned(), "400 Bad Request"),
        ("GET /\r\n\r\n".to_owned(), "400 Bad Request"),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), "400 Bad Request"),
        (
            "GET / HTTP/1.1\r\nHost: a\r\nx y: 1\r\n\r\n".to_owned(),
            "400 Bad Request",
        ),
        (
            long[..131_072].to_owned(),
            "431 Request Header Fields Too Large",
        ),
    ] {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let told = format!("{head:.40}: {answer}");
        let (head, body) = answer.split_once("\r\n\r\n").expect(&told);
        assert_eq!(
            head.lines().next(),
            Some(&*format!("HTTP/1.1 {status}")),
            "{told}"
        );
        assert!(head.contains("connection: close"), "{told}");
        assert!(!head.contains("content-type") && body.is_empty(), "{told}");
    }
}
