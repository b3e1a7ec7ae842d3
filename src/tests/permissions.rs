//! Who may call what, and how often: tables of all routes, which the router tells.

use std::{collections::BTreeSet, fmt::Write};

use reqwest::{Client, Method, StatusCode, header};
use twitclone::{
    account::{Device, session},
    id::{TweetId, UserId},
    store::sessions,
    tweet,
};

use crate::{
    boundary::routes,
    person::Person,
    test_app::{Profile, TestApp, client},
};

const PASSWORD: &str = "correct horse battery";

/// Whose resources the addresses name is the owner.
#[derive(Clone, Copy, Debug)]
enum Who {
    Nobody,
    Other,
    Owner,
    /// With a session that was ended.
    Ended,
    /// Who has not confirmed their address, where that is wanted.
    Unconfirmed,
}

use Who::{Ended, Nobody, Other, Owner, Unconfirmed};

struct Stage {
    app: TestApp,
    owner: Person,
    other: Person,
    unconfirmed: Person,
}

impl Stage {
    async fn new() -> Self {
        let wanted = ("TWITCLONE__SIGN_UP__EMAIL", "confirmed");
        let app = TestApp::start(Profile::Embedded, &[wanted]).await;
        let (mut owner, other) = (app.person("owner").await, app.person("other").await);
        owner.user.email_confirmed_at = Some(app.clock.now());
        let unconfirmed = app.person("unconfirmed").await;
        app.sql("UPDATE users SET email_confirmed_at = now() WHERE username <> 'unconfirmed'")
            .await;
        Self {
            app,
            owner,
            other,
            unconfirmed,
        }
    }

    /// A session that nobody else has, so that ending it harms no other call.
    async fn token(&self, who: Who) -> Option<String> {
        let user = match who {
            Nobody => return None,
            Owner | Ended => self.owner.id(),
            Other => self.other.id(),
            Unconfirmed => self.unconfirmed.id(),
        };
        let app = &self.app.app;
        let mut connection = app.db.get().await.unwrap();
        let begun = session::begin(app, &mut connection, user, &Device::default()).await;
        let token = begun.unwrap();
        if matches!(who, Ended) {
            let session = app.tokens.read(&token).unwrap().session;
            sessions::delete(&mut connection, session).await.unwrap();
        }
        Some(token)
    }

    async fn call(&self, method: &str, pattern: &str, who: Who) -> String {
        let owner = &self.owner.user;
        let posted = tweet::post(&self.app.app, owner, "Bread in #kyoto", None).await;
        let tweet = posted.unwrap().0.id;
        let path = filled(pattern, self.owner.id(), tweet);
        let method: Method = method.parse().unwrap();
        let mut request = client()
            .build()
            .unwrap()
            .request(method.clone(), self.app.url(&path))
            .header("sec-fetch-site", "same-origin");
        if let Some(token) = self.token(who).await {
            request = request.header(header::COOKIE, format!("access_token={token}"));
        }
        if !matches!(method, Method::GET | Method::HEAD) {
            request = request.form(&[("status", "Hello"), ("text", "Hello")]);
        }
        let answer = request.send().await.unwrap();
        let place = answer.headers().get(header::LOCATION);
        let place = place.map_or("", |place| place.to_str().unwrap());
        match (answer.status(), place) {
            (StatusCode::SEE_OTHER, place) if place.starts_with("/login") => "log in".to_owned(),
            (status, _) => status.as_u16().to_string(),
        }
    }
}

/// [`routes`], which the router tells on a runtime of its own kind.
async fn all_routes() -> BTreeSet<(String, String)> {
    let told = || actix_web::rt::System::new().block_on(routes());
    tokio::task::spawn_blocking(told).await.unwrap()
}

