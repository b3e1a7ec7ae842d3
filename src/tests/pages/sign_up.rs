//! Who may sign up, and under which names.

use chrono::TimeDelta;

use super::{Browser, PASSWORD, Page};
use crate::test_app::{Profile, TestApp};

async fn in_mode(mode: &str) -> TestApp {
    let settings = [
        ("TWITCLONE__SIGN_UP__MODE", mode),
        ("TWITCLONE__INSTANCE__MODERATORS", "mod, Other"),
        ("TWITCLONE__INSTANCE__RULES", "Be kind & brief."),
    ];
    TestApp::start(Profile::Embedded, &settings).await
}

/// Somebody who was here before the mode was.
async fn member(app: &TestApp, name: &str) -> Browser {
    let hash = bcrypt_of(app).await;
    app.sql(&format!(
        "INSERT INTO users (username, email, password_hash) VALUES ('{name}', '{name}@example.org', '{hash}')"
    ))
    .await;
    let browser = Browser::new(app);
    let form = [("username", name), ("password", PASSWORD)];
    browser.post("/login", &form).await.leads_to("/");
    browser
}

async fn bcrypt_of(app: &TestApp) -> String {
    use twitclone::account::password::Password;
    let place = app.app.hasher.place().unwrap();
    place.hash(&Password::attempt(PASSWORD)).await.unwrap()
}

