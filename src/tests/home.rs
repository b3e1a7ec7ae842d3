//! The home timeline, in both profiles.

use serde_json::json;
use twitclone::{
    id::TweetId,
    store::timelines,
    timeline::{Reason, rebuild},
};

use crate::{
    in_both_profiles,
    person::Person,
    system::{Lock, until},
    test_app::{Profile, TestApp},
};

in_both_profiles!(
    a_tweet_reaches_the_followers_and_nobody_else,
    deliveries_repeat_without_effect,
    what_is_pushed_while_a_home_is_built_is_kept,
    following_brings_the_newest_tweets_in_order,
    unfollowed_ones_are_gone_at_once,
    an_event_in_flight_does_not_bring_an_unfollowed_one_back,
    deleted_tweets_are_gone_at_the_next_read,
    many_deleted_tweets_leave_a_page_full,
    ones_own_tweet_is_there_at_once,
    scrolling_goes_on_past_the_cap,
    min_id_gives_the_rows_just_above,
    the_same_key_posts_once,
);

async fn a_tweet_reaches_the_followers_and_nobody_else(mut app: TestApp) {
    let (ann, bob, cid) = (
        app.person("ann").await,
        app.person("bob").await,
        app.person("cid").await,
    );
    bob.follow(&ann).await;
    // Warm before the tweet, so that it comes by the event, not by a rebuild.
    assert_eq!(bob.home().await, []);
    assert_eq!(cid.home().await, []);
    let tweet = ann.tweet("hello").await;
    app.deliver_pending().await;
    assert_eq!(cached(&app, &bob).await, [tweet]);
    assert_eq!(bob.home().await, [tweet]);
    assert_eq!(ann.home().await, [tweet]);
    assert_eq!(cid.home().await, []);
}

async fn deliveries_repeat_without_effect(mut app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    bob.home().await;
    let first = ann.tweet("one").await;
    let second = ann.tweet("two").await;
    app.deliver_pending().await;
    for event in [first, second, first] {
        app.sql(&format!(
            "INSERT INTO outbox (tweet_id, author_id) VALUES ({event}, {})",
            ann.id()
        ))
        .await;
    }
    app.deliver_pending().await;
    assert_eq!(cached(&app, &bob).await, [second, first]);
}

/// The list is there before SQL is read, and takes pushes: what SQL did not see yet is not lost.
async fn what_is_pushed_while_a_home_is_built_is_kept(app: TestApp) {
    let bob = app.person("bob").await;
    let read = bob.tweet("read from SQL").await;
    app.app.timelines.forget(bob.id()).await.unwrap();
    let lock = Lock::of(&app.app, "tweets").await;
    let (building, id) = (app.app.clone(), bob.id());
    let built = tokio::spawn(async move { rebuild(&building, id, Reason::Missing).await });
    until("the list is there", async || {
        let inspected = app.app.timelines.inspect(bob.id()).await;
        inspected.unwrap().is_some()
    })
    .await;
    let pushed = TweetId::from(read.get() + 1);
    let new = app.app.timelines.push(&[(bob.id(), pushed)]).await;
    assert_eq!(new.unwrap(), 1);
    lock.release().await;
    assert_eq!(built.await.unwrap().unwrap(), Some(vec![read]));
    assert_eq!(cached(&app, &bob).await, [pushed, read]);
}

async fn following_brings_the_newest_tweets_in_order(mut app: TestApp) {
    let (ann, bob, cid) = (
        app.person("ann").await,
        app.person("bob").await,
        app.person("cid").await,
    );
    let mut expected = Vec::new();
    cid.follow(&ann).await;
    for round in 0..4 {
        expected.push(ann.tweet(&format!("ann {round}")).await);
        expected.push(bob.tweet(&format!("bob {round}")).await);
    }
    app.deliver_pending().await;
    assert_eq!(cid.home().await.len(), 4);
    cid.follow(&bob).await;
    expected.reverse();
    assert_eq!(
        cached(&app, &cid).await,
        expected,
        "merged without a rebuild"
    );
    assert_eq!(cid.home().await, expected);
}

async fn unfollowed_ones_are_gone_at_once(mut app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    let tweet = ann.tweet("hello").await;
    app.deliver_pending().await;
    assert_eq!(bob.home().await, [tweet]);
    bob.unfollow(&ann).await;
    assert_eq!(bob.home().await, []);
    bob.follow(&ann).await;
    assert_eq!(bob.home().await, [tweet]);
}

async fn an_event_in_flight_does_not_bring_an_unfollowed_one_back(mut app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    bob.home().await;
    let tweet = ann.tweet("hello").await;
    // The fan-out has read the followers, and pushes after the unfollowing.
    bob.unfollow(&ann).await;
    assert_eq!(bob.home().await, []);
    app.app.timelines.push(&[(bob.id(), tweet)]).await.unwrap();
    assert_eq!(cached(&app, &bob).await, [tweet]);
    assert_eq!(bob.home().await, []);
    app.deliver_pending().await;
    assert_eq!(bob.home().await, []);
}

