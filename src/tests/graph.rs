//! Following and unfollowing.

use diesel::{QueryableByName, sql_types::BigInt};
use diesel_async::RunQueryDsl;
use futures_util::{StreamExt, stream};
use serde_json::{Value, json};
use twitclone::{graph, id::UserId};

use crate::{in_both_profiles, person::Person, test_app::TestApp};

in_both_profiles!(
    following_and_unfollowing_can_be_repeated,
    oneself_and_nobody_get_a_clear_error,
    a_follow_that_crosses_an_unfollow_loses_nothing,
);

async fn following_and_unfollowing_can_be_repeated(app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    for _ in 0..3 {
        ann.follow(&bob).await;
        assert_eq!(counts(&ann).await, (0, 1));
        assert_eq!(counts(&bob).await, (1, 0));
    }
    for _ in 0..3 {
        ann.unfollow(&bob).await;
        assert_eq!(counts(&ann).await, (0, 0));
        assert_eq!(counts(&bob).await, (0, 0));
    }
}

async fn oneself_and_nobody_get_a_clear_error(app: TestApp) {
    let ann = app.person("ann").await;
    for (id, verb, status, words) in [
        (
            ann.id().to_string(),
            "follow",
            400,
            "You cannot follow yourself.",
        ),
        (
            ann.id().to_string(),
            "unfollow",
            400,
            "You cannot unfollow yourself.",
        ),
        ("1".to_owned(), "follow", 404, "no such account"),
        ("1".to_owned(), "unfollow", 404, "no such account"),
    ] {
        let path = format!("/api/v1/accounts/{id}/{verb}");
        let response = ann.post(&path, &json!({})).await;
        assert_eq!(response.status(), status, "{path}");
        let body: Value = response.json().await.unwrap();
        assert!(body["error"].as_str().unwrap().contains(words), "{body}");
    }
}

/// Any order of the two's effects on the cache: the version tells that it does not fit.
async fn a_follow_that_crosses_an_unfollow_loses_nothing(mut app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    let tweet = bob.tweet("hello").await;
    app.deliver_pending().await;
    for _ in 0..20 {
        ann.home().await;
        let (followed, unfollowed) = tokio::join!(
            graph::follow(&app.app, &ann.user, bob.id()),
            graph::unfollow(&app.app, &ann.user, bob.id()),
        );
        followed.unwrap();
        unfollowed.unwrap();
        let expected = if counts(&ann).await.1 == 1 {
            vec![tweet]
        } else {
            vec![]
        };
        assert_eq!(ann.home().await, expected);
        ann.follow(&bob).await;
        assert_eq!(ann.home().await, [tweet]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_never_drift() {
    let app = TestApp::embedded().await;
    let mut people = Vec::new();
    for number in 0..8 {
        people.push(app.person(&format!("person{number}")).await);
    }
    // 1,000 changes at once, each pair in both directions, following and unfollowing.
    let users: Vec<_> = people.iter().map(|person| person.user.clone()).collect();
    let changes = (0..1000_usize).map(|number| {
        let (follower, followee) = (number % 8, (number / 8 + number % 7 + 1) % 8);
        let (app, users) = (app.app.clone(), users.clone());
        async move {
            if follower == followee {
                return;
            }
            let done = if number % 3 == 0 {
                graph::unfollow(&app, &users[follower], users[followee].id).await
            } else {
                graph::follow(&app, &users[follower], users[followee].id).await
            };
            done.unwrap();
        }
    });
    stream::iter(changes)
        .buffer_unordered(8)
        .collect::<Vec<()>>()
        .await;
    // Tweets too, some of them deleted.
    for person in &people {
        let first = person.tweet("one").await;
        person.tweet("two").await;
        person.delete_tweet(first).await;
    }
    let mut any = 0;
    for user in &users {
        let counted = counted(&app, user.id).await;
        assert_eq!(stored(&app, user.id).await, counted);
        any += counted.followers;
    }
    assert!(any > 0, "somebody follows somebody");
}

#[derive(Debug, PartialEq, Eq, QueryableByName)]
struct Counts {
    #[diesel(sql_type = BigInt)]
    tweets: i64,
    #[diesel(sql_type = BigInt)]
    followers: i64,
    #[diesel(sql_type = BigInt)]
    following: i64,
}

async fn stored(app: &TestApp, user: UserId) -> Counts {
    select(
        app,
        "SELECT tweet_count AS tweets, follower_count AS followers, following_count AS following \
         FROM users WHERE id = $1",
        user,
    )
    .await
}

async fn counted(app: &TestApp, user: UserId) -> Counts {
    select(
        app,
        "SELECT (SELECT count(*) FROM tweets WHERE author_id = $1) AS tweets, \
         (SELECT count(*) FROM follows WHERE followee_id = $1) AS followers, \
         (SELECT count(*) FROM follows WHERE follower_id = $1) AS following",
        user,
    )
    .await
}

async fn select(app: &TestApp, sql: &str, user: UserId) -> Counts {
    let mut connection = app.app.db.get().await.unwrap();
    diesel::sql_query(sql)
        .bind::<BigInt, _>(user.get())
        .get_result(&mut connection)
        .await
        .unwrap()
}

/// Followers and following, as the API tells them.
async fn counts(person: &Person) -> (i64, i64) {
    let me = person.get_json("/api/v1/accounts/verify_credentials").await;
    (
        me["followers_count"].as_i64().unwrap(),
        me["following_count"].as_i64().unwrap(),
    )
}
