//! Where a form leads to next, whatever it is told: never to another site.

use chrono::TimeDelta;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::{Method, header};
use url::Url;

use super::{Browser, PASSWORD, Page, second_factor, send};
use crate::test_app::TestApp;

/// What browsers, proxies and careless programs have taken for something else than a path here.
const ELSEWHERE: [&str; 88] = [
    "//evil.example",
    "///evil.example",
    "////evil.example/",
    "//evil.example:443/",
    "//evil.example/..;/",
    "//evil.example\\@here",
    "//user@evil.example",
    "//user:password@evil.example/",
    "//[::1]/",
    "//0x7f000001/",
    "//2130706433/",
    "//evil%2eexample",
    "//evil。example",
    "//",
    "///",
    "/\\evil.example",
    "/\\/evil.example",
    "/\\\\evil.example",
    "\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "\\/\\/evil.example",
    "/ /evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\r\n/evil.example",
    "/\u{b}/evil.example",
    "/\u{c}/evil.example",
    "/\u{1}/evil.example",
    "/\u{7f}/evil.example",
    "/\u{85}/evil.example",
    "/\u{a0}/evil.example",
    "/\u{200b}/evil.example",
    "/\u{feff}/evil.example",
    "\t//evil.example",
    "\n//evil.example",
    " //evil.example",
    "\u{0}//evil.example",
    "\u{1}//evil.example",
    "\u{feff}//evil.example",
    "/\u{0}/evil.example",
    "/users\r\nLocation: https://evil.example",
    "/users\r\nSet-Cookie: access_token=x",
    "/users\nx",
    "/users%0d%0aLocation:%20https://evil.example",
    "/users\u{560a}\u{560d}Location: https://evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "http:evil.example",
    "h\tttps://evil.example",
    "ht\ntps://evil.example",
    " https://evil.example",
    "\u{1}https://evil.example",
    "ftp://evil.example",
    "evil.example",
    "evil.example//users",
    "@evil.example",
    ".evil.example",
    ":443@evil.example",
    "user@evil.example",
    "?//evil.example",
    "#//evil.example",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "\u{1}javascript:alert(1)",
    "javascript://%0aalert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "blob:https://evil.example/1",
    "view-source:https://evil.example",
    "mailto:ann@evil.example",
    "/..//evil.example",
    "/.//evil.example",
    "/./..//evil.example",
    "/users/..//evil.example",
    "/users//..//evil.example",
    "/%09/evil.example//x",
    "/;//evil.example",
    "\u{ff0f}\u{ff0f}evil.example",
    "/\u{2044}evil.example",
    "/\u{2215}evil.example",
    "\u{2f}\u{29f8}\u{29f8}evil.example",
];

/// Odd, and here all the same.
const HERE: [&str; 14] = [
    "/@user@evil.example",
    "/evil.example",
    "/.evil.example",
    "/%2f%2fevil.example",
    "/%2fevil.example",
    "/%5cevil.example",
    "/%255cevil.example",
    "/%252f%252fevil.example",
    "/%09/evil.example",
    "/%0a/evil.example",
    "/%E3%80%82evil.example",
    "/..%2f..%2fevil.example",
    "/?https:/evil.example",
    "/#evil.example",
];

fn all() -> Vec<String> {
    let mut all: Vec<String> = [&ELSEWHERE[..], &HERE]
        .concat()
        .iter()
        .map(|text| (*text).to_owned())
        .collect();
    all.push(format!("/{}", "a".repeat(20_000)));
    all.push(format!("//{}.example", "a".repeat(20_000)));
    all.push(format!("/{}/evil.example", "/".repeat(5_000)));
    // What was encoded once too often is not decoded once too often.
    for text in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/\t/evil.example",
    ] {
        let once = encoded(text);
        all.push(encoded(&once));
        all.push(once);
    }
    all
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// Whoever follows it as browsers do stays on this server.
fn stays(app: &TestApp, place: &str, what: &str) {
    let here = Url::parse(&app.address).unwrap();
    let there = here.join(place).unwrap();
    assert_eq!(there.origin(), here.origin(), "{what}: {place:?}");
    assert!(
        there.username().is_empty() && there.password().is_none(),
        "{what}: {place:?}"
    );
    let is_path = place.starts_with('/') && !place[1..].starts_with(['/', '\\']);
    assert!(is_path, "{what}: {place:?}");
}

