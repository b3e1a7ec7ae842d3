//! Secrets where none belong, as people and programs send them by mistake.

use reqwest::{Client, Method, header};

use super::Visit;

/// Sends them; what was sent.
pub async fn all(visit: &mut Visit<'_>) -> Vec<String> {
    for (path, form) in [
        (
            "/login",
            &[("username", "ann"), ("password", "planted-wrong")][..],
        ),
        (
            "/login",
            &[("username", "planted-as-a-name"), ("password", "x")],
        ),
        (
            "/login",
            &[("password", "planted-twice"), ("password", "planted-again")],
        ),
        (
            "/login",
            &[("username", "ann"), ("pasword", "planted-mistyped")],
        ),
        (
            "/login/code",
            &[("ticket", "planted-ticket"), ("code", "planted-code")],
        ),
        (
            "/login/new-password",
            &[("secret", "planted-link"), ("new_password", "planted-new")],
        ),
        (
            "/login/passkey",
            &[
                ("ticket", "planted-ticket"),
                ("credential", "{\"id\":\"planted-key\"}"),
            ],
        ),
        (
            "/signup",
            &[
                ("username", "b"),
                ("email", "b"),
                ("password", "planted-short"),
            ],
        ),
        (
            "/signup",
            &[
                ("username", "a b"),
                ("email", "planted-as-an-address"),
                ("password", "x"),
            ],
        ),
        ("/settings/account/confirm", &[("secret", "planted-link")]),
        (
            "/settings/account/password",
            &[
                ("password", "planted-wrong"),
                ("new_password", "planted-new"),
            ],
        ),
        (
            "/settings/account/email",
            &[("password", "planted-wrong"), ("email", "c@example.org")],
        ),
        (
            "/settings/account/authenticator",
            &[("password", "planted-wrong")],
        ),
        (
            "/settings/account/passkeys",
            &[("ticket", "planted-ticket"), ("credential", "planted-key")],
        ),
        ("/settings/account/delete", &[("password", "planted-wrong")]),
        (
            "/api/v1/statuses",
            &[("status", "x"), ("sensitive", "planted-flag")],
        ),
        (
            "/api/v1/statuses",
            &[("status", "x"), ("visibility", "planted-choice")],
        ),
        ("/api/v1/markers", &[("home[last_read_id]", "planted-id")]),
    ] {
        // In the form's own page what was typed may stand again, but for passwords; of names and addresses only in the log.
        let request = visit.request(Method::POST, path).form(form);
        visit.refused(&format!("{path} {form:?}"), request).await;
    }
    for (path, body) in [
        ("/login", r#"{"username":"ann","password":987654321123}"#),
        ("/login", r#"{"username":"ann","password":-98765.4321123}"#),
        (
            "/login",
            r#"{"username":"ann","password":["planted-in-a-list"]}"#,
        ),
        (
            "/login",
            r#"{"username":"ann","password":{"planted-as-a-key":"planted-in-an-object"}}"#,
        ),
        (
            "/login",
            r#"{"username":"ann","password":"x","code":["planted-code"]}"#,
        ),
        ("/login", r#""planted-alone""#),
        ("/login", r#"["planted-in-a-list"]"#),
        ("/login", r#"{"username":"ann","password":"planted-cut"#),
        ("/login", r#"{"username":"ann","password":planted-bare}"#),
        (
            "/login",
            r#"{"username":"ann","password":"planted-escaped\q"}"#,
        ),
        (
            "/signup",
            r#"{"username":["ann"],"password":"planted, expected a string"}"#,
        ),
        (
            "/signup",
            r#"{"username":"ann","secret":"planted-unknown","password":true}"#,
        ),
        (
            "/settings",
            r#"{"display_name":{"password":"planted-in-an-object"}}"#,
        ),
        (
            "/settings/account/password",
            r#"{"password":987654321123,"new_password":"planted-new"}"#,
        ),
        (
            "/api/v1/statuses",
            r#"{"status":987654321123,"token":"planted-unknown"}"#,
        ),
        ("/api/v1/statuses", r#""planted, expected planted-alone""#),
        (
            "/api/v1/statuses",
            r#"{"status":"x","sensitive":"planted-flag"}"#,
        ),
        (
            "/api/v1/statuses",
            r#"{"status":"x","visibility":"planted-choice"}"#,
        ),
        (
            "/api/v1/statuses",
            r#"{"status":"x","visibility":987654321123}"#,
        ),
        ("/api/v1/markers", r#"{"home":"planted-alone"}"#),
        (
            "/api/v1/markers",
            r#"{"home":{"last_read_id":"planted-id"}}"#,
        ),
        (
            "/api/v1/markers",
            r#"{"home":{"last_read_id":987654321123}}"#,
        ),
    ] {
        let request = visit.request(Method::POST, path);
        let request = request.header(header::CONTENT_TYPE, "application/json");
        visit
            .refused(&format!("{path} {body}"), request.body(body))
            .await;
    }
    let me = "/api/v1/accounts/verify_credentials";
    for value in ["Bearer planted-bearer", "Basic planted-basic"] {
        let request = Client::new().get(format!("{}{me}", visit.address));
        visit
            .refused(value, request.header(header::AUTHORIZATION, value))
            .await;
    }
    let request = Client::new().get(format!("{}{me}", visit.address));
    let cookie = "access_token=planted-cookie; device=planted-device";
    visit
        .refused("cookie", request.header(header::COOKIE, cookie))
        .await;
    for path in ["/settings/account/confirm", "/login/new-password"] {
        let request = visit.request(Method::GET, &format!("{path}?secret=planted-link"));
        visit.send(path, request).await;
        let request = visit.request(Method::GET, &format!("{path}?secret=planted-link&secret=x"));
        visit.refused(path, request).await;
    }
    let text = visit
        .request(Method::POST, "/login")
        .body("password=planted-as-text");
    visit.refused("text", text).await;
    [
        "987654321123",
        "98765.4321123",
        "planted-again",
        "planted-alone",
        "planted-as-a-key",
        "planted-as-text",
        "planted-bare",
        "planted-basic",
        "planted-bearer",
        "planted-choice",
        "planted-code",
        "planted-cookie",
        "planted-cut",
        "planted-device",
        "planted-escaped",
        "planted-flag",
        "planted-id",
        "planted-in-a-list",
        "planted-in-an-object",
        "planted-key",
        "planted-link",
        "planted-mistyped",
        "planted-new",
        "planted-short",
        "planted-ticket",
        "planted-twice",
        "planted-unknown",
        "planted-wrong",
    ]
    .map(str::to_owned)
    .into()
}
