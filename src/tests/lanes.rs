//! Work that nobody waits behind: large authors, deletions, events that fail.

mod part_away;

use twitclone::{
    event::EventLog,
    fanout::lanes,
    id::TweetId,
    store::{Transaction, pieces},
};

use crate::{
    person::Person,
    process::Ended,
    system::System,
    test_app::{Profile, TestApp},
};

/// Two followers make an author large, and a piece.
const SMALL: &[(&str, &str)] = &[
    ("TWITCLONE__FANOUT__BATCH_FOLLOWERS", "2"),
    ("TWITCLONE__FANOUT__PIECE_FOLLOWERS", "2"),
];

macro_rules! with_small_pieces {
    ($($name:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::TestApp::start(super::Profile::Embedded, super::SMALL).await).await;
            })*
        }
        mod full {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name(super::TestApp::start(super::Profile::Full, super::SMALL).await).await;
            })*
        }
    };
}

mod clock;
mod delivery;
mod together;

with_small_pieces!(
    a_small_author_does_not_wait_for_a_large_one,
    a_piece_belongs_to_one_worker_and_comes_back_if_it_dies,
    a_wrong_counter_loses_nobody,
    a_deleted_tweet_is_taken_out_of_every_list,
    a_late_delivery_does_not_bring_a_deleted_tweet_back,
    poison_is_set_aside_and_the_others_go_on,
    a_poisoned_piece_is_set_aside_and_the_others_go_on,
);

/// Ann with five followers whose homes are warm.
async fn large(app: &TestApp) -> (Person, Vec<Person>) {
    let ann = app.person("ann").await;
    assert_eq!(ann.home().await, []);
    let mut followers = Vec::new();
    for number in 0..5 {
        let follower = app.person(&format!("follower{number}")).await;
        follower.follow(&ann).await;
        assert_eq!(follower.home().await, []);
        followers.push(follower);
    }
    (ann, followers)
}

/// The ids in the cached list itself.
async fn cached(app: &TestApp, person: &Person) -> Vec<TweetId> {
    let inspected = app.app.timelines.inspect(person.id()).await.unwrap();
    inspected.unwrap().cached.ids
}

async fn have(app: &TestApp, people: &[Person], tweet: TweetId) -> usize {
    let mut count = 0;
    for person in people {
        count += usize::from(cached(app, person).await.contains(&tweet));
    }
    count
}

async fn turn(app: &TestApp) -> usize {
    lanes::turn(&app.app).await.unwrap()
}

async fn waiting(app: &TestApp, lane: &str) -> i64 {
    let depths = pieces::depths(&mut app.app.db.get().await.unwrap())
        .await
        .unwrap();
    depths
        .iter()
        .find(|depth| depth.lane == lane)
        .map_or(0, |depth| depth.pieces)
}

