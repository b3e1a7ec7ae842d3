//! The contract of the event log, for both: an event that was written is delivered at least once, in any
//! order, whatever fails on the way, and twice is as good as once.

mod consumer;
mod fenced;
mod handed;
mod lag;
mod mock;
mod topic;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{sync::oneshot, time::timeout};
use tokio_util::sync::CancellationToken;
use twitclone::{
    app::App,
    error::{Error, Part, Result},
    event::{EventLog, NewTweet, outbox::relay, outbox::relay_once},
    fanout,
    id::TweetId,
    store::outbox,
};

use crate::{
    in_both_profiles,
    person::Person,
    test_app::{PATIENCE, TestApp},
};

in_both_profiles!(
    an_event_waits_until_it_has_been_carried,
    a_batch_that_fails_half_way_stays_whole,
    two_relays_share_the_events_and_do_not_wait,
    a_crash_between_carrying_and_deleting_carries_again,
    the_order_of_arrival_does_not_matter,
    a_relay_that_failed_goes_on_by_itself,
    an_event_of_nobody_stops_nobody,
);

/// As `serve` does.
async fn carry(app: &App, events: &[NewTweet]) -> Result<()> {
    match &app.events {
        EventLog::Postgres => fanout::handle(app, events.to_vec()).await,
        EventLog::Kafka(producer) => producer.publish(events).await,
    }
}

/// An author, and a follower with a warm timeline, so that tweets reach it by their events alone.
async fn author_and_follower(app: &TestApp) -> (Person, Person) {
    let (ann, bob) = (app.person("ann").await, app.person("bob").await);
    bob.follow(&ann).await;
    assert_eq!(bob.home().await, []);
    (ann, bob)
}

async fn tweets(author: &Person, count: usize) -> Vec<NewTweet> {
    let mut events = Vec::new();
    for number in 0..count {
        events.push(NewTweet {
            tweet_id: author.tweet(&format!("number {number}")).await,
            author_id: author.id(),
        });
    }
    events
}

fn newest_first(events: &[NewTweet]) -> Vec<TweetId> {
    let mut ids: Vec<TweetId> = events.iter().map(|event| event.tweet_id).collect();
    ids.sort_by(|a, b| b.cmp(a));
    ids
}

async fn waiting(app: &App) -> i64 {
    let mut connection = app.db.get().await.unwrap();
    outbox::depth(&mut connection).await.unwrap().0
}

/// The cached timeline itself, so that a rebuild cannot hide what did not arrive.
async fn cached(app: &TestApp, person: &Person) -> Vec<TweetId> {
    let now = app.clock.now();
    let read = app.app.timelines.read(person.id(), 1000, now).await;
    read.unwrap().ids
}

async fn an_event_waits_until_it_has_been_carried(mut app: TestApp) {
    let (ann, bob) = author_and_follower(&app).await;
    let events = tweets(&ann, 3).await;
    assert_eq!(waiting(&app.app).await, 3);
    let refused = relay_once(&app.app.db, 10, async |claimed| {
        assert_eq!(claimed, events, "oldest first");
        Err(Error::unavailable(Part::EventLog, "away"))
    })
    .await;
    assert!(matches!(refused, Err(Error::Unavailable { .. })));
    assert_eq!(waiting(&app.app).await, 3);
    assert_eq!(cached(&app, &bob).await, []);

    app.deliver_pending().await;
    assert_eq!(waiting(&app.app).await, 0);
    assert_eq!(cached(&app, &bob).await, newest_first(&events));
    let none = relay_once(&app.app.db, 10, async |_| panic!("nothing waits")).await;
    assert_eq!(none.unwrap(), 0);
}

async fn a_batch_that_fails_half_way_stays_whole(mut app: TestApp) {
    let (ann, bob) = author_and_follower(&app).await;
    let events = tweets(&ann, 4).await;
    let half = &app.app;
    let failed = relay_once(&half.db, 10, async |claimed: Vec<NewTweet>| {
        carry(half, &claimed[..2]).await?;
        Err(Error::unavailable(Part::EventLog, "gone away"))
    })
    .await;
    assert!(failed.is_err());
    app.arrived(&events[..2]).await;
    assert_eq!(
        waiting(&app.app).await,
        4,
        "which ones arrived, nobody knows"
    );
    app.deliver_pending().await;
    app.arrived(&events).await;
    assert_eq!(cached(&app, &bob).await, newest_first(&events));
}

async fn two_relays_share_the_events_and_do_not_wait(mut app: TestApp) {
    let (ann, bob) = author_and_follower(&app).await;
    let events = tweets(&ann, 6).await;
    let (holding, held) = oneshot::channel();
    let (go, gone) = oneshot::channel();
    let first = app.app.clone();
    let first = tokio::spawn(async move {
        relay_once(&first.db, 4, async |claimed: Vec<NewTweet>| {
            holding.send(claimed.clone()).unwrap();
            gone.await.unwrap();
            carry(&first, &claimed).await
        })
        .await
    });
    let in_hand = held.await.unwrap();
    assert_eq!(in_hand, events[..4]);
    for rest in [&events[4..], &[]] {
        let second = relay_once(&app.app.db, 4, async |claimed: Vec<NewTweet>| {
            assert_eq!(claimed, rest, "those that nobody has in hand");
            carry(&app.app, &claimed).await
        });
        let done = timeout(PATIENCE, second).await.expect("does not wait");
        assert_eq!(done.unwrap(), rest.len());
    }
    go.send(()).unwrap();
    assert_eq!(first.await.unwrap().unwrap(), 4);
    assert_eq!(waiting(&app.app).await, 0);
    app.arrived(&events).await;
    assert_eq!(cached(&app, &bob).await, newest_first(&events));
}

