//! What an author is told of a tweet's way to the followers.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use twitclone::{
    event::{EventLog, NewTweet},
    fanout::{self, lanes},
    id::TweetId,
    store::pieces,
};

use super::{SMALL, large, poison, turn};
use crate::{
    person::Person,
    test_app::{Profile, TestApp},
};

const AGAIN: &str = "Delivering it failed on our side. It is tried again by itself.";
const GIVEN_UP: &str = "Delivering it failed again and again on our side. Whoever runs this server can have it tried \
                        again.";

with_small_pieces!(
    a_small_authors_tweet_waits_and_is_delivered,
    a_large_authors_tweet_is_half_way_for_a_while,
    a_failed_delivery_is_told_without_its_reason,
    a_tweet_that_is_merged_is_told_to_be,
    only_the_author_is_told,
);

async fn told(author: &Person, tweet: TweetId) -> Value {
    let path = format!("/api/v1/statuses/{tweet}/delivery");
    author.get_json(&path).await
}

fn expected(tweet: TweetId, state: &str, followers: i64, done: i64, cause: Option<&str>) -> Value {
    json!({
        "id": tweet.to_string(), "state": state, "followers": followers, "followers_done": done, "cause": cause,
    })
}

/// The sentence on the tweet's own page, if there is one, as somebody sees it.
async fn sentence(reader: &Person, author: &Person, tweet: TweetId) -> Option<String> {
    let path = format!("/@{}/{tweet}", author.user.username);
    let page = reader.browse(Method::GET, &path).send().await.unwrap();
    assert_eq!(page.status(), StatusCode::OK);
    let page = page.text().await.unwrap();
    let (_, rest) = page.split_once("<p class=\"when delivery\">")?;
    Some(rest.split_once("</p>").unwrap().0.to_owned())
}

#[track_caller]
fn says(found: Option<String>, words: &str) {
    assert_eq!(found.as_deref(), Some(words));
}

async fn a_small_authors_tweet_waits_and_is_delivered(mut app: TestApp) {
    let ann = app.person("ann").await;
    let lonely = ann.tweet("to nobody").await;
    assert_eq!(told(&ann, lonely).await["followers"], 0);
    assert_eq!(sentence(&ann, &ann, lonely).await, None);
    let (bob, cid) = (app.person("bob").await, app.person("cid").await);
    bob.follow(&ann).await;
    assert_eq!(bob.home().await.len(), 1);
    let tweet = ann.tweet("to one").await;
    assert_eq!(
        told(&ann, tweet).await,
        expected(tweet, "waiting", 1, 0, None)
    );
    says(
        sentence(&ann, &ann, tweet).await,
        "Waiting to be delivered to 1 follower.",
    );
    app.deliver_pending().await;
    assert_eq!(
        told(&ann, tweet).await,
        expected(tweet, "delivered", 1, 1, None)
    );
    says(
        sentence(&ann, &ann, tweet).await,
        "Delivered to 1 follower.",
    );
    // Whoever comes later has it from building their home.
    cid.follow(&ann).await;
    assert_eq!(
        told(&ann, tweet).await,
        expected(tweet, "delivered", 2, 2, None)
    );
}

async fn a_large_authors_tweet_is_half_way_for_a_while(mut app: TestApp) {
    let (ann, _) = large(&app).await;
    let tweet = ann.tweet("to many").await;
    assert_eq!(
        told(&ann, tweet).await,
        expected(tweet, "waiting", 5, 0, None)
    );
    app.deliver_events().await;
    let mut steps = vec![told(&ann, tweet).await];
    while turn(&app).await > 0 {
        steps.push(told(&ann, tweet).await);
        if steps.len() == 3 {
            says(
                sentence(&ann, &ann, tweet).await,
                "Being delivered: 2 of 5 followers.",
            );
        }
    }
    let state = |state, done| expected(tweet, state, 5, done, None);
    assert_eq!(
        steps,
        [
            state("delivering", 0),
            state("delivering", 0),
            state("delivering", 2),
            state("delivering", 4),
            state("delivered", 5),
        ]
    );
}

