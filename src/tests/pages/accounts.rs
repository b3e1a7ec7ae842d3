//! Signing up, logging in and out, settings.

use reqwest::{Method, header};

use super::{Browser, PASSWORD, send};
use crate::test_app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn someone_signs_up_and_is_logged_in() {
    let app = TestApp::embedded().await;
    let browser = Browser::new(&app);
    browser.get("/").await.is(200).has("Sign up");
    let form = [
        ("username", "Ann"),
        ("email", "ann@example.org"),
        ("password", PASSWORD),
    ];
    browser.post("/signup", &form).await.leads_to("/");
    browser.get("/").await.has("Log out").has("/@Ann");
    browser.get("/signup").await.leads_to("/");
    browser.get("/login?next=/users").await.leads_to("/users");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_up_that_comes_back_keeps_all_but_the_password() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let browser = Browser::new(&app);
    let form = [
        ("username", "ANN"),
        ("email", "not \"an\" address"),
        ("password", "short"),
        ("next", "/users"),
    ];
    let page = browser.post("/signup", &form).await;
    page.is(422)
        .has("<title>Problem: ")
        .has("This username is taken.")
        .has("This is not an email address.")
        .has("A password has at least 8 characters; this one has 5.")
        .has("aria-describedby=\"username-problem username-hint\"")
        .has("<a href=\"#email\">")
        .lacks("\"short\"");
    assert_eq!(page.count("aria-invalid=\"true\""), 3);
    assert_eq!(page.value("username"), "ANN");
    assert_eq!(page.value("email"), "not &quot;an&quot; address");
    assert_eq!(page.value("password"), "");
    assert_eq!(page.value("next"), "/users");
    let missing = browser.post("/signup", &[]).await;
    missing
        .is(422)
        .has("Choose a username.")
        .has("Choose a password.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_log_in_says_not_what_is_wrong() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let browser = Browser::new(&app);
    for name in ["ann", "nobody"] {
        let form = [
            ("username", name),
            ("password", "wrong-word"),
            ("next", "/settings"),
        ];
        let page = browser.post("/login", &form).await;
        page.is(401)
            .has("The username or the password is wrong.")
            .lacks("wrong-word");
        assert_eq!(page.value("username"), name);
        assert_eq!(page.value("next"), "/settings");
    }
    let page = browser.post("/login", &[("username", "ann")]).await;
    page.is(422).has("Enter your password.");
}

#[tokio::test(flavor = "multi_thread")]
async fn logging_in_leads_back_and_never_elsewhere() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let browser = Browser::new(&app);
    let settings = browser.get("/settings").await;
    settings.leads_to("/login?next=%2Fsettings");
    let form = browser.get("/login?next=%2Fusers%3Fq%3Da").await;
    assert_eq!(form.value("next"), "/users?q=a");
    for (next, place) in [
        ("/settings", "/settings"),
        ("/users?q=a&page=2", "/users?q=a&page=2"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("https://evil.example", "/"),
        ("evil.example", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("", "/"),
    ] {
        let form = [("username", "ann"), ("password", PASSWORD), ("next", next)];
        browser.post("/login", &form).await.leads_to(place);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_post_logs_out() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    browser.get("/logout").await.is(200).has("Log out?");
    browser.get("/settings").await.is(200);
    let log_out = ann.browse(Method::POST, "/logout").send().await.unwrap();
    let cookie = log_out.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(cookie.starts_with("access_token=;"), "{cookie}");
    browser.get("/settings").await.is(200);
    browser.post("/logout", &[]).await.leads_to("/");
    browser.get("/").await.has("Sign up").lacks("Log out");
    browser.post("/logout", &[]).await.leads_to("/");
    browser.get("/logout").await.leads_to("/");
}

#[tokio::test(flavor = "multi_thread")]
async fn someone_edits_their_profile() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    let form = [
        ("display_name", " Ann  <b> "),
        ("bio", "\nFirst\r\nsecond #tag @ann @nobody"),
    ];
    browser.post("/settings", &form).await.leads_to("/@ann");
    browser
        .get("/@ann")
        .await
        .has("<h1><bdi>Ann  &lt;b&gt;</bdi></h1>")
        .has("First\nsecond <a href=\"/tags/tag\">#tag</a> <a href=\"/@ann\">@ann</a> @nobody</p>");
    let page = browser.get("/settings").await;
    assert_eq!(page.value("bio"), "First\nsecond #tag @ann @nobody");
    // One field alone leaves the other.
    let form = [("display_name", "")];
    browser.post("/settings", &form).await.leads_to("/@ann");
    browser
        .get("/@ann")
        .await
        .has("<h1><bdi>ann</bdi></h1>")
        .has("First");
    let long = "x".repeat(51);
    let form = [("display_name", long.as_str()), ("bio", "kept")];
    let page = browser.post("/settings", &form).await;
    page.is(422)
        .has("A display name may have 50 characters; this one has 51.");
    assert_eq!(page.value("display_name"), long);
    assert_eq!(page.value("bio"), "kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_typed_while_the_session_ended_are_kept() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    let browser = Browser::new(&app);
    let form = [("display_name", "New"), ("bio", "One\n\"two\"")];
    let page = browser.post("/settings", &form).await;
    page.is(401).has("Your changes are kept");
    let form = [
        ("username", "ann"),
        ("password", PASSWORD),
        ("display_name", &page.value("display_name")),
        ("bio", "One\r\n\"two\""),
    ];
    assert_eq!(page.value("bio"), "One\n&quot;two&quot;");
    let page = browser.post("/login", &form).await;
    page.is(200).has("Your changes are not saved yet.");
    assert_eq!(page.value("display_name"), "New");
    browser.get("/@ann").await.lacks("two");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_without_a_session_is_taken_away() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::new(&app);
    let request = |token: &str| {
        browser
            .client
            .get(browser.url("/"))
            .header(header::COOKIE, format!("access_token={token}"))
    };
    let response = request("nonsense").send().await.unwrap();
    let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
    assert!(
        cookie.starts_with("access_token=;") && cookie.contains("Max-Age=0"),
        "{cookie}"
    );
    send(request(&ann.token)).await.is(200).has("Log out");
}
