//! What a process writes it hands to its own relay, which looks for the rest only now and then.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinHandle,
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use twitclone::{
    error::{Error, Part},
    event::{NewTweet, handed::Taken, outbox::relay},
    id::{TweetId, UserId},
    store::outbox::Waiting,
};

use super::waiting;
use crate::test_app::{PATIENCE, TestApp};

/// A relay that tells what it carries, and carries on when it may.
struct Running {
    carried: mpsc::UnboundedReceiver<Vec<NewTweet>>,
    may_go_on: Arc<Semaphore>,
    /// Whether the next time it fails.
    is_to_fail: Arc<AtomicBool>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Running {
    /// Starts it and waits until it has looked through the outbox, in which one event waits.
    async fn start(app: &TestApp) -> Self {
        write(app, 1).await;
        let (tell, carried) = mpsc::unbounded_channel();
        let may_go_on = Arc::new(Semaphore::new(0));
        let is_to_fail = Arc::new(AtomicBool::new(false));
        let (gate, fails) = (Arc::clone(&may_go_on), Arc::clone(&is_to_fail));
        let stop = CancellationToken::new();
        let (db, handed) = (app.app.db.clone(), app.app.handed.clone());
        let task = tokio::spawn(relay(db, handed, 10, stop.clone(), move |events| {
            let (tell, gate, fails) = (tell.clone(), Arc::clone(&gate), Arc::clone(&fails));
            async move {
                tell.send(events).unwrap();
                gate.acquire().await.unwrap().forget();
                match fails.swap(false, Ordering::Relaxed) {
                    true => Err(Error::unavailable(Part::EventLog, "away")),
                    false => Ok(()),
                }
            }
        }));
        let mut running = Self {
            carried,
            may_go_on,
            is_to_fail,
            stop,
            task,
        };
        assert_eq!(running.next().await, [event(1)]);
        running.go_on();
        running
    }

    async fn next(&mut self) -> Vec<NewTweet> {
        let carried = timeout(PATIENCE, self.carried.recv()).await;
        carried.expect("something is carried").unwrap()
    }

    fn go_on(&self) {
        self.may_go_on.add_permits(1);
    }

    /// Tells it to end and waits until it has.
    async fn ends(self) {
        self.stop.cancel();
        timeout(PATIENCE, self.task)
            .await
            .expect("it stops")
            .unwrap();
    }
}

fn event(id: i64) -> NewTweet {
    NewTweet {
        tweet_id: TweetId::from(id),
        author_id: UserId::from(1),
    }
}

/// Hands over an event that is not in the outbox.
fn hand(app: &TestApp, id: i64) {
    let NewTweet {
        tweet_id,
        author_id,
    } = event(id);
    app.app.handed.hand([Waiting {
        // Of no row that is there.
        id: i64::MAX - id,
        tweet_id,
        author_id,
    }]);
}

/// Writes an event into the outbox, as another process does.
async fn write(app: &TestApp, id: i64) {
    app.sql(&format!(
        "INSERT INTO outbox (tweet_id, author_id) VALUES ({id}, 1)"
    ))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn posting_hands_over_what_is_in_the_outbox() {
    let app = TestApp::embedded().await;
    let ann = app.person("ann").await;
    let tweet = ann.tweet("hello").await;
    let Taken::Events(events) = app.app.handed.take() else {
        panic!("there was room")
    };
    let ids: Vec<TweetId> = events.iter().map(|event| event.tweet_id).collect();
    assert_eq!(ids, [tweet]);
    let event = events[0].id;
    app.sql(&format!("DELETE FROM outbox WHERE id = {event}"))
        .await;
    assert_eq!(waiting(&app.app).await, 0, "under its own id");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_wrote_its_relay_need_not_look_for() {
    let app = TestApp::embedded().await;
    let mut running = Running::start(&app).await;
    for id in 2..5 {
        hand(&app, id);
        assert_eq!(running.next().await, [event(id)]);
        running.go_on();
    }
    running.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_left_behind_is_found_beside_what_is_handed() {
    let app = TestApp::embedded().await;
    let mut running = Running::start(&app).await;
    running.may_go_on.add_permits(1_000_000);
    for left in 2..4 {
        write(&app, left).await;
        let mut carried = Vec::new();
        let (mut id, begun) = (100, Instant::now());
        while !carried.contains(&event(left)) {
            assert!(begun.elapsed() < PATIENCE, "{left} is not found");
            hand(&app, id);
            carried = running.next().await;
            id += 1;
        }
    }
    running.ends().await;
    assert_eq!(waiting(&app.app).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_a_process_remembers_is_looked_for() {
    let app = TestApp::embedded().await;
    let mut running = Running::start(&app).await;
    hand(&app, 2);
    assert_eq!(running.next().await, [event(2)]);
    for id in 100..10_100 {
        hand(&app, id);
    }
    write(&app, 3).await;
    running.go_on();
    assert_eq!(
        running.next().await,
        [event(3)],
        "all that is in the outbox"
    );
    running.go_on();
    hand(&app, 4);
    assert_eq!(running.next().await, [event(4)], "and then it is as before");
    running.go_on();
    running.ends().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_before_the_end_is_carried() {
    let app = TestApp::embedded().await;
    let mut running = Running::start(&app).await;
    hand(&app, 2);
    assert_eq!(running.next().await, [event(2)]);
    hand(&app, 3);
    running.stop.cancel();
    running.go_on();
    assert_eq!(running.next().await, [event(3)]);
    running.go_on();
    running.ends().await;
}

/// What it had in hand is in the outbox, too; what came meanwhile may be in nobody's hand.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_failure_all_that_waits_is_looked_for() {
    let app = TestApp::embedded().await;
    let mut running = Running::start(&app).await;
    hand(&app, 2);
    assert_eq!(running.next().await, [event(2)]);
    write(&app, 3).await;
    hand(&app, 4);
    running.is_to_fail.store(true, Ordering::Relaxed);
    running.go_on();
    assert_eq!(running.next().await, [event(3)]);
    running.go_on();
    hand(&app, 5);
    assert_eq!(running.next().await, [event(5)], "and then it is as before");
    running.go_on();
    running.ends().await;
}