async fn sign_up(app: &TestApp, name: &str, more: &[(&str, &str)]) -> Page {
    let email = format!("{name}@example.org");
    let mut form = vec![
        ("username", name),
        ("email", &email),
        ("password", PASSWORD),
    ];
    form.extend(more);
    Browser::new(app).post("/signup", &form).await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_closed_nobody_signs_up() {
    let app = in_mode("closed").await;
    Browser::new(&app)
        .get("/signup")
        .await
        .has("Nobody can sign up here")
        .lacks("<form class=\"card");
    sign_up(&app, "ann", &[])
        .await
        .is(403)
        .has("Nobody can sign up here");
    let welcome = Browser::new(&app).get("/").await;
    welcome.has("Nobody can sign up here").lacks("/signup");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_welcome_and_the_form_say_how_one_gets_in_and_what_is_asked() {
    for (mode, said) in [
        ("open", "Sign up"),
        ("approval", "Somebody looks at each sign-up here"),
        ("invitation", "Only the invited can sign up here"),
    ] {
        let app = in_mode(mode).await;
        let welcome = Browser::new(&app).get("/").await;
        welcome.has(said).has("/signup");
        let form = Browser::new(&app).get("/signup").await;
        let has_form = mode != "invitation";
        assert_eq!(form.html.contains("Be kind &amp; brief."), has_form);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_lets_one_person_in() {
    let app = in_mode("invitation").await;
    let stranger = Browser::new(&app);
    stranger
        .get("/signup")
        .await
        .has("Only the invited")
        .lacks("<form class=\"card");
    sign_up(&app, "ann", &[])
        .await
        .is(422)
        .has("This invitation does not work");
    let old = member(&app, "old").await;
    let made = old.post("/settings/invitations", &[]).await;
    let link = made
        .is(200)
        .html
        .split("/signup?invitation=")
        .nth(1)
        .unwrap();
    let secret = link[..32].to_owned();
    old.get("/settings/invitations")
        .await
        .has("Works until")
        .lacks(&secret);
    stranger
        .get(&format!("/signup?invitation={secret}"))
        .await
        .has(&secret);
    let with = [("invitation", secret.as_str())];
    // What is wrong with the rest does not use it up.
    sign_up(&app, "a b", &with).await.is(422).has(&secret);
    sign_up(&app, "ann", &with).await.leads_to("/");
    sign_up(&app, "bob", &with)
        .await
        .is(422)
        .has("This invitation does not work");
    // However many press at once, it is one.
    let made = old.post("/settings/invitations", &[]).await;
    let secret = made.html.split("/signup?invitation=").nth(1).unwrap()[..32].to_owned();
    let with = [("invitation", secret.as_str())];
    let names: Vec<String> = (0..6).map(|number| format!("crowd_{number}x")).collect();
    let tries = names.iter().map(|name| sign_up(&app, name, &with));
    let answers = futures_util::future::join_all(tries).await;
    assert_eq!(answers.iter().filter(|page| page.status == 303).count(), 1);
    // Taken back, or a week old, it does not work.
    for _ in 0..10 {
        old.post("/settings/invitations", &[]).await.is(200);
    }
    old.post("/settings/invitations", &[])
        .await
        .is(400)
        .has("You have 10 invitations");
    app.clock.advance(TimeDelta::days(7));
    old.get("/settings/invitations").await.lacks("Works until");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_lets_people_in() {
    let app = in_mode("approval").await;
    let (moderator, member) = (member(&app, "mod").await, member(&app, "member").await);
    sign_up(&app, "ann", &[])
        .await
        .is(422)
        .has("Say in a few words");
    let reason = [("reason", "I like <b>bread</b>")];
    sign_up(&app, "ann", &reason)
        .await
        .is(200)
        .has("Somebody will look at your sign-up as @ann");
    sign_up(&app, "ANN", &reason).await.is(422).has("is taken");
    sign_up(&app, "bob", &reason).await.is(200);
    let log_in = async |password: &str| {
        let form = [("username", "ann"), ("password", password)];
        Browser::new(&app).post("/login", &form).await
    };
    log_in(PASSWORD)
        .await
        .is(403)
        .has("Nobody has looked at your sign-up yet");
    log_in("wrong").await.is(401).has("is wrong");
    Browser::new(&app).get("/@ann").await.is(404);
    member.get("/settings/sign-ups").await.is(403);
    member
        .get("/settings/account")
        .await
        .lacks("/settings/sign-ups");
    let page = moderator.get("/settings/sign-ups").await;
    page.is(200)
        .has("@ann")
        .has("I like &lt;b&gt;bread&lt;/b&gt;")
        .has("ann@example.org");
    let decide: Vec<String> = page
        .html
        .split("action=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .filter(|path| path.contains("sign-ups"))
        .collect();
    let [let_in, refuse, _, refuse_bob] = &decide[..] else {
        panic!("{decide:?}")
    };
    assert!(let_in.ends_with("let-in") && refuse.ends_with("refuse"));
    member.post(let_in, &[]).await.is(403);
    // Pressed twice, it is done once.
    for _ in 0..2 {
        moderator
            .post(let_in, &[])
            .await
            .leads_to("/settings/sign-ups");
    }
    moderator
        .post(refuse_bob, &[])
        .await
        .leads_to("/settings/sign-ups");
    moderator
        .get("/settings/sign-ups")
        .await
        .has("Nobody waits.");
    log_in(PASSWORD).await.leads_to("/");
    let told = app.mail_to("ann@example.org").await;
    let subjects: Vec<&str> = told.iter().map(|letter| letter.subject.as_str()).collect();
    assert_eq!(
        subjects,
        [
            "Confirm your email address for twitclone",
            "You are in: twitclone"
        ]
    );
    app.letter_to("bob@example.org")
        .await
        .has("was not accepted");
    sign_up(&app, "bob", &reason)
        .await
        .is(200)
        .has("Somebody will look");
    // The invited need not wait.
    let made = member.post("/settings/invitations", &[]).await;
    let secret = made.html.split("/signup?invitation=").nth(1).unwrap()[..32].to_owned();
    sign_up(&app, "cyd", &[("invitation", &secret)])
        .await
        .leads_to("/");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_looks_like_another() {
    let app = TestApp::embedded().await;
    for name in ["paypal", "modern", "wave", "B0b", "mia"] {
        sign_up(&app, name, &[]).await.leads_to("/");
    }
    for name in ["paypaI", "paypa1", "PAYPA1", "modem", "vvave", "bob", "BOB"] {
        sign_up(&app, name, &[])
            .await
            .is(422)
            .has("looks like one that somebody has");
    }
    for name in ["mla", "paypal_", "moderm", "bobby"] {
        sign_up(&app, name, &[]).await.leads_to("/");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_display_name_has_no_traces_of_what_is_not_seen() {
    let app = TestApp::embedded().await;
    let ann = Browser::of(&app, &app.person("ann").await).await;
    for (typed, kept) in [
        ("\u{202e}nna", "nna"),
        ("A\u{2067}nn\u{200b}", "Ann"),
        (
            "👩\u{200d}🚀 می\u{200c}خواهم",
            "👩\u{200d}🚀 می\u{200c}خواهم",
        ),
    ] {
        ann.post("/settings", &[("display_name", typed)])
            .await
            .leads_to("/@ann");
        assert_eq!(
            ann.get("/settings").await.value("display_name"),
            kept,
            "{typed:?}"
        );
    }
    let nothing = [("display_name", "\u{feff}\u{200f}\u{2066}")];
    ann.post("/settings", &nothing).await.leads_to("/@ann");
    ann.get("/@ann").await.has("<h1><bdi>ann</bdi></h1>");
}