async fn a_small_author_does_not_wait_for_a_large_one(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let (bob, cid) = (app.person("bob").await, app.person("cid").await);
    cid.follow(&bob).await;
    assert_eq!(cid.home().await, []);
    let big = ann.tweet("to many").await;
    let small = bob.tweet("to one").await;
    app.deliver_events().await;
    assert_eq!(cached(&app, &cid).await, [small]);
    assert_eq!(cached(&app, &ann).await, [big], "one's own is not put off");
    assert_eq!(have(&app, &followers, big).await, 0);
    // Cut, then piece by piece: two, two and one.
    let mut steps = Vec::new();
    while turn(&app).await > 0 {
        steps.push(have(&app, &followers, big).await);
    }
    assert_eq!(steps, [0, 2, 4, 5]);
    assert_eq!(waiting(&app, "bulk").await, 0);
    let metrics = reqwest::get(app.url("/metrics"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for lane in ["bulk", "usual"] {
        let line = format!("twitclone_posted_to_visible_seconds_count{{lane=\"{lane}\"}} 1");
        assert!(metrics.contains(&line), "{line} is not in {metrics}");
    }
    assert!(
        metrics.contains("twitclone_pieces{lane=\"bulk\"} 0"),
        "{metrics}"
    );
}

async fn a_piece_belongs_to_one_worker_and_comes_back_if_it_dies(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let tweet = ann.tweet("to many").await;
    app.deliver_events().await;
    assert_eq!(turn(&app).await, 1, "cut");
    let mut other = Transaction::begin(&app.app.db).await.unwrap();
    let claimed = pieces::claim(other.connection(), "bulk")
        .await
        .unwrap()
        .unwrap();
    while turn(&app).await > 0 {}
    assert_eq!(
        have(&app, &followers, tweet).await,
        3,
        "all but the other's piece"
    );
    assert_eq!(waiting(&app, "bulk").await, 1);
    // As when its process is killed: the connection ends.
    drop(other);
    while waiting(&app, "bulk").await > 0 {
        turn(&app).await;
    }
    assert_eq!(have(&app, &followers, tweet).await, 5);
    assert_eq!(claimed.after_id, 0, "the first one");
}

async fn a_wrong_counter_loses_nobody(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    for counter in [0, 99] {
        app.sql(&format!(
            "UPDATE users SET follower_count = {counter} WHERE id = {}",
            ann.id()
        ))
        .await;
        let tweet = ann.tweet("to many").await;
        app.deliver_pending().await;
        assert_eq!(have(&app, &followers, tweet).await, 5, "{counter}");
    }
}

async fn a_deleted_tweet_is_taken_out_of_every_list(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let (first, second) = (ann.tweet("one").await, ann.tweet("two").await);
    app.deliver_pending().await;
    ann.delete_tweet(first).await;
    assert_eq!(cached(&app, &ann).await, [second]);
    assert_eq!(have(&app, &followers, first).await, 5);
    app.deliver_pending().await;
    assert_eq!(have(&app, &followers, first).await, 0);
    assert_eq!(have(&app, &followers, second).await, 5);
    assert_eq!(waiting(&app, "delete").await, 0);
}

async fn a_late_delivery_does_not_bring_a_deleted_tweet_back(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let bob = app.person("bob").await;
    let cid = app.person("cid").await;
    cid.follow(&bob).await;
    assert_eq!(cid.home().await, []);
    let (big, small) = (ann.tweet("to many").await, bob.tweet("to one").await);
    app.deliver_events().await;
    for (person, tweet) in [(&ann, big), (&bob, small)] {
        person.delete_tweet(tweet).await;
        app.sql(&format!(
            "INSERT INTO outbox (tweet_id, author_id) VALUES ({tweet}, {})",
            person.id()
        ))
        .await;
    }
    // The deletions and the event again first, and then what was on its way.
    app.sql("UPDATE pieces SET attempts = 1, due_at = due_at + interval '4 minutes' WHERE lane = 'bulk'")
        .await;
    app.deliver_pending().await;
    assert_eq!(waiting(&app, "delete").await, 0);
    app.sql("UPDATE pieces SET due_at = now() WHERE lane = 'bulk'")
        .await;
    app.deliver_pending().await;
    assert_eq!(waiting(&app, "bulk").await, 0);
    assert_eq!(have(&app, &followers, big).await, 0);
    assert_eq!(cached(&app, &cid).await, []);
}

/// Whoever asks for the followers of `person` is refused: an event that can never be delivered.
async fn poison(app: &TestApp, person: &Person) {
    app.sql(&format!(
        "CREATE FUNCTION refuse() RETURNS boolean LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'followers out of order'; END $$; \
         CREATE POLICY poison ON follows USING (CASE WHEN followee_id = {} THEN refuse() ELSE true END); \
         ALTER TABLE follows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        person.id()
    ))
    .await;
}

async fn poison_is_set_aside_and_the_others_go_on(mut app: TestApp) {
    let (ann, bob, cid) = (
        app.person("ann").await,
        app.person("bob").await,
        app.person("cid").await,
    );
    cid.follow(&ann).await;
    cid.follow(&bob).await;
    assert_eq!(cid.home().await, []);
    poison(&app, &ann).await;
    let mut good = Vec::new();
    let mut bad = Vec::new();
    for number in 0..10 {
        bad.insert(0, ann.tweet(&format!("bad {number}")).await);
        good.insert(0, bob.tweet(&format!("good {number}")).await);
    }
    app.deliver_events().await;
    assert_eq!(cached(&app, &cid).await, good, "at once");
    assert_eq!(waiting(&app, "retry").await, 10);
    for _ in 0..4 {
        assert_eq!(waiting(&app, "aside").await, 0);
        app.sql("UPDATE pieces SET due_at = now()").await;
        while turn(&app).await > 0 {}
    }
    assert_eq!(waiting(&app, "aside").await, 10);
    assert_eq!(waiting(&app, "retry").await, 0);
    let told = pieces::set_aside(&mut app.app.db.get().await.unwrap(), 99)
        .await
        .unwrap();
    assert!(told[0].cause.contains("followers out of order"), "{told:?}");
    assert_eq!(told[0].attempts, 5);
    app.sql("ALTER TABLE follows DISABLE ROW LEVEL SECURITY")
        .await;
    app.deliver_pending().await;
    assert_eq!(cached(&app, &cid).await, good, "nobody asked for it");
    let again = pieces::send_again(&mut app.app.db.get().await.unwrap())
        .await
        .unwrap();
    assert_eq!(again, 10);
    app.deliver_pending().await;
    assert_eq!(cached(&app, &cid).await.len(), 20);
    assert_eq!(waiting(&app, "aside").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_takes_too_long_each_time_holds_nobody_up() {
    for profile in [Profile::Embedded, Profile::Full] {
        let settings = [("TWITCLONE__DATABASE__STATEMENT_TIMEOUT_MS", "1500")];
        let mut app = TestApp::start(profile, &settings).await;
        let (ann, bob, cid) = (
            app.person("ann").await,
            app.person("bob").await,
            app.person("cid").await,
        );
        cid.follow(&ann).await;
        cid.follow(&bob).await;
        assert_eq!(cid.home().await, []);
        poison(&app, &ann).await;
        app.sql(
            "CREATE OR REPLACE FUNCTION refuse() RETURNS boolean LANGUAGE plpgsql AS \
                 $$ BEGIN PERFORM pg_sleep(10); RETURN true; END $$",
        )
        .await;
        let slow = ann.tweet("slow").await;
        let good = bob.tweet("good").await;
        app.deliver_events().await;
        assert_eq!(cached(&app, &cid).await, [good]);
        assert_eq!(waiting(&app, "retry").await, 1);
        // As after many attempts: it is not given up.
        app.sql("UPDATE pieces SET due_at = now(), attempts = 100")
            .await;
        assert_eq!(turn(&app).await, 1);
        assert_eq!(waiting(&app, "retry").await, 1);
        app.sql("ALTER TABLE follows DISABLE ROW LEVEL SECURITY")
            .await;
        app.sql("UPDATE pieces SET due_at = now()").await;
        assert_eq!(turn(&app).await, 1);
        assert_eq!(cached(&app, &cid).await, [good, slow]);
    }
}

async fn a_poisoned_piece_is_set_aside_and_the_others_go_on(mut app: TestApp) {
    let (ann, followers) = large(&app).await;
    let bob = app.person("bob").await;
    for follower in &followers[..3] {
        follower.follow(&bob).await;
    }
    let cut = ann.tweet("before").await;
    app.deliver_events().await;
    assert_eq!(turn(&app).await, 1, "cut");
    poison(&app, &ann).await;
    let (bad, good) = (ann.tweet("bad").await, bob.tweet("good").await);
    app.deliver_events().await;
    while turn(&app).await > 0 {}
    assert_eq!(have(&app, &followers, good).await, 3, "at once");
    for _ in 0..4 {
        assert_eq!(waiting(&app, "aside").await, 0);
        app.sql("UPDATE pieces SET due_at = now()").await;
        while turn(&app).await > 0 {}
    }
    assert_eq!(waiting(&app, "aside").await, 4, "one whole, three cut");
    app.sql("ALTER TABLE follows DISABLE ROW LEVEL SECURITY")
        .await;
    pieces::send_again(&mut app.app.db.get().await.unwrap())
        .await
        .unwrap();
    app.deliver_pending().await;
    for tweet in [cut, bad] {
        assert_eq!(have(&app, &followers, tweet).await, 5);
    }
}

fn check(ended: &Ended, words: &str) {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(
        ended.stdout.contains(words),
        "{words:?} is not in {ended:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_tells_of_records_that_were_not_understood_too() {
    let system = System::prepared(Profile::Full, &[]).await;
    let EventLog::Kafka(producer) = &system.app.events else {
        unreachable!();
    };
    producer
        .set_aside(
            b"7",
            b"\x1b[2Jgarbage",
            "not a tweet event",
            "new_tweets/0/5",
        )
        .await
        .unwrap();
    let told = system.run(&["backfill", "--set-aside"]).await;
    check(&told, "record new_tweets/0/5, ");
    check(&told, ": not a tweet event in \"\\u{1b}[2Jgarbage\"");
    check(&told, "0 events set aside");
    check(&told, "1 records set aside");
    check(
        &system.run(&["backfill", "--send-again"]).await,
        "1 records are sent again",
    );
    check(
        &system.run(&["backfill", "--set-aside"]).await,
        "0 records set aside",
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_tells_what_was_set_aside_and_sends_it_again() {
    let system = System::prepared(Profile::Embedded, &[]).await;
    check(
        &system.run(&["backfill", "--set-aside"]).await,
        "0 events set aside",
    );
    system
        .sql("INSERT INTO pieces (lane, tweet_id, author_id, attempts, cause) VALUES ('aside', 7, 8, 5, 'why')")
        .await;
    let told = system.run(&["backfill", "--set-aside"]).await;
    check(&told, "tweet 7 of user 8, ");
    check(&told, "5 attempts: why\n1 events set aside");
    check(
        &system.run(&["backfill", "--send-again"]).await,
        "1 events are tried again",
    );
    check(
        &system.run(&["backfill", "--set-aside"]).await,
        "0 events set aside",
    );
}
