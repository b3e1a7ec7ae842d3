//! Finding people, following them, their pages.

use reqwest::header;

use super::{Browser, send};
use crate::test_app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn people_are_found_with_the_right_button() {
    let app = TestApp::embedded().await;
    let (ann, bob, bea) = (
        app.person("ann").await,
        app.person("bob").await,
        app.person("Bea").await,
    );
    ann.follow(&bob).await;
    let browser = Browser::of(&app, &ann).await;
    let page = browser.get("/users?q=%20@B").await;
    page.is(200)
        .has(&format!("action=\"/unfollow/{}\"", bob.id()))
        .has(&format!("action=\"/follow/{}\"", bea.id()))
        .has(&format!("value=\"/users?q=%20@B#person-{}\"", bea.id()))
        .lacks("/@ann\">\n");
    assert_eq!(page.value("q"), "@B");
    browser
        .get("/users")
        .await
        .has("<span class=\"badge\">You</span>")
        .lacks(&format!("follow/{}", ann.id()));
    Browser::new(&app)
        .get("/users?q=b")
        .await
        .is(200)
        .has("href=\"/login?next=%2Fusers%3Fq%3Db\">Follow")
        .lacks("action=\"/follow");
}

#[tokio::test(flavor = "multi_thread")]
async fn search_results_come_in_pages_of_twenty() {
    let app = TestApp::embedded().await;
    app.sql(
        "INSERT INTO users (username, email, password_hash) \
         SELECT 'many_' || n, 'many_' || n || '@example.org', '' FROM generate_series(1, 45) n",
    )
    .await;
    let browser = Browser::new(&app);
    let mut seen = Vec::new();
    let mut at = "/users?q=many_".to_owned();
    for (rows, has_more) in [(20, true), (20, true), (5, false)] {
        let page = browser.get(&at).await;
        let names: Vec<String> = page
            .html
            .split("class=\"who\" href=\"/@")
            .skip(1)
            .map(|rest| rest.split_once('"').unwrap().0.to_owned())
            .collect();
        assert_eq!(names.len(), rows, "{at}");
        seen.extend(names);
        assert_eq!(page.html.contains("More people"), has_more);
        if let Some((before, _)) = page.html.split_once("\" rel=\"next\"") {
            at = before.rsplit_once("href=\"").unwrap().1.to_owned();
            at = at.replace("&amp;", "&");
        }
    }
    assert_eq!(at, "/users?q=many_&page=3");
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 45);
    browser
        .get("/users?q=many_&page=4000000000")
        .await
        .is(200)
        .has("There is nobody on this page.");
}

#[tokio::test(flavor = "multi_thread")]
async fn following_leads_back_to_where_one_was() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let browser = Browser::of(&app, &ann).await;
    let follow = format!("/follow/{}", bob.id());
    let unfollow = format!("/unfollow/{}", bob.id());
    let next = [("next", "/users?q=b#person-1")];
    for _ in 0..2 {
        let done = browser.post(&follow, &next).await;
        done.leads_to("/users?q=b#person-1");
    }
    browser
        .get("/@bob")
        .await
        .has("<b>1</b> follower<")
        .has(&unfollow);
    for _ in 0..2 {
        let done = browser.post(&unfollow, &[("next", "//evil.example")]).await;
        done.leads_to("/");
    }
    browser
        .get("/@bob")
        .await
        .has("<b>0</b> followers")
        .has(&follow);
    for (referer, place) in [
        (
            format!("{}/@bob/followers?max_id=7", app.address),
            "/@bob/followers?max_id=7",
        ),
        ("http://evil.example/@bob".to_owned(), "/"),
        (format!("{}.evil.example/@bob", app.address), "/"),
    ] {
        let request = browser
            .client
            .post(browser.url(&follow))
            .header(header::REFERER, referer);
        send(request).await.leads_to(place);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn following_oneself_or_nobody_is_refused() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let browser = Browser::of(&app, &ann).await;
    browser.get("/@ann").await.has("Edit profile");
    let oneself = ann.id().to_string();
    for verb in ["follow", "unfollow"] {
        for (id, status) in [
            (oneself.as_str(), 400),
            ("7", 404),
            ("-1", 404),
            ("abc", 404),
            ("99999999999999999999", 404),
        ] {
            browser.post(&format!("/{verb}/{id}"), &[]).await.is(status);
        }
    }
    let next = [("next", "/@bob")];
    let page = Browser::new(&app).post("/follow/7", &next).await;
    page.is(401).has("Please log in first.");
    assert_eq!(page.value("next"), "/@bob");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_shows_who_someone_is() {
    let app = TestApp::embedded().await;
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    ann.follow(&bob).await;
    app.sql("UPDATE users SET tweet_count = 1234567 WHERE username = 'bob'")
        .await;
    Browser::of(&app, &bob)
        .await
        .get("/@ann")
        .await
        .has("Follows you");
    let page = Browser::new(&app).get("/@bob").await;
    page.is(200)
        .has("<title>bob (@bob) · twitclone</title>")
        .has("<b>1,234,567</b> tweets")
        .has("<b>1</b> follower<")
        .has("<b>0</b> following")
        .has("Joined <time datetime=\"20")
        .has("rel=\"canonical\" href=\"http")
        .lacks("Follows you");
    Browser::new(&app)
        .get("/@bob/followers")
        .await
        .is(200)
        .has("href=\"/@ann\"");
    Browser::new(&app)
        .get("/@ann/following")
        .await
        .is(200)
        .has("href=\"/@bob\"");
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_people_go_on_to_their_end() {
    let app = TestApp::embedded().await;
    app.person("ann").await;
    app.sql(
        "INSERT INTO users (username, email, password_hash) \
         SELECT 'fan_' || n, 'fan_' || n || '@example.org', '' FROM generate_series(1, 85) n; \
         INSERT INTO follows (follower_id, followee_id) SELECT fan.id, ann.id FROM users fan, users ann \
         WHERE fan.username LIKE 'fan%' AND ann.username = 'ann'; \
         INSERT INTO follows (follower_id, followee_id) SELECT ann.id, fan.id FROM users fan, users ann \
         WHERE fan.username LIKE 'fan%' AND ann.username = 'ann'",
    )
    .await;
    let browser = Browser::new(&app);
    for place in ["/@ann/followers", "/@ann/following"] {
        let mut at = place.to_owned();
        let mut seen = std::collections::BTreeSet::new();
        for rows in [40, 40, 5] {
            let page = browser.get(&at).await;
            assert_eq!(page.count("class=\"person\""), rows, "{at}");
            let names = page.html.split("href=\"/@fan_").skip(1);
            seen.extend(names.map(|rest| rest.split_once('"').unwrap().0.to_owned()));
            match page.html.split_once("\" rel=\"next\"") {
                Some((before, _)) => at = before.rsplit_once("href=\"").unwrap().1.to_owned(),
                None => assert_eq!(rows, 5),
            }
        }
        assert_eq!(seen.len(), 85, "{place}");
    }
}
