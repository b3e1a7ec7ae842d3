//! Several tweets of one author come to the same followers together.

use diesel_async::SimpleAsyncConnection;
use twitclone::{id::TweetId, store::Transaction};

use super::{SMALL, cached, have, large, poison, turn, waiting};
use crate::{
    person::Person,
    test_app::{Profile, TestApp},
};

with_small_pieces!(
    tweets_of_one_author_come_together,
    another_authors_tweets_have_their_own_turn,
    pieces_of_other_followers_have_their_own_turn,
    what_failed_together_is_tried_one_by_one,
    what_failed_and_what_did_not_are_apart,
    one_that_was_deleted_does_not_come_with_the_others,
    deletions_of_one_author_come_together,
);

async fn tweets_of_one_author_come_together(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let mut tweets = Vec::new();
    for number in 0..3 {
        tweets.insert(0, ann.tweet(&format!("to many {number}")).await);
    }
    app.deliver_events().await;
    let mut steps = Vec::new();
    while turn(&app).await > 0 {
        let mut of_each = Vec::new();
        for tweet in &tweets {
            of_each.push(have(&app, &followers, *tweet).await);
        }
        steps.push(of_each);
    }
    // Cut, then two followers, two and one.
    assert_eq!(steps, [[0; 3], [2; 3], [4; 3], [5; 3]]);
    for person in followers.iter().chain([&ann]) {
        assert_eq!(cached(&app, person).await, tweets);
    }
}

async fn another_authors_tweets_have_their_own_turn(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let bob = app.person("bob").await;
    for follower in &followers[..3] {
        follower.follow(&bob).await;
    }
    let (one, other) = (ann.tweet("to five").await, bob.tweet("to three").await);
    app.deliver_pending().await;
    assert_eq!(have(&app, &followers, one).await, 5);
    assert_eq!(have(&app, &followers, other).await, 3);
}

/// The last piece of one tweet begins behind the last piece of the next, since two left in between.
async fn pieces_of_other_followers_have_their_own_turn(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let before = ann.tweet("to five").await;
    app.deliver_events().await;
    assert_eq!(turn(&app).await, 1, "cut");
    let mut other = Transaction::begin(&app.app.db).await.unwrap();
    let hold = "SELECT FROM pieces FOR UPDATE";
    other.connection().batch_execute(hold).await.unwrap();
    for follower in &followers[3..] {
        follower.unfollow(&ann).await;
    }
    let after = ann.tweet("to three").await;
    app.deliver_events().await;
    assert_eq!(turn(&app).await, 1, "cut");
    assert_eq!(waiting(&app, "bulk").await, 3 + 2);
    other.roll_back().await;
    app.deliver_pending().await;
    assert_eq!(have(&app, &followers[..3], before).await, 3);
    assert_eq!(have(&app, &followers, after).await, 3);
}

async fn all_have_both(app: &mut TestApp, followers: &[Person], tweets: [TweetId; 2]) {
    app.deliver_pending().await;
    for tweet in tweets {
        assert_eq!(have(app, followers, tweet).await, followers.len());
    }
}

async fn what_failed_together_is_tried_one_by_one(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let tweets = [ann.tweet("one").await, ann.tweet("two").await];
    app.deliver_events().await;
    poison(&app, &ann).await;
    assert_eq!(turn(&app).await, 1);
    assert_eq!(turn(&app).await, 0, "both are put off");
    app.sql("ALTER TABLE follows DISABLE ROW LEVEL SECURITY")
        .await;
    app.sql("UPDATE pieces SET due_at = now()").await;
    assert_eq!(turn(&app).await, 1);
    assert_eq!(waiting(&app, "bulk").await, 1 + 3, "one is cut");
    all_have_both(&mut app, &followers, tweets).await;
}

async fn what_failed_and_what_did_not_are_apart(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    for failed in [0, 1] {
        let tweets = [ann.tweet("one").await, ann.tweet("two").await];
        app.deliver_events().await;
        app.sql(&format!(
            "UPDATE pieces SET attempts = 1 WHERE tweet_id = {}",
            tweets[failed]
        ))
        .await;
        assert_eq!(turn(&app).await, 1);
        assert_eq!(waiting(&app, "bulk").await, 1 + 3, "one is cut");
        all_have_both(&mut app, &followers, tweets).await;
    }
}

async fn one_that_was_deleted_does_not_come_with_the_others(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let (gone, there) = (ann.tweet("gone").await, ann.tweet("there").await);
    app.deliver_events().await;
    assert_eq!(turn(&app).await, 1, "both are cut");
    app.sql(&format!("DELETE FROM tweets WHERE id = {gone}"))
        .await;
    app.deliver_pending().await;
    assert_eq!(have(&app, &followers, gone).await, 0);
    assert_eq!(have(&app, &followers, there).await, 5);
    assert_eq!(waiting(&app, "bulk").await, 0);
}

async fn deletions_of_one_author_come_together(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let tweets = [ann.tweet("one").await, ann.tweet("two").await];
    app.deliver_pending().await;
    for tweet in tweets {
        ann.delete_tweet(tweet).await;
    }
    let mut left = Vec::new();
    while turn(&app).await > 0 {
        let (one, two) = (
            have(&app, &followers, tweets[0]).await,
            have(&app, &followers, tweets[1]).await,
        );
        left.push((one, two));
    }
    assert_eq!(left, [(5, 5), (3, 3), (1, 1), (0, 0)]);
}