async fn deleted_tweets_are_gone_at_the_next_read(mut app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    bob.home().await;
    let (first, second) = (ann.tweet("one").await, ann.tweet("two").await);
    app.deliver_pending().await;
    ann.delete_tweet(second).await;
    assert_eq!(bob.home().await, [first]);
    assert_eq!(ann.home().await, [first]);
}

async fn many_deleted_tweets_leave_a_page_full(mut app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    bob.home().await;
    let mut tweets = Vec::new();
    for number in 0..60 {
        tweets.push(ann.tweet(&format!("number {number}")).await);
    }
    app.deliver_pending().await;
    for tweet in &tweets[30..] {
        ann.delete_tweet(*tweet).await;
    }
    let mut expected = tweets[..30].to_vec();
    expected.reverse();
    assert_eq!(bob.home_page("limit=25").await, expected[..25]);
    assert_eq!(
        cached(&app, &bob).await,
        expected,
        "built again without them"
    );
}

async fn ones_own_tweet_is_there_at_once(app: TestApp) {
    let ann = app.person("ann").await;
    assert_eq!(ann.home().await, []);
    let tweet = ann.tweet("hello").await;
    // Nothing has been delivered.
    assert_eq!(ann.home().await, [tweet]);
}

async fn scrolling_goes_on_past_the_cap(app: TestApp) {
    drop(app);
    for profile in [Profile::Embedded, Profile::Full] {
        let mut app = TestApp::start(profile, &[("TWITCLONE__TIMELINES__CAP", "40")]).await;
        let (ann, bob) = (app.person("ann").await, app.person("bob").await);
        bob.follow(&ann).await;
        let mut expected = Vec::new();
        for number in 0..70 {
            let author = if number % 3 == 0 { &bob } else { &ann };
            expected.push(author.tweet(&format!("number {number}")).await);
        }
        app.deliver_pending().await;
        bob.home().await;
        for number in 70..100 {
            expected.push(ann.tweet(&format!("number {number}")).await);
        }
        app.deliver_pending().await;
        expected.reverse();
        for page in [1, 7, 39, 40] {
            assert_eq!(bob.whole_home(page).await, expected, "{page} a page");
        }
        assert_eq!(truth(&app, &bob).await[..40], cached(&app, &bob).await);
    }
}

async fn min_id_gives_the_rows_just_above(mut app: TestApp) {
    let ann = app.person("ann").await;
    let mut tweets = Vec::new();
    for number in 0..10 {
        tweets.push(ann.tweet(&format!("number {number}")).await);
    }
    app.deliver_pending().await;
    tweets.reverse();
    let home = async |query: String| ann.home_page(&query).await;
    assert_eq!(
        home(format!("min_id={}&limit=3", tweets[6])).await,
        tweets[3..6]
    );
    assert_eq!(
        home(format!("since_id={}&limit=3", tweets[6])).await,
        tweets[..3]
    );
    assert_eq!(
        home(format!("since_id={}&limit=20", tweets[6])).await,
        tweets[..6]
    );
    let between = format!("max_id={}&since_id={}", tweets[2], tweets[6]);
    assert_eq!(home(between).await, tweets[3..6]);
    assert_eq!(home(format!("max_id={}", tweets[9])).await, []);
}

async fn the_same_key_posts_once(mut app: TestApp) {
    let ann = app.person("ann").await;
    let mut answers = Vec::new();
    for text in ["hello", "hello", "something else"] {
        let response = ann
            .request(reqwest::Method::POST, "/api/v1/statuses")
            .header("idempotency-key", "once")
            .json(&json!({ "status": text }))
            .send()
            .await
            .unwrap();
        answers.push(response.json::<serde_json::Value>().await.unwrap()["id"].clone());
    }
    app.deliver_pending().await;
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
    assert_eq!(ann.home().await.len(), 1);
    let me = ann.get_json("/api/v1/accounts/verify_credentials").await;
    assert_eq!(me["statuses_count"], 1);
}

/// The ids of a person's cached timeline, whatever its state.
async fn cached(app: &TestApp, person: &Person) -> Vec<TweetId> {
    app.app
        .timelines
        .read(person.id(), 1000, app.clock.now())
        .await
        .unwrap()
        .ids
}

/// The ids of a person's home as SQL has it.
async fn truth(app: &TestApp, person: &Person) -> Vec<TweetId> {
    let mut connection = app.app.db.get().await.unwrap();
    timelines::whole_home(&mut connection, person.id(), 1000)
        .await
        .unwrap()
        .1
}