async fn a_failed_delivery_is_told_without_its_reason(mut app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    assert_eq!(bob.home().await, []);
    poison(&app, &ann).await;
    let tweet = ann.tweet("bad").await;
    app.deliver_events().await;
    let again = expected(tweet, "retrying", 1, 0, Some(AGAIN));
    assert_eq!(told(&ann, tweet).await, again);
    says(
        sentence(&ann, &ann, tweet).await,
        "Delivering it failed on our side; it is tried again.",
    );
    for _ in 0..4 {
        app.sql("UPDATE pieces SET due_at = now()").await;
        while turn(&app).await > 0 {}
    }
    let given_up = expected(tweet, "set_aside", 1, 0, Some(GIVEN_UP));
    assert_eq!(told(&ann, tweet).await, given_up);
    says(sentence(&ann, &ann, tweet).await, GIVEN_UP);
    app.sql("ALTER TABLE follows DISABLE ROW LEVEL SECURITY")
        .await;
    pieces::send_again(&mut app.app.db.get().await.unwrap())
        .await
        .unwrap();
    assert_eq!(told(&ann, tweet).await, again);
    app.deliver_pending().await;
    assert_eq!(
        told(&ann, tweet).await,
        expected(tweet, "delivered", 1, 1, None)
    );
    let lane = "twitclone_posted_to_visible_seconds_count{lane=\"retry\"}";
    assert_eq!(app.metric(lane).await, 1.0, "it was seen after all");
}

async fn a_tweet_that_is_merged_is_told_to_be(app: TestApp) {
    let (ann, _) = large(&app).await;
    let tweet = ann.tweet("to very many").await;
    app.sql("UPDATE tweets SET is_pulled = true").await;
    assert_eq!(
        told(&ann, tweet).await,
        expected(tweet, "merged", 5, 5, None)
    );
    says(
        sentence(&ann, &ann, tweet).await,
        "Shown to 5 followers when they open their home.",
    );
}

async fn only_the_author_is_told(mut app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    let tweet = ann.tweet("mine").await;
    app.deliver_pending().await;
    let path = format!("/api/v1/statuses/{tweet}/delivery");
    let others = bob.get(&path).await;
    assert_eq!(others.status(), StatusCode::FORBIDDEN);
    let strangers = app.stranger().get(app.url(&path)).send().await.unwrap();
    assert_eq!(strangers.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(sentence(&bob, &ann, tweet).await, None);
    ann.delete_tweet(tweet).await;
    assert_eq!(ann.get(&path).await.status(), StatusCode::NOT_FOUND);
}

/// Between the outbox and the followers nothing is written down, so their lists are looked at.
#[tokio::test(flavor = "multi_thread")]
async fn on_the_topic_the_lists_say_how_far_it_is() {
    let app = TestApp::full().await;
    let ann = app.person("ann").await;
    let mut followers = Vec::new();
    for name in ["bob", "cid", "dan"] {
        let follower = app.person(name).await;
        follower.follow(&ann).await;
        followers.push(follower);
    }
    // Dan has not been here, and will see it when he comes.
    for follower in &followers[..2] {
        assert_eq!(follower.home().await, []);
    }
    let tweet = ann.tweet("on its way").await;
    // As the relay does after publishing.
    app.sql("DELETE FROM outbox").await;
    assert_eq!(
        told(&ann, tweet).await,
        expected(tweet, "waiting", 3, 0, None)
    );
    let push = async |to: &Person| app.app.timelines.push(&[(to.id(), tweet)]).await.unwrap();
    push(&followers[0]).await;
    assert_eq!(
        told(&ann, tweet).await,
        expected(tweet, "delivering", 3, 2, None)
    );
    let event = NewTweet {
        tweet_id: tweet,
        author_id: ann.id(),
    };
    fanout::handle(&app.app, vec![event]).await.unwrap();
    assert!(matches!(app.app.events, EventLog::Kafka(_)));
    assert_eq!(
        told(&ann, tweet).await,
        expected(tweet, "delivered", 3, 3, None)
    );
}

/// Not all of a deep outbox is looked through.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_behind_a_deep_outbox_waits() {
    let mut app = TestApp::start(Profile::Embedded, SMALL).await;
    let ann = app.person("ann").await;
    let old = ann.tweet("done").await;
    app.deliver_pending().await;
    app.sql(&format!(
        "INSERT INTO outbox (tweet_id, author_id) SELECT {old} + number, 1 FROM generate_series(1, 1500) AS number"
    ))
    .await;
    let new = ann.tweet("behind them").await;
    assert_eq!(told(&ann, new).await["state"], "waiting");
    assert_eq!(told(&ann, old).await["state"], "delivered");
    assert!(lanes::turn(&app.app).await.unwrap() == 0);
}
