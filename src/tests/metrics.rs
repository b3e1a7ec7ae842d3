//! What the server tells of itself changes when that happens which it tells of.

use chrono::TimeDelta;
use deadpool_redis::redis::cmd;
use twitclone::{
    fanout::backfill::{Scope, backfill},
    timeline::audit,
};

use crate::{
    in_both_profiles,
    person::Person,
    test_app::{TestApp, redis_connection},
};

in_both_profiles!(
    an_event_counts_until_and_when_it_is_delivered,
    a_rebuild_says_why,
    whoever_waits_for_the_database_is_counted,
);

async fn an_event_counts_until_and_when_it_is_delivered(mut app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    assert_eq!(bob.home().await, []);
    assert_eq!(app.metric("twitclone_outbox_depth").await, 0.0);
    for number in 1..=3 {
        ann.tweet(&format!("number {number}")).await;
    }
    assert_eq!(app.metric("twitclone_outbox_depth").await, 3.0);
    let age = app.metric("twitclone_outbox_age_seconds").await;
    assert!(age > 0.0, "{age}");
    app.sql("UPDATE outbox SET created_at = created_at - interval '1 hour' WHERE id = (SELECT min(id) FROM outbox)")
        .await;
    let older = app.metric("twitclone_outbox_age_seconds").await;
    assert!(older >= age + 3600.0, "the oldest counts: {older}");
    app.deliver_pending().await;
    for (name, figure) in [
        ("outbox_depth", 0.0),
        ("outbox_age_seconds", 0.0),
        ("events_total", 3.0),
        ("deliveries_total", 3.0),
        ("posted_to_visible_seconds_count{lane=\"usual\"}", 3.0),
    ] {
        let found = app.metric(&format!("twitclone_{name}")).await;
        assert_eq!(found, figure, "{name}");
    }
}

async fn rebuilds(app: &TestApp, reason: &str) -> f64 {
    let name = format!("twitclone_timeline_rebuilds_total{{reason=\"{reason}\"}}");
    app.metric(&name).await
}

async fn a_rebuild_says_why(mut app: TestApp) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    let mut before = 0.0;
    let mut expect = async |app: &TestApp, reason: &str| {
        assert_eq!(rebuilds(app, reason).await, 1.0, "{reason}");
        before += 1.0;
        let all = app.metric("twitclone_timeline_rebuilds_total").await;
        assert_eq!(all, before, "nothing else: {reason}");
    };
    bob.home().await;
    expect(&app, "missing").await;
    // Somebody began one and died.
    let now = app.clock.now();
    app.app
        .timelines
        .begin_rebuild(bob.id(), now)
        .await
        .unwrap()
        .unwrap();
    app.clock.advance(TimeDelta::seconds(6));
    bob.home().await;
    expect(&app, "unfinished").await;
    bob.unfollow(&ann).await;
    bob.home().await;
    expect(&app, "followings").await;
    let mut tweets = Vec::new();
    for number in 0..7 {
        tweets.push(bob.tweet(&format!("number {number}")).await);
    }
    app.deliver_pending().await;
    bob.home().await;
    for tweet in &tweets[..6] {
        app.sql(&format!("DELETE FROM tweets WHERE id = {tweet}"))
            .await;
    }
    assert_eq!(bob.home().await, tweets[6..]);
    expect(&app, "deleted").await;
    let lost = [(bob.id(), tweets[6])];
    app.app.timelines.remove(&lost).await.unwrap();
    app.clock.advance(TimeDelta::seconds(11));
    audit::repair(&app.app, bob.id()).await.unwrap();
    expect(&app, "audit").await;
    if redis_has(&app, &bob).await {
        let scope = Scope::User("bob".to_owned());
        backfill(&app.app, &scope, |_, _| {}).await.unwrap();
        expect(&app, "backfill").await;
        set_mark(&app, &bob, "whole:2:anotherrun").await;
        bob.home().await;
        expect(&app, "restarted").await;
        set_mark(&app, &bob, "of-the-future").await;
        bob.home().await;
        expect(&app, "unknown").await;
    }
}

fn key(app: &TestApp, person: &Person) -> String {
    format!(
        "{}timeline:{}",
        app.app.settings.redis.key_prefix,
        person.id()
    )
}

async fn redis_has(app: &TestApp, person: &Person) -> bool {
    let mut redis = redis_connection().await;
    cmd("EXISTS")
        .arg(key(app, person))
        .query_async(&mut redis)
        .await
        .unwrap()
}

async fn set_mark(app: &TestApp, person: &Person, mark: &str) {
    let () = cmd("LSET")
        .arg(key(app, person))
        .arg(-1)
        .arg(mark)
        .query_async(&mut redis_connection().await)
        .await
        .unwrap();
}

async fn whoever_waits_for_the_database_is_counted(app: TestApp) {
    let (count, sum, refusals) = (
        "twitclone_database_wait_seconds_count",
        "twitclone_database_wait_seconds_sum",
        "twitclone_database_refusals_total",
    );
    // Asking takes connections, too.
    let before = app.metric(count).await;
    let asking = app.metric(count).await - before;
    for _ in 0..10 {
        drop(app.app.db.get().await.unwrap());
    }
    let after = app.metric(count).await;
    assert_eq!(after - before, 10.0 + 2.0 * asking);
    let mut all = Vec::new();
    for _ in 0..app.app.settings.database.pool_size {
        all.push(app.app.db.get().await.unwrap());
    }
    assert!(app.app.db.get().await.is_err(), "all are taken");
    drop(all);
    let waited = app.metric(sum).await;
    assert!(waited > 1.0, "it waited for its turn: {waited}");
    assert_eq!(app.metric(refusals).await, 1.0);
}
