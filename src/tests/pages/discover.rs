//! What somebody sees who follows nobody yet.

use serde_json::{Value, json};

use super::Browser;
use crate::test_app::{Profile, TestApp};

#[tokio::test(flavor = "multi_thread")]
async fn the_welcome_shows_what_was_said_last() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let stranger = Browser::new(&app);
    stranger.get("/").await.is(200).lacks("Just said");
    for number in 0..11 {
        ann.tweet(&format!("This is number {number}.")).await;
    }
    let page = stranger.get("/").await;
    page.has("Just said")
        .has("This is number 10.")
        .has("This is number 1.")
        .lacks("This is number 0.");
    assert_eq!(page.count("<article"), 10);
}

/// Everybody with a follow button, in order.
fn suggested(html: &str) -> Vec<&str> {
    let (_, list) = html.split_once("People you may like").unwrap_or_default();
    let list = list.split_once("</ul>").unwrap_or_default().0;
    list.split("class=\"who\" href=\"/@")
        .skip(1)
        .map(|rest| rest.split_once('"').unwrap().0)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_is_shown_people_and_a_home_that_fills_at_once() {
    let app = TestApp::embedded().await;
    let mut people = Vec::new();
    for name in ["ann", "bob", "cid", "dee", "eve", "fay"] {
        let person = app.person(name).await;
        person.tweet(&format!("{name} says this.")).await;
        people.push(person);
    }
    let [ann, bob, cid, dee, ..] = people.as_slice() else {
        unreachable!("six were made");
    };
    // Dee has two followers, Cid one; the others none.
    ann.follow(dee).await;
    bob.follow(dee).await;
    bob.follow(cid).await;
    let new = app.person("new").await;
    let browser = Browser::of(&app, &new).await;
    let home = browser.get("/").await;
    assert_eq!(suggested(&home.html), ["dee", "cid", "fay", "eve", "bob"]);
    // Cid is followed by somebody that she follows; Dee by two, and she is followed already.
    new.follow(bob).await;
    let page = browser.get("/users").await;
    assert_eq!(suggested(&page.html), ["dee", "cid", "fay", "eve", "ann"]);
    new.follow(dee).await;
    let page = browser.get("/users").await;
    assert_eq!(suggested(&page.html), ["cid", "fay", "eve", "ann"]);
    let home = browser.get("/").await;
    home.has("bob says this.").has("dee says this.");
    assert_eq!(suggested(&home.html), Vec::<&str>::new());
    // Who looks for somebody wants those, and who is not logged in cannot follow.
    browser.get("/users?q=a").await.lacks("People you may like");
    Browser::new(&app)
        .get("/users")
        .await
        .lacks("People you may like");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_what_it_is_and_what_it_asks() {
    let app = TestApp::embedded().await;
    app.person("ann").await.tweet("One.").await;
    let page = Browser::new(&app).get("/about").await;
    page.is(200)
        .has("1 person, 1 tweet.")
        .has("has left no address")
        .lacks("Rules");
    let settings = [
        (
            "TWITCLONE__INSTANCE__RULES",
            "Be kind.\n\n  No <b>ads</b>.\n",
        ),
        ("TWITCLONE__INSTANCE__CONTACT_EMAIL", "ann@example.org"),
    ];
    let app = TestApp::start(Profile::Embedded, &settings).await;
    let page = Browser::new(&app).get("/about").await;
    page.has("<li dir=\"auto\">Be kind.</li>\n<li dir=\"auto\">No &lt;b&gt;ads&lt;/b&gt;.</li>")
        .has("mailto:ann@example.org");
    assert_eq!(page.count("<li dir=\"auto\">"), 2);
    let instance = reqwest::get(app.url("/api/v2/instance")).await.unwrap();
    let instance: Value = instance.json().await.unwrap();
    assert_eq!(
        instance["rules"][1],
        json!({ "id": "2", "text": "No <b>ads</b>.", "hint": "" })
    );
}
