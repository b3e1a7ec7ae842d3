//! `twitclone backfill`: which timelines it builds, going on where it was interrupted, and that nobody
//! notices it.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use twitclone::{
    fanout::backfill::{Scope, backfill},
    graph,
    timeline::{State, Version},
    tweet,
};

use crate::{
    person::Person,
    process::Ended,
    system::{System, until},
    test_app::{PATIENCE, Profile},
};

fn check(ended: &Ended, code: i32, words: &str) {
    assert_eq!(ended.code, Some(code), "{ended:?}");
    let said = if code == 0 {
        &ended.stdout
    } else {
        &ended.stderr
    };
    assert!(said.contains(words), "{ended:?}");
}

/// People of whom each follows the one before, and who have tweeted; none has read anything.
async fn people(system: &System, names: &[&str]) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    for name in names {
        let person = system.person("http://nowhere", name).await;
        for number in 0..3 {
            let text = format!("{name} {number}");
            tweet::post(&system.app, &person.user, &text, None)
                .await
                .unwrap();
        }
        if let Some(before) = people.last() {
            graph::follow(&system.app, &person.user, before.id())
                .await
                .unwrap();
        }
        people.push(person);
    }
    people
}

async fn is_warm(system: &System, person: &Person) -> bool {
    let now = system.app.clock.now();
    let cached = system
        .app
        .timelines
        .read(person.id(), 100, now)
        .await
        .unwrap();
    if matches!(cached.state, State::Cold(_)) {
        return false;
    }
    let follows = if person.user.username == "ann" { 0 } else { 1 };
    assert_eq!(cached.state, State::Warm(Version(follows)));
    assert_eq!(
        cached.ids,
        system.truth(person).await,
        "{}",
        person.user.username
    );
    true
}