async fn a_crash_between_carrying_and_deleting_carries_again(mut app: TestApp) {
    let (ann, bob) = author_and_follower(&app).await;
    let events = tweets(&ann, 3).await;
    let crashing = &app;
    let crashed = relay_once(&app.app.db, 10, async |claimed: Vec<NewTweet>| {
        carry(&crashing.app, &claimed).await?;
        // What PostgreSQL sees of a process that dies: its connection is gone.
        crashing
            .sql(
                "SELECT pg_terminate_backend(pid) FROM pg_locks \
                 WHERE relation = 'outbox'::regclass AND mode = 'RowShareLock'",
            )
            .await;
        Ok(())
    })
    .await;
    assert!(
        matches!(crashed, Err(Error::Unavailable { .. })),
        "{crashed:?}"
    );
    assert_eq!(waiting(&app.app).await, 3);
    app.arrived(&events).await;
    assert_eq!(cached(&app, &bob).await, newest_first(&events));
    app.deliver_pending().await;
    assert_eq!(waiting(&app.app).await, 0);
    // One more behind the repeated ones shows that those have been taken.
    let after = tweets(&ann, 1).await;
    app.deliver_pending().await;
    let all = [events, after].concat();
    assert_eq!(cached(&app, &bob).await, newest_first(&all));
}

async fn the_order_of_arrival_does_not_matter(mut app: TestApp) {
    let (ann, bob) = author_and_follower(&app).await;
    let cid = app.person("cid").await;
    bob.follow(&cid).await;
    let mut events = Vec::new();
    for author in [&ann, &cid, &ann] {
        events.extend(tweets(author, 5).await);
    }
    app.sql(
        "WITH gone AS (DELETE FROM outbox RETURNING tweet_id, author_id) \
         INSERT INTO outbox (tweet_id, author_id) \
         SELECT tweet_id, author_id FROM gone, generate_series(1, 2) ORDER BY random()",
    )
    .await;
    app.deliver_pending().await;
    assert_eq!(cached(&app, &bob).await, newest_first(&events));
    assert_eq!(bob.home().await, newest_first(&events));
}

async fn a_relay_that_failed_goes_on_by_itself(mut app: TestApp) {
    let (ann, bob) = author_and_follower(&app).await;
    let events = tweets(&ann, 2).await;
    let attempts = Arc::new(AtomicUsize::new(0));
    let (stop, counted, inner) = (CancellationToken::new(), attempts.clone(), app.app.clone());
    let (done, mut carried) = tokio::sync::mpsc::unbounded_channel();
    let running = tokio::spawn(relay(
        app.app.db.clone(),
        app.app.handed.clone(),
        10,
        stop.clone(),
        move |claimed| {
            let attempt = counted.fetch_add(1, Ordering::Relaxed);
            let (app, done) = (inner.clone(), done.clone());
            async move {
                if attempt < 3 {
                    return Err(Error::unavailable(Part::EventLog, "away"));
                }
                carry(&app, &claimed).await?;
                done.send(claimed).unwrap();
                Ok(())
            }
        },
    ));
    let first = timeout(PATIENCE, carried.recv()).await.unwrap().unwrap();
    assert_eq!(first, events);
    assert_eq!(attempts.load(Ordering::Relaxed), 4);
    // The bell brings the next ones. By sweeps alone they would come a second after one another.
    let begun = Instant::now();
    let mut all = events;
    for _ in 0..5 {
        let next = tweets(&ann, 1).await;
        let carried = timeout(PATIENCE, carried.recv()).await.unwrap().unwrap();
        assert_eq!(carried, next);
        all.extend(next);
    }
    assert!(
        begun.elapsed() < Duration::from_secs(4),
        "{:?}",
        begun.elapsed()
    );
    stop.cancel();
    timeout(PATIENCE, running).await.expect("it stops").unwrap();
    app.arrived(&all).await;
    assert_eq!(cached(&app, &bob).await, newest_first(&all));
    assert_eq!(waiting(&app.app).await, 0);
}

/// Whatever stands in the outbox is passed on, and is of no effect if it makes no sense.
async fn an_event_of_nobody_stops_nobody(mut app: TestApp) {
    let (ann, bob) = author_and_follower(&app).await;
    app.sql(&format!(
        "INSERT INTO outbox (tweet_id, author_id) VALUES (7, 7), (-1, {}), (9, -5)",
        ann.id()
    ))
    .await;
    let events = tweets(&ann, 1).await;
    let relaying = &app.app;
    let done = relay_once(&relaying.db, 10, async |claimed: Vec<NewTweet>| {
        carry(relaying, &claimed).await
    })
    .await;
    assert_eq!(done.unwrap(), 4);
    app.arrived(&events).await;
    assert_eq!(bob.home().await, newest_first(&events));
    assert_eq!(waiting(&app.app).await, 0);
}
