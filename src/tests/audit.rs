//! The audit finds what is wrong with a cached timeline, and nothing where nothing is.

use std::sync::atomic::{AtomicBool, Ordering};

use chrono::TimeDelta;
use deadpool_redis::redis;
use twitclone::{
    id::TweetId,
    timeline::audit::{Findings, Verdict, audit, audit_from, audit_some, repair},
};

use crate::{
    in_both_profiles,
    person::Person,
    process::Ended,
    system::{Lock, System},
    test_app::{Profile, TestApp, redis_connection},
};

in_both_profiles!(
    missing_and_extra_ids_are_found_and_repaired,
    what_is_on_its_way_is_no_finding,
    lists_that_nobody_reads_from_are_not_judged,
    deliveries_go_on_while_it_looks,
    what_changes_between_its_looks_is_no_finding,
    the_background_audit_puts_right_and_counts,
);

/// Ann has tweeted, Bob's home is warm, and all of it is old enough to be missed.
async fn settled(app: &mut TestApp, count: usize) -> (Person, Person, Vec<TweetId>) {
    let settled = delivered(app, count).await;
    app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(
        audit(&app.app, settled.1.id()).await.unwrap(),
        Verdict::Right
    );
    settled
}

async fn delivered(app: &mut TestApp, count: usize) -> (Person, Person, Vec<TweetId>) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    bob.home().await;
    let mut tweets = Vec::new();
    for number in 0..count {
        tweets.insert(0, ann.tweet(&format!("{number}")).await);
    }
    app.deliver_pending().await;
    (ann, bob, tweets)
}

async fn findings(app: &TestApp, person: &Person) -> Findings {
    match audit(&app.app, person.id()).await.unwrap() {
        Verdict::Wrong(findings) => findings,
        other => panic!("{other:?}"),
    }
}

async fn missing_and_extra_ids_are_found_and_repaired(mut app: TestApp) {
    let (_ann, bob, tweets) = settled(&mut app, 6).await;
    let cid = app.person("cid").await;
    let strange = cid.tweet("not followed").await;
    let nothing = TweetId::from(tweets[0].get() + 1);
    app.deliver_pending().await;
    let cache = &app.app.timelines;
    let of_bob = |id: TweetId| (bob.id(), id);
    cache
        .remove(&[of_bob(tweets[0]), of_bob(tweets[3])])
        .await
        .unwrap();
    cache
        .push(&[of_bob(strange), of_bob(nothing)])
        .await
        .unwrap();
    let found = findings(&app, &bob).await;
    assert_eq!(found.missing, [tweets[0], tweets[3]]);
    let mut extra = found.extra.clone();
    extra.sort();
    assert_eq!(extra, [nothing, strange]);
    assert!(
        found.misplaced.is_empty() && found.duplicate.is_empty(),
        "{found:?}"
    );
    assert!(matches!(
        repair(&app.app, bob.id()).await.unwrap(),
        Verdict::Wrong(_)
    ));
    assert_eq!(audit(&app.app, bob.id()).await.unwrap(), Verdict::Right);
    assert_eq!(bob.whole_home(2).await, tweets);
}

async fn what_is_on_its_way_is_no_finding(mut app: TestApp) {
    let (ann, bob, _) = delivered(&mut app, 2).await;
    ann.tweet("on its way").await;
    assert_eq!(audit(&app.app, bob.id()).await.unwrap(), Verdict::Right);
    app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(
        findings(&app, &bob).await.missing.len(),
        1,
        "that took too long"
    );
    app.deliver_pending().await;
    assert_eq!(audit(&app.app, bob.id()).await.unwrap(), Verdict::Right);
}

async fn lists_that_nobody_reads_from_are_not_judged(mut app: TestApp) {
    let (ann, bob, _) = settled(&mut app, 2).await;
    let cid = app.person("cid").await;
    assert_eq!(
        audit(&app.app, cid.id()).await.unwrap(),
        Verdict::NotUsed,
        "none"
    );
    bob.unfollow(&ann).await;
    assert_eq!(
        audit(&app.app, bob.id()).await.unwrap(),
        Verdict::NotUsed,
        "stale"
    );
    app.app
        .timelines
        .begin_rebuild(bob.id(), app.clock.now())
        .await
        .unwrap();
    assert_eq!(
        audit(&app.app, bob.id()).await.unwrap(),
        Verdict::NotUsed,
        "cold"
    );
}