/// An answer to what was told `next`; whether it leads anywhere.
fn leads_here(app: &TestApp, page: &Page, what: &str, next: &str) -> bool {
    let shown: String = next.chars().take(60).collect();
    let what = format!("{what} {shown:?}");
    assert!(page.status.as_u16() < 500, "{what}: {}", page.status);
    if let Some(place) = &page.location {
        stays(app, place, &what);
    } else {
        assert!(!page.status.is_redirection(), "{what}");
    }
    // A form carries it on.
    if page.html.contains("name=\"next\"") {
        let carried = page
            .value("next")
            .replace("&amp;", "&")
            .replace("&#x2F;", "/");
        stays(app, &carried, &what);
    }
    page.location.is_some()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leads_to_another_site() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let inside = Browser::of(&app, &ann).await;
    let stranger = Browser::new(&app);
    let follow = [
        format!("/follow/{}", bob.id()),
        format!("/unfollow/{}", bob.id()),
    ];
    let all = all();
    assert!(all.len() > 100, "{}", all.len());
    for (number, next) in all.iter().enumerate() {
        let asked = encoded(next);
        for path in ["/login", "/signup"] {
            let path = format!("{path}?next={asked}");
            for browser in [&inside, &stranger] {
                leads_here(&app, &browser.get(&path).await, &path[..7], next);
            }
        }
        let name = format!("person_{number}x");
        let email = format!("{name}@example.org");
        let form = [
            ("username", name.as_str()),
            ("email", &email),
            ("password", PASSWORD),
            ("next", next),
        ];
        let signed_up = Browser::new(&app).post("/signup", &form).await;
        let is_read = signed_up.status != 400;
        assert_eq!(leads_here(&app, &signed_up, "sign-up", next), is_read);
        let form = [("username", "ann"), ("password", PASSWORD), ("next", next)];
        let logged_in = Browser::new(&app).post("/login", &form).await;
        assert_eq!(leads_here(&app, &logged_in, "log-in", next), is_read);
        let form = [("username", "ann"), ("password", "wrong"), ("next", next)];
        let device = Browser::new(&app);
        if number % 25 == 0 {
            leads_here(
                &app,
                &device.post("/login", &form).await,
                "wrong log-in",
                next,
            );
        }
        for path in &follow {
            let form = [("next", next.as_str())];
            let followed = inside.post(path, &form).await;
            assert_eq!(leads_here(&app, &followed, path, next), is_read);
            leads_here(&app, &stranger.post(path, &form).await, path, next);
        }
        // The page that a browser says it comes from.
        let referring = header::HeaderValue::from_str(&format!("{}{next}", app.address));
        if let Ok(referring) = referring {
            let request = inside.client.post(inside.url(&follow[0]));
            let request = request.header(header::REFERER, referring);
            leads_here(&app, &send(request).await, "referer", next);
        }
        // What stands in the address itself.
        for path in [
            format!("/profile/{asked}"),
            format!("/{asked}/followers"),
            format!("/@{asked}"),
            format!("/@ANN?next={asked}"),
            format!("/settings?next={asked}"),
        ] {
            leads_here(&app, &stranger.get(&path).await, "address", next);
        }
    }
    for path in [
        "//evil.example/followers",
        "//evil.example",
        "/\\evil.example/followers",
        "//@ANN",
        "//settings",
    ] {
        leads_here(&app, &as_it_is(&app, path).await, path, path);
    }
}

/// Sent without being made right first, as programs may.
async fn as_it_is(app: &TestApp, path: &str) -> Page {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = app.address.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, html) = answer.split_once("\r\n\r\n").unwrap();
    let location = head
        .lines()
        .find_map(|line| line.strip_prefix("location: "));
    Page {
        status: head[9..12].parse().unwrap(),
        location: location.map(str::to_owned),
        html: html.to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nor_does_a_second_step() {
    let app = TestApp::embedded().await;
    let ann = Browser::of(&app, &app.person("ann").await).await;
    let (secret, _) = second_factor::with_app(&app, &ann).await;
    for next in all() {
        // A code is taken once, and passwords are tried so often.
        app.clock.advance(TimeDelta::minutes(2));
        let browser = Browser::new(&app);
        let form = [("username", "ann"), ("password", PASSWORD), ("next", &next)];
        let asked = browser.post("/login", &form).await;
        leads_here(&app, &asked, "first step", &next);
        if asked.status == 400 {
            continue;
        }
        let code = second_factor::code(&app, &secret);
        let ticket = asked.value("ticket");
        let form = [
            ("ticket", ticket.as_str()),
            ("code", &code),
            ("next", &next),
        ];
        let logged_in = browser.post("/login/code", &form).await;
        assert!(
            leads_here(&app, &logged_in, "second step", &next),
            "{next:?}: {}",
            logged_in.html
        );
    }
}

/// What is a path here is kept, by the same ways.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_here_is_gone_to() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let inside = Browser::of(&app, &ann).await;
    for place in HERE {
        let asked = encoded(place);
        for path in ["/login", "/signup"] {
            inside
                .get(&format!("{path}?next={asked}"))
                .await
                .leads_to(place);
        }
        let form = [("username", "ann"), ("password", PASSWORD), ("next", place)];
        Browser::new(&app)
            .post("/login", &form)
            .await
            .leads_to(place);
        let path = format!("/follow/{}", bob.id());
        inside.post(&path, &[("next", place)]).await.leads_to(place);
    }
    let sent = inside
        .client
        .request(Method::POST, inside.url(&format!("/unfollow/{}", bob.id())));
    let sent = sent.header(header::REFERER, inside.url("/@bob"));
    send(sent).await.leads_to("/@bob");
}
