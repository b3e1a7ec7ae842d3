//! Tweets of authors over the push limit: merged into homes when those are read.

use twitclone::{id::TweetId, store::timelines, timeline::audit};

use crate::{
    person::Person,
    test_app::{Profile, TestApp},
};

/// Who has more than one follower is over the limit.
const LOW: &[(&str, &str)] = &[
    ("TWITCLONE__FANOUT__PUSH_LIMIT", "1"),
    ("TWITCLONE__TIMELINES__CAP", "40"),
];

macro_rules! with_a_low_limit {
    ($($name:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::TestApp::start(super::Profile::Embedded, super::LOW).await).await;
            })*
        }
        mod full {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::TestApp::start(super::Profile::Full, super::LOW).await).await;
            })*
        }
    };
}

with_a_low_limit!(
    over_the_limit_nothing_is_pushed_and_all_is_seen_at_once,
    crossing_the_limit_loses_and_repeats_nothing,
    scrolling_reaches_every_tweet,
    deleted_ones_are_gone_and_leave_the_page_full,
    the_audit_does_not_miss_them,
);

/// Ann, whom Bob and Cid follow, with warm homes; and Dan, whom Bob alone follows.
async fn four(app: &TestApp) -> [Person; 4] {
    let ann = app.person("ann").await;
    let bob = app.person("bob").await;
    let cid = app.person("cid").await;
    let dan = app.person("dan").await;
    for (follower, followee) in [(&bob, &ann), (&cid, &ann), (&bob, &dan)] {
        follower.follow(followee).await;
    }
    for person in [&ann, &bob, &cid, &dan] {
        assert_eq!(person.home().await, []);
    }
    [ann, bob, cid, dan]
}

async fn cached(app: &TestApp, person: &Person) -> Vec<TweetId> {
    let inspected = app.app.timelines.inspect(person.id()).await.unwrap();
    inspected.unwrap().cached.ids
}

async fn truth(app: &TestApp, person: &Person) -> Vec<TweetId> {
    let mut connection = app.app.db.get().await.unwrap();
    timelines::whole_home(&mut connection, person.id(), 1000)
        .await
        .unwrap()
        .1
}

async fn over_the_limit_nothing_is_pushed_and_all_is_seen_at_once(mut app: TestApp) {
    let [ann, bob, _, dan] = four(&app).await;
    let first = ann.tweet("to both").await;
    let second = dan.tweet("to one").await;
    assert_eq!(bob.home().await, [first], "nothing was delivered yet");
    app.deliver_pending().await;
    assert_eq!(cached(&app, &bob).await, [second]);
    assert_eq!(bob.home().await, [second, first]);
    let third = ann.tweet("again").await;
    assert_eq!(bob.home().await, [third, second, first], "and again");
    assert_eq!(ann.home().await, [third, first]);
    assert_eq!(cached(&app, &ann).await, [third, first], "one's own");
    let metrics = reqwest::get(app.url("/metrics")).await.unwrap();
    let metrics = metrics.text().await.unwrap();
    assert!(
        metrics.contains("twitclone_timeline_merge_width_bucket{le=\"1.0\"} 3"),
        "{metrics}"
    );
}

async fn crossing_the_limit_loses_and_repeats_nothing(mut app: TestApp) {
    let [ann, bob, cid, dan] = four(&app).await;
    let mut posted = Vec::new();
    for round in 0..4 {
        // Their deliveries come after the next crossing.
        posted.insert(0, ann.tweet(&format!("over {round}")).await);
        cid.unfollow(&ann).await;
        app.deliver_pending().await;
        posted.insert(0, ann.tweet(&format!("under {round}")).await);
        cid.follow(&ann).await;
        posted.insert(0, ann.tweet(&format!("over again {round}")).await);
        app.deliver_pending().await;
        assert_eq!(bob.home().await, posted, "round {round}");
        assert_eq!(cid.home().await, posted, "round {round}");
    }
    let end = dan.tweet("the end").await;
    app.deliver_pending().await;
    posted.insert(0, end);
    assert_eq!(bob.whole_home(3).await, posted);
}

async fn scrolling_reaches_every_tweet(mut app: TestApp) {
    let [ann, bob, _, dan] = four(&app).await;
    // More of each than the cap, by turns and in runs.
    for number in 0..120 {
        let author = if number % 3 == 0 || number > 90 {
            &dan
        } else {
            &ann
        };
        author.tweet(&format!("number {number}")).await;
    }
    app.deliver_pending().await;
    let truth = truth(&app, &bob).await;
    assert_eq!(truth.len(), 120);
    for page in [1, 7, 40] {
        assert_eq!(bob.whole_home(page).await, truth, "pages of {page}");
    }
    for at in [0, 5, 39, 41, 80, 119] {
        let above: Vec<TweetId> = truth[..at].to_vec();
        let page = bob
            .home_page(&format!("limit=7&min_id={}", truth[at]))
            .await;
        assert_eq!(page, above[at.saturating_sub(7)..], "just above {at}");
        let since = bob
            .home_page(&format!("limit=7&since_id={}", truth[at]))
            .await;
        assert_eq!(since, above[..at.min(7)], "the newest since {at}");
    }
}

async fn deleted_ones_are_gone_and_leave_the_page_full(mut app: TestApp) {
    let [ann, bob, _, dan] = four(&app).await;
    let mut kept = Vec::new();
    let mut gone = Vec::new();
    for number in 0..30 {
        let tweet = ann.tweet(&format!("number {number}")).await;
        if number % 2 == 0 {
            kept.insert(0, tweet);
        } else {
            gone.push(tweet);
        }
    }
    dan.tweet("between").await;
    app.deliver_pending().await;
    assert_eq!(bob.home().await.len(), 31);
    let rebuilds = app.metric("twitclone_timeline_rebuilds_total").await;
    for tweet in gone {
        ann.delete_tweet(tweet).await;
    }
    assert_eq!(bob.home_page("limit=10").await[1..], kept[..9]);
    assert_eq!(bob.home_page("limit=40").await[1..], kept);
    assert_eq!(
        app.metric("twitclone_timeline_rebuilds_total").await,
        rebuilds,
        "nothing to clear out"
    );
}

async fn the_audit_does_not_miss_them(mut app: TestApp) {
    let [ann, bob, _, dan] = four(&app).await;
    ann.tweet("merged").await;
    let pushed = dan.tweet("pushed").await;
    app.deliver_pending().await;
    app.clock.advance(audit::GRACE * 2);
    let verdict = audit::audit(&app.app, bob.id()).await.unwrap();
    assert_eq!(verdict, audit::Verdict::Right);
    let entry = [(bob.id(), pushed)];
    app.app.timelines.remove(&entry).await.unwrap();
    let verdict = audit::audit(&app.app, bob.id()).await.unwrap();
    let audit::Verdict::Wrong(findings) = verdict else {
        panic!("{verdict:?}");
    };
    assert_eq!(findings.missing, [pushed]);
}