async fn deliveries_go_on_while_it_looks(mut app: TestApp) {
    let (ann, bob, _) = delivered(&mut app, 3).await;
    let (system, user, ended) = (app.app.clone(), bob.id(), AtomicBool::new(false));
    let looking = async {
        let mut looks = 0;
        while !ended.load(Ordering::Relaxed) || looks == 0 {
            assert_eq!(audit(&system, user).await.unwrap(), Verdict::Right);
            looks += 1;
        }
    };
    let tweeting = async {
        for number in 0..20 {
            ann.tweet(&format!("more {number}")).await;
            app.deliver_pending().await;
        }
        ended.store(true, Ordering::Relaxed);
    };
    tokio::join!(looking, tweeting);
}

/// It has seen the list and waits for SQL. A tweet that is late comes meanwhile, and one that is deleted goes.
async fn what_changes_between_its_looks_is_no_finding(mut app: TestApp) {
    let (ann, bob, tweets) = settled(&mut app, 3).await;
    let late = ann.tweet("late").await;
    ann.delete_tweet(tweets[1]).await;
    app.clock.advance(TimeDelta::seconds(11));
    let found = findings(&app, &bob).await;
    assert_eq!((found.missing, found.extra), (vec![late], vec![tweets[1]]));
    let mut lock = Lock::of(&app.app, "tweets").await;
    let (system, user) = (app.app.clone(), bob.id());
    let looking = tokio::spawn(async move { audit(&system, user).await });
    lock.awaited_by(1).await;
    let cache = &app.app.timelines;
    cache.push(&[(bob.id(), late)]).await.unwrap();
    cache.remove(&[(bob.id(), tweets[1])]).await.unwrap();
    lock.release().await;
    assert_eq!(looking.await.unwrap().unwrap(), Verdict::Right);
}

/// Once one of a full list's tweets is deleted, the newest that SQL has reach further down than the list.
#[tokio::test(flavor = "multi_thread")]
async fn what_lies_below_a_part_is_not_missed() {
    for profile in [Profile::Embedded, Profile::Full] {
        let mut app = TestApp::start(profile, &[("TWITCLONE__TIMELINES__CAP", "40")]).await;
        let (ann, bob, tweets) = settled(&mut app, 45).await;
        ann.delete_tweet(tweets[3]).await;
        app.deliver_pending().await;
        let inspected = app.app.timelines.inspect(bob.id()).await.unwrap();
        assert_eq!(inspected.unwrap().cached.ids.len(), 39);
        let verdict = audit(&app.app, bob.id()).await.unwrap();
        assert_eq!(verdict, Verdict::Right, "{profile:?}");
    }
}

