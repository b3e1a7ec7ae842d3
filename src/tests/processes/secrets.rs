//! Secrets are planted wherever people and settings have some, then looked for in everything that is told.

mod misplaced;

use base64::{Engine, prelude::*};
use reqwest::{Client, Method, RequestBuilder, header};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::{
    database,
    mailbox::Letter,
    process::Process,
    servers::free_port,
    system::{System, until},
    test_app::{Profile, client, unique_name},
};

/// As much as can be told, also of what is never told below `info`, by the name of all that a driver calls its own.
const TALKATIVE: (&str, &str) = (
    "TWITCLONE__LOG__LEVEL",
    "trace,tokio_postgres=trace,tokio_postgres::query=trace,tokio_postgres::prepare=trace,diesel=trace",
);
const DATABASE_PASSWORD: &str = "planted-database-password";
const INVITATION: &str = "planted-invitation";
const FIRST: &str = "planted-password-the-first";
const SECOND: &str = "planted-password-the-second";
const THIRD: &str = "planted-password-the-third";

/// The URL of a test's database, with a password, which its server does not ask for.
fn with_password(name: &str, password: &str) -> String {
    let url = database::url(name);
    let with = url.replace("twitclone@", &format!("twitclone:{password}@"));
    assert_ne!(with, url);
    with
}

/// A secret, as it may be written in a log.
fn written(secret: &str) -> Vec<String> {
    let bytes = secret.as_bytes();
    // Of the bytes in the middle, wherever the whole begins.
    let in_base64 = (0..3).map(|from| {
        let text = BASE64_STANDARD_NO_PAD.encode(&bytes[from..]);
        text[..text.len() - 1].to_owned()
    });
    let decimal: Vec<String> = bytes.iter().map(u8::to_string).collect();
    let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![secret.to_owned(), decimal.join(", "), hexadecimal];
    all.extend(in_base64);
    all
}

/// None of the secrets is in a text.
fn check(what: &str, text: &str, secrets: &[String]) {
    for secret in secrets {
        for form in written(secret) {
            let at = text.find(&form);
            let around = at.map(|at| text.get(at.saturating_sub(300)..at).unwrap_or("…"));
            assert!(
                at.is_none(),
                "{what} tells {secret} as {form} after: {around:?}"
            );
        }
    }
}

/// Somebody at a browser, who notes what was refused.
struct Visit<'s> {
    serve: &'s Process,
    address: String,
    browser: Client,
    refusals: Vec<(String, String)>,
    letters: usize,
}

