//! One master of a Redis Cluster is away.

use diesel_async::SimpleAsyncConnection;

use super::*;
use crate::{
    servers::{Server, node_with, redis_cluster},
    system::until,
};

async fn node_of(app: &TestApp, nodes: &[Server], person: &Person) -> usize {
    let prefix = &app.app.settings.redis.key_prefix;
    node_with(nodes, &format!("{prefix}timeline:{}", person.id())).await
}

/// Does all that waits, whether it is due or not.
async fn do_all(app: &mut TestApp) {
    let due = "UPDATE pieces SET due_at = clock_timestamp()";
    let mut connection = app.app.db.get().await.unwrap();
    connection.batch_execute(due).await.unwrap();
    drop(connection);
    app.deliver_pending().await;
}

/// Whoever has a list elsewhere gets everything at once; the rest waits, however often it is tried in vain.
#[tokio::test(flavor = "multi_thread")]
async fn what_it_misses_is_done_when_it_is_back() {
    let nodes = redis_cluster().await;
    let (setting, value) = nodes[0].setting();
    let more = [SMALL, &[(setting, &value)]].concat();
    let mut app = TestApp::start(Profile::Full, &more).await;
    let (ann, followers) = large(&app).await;
    let away = node_of(&app, &nodes, &ann).await;
    // Someone whose own list is there as well.
    let mut number = 0;
    let bob = loop {
        number += 1;
        let bob = app.person(&format!("bob{number}")).await;
        assert_eq!(bob.home().await, []);
        if node_of(&app, &nodes, &bob).await == away {
            break bob;
        }
    };
    let mut others = Vec::new();
    for follower in &followers {
        if node_of(&app, &nodes, follower).await != away {
            others.push(follower);
        }
    }

    nodes[away].freeze();
    // Otherwise what is sent to it next would be carried out when it wakes.
    let inspected = app.app.timelines.inspect(ann.id()).await;
    assert!(inspected.is_err(), "{inspected:?}");
    let big = ann.tweet("to many").await;
    let small = bob.tweet("to oneself").await;
    app.deliver_pending().await;
    for follower in &others {
        assert_eq!(cached(&app, follower).await, [big]);
    }
    for _ in 0..6 {
        do_all(&mut app).await;
    }
    assert_eq!(waiting(&app, "retry").await, 1);
    assert_ne!(waiting(&app, "bulk").await, 0);
    assert_eq!(waiting(&app, "aside").await, 0);

    nodes[away].thaw();
    until("it is back", async || {
        app.app.timelines.ping().await.is_ok()
    })
    .await;
    do_all(&mut app).await;
    assert_eq!(have(&app, &followers, big).await, followers.len());
    assert_eq!(cached(&app, &ann).await, [big]);
    assert_eq!(cached(&app, &bob).await, [small]);
    assert_eq!(
        waiting(&app, "retry").await + waiting(&app, "bulk").await,
        0
    );
}
