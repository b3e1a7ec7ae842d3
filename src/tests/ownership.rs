//! Whoever names what is somebody else's is refused, and nothing at all is changed.

use std::collections::{BTreeMap, BTreeSet};

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::RunQueryDsl;
use reqwest::{Method, header};

use crate::{
    boundary::routes,
    person::Person,
    test_app::{Profile, TestApp, client},
};

const PASSWORD: &str = "correct horse battery";

/// Each route that changes what its address names, and how somebody is answered whose that is not.
const OTHERS: [(&str, &str, u16); 7] = [
    ("DELETE", "/api/v1/statuses/{id}", 403),
    ("POST", "/@{username}/{tweet_id}/delete", 403),
    ("POST", "/settings/account/passkeys/{id}/remove", 404),
    ("POST", "/settings/invitations/{id}/withdraw", 404),
    ("POST", "/settings/sessions/{id}/end", 404),
    ("POST", "/settings/sign-ups/{id}/let-in", 403),
    ("POST", "/settings/sign-ups/{id}/refuse", 403),
];
/// These name somebody, and change whom the caller follows.
const OWN: [&str; 4] = [
    "/api/v1/accounts/{id}/follow",
    "/api/v1/accounts/{id}/unfollow",
    "/follow/{user_id}",
    "/unfollow/{user_id}",
];

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    text: String,
}

async fn read(app: &TestApp, sql: &str) -> Vec<String> {
    let mut connection = app.app.db.get().await.unwrap();
    let rows: Vec<Row> = diesel::sql_query(sql).load(&mut connection).await.unwrap();
    rows.into_iter().map(|row| row.text).collect()
}

/// All rows of all tables, but which devices are known: proving who they are makes the caller's so.
async fn everything(app: &TestApp) -> BTreeMap<String, BTreeSet<String>> {
    let schema = &app.app.settings.database.schema;
    let tables = format!(
        "SELECT tablename::text AS text FROM pg_tables WHERE schemaname = '{schema}' AND tablename <> 'known_devices'"
    );
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for table in read(app, &tables).await {
        let rows = read(app, &format!("SELECT t::text AS text FROM {table} t")).await;
        all.insert(table, rows.into_iter().collect());
    }
    assert!(all.len() > 20 && all["users"].len() > 1, "{all:?}");
    all
}

/// One of each that somebody can have, by the pattern that names it.
async fn things(app: &TestApp, owner: &Person) -> BTreeMap<&'static str, String> {
    let tweet = owner.tweet("Bread in #kyoto").await;
    let id = owner.id();
    app.sql(&format!(
        "INSERT INTO passkeys (user_id, credential_id, name, credential) VALUES ({id}, 'x', 'Phone', '{{}}'); \
         INSERT INTO invitations (secret_hash, made_by, expires_at) VALUES ('x', {id}, now() + interval '1 day'); \
         INSERT INTO sign_ups (username, email, password_hash, reason, language, created_at) \
         VALUES ('waiting', 'w@example.org', 'x', 'Bread', 'en', now())"
    ))
    .await;
    let one = async |table: &str| {
        let ids = read(app, &format!("SELECT id::text AS text FROM {table}")).await;
        assert_eq!(ids.len(), 1, "{table}");
        ids[0].clone()
    };
    let session = app.app.tokens.read(&owner.token).unwrap().session;
    let sign_up = one("sign_ups").await;
    let at = |pattern: &'static str, id: &str| (pattern, pattern.replace("{id}", id));
    BTreeMap::from([
        at("/api/v1/statuses/{id}", &tweet.to_string()),
        (
            "/@{username}/{tweet_id}/delete",
            format!("/@owner/{tweet}/delete"),
        ),
        at(
            "/settings/account/passkeys/{id}/remove",
            &one("passkeys").await,
        ),
        at(
            "/settings/invitations/{id}/withdraw",
            &one("invitations").await,
        ),
        at("/settings/sessions/{id}/end", &session.to_string()),
        at("/settings/sign-ups/{id}/let-in", &sign_up),
        at("/settings/sign-ups/{id}/refuse", &sign_up),
    ])
}