async fn warm(system: &System, people: &[Person]) -> Vec<bool> {
    let mut all = Vec::new();
    for person in people {
        all.push(is_warm(system, person).await);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn it_builds_those_that_were_asked_for() {
    let system = System::prepared(Profile::Full, &[]).await;
    let people = people(&system, &["ann", "bob", "cid", "dan"]).await;
    assert_eq!(warm(&system, &people).await, [false; 4]);
    let one = system.run(&["backfill", "--user", "Bob"]).await;
    check(&one, 0, "1 timelines");
    assert_eq!(warm(&system, &people).await, [false, true, false, false]);
    let nobody = system.run(&["backfill", "--user", "nobody"]).await;
    check(&nobody, 1, "twitclone: There is no user named nobody.");

    // Within timelines.idle_days: dan was here longer ago, and ann never was.
    let (ann, dan) = (people[0].id(), people[3].id());
    system
        .sql(&format!(
            "UPDATE sessions SET last_used_at = now() - interval '15 days' WHERE user_id = {dan}; \
             DELETE FROM sessions WHERE user_id = {ann}"
        ))
        .await;
    let active = system.run(&["backfill", "--active"]).await;
    check(&active, 0, "2 timelines");
    assert_eq!(warm(&system, &people).await, [false, true, true, false]);
    check(&system.run(&["backfill", "--all"]).await, 0, "4 timelines");
    assert_eq!(warm(&system, &people).await, [true; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_from_where_one_was_interrupted() {
    let system = System::prepared(Profile::Full, &[]).await;
    let people = people(&system, &["ann", "bob", "cid", "dan"]).await;
    let bob = people[1].id();
    system
        .sql(&format!(
            "INSERT INTO backfills (scope, last_user_id, done) VALUES ('all', {bob}, 2)"
        ))
        .await;
    // Another scope's progress is another's.
    check(
        &system.run(&["backfill", "--user", "ann"]).await,
        0,
        "1 timelines",
    );
    let ended = system.run(&["backfill", "--all"]).await;
    check(
        &ended,
        0,
        "went on after the 2 timelines of an interrupted run\n4 timelines",
    );
    assert_eq!(warm(&system, &people).await, [true, false, true, true]);
    let again = system.run(&["backfill", "--all"]).await;
    check(&again, 0, "4 timelines");
    assert!(!again.stdout.contains("went on"), "{again:?}");
    assert_eq!(warm(&system, &people).await, [true; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_keeps_what_was_done() {
    let system = System::prepared(Profile::Full, &[]).await;
    system
        .sql(
            "INSERT INTO users (username, email, password_hash) \
             SELECT 'user_' || n, n || '@example.org', '' FROM generate_series(1, 600) n",
        )
        .await;
    let mut first = system.start(&["backfill", "--all"]);
    let begun = Instant::now();
    while progress(&system).await == 0 {
        assert!(begun.elapsed() < PATIENCE, "{}", first.log());
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    let ended = first.stop("INT").await;
    check(&ended, 1, "Stopped. The same command goes on from here.");
    let done = progress(&system).await;
    assert!(0 < done && done < 600, "{done}");
    let second = system.run(&["backfill", "--all"]).await;
    let expected =
        format!("went on after the {done} timelines of an interrupted run\n600 timelines");
    check(&second, 0, &expected);
    let keys: Vec<String> = deadpool_redis::redis::cmd("KEYS")
        .arg(format!("{}:timeline:*", system.name))
        .query_async(&mut crate::test_app::redis_connection().await)
        .await
        .unwrap();
    assert_eq!(keys.len(), 600);
    assert_eq!(progress(&system).await, 0);
}

async fn progress(system: &System) -> i64 {
    use twitclone::store::progress;
    let mut connection = system.app.db.get().await.unwrap();
    let saved = progress::get(&mut connection, "all").await.unwrap();
    saved.map_or(0, |(_, done)| done)
}

/// Timelines in the memory of serve are out of its reach: they are marked, and built at their next read.
#[tokio::test(flavor = "multi_thread")]
async fn timelines_in_memory_are_built_at_their_next_read() {
    let system = System::prepared(Profile::Embedded, &[]).await;
    let serve = system.start(&["serve"]);
    let address = serve.address().await;
    let ann = system.person(&address, "ann").await;
    assert_eq!(ann.home().await, []);
    // Without an event, so that it is not delivered.
    let insert = format!(
        "INSERT INTO tweets (author_id, text) VALUES ({}, 'lost')",
        ann.id()
    );
    system.sql(&insert).await;
    assert_eq!(ann.home().await, [], "it is the cached one");
    for scope in [&["--all"][..], &["--active"], &["--user", "ann"]] {
        let ended = system.run(&[&["backfill"], scope].concat()).await;
        check(&ended, 0, "1 timelines");
        assert!(
            ended.stderr.contains("built at their next read"),
            "{ended:?}"
        );
        let truth = system.truth(&ann).await;
        // `serve` looks every second for what others changed.
        until("the timeline is built", async || ann.home().await == truth).await;
        system.sql(&insert).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_notices_it_while_tweets_come_in() {
    let system = System::prepared(Profile::Full, &[]).await;
    let (serve, fanout) = (system.start(&["serve"]), system.start(&["fanout"]));
    let address = serve.address().await;
    fanout.logged("delivers").await;
    let (ann, bob) = (
        system.person(&address, "ann").await,
        system.person(&address, "bob").await,
    );
    bob.follow(&ann).await;
    assert_eq!(bob.home().await, []);
    let (mut expected, mut seen) = (Vec::new(), None);
    for round in 0..4 {
        let mut running = system.start(&["backfill", "--all"]);
        for number in 0..15 {
            expected.insert(0, ann.tweet(&format!("{round} {number}")).await);
            // Whatever is being built: in order, without gaps, and what was seen stays.
            let home = bob.home().await;
            assert!(
                home.first() >= seen.as_ref(),
                "a tweet that was seen is gone"
            );
            assert!(home.is_empty() || expected.windows(home.len()).any(|part| part == home));
            assert!(home.len() == 40 || expected.ends_with(&home));
            seen = home.first().copied();
        }
        check(&running.ended().await, 0, "2 timelines");
    }
    let begun = Instant::now();
    while system.cached(&bob).await != expected {
        assert!(
            begun.elapsed() < PATIENCE,
            "{:?}",
            system.cached(&bob).await
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(bob.whole_home(40).await, expected);
}

/// Both lock people's rows; in the same order, or one of them would fail.
#[tokio::test(flavor = "multi_thread")]
async fn marking_does_not_get_in_the_way_of_following() {
    let system = System::prepared(Profile::Embedded, &[]).await;
    let mut people = Vec::new();
    for number in 0..12 {
        people.push(
            system
                .person("http://nowhere", &format!("user_{number}"))
                .await
                .user,
        );
    }
    let mut tasks = JoinSet::new();
    for viewer in people.clone() {
        let (app, people) = (system.app.clone(), people.clone());
        tasks.spawn(async move {
            for other in people.iter().filter(|other| other.id != viewer.id) {
                graph::follow(&app, &viewer, other.id).await.unwrap();
                graph::unfollow(&app, &viewer, other.id).await.unwrap();
            }
        });
    }
    for _ in 0..2 {
        let app = system.app.clone();
        tasks.spawn(async move {
            for _ in 0..40 {
                backfill(&app, &Scope::All, |_, _| {}).await.unwrap();
            }
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
}