/// An address of a pattern, of what the owner has.
fn filled(pattern: &str, owner: UserId, tweet: TweetId) -> String {
    let id = if pattern.contains("/statuses/") {
        tweet.to_string()
    } else {
        owner.to_string()
    };
    pattern
        .replace("{username}", "owner")
        .replace("{tweet_id}", &tweet.to_string())
        .replace("{user_id}", &owner.to_string())
        .replace("{tag}", "kyoto")
        .replace("{file}", "tweets.csv")
        .replace("{id}", &id)
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_may_call_what_is_theirs() {
    let stage = Stage::new().await;
    let mut table = "method path: nobody, other, owner, ended session, unconfirmed\n\n".to_owned();
    for (method, pattern) in all_routes().await {
        if method == "HEAD" || pattern == "/report" {
            continue;
        }
        let mut answers = Vec::new();
        for who in [Nobody, Other, Owner, Ended, Unconfirmed] {
            answers.push(stage.call(&method, &pattern, who).await);
        }
        writeln!(table, "{method} {pattern}: {}", answers.join(", ")).unwrap();
    }
    insta::assert_snapshot!(table);
}

/// The fields of a form.
type Fields<'f> = &'f [(&'f str, &'f str)];

/// What a form is sent with, and how often it is taken. Those who may call without end stand in [`UNLIMITED`].
const LIMITED: [(&str, Fields, usize); 13] = [
    ("/login", &[("username", "nemo"), ("password", "wrong")], 10),
    ("/login/forgotten", &[("email", "nemo@example.org")], 4),
    (
        "/settings/account/authenticator",
        &[("password", "wrong")],
        10,
    ),
    (
        "/settings/account/authenticator/confirm",
        &[("code", "000000")],
        10,
    ),
    (
        "/settings/account/authenticator/remove",
        &[("password", "wrong")],
        10,
    ),
    ("/settings/account/confirm-again", &[], 4),
    ("/settings/account/delete", &[("password", "wrong")], 10),
    (
        "/settings/account/email",
        &[("password", "wrong"), ("email", "a@example.org")],
        10,
    ),
    (
        "/settings/account/passkeys/ask",
        &[("password", "wrong")],
        10,
    ),
    (
        "/settings/account/passkeys/1/remove",
        &[("password", "wrong")],
        10,
    ),
    (
        "/settings/account/password",
        &[("password", "wrong"), ("new_password", PASSWORD)],
        10,
    ),
    (
        "/settings/account/recovery-codes",
        &[("password", "wrong")],
        10,
    ),
    (
        "/signup",
        &[
            ("username", "one"),
            ("email", "a@example.org"),
            ("password", PASSWORD),
        ],
        3,
    ),
];

/// Of these nobody has anything of using them often but their own account's disorder, or a secret that cannot be guessed is
/// asked for. Codes are limited by the account that they are tried for: see `pages/second_factor.rs`.
const UNLIMITED: [&str; 26] = [
    "/@{username}/{tweet_id}/delete",
    "/api/v1/accounts/update_credentials",
    "/api/v1/accounts/{id}/follow",
    "/api/v1/accounts/{id}/unfollow",
    "/api/v1/markers",
    "/api/v1/statuses",
    "/api/v1/statuses/{id}",
    "/follow/{user_id}",
    "/login/code",
    "/login/new-password",
    "/login/passkey",
    "/login/passkey/ask",
    "/logout",
    "/settings",
    "/settings/account/confirm",
    "/settings/account/keep",
    "/settings/account/passkeys",
    "/settings/appearance",
    "/settings/invitations",
    "/settings/invitations/{id}/withdraw",
    "/settings/sessions/end-others",
    "/settings/sessions/{id}/end",
    "/settings/sign-ups/{id}/let-in",
    "/settings/sign-ups/{id}/refuse",
    "/tweets",
    "/unfollow/{user_id}",
];

#[tokio::test(flavor = "multi_thread")]
async fn what_could_be_guessed_or_flooded_is_limited() {
    for (method, pattern) in all_routes().await {
        let is_changing = !matches!(method.as_str(), "GET" | "HEAD");
        let is_limited = LIMITED
            .iter()
            .any(|(path, ..)| pattern.replace("{id}", "1") == **path);
        assert!(
            !is_changing || is_limited || UNLIMITED.contains(&pattern.as_str()),
            "how often may {method} {pattern} be called?"
        );
    }
    for (path, form, most) in LIMITED {
        let settings = ("TWITCLONE__SIGN_UP__MOST_A_DAY", "3");
        let app = TestApp::start(Profile::Embedded, &[settings]).await;
        let browser = client().build().unwrap();
        let ann = app.person("ann").await;
        if path.ends_with("authenticator/confirm") {
            let proof = [("password", PASSWORD)];
            send(
                &app,
                &browser,
                &ann,
                "/settings/account/authenticator",
                &proof,
            )
            .await;
        }
        let mut taken = 0;
        loop {
            let name = format!("name_{taken}x");
            let form: Vec<(&str, &str)> = form
                .iter()
                .map(|(field, value)| {
                    (
                        *field,
                        if path == "/signup" && *field == "username" {
                            &name
                        } else {
                            *value
                        },
                    )
                })
                .collect();
            let status = send(&app, &browser, &ann, path, &form).await;
            if status == StatusCode::TOO_MANY_REQUESTS {
                break;
            }
            assert!(!status.is_server_error(), "{path}: {status}");
            taken += 1;
            assert!(taken <= most, "{path} is taken for the {taken}th time");
        }
        assert_eq!(taken, most, "{path}");
    }
}

async fn send(
    app: &TestApp,
    browser: &Client,
    ann: &Person,
    path: &str,
    form: Fields<'_>,
) -> StatusCode {
    let mut request = browser.post(app.url(path)).form(form);
    if path.starts_with("/settings") {
        request = request.header(header::COOKIE, format!("access_token={}", ann.token));
    }
    let request = request.header("sec-fetch-site", "same-origin");
    request.send().await.unwrap().status()
}