async fn the_background_audit_puts_right_and_counts(mut app: TestApp) {
    let (_ann, bob, tweets) = settled(&mut app, 3).await;
    app.app
        .timelines
        .remove(&[(bob.id(), tweets[1])])
        .await
        .unwrap();
    assert_eq!(audit_from(&app.app, 0, 20).await.unwrap(), 1);
    assert_eq!(audit_from(&app.app, 0, 20).await.unwrap(), 0);
    assert_eq!(audit_some(&app.app, 20).await.unwrap(), 0);
    let rebuilds = "twitclone_timeline_rebuilds_total{reason=\"audit\"}";
    assert_eq!(app.metric(rebuilds).await, 1.0);
    let metrics = reqwest::get(app.url("/metrics"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        metrics.contains("twitclone_audit_findings_total{kind=\"missing\"} 1"),
        "{metrics}"
    );
    assert!(
        metrics.contains("twitclone_audit_timelines_total "),
        "{metrics}"
    );
}

async fn edit(app: &TestApp, person: &Person, command: &str, arguments: &[&str]) {
    let key = format!(
        "{}timeline:{}",
        app.app.settings.redis.key_prefix,
        person.id()
    );
    let mut edit = redis::cmd(command);
    edit.arg(key);
    for argument in arguments {
        edit.arg(argument);
    }
    let () = edit
        .query_async(&mut redis_connection().await)
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn disorder_in_redis_is_found() {
    let mut app = TestApp::full().await;
    let (_ann, bob, tweets) = settled(&mut app, 5).await;
    let text: Vec<String> = tweets.iter().map(ToString::to_string).collect();
    // Two change places.
    edit(&app, &bob, "LSET", &["1", &text[2]]).await;
    edit(&app, &bob, "LSET", &["2", &text[1]]).await;
    let found = findings(&app, &bob).await;
    assert_eq!(found.misplaced, [tweets[1]]);
    assert_eq!(found.count(), 1, "{found:?}");
    repair(&app.app, bob.id()).await.unwrap();
    // One stands there twice, and something that is no id.
    edit(&app, &bob, "LINSERT", &["BEFORE", &text[3], &text[3]]).await;
    edit(&app, &bob, "LINSERT", &["BEFORE", &text[0], "rubbish"]).await;
    let found = findings(&app, &bob).await;
    assert_eq!(
        (found.duplicate.as_slice(), found.strangers),
        (&tweets[3..4], 1)
    );
    assert_eq!(found.by_kind()[1], ("extra", 1));
    assert_eq!(found.count(), 2, "{found:?}");
    repair(&app.app, bob.id()).await.unwrap();
    // A list that says it is whole and is not: the lower part is out of reach.
    edit(&app, &bob, "LREM", &["0", &text[4]]).await;
    assert_eq!(findings(&app, &bob).await.missing, [tweets[4]]);
    repair(&app.app, bob.id()).await.unwrap();
    assert_eq!(bob.whole_home(2).await, tweets);
    // Without its mark a list is cold.
    edit(&app, &bob, "RPOP", &[]).await;
    assert_eq!(audit(&app.app, bob.id()).await.unwrap(), Verdict::NotUsed);
    assert_eq!(bob.whole_home(2).await, tweets);
}

fn check(ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.code, Some(code), "{ended:?}");
    let said = format!("{}{}", ended.stdout, ended.stderr);
    for words in words {
        assert!(said.contains(words), "{words:?} is not in {ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_tells_and_repairs() {
    let system = System::prepared(Profile::Full, &[]).await;
    let serve = system.start(&["serve"]);
    let address = serve.address().await;
    let (ann, bob) = (
        system.person(&address, "ann").await,
        system.person(&address, "bob").await,
    );
    bob.follow(&ann).await;
    assert_eq!(bob.home().await, []);
    // Without an event, and long ago: a delivery that was lost.
    system
        .sql(&format!(
            "INSERT INTO tweets (id, author_id, text) VALUES (id_at(now() - interval '1 hour', 1), {}, 'lost')",
            ann.id()
        ))
        .await;
    let run = async |more: &[&str]| system.run(&[&["backfill", "--check"], more].concat()).await;
    for scope in [
        &["--all"][..],
        &["--active"],
        &["--sample", "9"],
        &["--user", "bob"],
    ] {
        let ended = run(scope).await;
        let words = [
            &*format!("user {}: 1 missing", bob.id()),
            "1 missing, 0 extra, 0 misplaced, 0 duplicate",
            "The same command with --repair rebuilds them.",
        ];
        check(&ended, 1, &words);
    }
    check(
        &run(&["--all", "--repair"]).await,
        0,
        &["1 not", "1 timelines rebuilt"],
    );
    check(
        &run(&["--all"]).await,
        0,
        &["1 timelines as SQL has them, 0 not, 1 not cached"],
    );
    assert_eq!(bob.home().await.len(), 1);
    check(
        &run(&["--user", "nobody"]).await,
        1,
        &["There is no user named nobody."],
    );
    check(
        &system.run(&["backfill", "--all", "--repair"]).await,
        2,
        &["--check"],
    );
    check(&run(&["--sample", "0"]).await, 2, &["--sample"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_cannot_look_into_another_process() {
    let system = System::prepared(Profile::Embedded, &[]).await;
    let ended = system.run(&["backfill", "--check", "--all"]).await;
    check(
        &ended,
        2,
        &[
            "out of this command's reach",
            "twitclone_audit_findings_total",
        ],
    );
}