/// With the cookie, and everything that any of the forms asks for.
async fn call(app: &TestApp, who: &Person, method: &str, path: &str) -> u16 {
    let request = client()
        .build()
        .unwrap()
        .request(method.parse().unwrap(), app.url(path))
        .header(header::COOKIE, format!("access_token={}", who.token))
        .form(&[("password", PASSWORD)]);
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_somebody_elses_stays_as_it_is() {
    let moderators = ("TWITCLONE__INSTANCE__MODERATORS", "owner");
    let app = TestApp::start(Profile::Embedded, &[moderators]).await;
    let (owner, other) = (app.person("owner").await, app.person("other").await);
    let things = things(&app, &owner).await;
    let before = everything(&app).await;
    for (method, pattern, status) in OTHERS {
        let path = &things[pattern];
        let answered = call(&app, &other, method, path).await;
        assert_eq!(answered, status, "{method} {path}");
        let after = everything(&app).await;
        for (table, rows) in &before {
            assert_eq!(&after[table], rows, "{method} {path}: {table}");
        }
        // What there is not is as little anybody's.
        let digits = path
            .rsplit(|c: char| !c.is_ascii_digit())
            .find(|part| part.len() > 5);
        let nobodys = path.replace(digits.unwrap(), "1");
        let answered = call(&app, &other, method, &nobodys).await;
        assert!(answered < 500, "{method} {nobodys}: {answered}");
        assert_eq!(everything(&app).await, before, "{method} {nobodys}");
    }
    // The same requests are carried out for whom they are of, so the refusals were not for something else.
    for (method, pattern, _) in OTHERS {
        let path = &things[pattern];
        if pattern.starts_with("/@") || pattern.ends_with("refuse") || pattern.ends_with("/end") {
            continue;
        }
        let was = everything(&app).await;
        let answered = call(&app, &owner, method, path).await;
        assert!(answered < 400, "{method} {path}: {answered}");
        assert_ne!(everything(&app).await, was, "{method} {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_that_names_something_is_known() {
    let routes = || actix_web::rt::System::new().block_on(routes());
    for (method, pattern) in tokio::task::spawn_blocking(routes).await.unwrap() {
        if matches!(method.as_str(), "GET" | "HEAD") || !pattern.contains('{') {
            continue;
        }
        let is_others = OTHERS
            .iter()
            .any(|(by, path, _)| *by == method && *path == pattern);
        assert!(
            is_others || OWN.contains(&pattern.as_str()),
            "whose is what {method} {pattern} names?"
        );
    }
}

/// What a request changes without naming it is the caller's, whatever else it says.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_writes_for_somebody_else() {
    let app = TestApp::embedded().await;
    let (owner, other) = (app.person("owner").await, app.person("other").await);
    owner.follow(&other).await;
    other.follow(&owner).await;
    let marker = serde_json::json!({ "home": { "last_read_id": "103194548672408537" } });
    owner.post("/api/v1/markers", &marker).await;
    let owners = async || {
        let id = owner.id();
        let sql = format!(
            "SELECT t::text AS text FROM (SELECT username, email, display_name, bio, password_hash FROM users WHERE id = {id}) t \
             UNION ALL SELECT t::text FROM follows t WHERE follower_id = {id} \
             UNION ALL SELECT t::text FROM markers t WHERE user_id = {id} \
             UNION ALL SELECT t::text FROM sessions t WHERE user_id = {id} \
             UNION ALL SELECT t::text FROM tweets t WHERE author_id = {id}"
        );
        read(&app, &sql).await
    };
    let before = owners().await;
    assert!(before.len() >= 4, "{before:?}");
    let id = owner.id();
    for (method, path) in [
        (Method::POST, format!("/unfollow/{id}")),
        (Method::POST, format!("/follow/{id}")),
        (Method::POST, format!("/api/v1/accounts/{id}/unfollow")),
        (Method::POST, format!("/api/v1/accounts/{id}/follow")),
        (Method::POST, "/api/v1/markers".to_owned()),
        (Method::POST, "/api/v1/statuses".to_owned()),
        (
            Method::PATCH,
            "/api/v1/accounts/update_credentials".to_owned(),
        ),
        (Method::POST, "/settings".to_owned()),
        (Method::POST, "/tweets".to_owned()),
        (Method::POST, "/settings/account/email".to_owned()),
        (Method::POST, "/settings/sessions/end-others".to_owned()),
        (Method::POST, "/settings/account/password".to_owned()),
        (Method::POST, "/logout".to_owned()),
    ] {
        let id = id.to_string();
        let form = [
            ("id", id.as_str()),
            ("user_id", &id),
            ("account_id", &id),
            ("author_id", &id),
            ("username", "owner"),
            ("home[last_read_id]", "1"),
            ("status", "By somebody else"),
            ("text", "By somebody else"),
            ("display_name", "Somebody else"),
            ("email", "else@example.org"),
            ("password", PASSWORD),
            ("new_password", "quite another long password"),
        ];
        let request = client()
            .build()
            .unwrap()
            .request(method.clone(), app.url(&path))
            .header(header::COOKIE, format!("access_token={}", other.token));
        let answer = request.form(&form).send().await.unwrap();
        let status = answer.status();
        assert!(!status.is_server_error(), "{method} {path}: {status}");
        assert_eq!(owners().await, before, "{method} {path}: {status}");
    }
}