impl Visit<'_> {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.browser
            .request(method, format!("{}{path}", self.address))
    }

    async fn send(&mut self, what: &str, request: RequestBuilder) -> (u16, String) {
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let headers = format!("{:?}", answer.headers());
        let body = answer.text().await.unwrap();
        assert!(status < 500, "{what}: {status} {body}");
        if status >= 400 {
            self.refusals
                .push((what.to_owned(), format!("{headers}\n{body}")));
        }
        (status, body)
    }

    async fn post(&mut self, path: &str, form: &[(&str, &str)]) -> String {
        let request = self.request(Method::POST, path).form(form);
        let (status, body) = self.send(path, request).await;
        assert!(status < 400, "{path} {form:?}: {status} {body}");
        body
    }

    /// What must be refused.
    async fn refused(&mut self, what: &str, request: RequestBuilder) {
        let (status, body) = self.send(what, request).await;
        assert!((400..500).contains(&status), "{what}: {status} {body}");
    }

    /// The secret of the link in the next letter that has one.
    async fn secret_by_mail(&mut self) -> String {
        loop {
            let files = || {
                let log = self.serve.log();
                let lines = log
                    .lines()
                    .filter(|line| line.contains("mail was put into"));
                let file = |line: &str| serde_json::from_str::<Value>(line).unwrap()["file"].take();
                lines.map(file).collect::<Vec<Value>>()
            };
            until("a letter came", async || files().len() > self.letters).await;
            let file = files()[self.letters].as_str().unwrap().to_owned();
            self.letters += 1;
            let (_, letter) = Letter::opened(file.as_ref());
            if let Some((_, rest)) = letter.text.split_once("?secret=") {
                return rest[..32].to_owned();
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_told() {
    let name = unique_name();
    let url = with_password(&name, DATABASE_PASSWORD);
    let by_invitation = ("TWITCLONE__SIGN_UP__MODE", "invitation");
    let more = [("DATABASE_URL", url.as_str()), by_invitation, TALKATIVE];
    let system = System::prepared_as(name, Profile::Embedded, &more).await;
    system
        .sql(&format!(
            "WITH old AS (INSERT INTO users (username, email, password_hash) VALUES ('old', 'o@example.org', '!') \
             RETURNING id) INSERT INTO invitations (secret_hash, made_by, expires_at) \
             SELECT sha256('{INVITATION}'), id, now() + interval '1 day' FROM old"
        ))
        .await;
    let mut serve = system.start(&["serve"]);
    let address = serve.address().await;
    let mut visit = Visit {
        serve: &serve,
        address,
        browser: client().build().unwrap(),
        refusals: Vec::new(),
        letters: 0,
    };
    let mut secrets = used(&mut visit).await;
    secrets.extend(misplaced::all(&mut visit).await);
    let (_, metrics) = visit
        .send("metrics", visit.request(Method::GET, "/metrics"))
        .await;
    let refusals = std::mem::take(&mut visit.refusals);
    let ended = serve.stop("TERM").await;
    assert_eq!(ended.code, Some(0));

    let settings = &system.app.settings;
    secrets.push(settings.auth.secret_key.expose_secret().to_owned());
    secrets.push(DATABASE_PASSWORD.to_owned());
    assert!(secrets.len() > 30);
    check("/metrics", &metrics, &secrets);
    for (what, told) in &refusals {
        check(what, told, &secrets);
    }
    check("the settings", &format!("{settings:?}"), &secrets);
    // Hashes are not for others either. These are in no answer but as a part of the page's own words.
    secrets.push("$2b$04$".to_owned());
    secrets.extend(["planted-as-a-name", "planted-as-an-address"].map(str::to_owned));
    check(
        "the log",
        &format!("{}{}", ended.stdout, ended.stderr),
        &secrets,
    );
    assert!(ended.stderr.contains("TRACE"), "the log was talkative");
}

/// Everything that lets somebody in, used as it should be.
async fn used(visit: &mut Visit<'_>) -> Vec<String> {
    let email = ("email", "ann@example.org");
    let form = [
        ("username", "ann"),
        email,
        ("password", FIRST),
        ("invitation", INVITATION),
    ];
    let signed_up = visit.request(Method::POST, "/signup").form(&form);
    let signed_up = signed_up.send().await.unwrap();
    assert_eq!(signed_up.status(), 303);
    let cookies = signed_up.headers().get_all(header::SET_COOKIE).iter();
    let mut secrets: Vec<String> = cookies
        .map(|cookie| {
            cookie
                .to_str()
                .unwrap()
                .split(['=', ';'])
                .nth(1)
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(secrets.len(), 2, "of the session and of the device");
    let token = secrets
        .iter()
        .find(|secret| secret.starts_with("ey"))
        .unwrap()
        .clone();
    let posted = visit
        .request(Method::POST, "/api/v1/statuses")
        .bearer_auth(&token)
        .json(&json!({ "status": "hello" }));
    visit.send("posting", posted).await;
    let confirm = visit.secret_by_mail().await;
    let path = format!("/settings/account/confirm?secret={confirm}");
    visit
        .send("confirm", visit.request(Method::GET, &path))
        .await;
    visit
        .post("/settings/account/confirm", &[("secret", &confirm)])
        .await;
    visit
        .post("/login", &[("username", "ann"), ("password", FIRST)])
        .await;
    let change = [("password", FIRST), ("new_password", SECOND)];
    visit.post("/settings/account/password", &change).await;
    let invited = visit.post("/settings/invitations", &[]).await;
    let invitation = invited.split("?invitation=").nth(1).unwrap()[..32].to_owned();
    let page = visit
        .post("/settings/account/authenticator", &[("password", SECOND)])
        .await;
    let (_, rest) = page.split_once("<code class=\"secret\">").unwrap();
    let app = rest.split('<').next().unwrap().replace(' ', "");
    let confirm_app = visit.request(Method::POST, "/settings/account/authenticator/confirm");
    // The form comes back with the secret, which is not on yet.
    let code = [("code", "planted-code")];
    let refused = confirm_app.form(&code).send().await.unwrap();
    assert_eq!(refused.status(), 422);
    let codes = visit
        .post("/settings/account/recovery-codes", &[("password", SECOND)])
        .await;
    let codes = codes.split("<li><code>").skip(1);
    secrets.extend(codes.map(|code| code.split('<').next().unwrap().to_owned()));
    visit.post("/login/forgotten", &[email]).await;
    let reset = visit.secret_by_mail().await;
    let path = format!("/login/new-password?secret={reset}");
    visit.send("reset", visit.request(Method::GET, &path)).await;
    visit
        .post(
            "/login/new-password",
            &[("secret", &reset), ("new_password", THIRD)],
        )
        .await;
    // Used up.
    visit
        .refused("late reset", visit.request(Method::GET, &path))
        .await;
    let again = [("secret", reset.as_str()), ("new_password", SECOND)];
    let again = visit
        .request(Method::POST, "/login/new-password")
        .form(&again);
    visit.refused("late reset", again).await;
    visit
        .post("/login", &[("username", "ann"), ("password", THIRD)])
        .await;
    // Its session is over.
    let me = visit.request(Method::GET, "/api/v1/accounts/verify_credentials");
    visit.refused("ended session", me.bearer_auth(&token)).await;
    secrets.extend([confirm, invitation, app, reset]);
    secrets.extend([FIRST, SECOND, THIRD, INVITATION].map(str::to_owned));
    secrets
}

/// Servers that are not there are named by those who look for them.
#[tokio::test(flavor = "multi_thread")]
async fn no_secret_is_told_where_servers_are_away() {
    let nobody = free_port().await;
    let url = format!("postgresql://twitclone:{DATABASE_PASSWORD}@127.0.0.1:{nobody}/twitclone");
    let soon = ("TWITCLONE__STARTUP__WAIT_SECONDS", "1");
    let system = System::bare(
        Profile::Embedded,
        &[("DATABASE_URL", &url), soon, TALKATIVE],
    )
    .await;
    for command in ["serve", "migrate"] {
        let ended = system.run(&[command]).await;
        assert_eq!(ended.code, Some(1), "{ended:?}");
        let told = format!("{}{}", ended.stdout, ended.stderr);
        check(command, &told, &[DATABASE_PASSWORD.to_owned()]);
    }
    let by_smtp = format!("smtp://planted-user:planted-smtp-password@127.0.0.1:{nobody}");
    let more = [("TWITCLONE__MAIL__SMTP_URL", by_smtp.as_str()), TALKATIVE];
    let system = System::prepared(Profile::Embedded, &more).await;
    let mut serve = system.start(&["serve"]);
    let address = serve.address().await;
    // By the process itself, which then sends the mail at once and not at its next look.
    let form = [
        ("username", "ann"),
        ("email", "ann@example.org"),
        ("password", FIRST),
    ];
    let browser = client().build().unwrap();
    let signed_up = browser.post(format!("{address}/signup")).form(&form).send();
    assert_eq!(signed_up.await.unwrap().status(), 303);
    serve.logged("mail was not sent; it is tried again").await;
    let ended = serve.stop("TERM").await;
    assert_eq!(ended.code, Some(0));
    check("mail", &ended.stderr, &["planted-smtp-password".to_owned()]);
}
