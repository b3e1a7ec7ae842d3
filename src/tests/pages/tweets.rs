//! Saying something, reading it, taking it back.

use super::{Browser, PASSWORD};
use crate::test_app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_tweet_is_shown_as_it_was_written() {
    let app = TestApp::embedded().await;
    let ann = app.person("Ann").await;
    let browser = Browser::of(&app, &ann).await;
    let text =
        "\r\n <b>&\"quoted\"</b> @ann @nobody #Tag\r\n  indented https://example.org/?a=b&c=d'e";
    let form = [("text", text), ("idempotency_key", "one")];
    browser.post("/tweets", &form).await.leads_to("/");
    let shown = "dir=\"auto\">&lt;b&gt;&amp;&quot;quoted&quot;&lt;/b&gt; <a href=\"/@Ann\">@ann</a> @nobody \
                 <a href=\"/tags/tag\">#Tag</a>\n  indented \
                 <a href=\"https://example.org/?a=b&amp;c=d&#39;e\" rel=\"nofollow noopener noreferrer\">\
                 https://example.org/?a=b&amp;c=d&#39;e</a></p>";
    for path in ["/", "/@Ann", "/tags/tag"] {
        browser.get(path).await.is(200).has(shown);
    }
    let id = ann.home().await[0];
    browser.get(&format!("/@Ann/{id}")).await.is(200).has(shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_form_sent_twice_makes_one_tweet() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    let key = browser.get("/").await.value("idempotency_key");
    assert_ne!(browser.get("/").await.value("idempotency_key"), key);
    let form = [("text", "once"), ("idempotency_key", key.as_str())];
    browser.post("/tweets", &form).await.leads_to("/");
    browser.post("/tweets", &form).await.leads_to("/");
    assert_eq!(ann.home().await.len(), 1);
    // Going back and writing something else is a second tweet.
    let form = [("text", "other"), ("idempotency_key", key.as_str())];
    browser.post("/tweets", &form).await.leads_to("/");
    assert_eq!(ann.home().await.len(), 2);
    // A form without a key is sent as often as it is sent.
    for _ in 0..2 {
        browser
            .post("/tweets", &[("text", "again")])
            .await
            .leads_to("/");
    }
    assert_eq!(ann.home().await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_tweet_comes_back_under_its_key() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    ann.tweet("earlier").await;
    let browser = Browser::of(&app, &ann).await;
    let long = format!("\n{}", "é".repeat(501));
    let form = [("text", long.as_str()), ("idempotency_key", "mine")];
    let page = browser.post("/tweets", &form).await;
    page.is(422)
        .has("A tweet may have 500 characters; this one has 501.")
        .has("<a href=\"#text\">")
        .has("aria-invalid=\"true\" aria-describedby=\"text-problem text-hint\"")
        .has("earlier");
    assert_eq!(page.value("text"), long);
    assert_eq!(page.value("idempotency_key"), "mine");
    for nothing in ["", " \r\n ", "\u{200b}"] {
        browser
            .post("/tweets", &[("text", nothing)])
            .await
            .is(422)
            .has("A tweet needs some text.");
    }
    browser.post("/tweets", &[]).await.is(422);
    assert_eq!(ann.home().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_outlives_the_end_of_the_session() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::new(&app);
    let form = [
        ("text", "\nmy <draft>\r\nline"),
        ("idempotency_key", "mine"),
    ];
    let page = browser.post("/tweets", &form).await;
    page.is(401).has("Your tweet is kept").has("Log in");
    assert_eq!(page.value("text"), "\nmy &lt;draft&gt;\r\nline");
    assert_eq!(page.value("idempotency_key"), "mine");
    let log_in = |password| {
        [
            ("username", "ann"),
            ("password", password),
            ("text", "\nmy <draft>\r\nline"),
            ("idempotency_key", "mine"),
        ]
    };
    let page = browser.post("/login", &log_in("wrong")).await;
    page.is(401);
    assert_eq!(page.value("text"), "\nmy &lt;draft&gt;\r\nline");
    let page = browser.post("/login", &log_in(PASSWORD)).await;
    page.is(200)
        .has("Your tweet is not posted yet.")
        .has("action=\"/tweets\"");
    assert_eq!(page.value("text"), "\nmy &lt;draft&gt;\r\nline");
    assert_eq!(page.value("idempotency_key"), "mine");
    assert_eq!(ann.home().await.len(), 0);
    browser.post("/tweets", &form).await.leads_to("/");
    assert_eq!(ann.home().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_author_deletes_a_tweet() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let id = ann.tweet("regretted").await;
    let path = format!("/@ann/{id}");
    let delete = format!("{path}/delete");
    let others = Browser::of(&app, &bob).await;
    others.get(&path).await.is(200).lacks("Delete");
    others.post(&delete, &[]).await.is(403);
    Browser::new(&app)
        .post(&delete, &[])
        .await
        .is(401)
        .has("Please log in first.");
    let own = Browser::of(&app, &ann).await;
    own.get(&path).await.is(200).has(&delete);
    own.post(&delete, &[]).await.leads_to("/@ann");
    own.get(&path)
        .await
        .is(404)
        .has("It may have been deleted.");
    own.get("/").await.lacks("regretted");
    own.get("/@ann")
        .await
        .lacks("regretted")
        .has("<b>0</b> tweets");
    // The second click of a double click.
    own.post(&delete, &[]).await.leads_to("/@ann");
}

#[tokio::test(flavor = "multi_thread")]
async fn home_and_profile_scroll_to_the_end() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    for number in 0..85 {
        ann.tweet(&format!("#all tweet number {number:02}.")).await;
    }
    for place in ["/", "/@ann", "/tags/all"] {
        let mut at = place.to_owned();
        let mut seen = Vec::new();
        loop {
            let page = browser.get(&at).await;
            page.is(200);
            seen.extend(
                page.html
                    .split("tweet number ")
                    .skip(1)
                    .map(|rest| rest[..2].parse::<i32>().unwrap()),
            );
            assert_eq!(page.html.contains("Back to newest"), at != place);
            assert_eq!(
                page.html.contains("action=\"/tweets\""),
                at == "/",
                "the box stands on the first page of home alone"
            );
            let Some((before, _)) = page.html.split_once("\" rel=\"next\">Older tweets") else {
                break;
            };
            at = before.rsplit_once("href=\"").unwrap().1.to_owned();
            assert!(at.starts_with(&format!("{place}?max_id=")), "{at}");
        }
        let expected: Vec<i32> = (0..85).rev().collect();
        assert_eq!(seen, expected, "{place}");
        browser
            .get(&format!("{place}?max_id=1"))
            .await
            .is(200)
            .has("There are no older tweets.")
            .has("Back to newest");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_pages_say_what_to_do() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    browser.get("/").await.has("Find people to follow");
    browser.get("/@ann").await.has("Write your first tweet");
    browser
        .get("/@ann/following")
        .await
        .has("Find people to follow");
    browser
        .get("/@ann/followers")
        .await
        .has("Nobody follows you yet.");
    browser
        .get("/tags/unused")
        .await
        .is(200)
        .has("Nobody has used this tag yet.");
    browser
        .get("/users?q=zzz")
        .await
        .is(200)
        .has("“\u{2068}zzz\u{2069}”");
    let stranger = Browser::new(&app);
    stranger
        .get("/@ann")
        .await
        .has("\u{2068}ann\u{2069} has not said anything yet.");
}

/// What stands around the rows is kept for whoever reads it.
#[tokio::test(flavor = "multi_thread")]
async fn a_home_names_its_own_reader() {
    let app = TestApp::embedded().await;
    for (name, display_name, initial) in [
        ("ann", "<i>", "&lt;"),
        ("bob", "\"&", "&quot;"),
        ("eva", "", "E"),
    ] {
        let person = app.person(name).await;
        let browser = Browser::of(&app, &person).await;
        let form = [("display_name", display_name)];
        browser
            .post("/settings", &form)
            .await
            .leads_to(&format!("/@{name}"));
        person.tweet("Hello").await;
        let page = browser.get("/").await;
        page.has(&format!("data-author=\"{}\"", person.id()))
            .has(&format!("<li><a href=\"/@{name}\">"))
            .has(&format!(
                "aria-hidden=\"true\">{initial}</span>\n<div class=\"beside\">"
            ))
            .has(&format!("class=\"avatar hue-{}\"", person.id().get() % 12));
    }
}
