//! What only a cluster can do: spread keys, move them, lose a part of itself.

use deadpool_redis::redis::{Cmd, FromRedisValue, aio::MultiplexedConnection, cmd};
use twitclone::{
    error::Error,
    rows::{Change, News},
};

use super::{
    missing::{PEOPLE, push_and_remove},
    *,
};
use crate::{
    servers::{Server, redis_cluster},
    system::until,
    test_app::redis_at,
};

/// A cluster of the test's own.
struct Own {
    nodes: Vec<Server>,
    cache: TimelineCache,
}

impl Own {
    async fn start() -> Self {
        Self::with_prefix("t:").await
    }

    /// With `prefix` before all keys.
    async fn with_prefix(prefix: &str) -> Self {
        let nodes = redis_cluster().await;
        let (setting, value) = nodes[0].setting();
        let more = [(setting, &*value), ("TWITCLONE__REDIS__KEY_PREFIX", prefix)];
        let cache = with_settings(&unique_name(), &more);
        Self { nodes, cache }
    }

    async fn connections(&self) -> Vec<MultiplexedConnection> {
        let mut all = Vec::new();
        for node in &self.nodes {
            all.push(redis_at(&format!("127.0.0.1:{}", node.port)).await);
        }
        all
    }

    /// Warm, empty timelines of so many people.
    async fn people(&self, count: usize) -> Vec<UserId> {
        let people: Vec<UserId> = (0..count).map(|_| somebody()).collect();
        for user in &people {
            make_warm(&self.cache, *user, 1, &[]).await;
        }
        people
    }

    /// Of which of them the key is on that node.
    async fn on(&self, node: usize, people: &[UserId]) -> Vec<UserId> {
        let mut connection = self.connections().await.remove(node);
        let keys: Vec<String> = ask(&mut connection, cmd("KEYS").arg("*")).await;
        let is_there = |user: &&UserId| keys.contains(&format!("t:timeline:{user}"));
        people.iter().filter(is_there).copied().collect()
    }
}

async fn ask<T: FromRedisValue>(connection: &mut MultiplexedConnection, command: &Cmd) -> T {
    command.query_async(connection).await.unwrap()
}

/// A batch is one call at each node, whatever the slots of its keys.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_takes_one_call_a_node() {
    let own = Own::start().await;
    let people = own.people(90).await;
    let mut nodes = own.connections().await;
    for (at, node) in nodes.iter_mut().enumerate() {
        assert!(!own.on(at, &people).await.is_empty(), "{at}");
        reset_statistics(node).await;
    }
    let deliveries: Vec<_> = people.iter().map(|user| (*user, id(1))).collect();
    assert_eq!(own.cache.push(&deliveries).await.unwrap(), 90);
    assert_eq!(own.cache.push(&deliveries).await.unwrap(), 0);
    assert_eq!(own.cache.remove(&deliveries[..89]).await.unwrap(), 89);
    for node in &mut nodes {
        assert_eq!(statistic(node, "fcall", "calls").await, 3);
    }
    assert_eq!(read(&own.cache, people[89]).await.ids, ids([1]));
    // What stands in braces before all keys has them all in one slot.
    let (setting, value) = own.nodes[0].setting();
    let more = [(setting, &*value), ("TWITCLONE__REDIS__KEY_PREFIX", "{t}")];
    let own = Own {
        cache: with_settings(&unique_name(), &more),
        ..own
    };
    let people = own.people(5).await;
    for node in &mut nodes {
        reset_statistics(node).await;
    }
    let deliveries: Vec<_> = people.iter().map(|user| (*user, id(1))).collect();
    assert_eq!(own.cache.push(&deliveries).await.unwrap(), 5);
    let mut all = 0;
    for node in &mut nodes {
        all += statistic(node, "fcall", "calls").await;
    }
    assert_eq!(all, 1);
}

/// It refuses to look for keys of several slots together. Each call asks it once.
#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_is_not_asked_again_for_what_it_refuses() {
    let own = Own::start().await;
    let mut nodes = own.connections().await;
    for node in &mut nodes {
        reset_statistics(node).await;
    }
    push_and_remove(&own.cache).await;
    let mut apart = 0;
    for node in &mut nodes {
        apart += statistic(node, "lindex", "calls").await;
        let refused = statistic(node, "exists", "rejected_calls").await;
        assert_eq!(refused, 2);
    }
    assert_eq!(apart, 2 * PEOPLE);
}

/// The stream is on one node, whichever has the list that is read along with it.
#[tokio::test(flavor = "multi_thread")]
async fn news_is_the_same_beside_every_list() {
    let cache = in_cluster();
    let mut known = news(&cache, None).await;
    for _ in 0..20 {
        let somebody = somebody();
        cache.announce(&[Change::User(somebody)]).await.unwrap();
        known = news(&cache, Some(&known)).await;
        assert!(
            matches!(&known, News::Changes(_, found) if *found == [Change::User(somebody)]),
            "{known:?}"
        );
    }
}

/// Another node joins, without the functions, and takes a slot over while that is pushed to and read.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_a_slot_moves() {
    // All keys in one slot, the stream of changes among them.
    let own = Own::with_prefix("{t}").await;
    let people = own.people(30).await;
    let stranger = somebody();
    let mut all = own.connections().await;
    let key = format!("{{t}}timeline:{}", people[0]);
    let slot: u16 = ask(&mut all[0], cmd("CLUSTER").arg("KEYSLOT").arg(&key)).await;
    let mut owner = None;
    for (at, node) in all.iter_mut().enumerate() {
        let count: usize = ask(node, cmd("CLUSTER").arg("COUNTKEYSINSLOT").arg(slot)).await;
        if count > 0 {
            owner = Some(at);
        }
    }
    let mut source = all[owner.unwrap()].clone();
    let joining = Server::start("redis-node").await;
    let mut target = redis_at(&format!("127.0.0.1:{}", joining.port)).await;
    all.push(target.clone());
    join(&all, &joining).await;
    let source_id: String = ask(&mut source, cmd("CLUSTER").arg("MYID")).await;
    let target_id: String = ask(&mut target, cmd("CLUSTER").arg("MYID")).await;

    let mut pushed = 0;
    let mut step = async |again: &[UserId]| {
        for user in again {
            make_warm(&own.cache, *user, 1, &ids((1..=pushed).rev())).await;
        }
        pushed += 2;
        let both = [id(pushed - 1), id(pushed)];
        let mut deliveries: Vec<_> = people
            .iter()
            .flat_map(|user| both.map(|id| (*user, id)))
            .collect();
        deliveries.push((stranger, id(pushed)));
        assert_eq!(own.cache.push(&deliveries).await.unwrap(), 60, "{pushed}");
        for user in &people {
            read(&own.cache, *user).await;
        }
    };
    step(&[]).await;
    let known = news(&own.cache, None).await;
    let set = |state: &str, id: &str| {
        let mut set = cmd("CLUSTER");
        set.arg("SETSLOT").arg(slot).arg(state).arg(id);
        set
    };
    let () = ask(&mut target, &set("IMPORTING", &source_id)).await;
    let () = ask(&mut source, &set("MIGRATING", &target_id)).await;
    step(&[]).await;
    // Some at a time, and some of those that have moved are built again where they are now.
    let keys: Vec<String> = people
        .iter()
        .map(|user| format!("{{t}}timeline:{user}"))
        .collect();
    for (moving, people) in keys.chunks(10).zip(people.chunks(10)) {
        let mut migrate = cmd("MIGRATE");
        migrate.arg("127.0.0.1").arg(joining.port).arg("").arg(0);
        migrate.arg(5000).arg("KEYS").arg(moving);
        let () = ask(&mut source, &migrate).await;
        step(&people[..3]).await;
        assert_eq!(
            read(&own.cache, people[0]).await.state,
            State::Warm(Version(1))
        );
        assert!(is_cold(&own.cache, people[9]).await);
    }
    let mut migrate = cmd("MIGRATE");
    migrate.arg("127.0.0.1").arg(joining.port).arg("{t}changes");
    let () = ask(&mut source, migrate.arg(0).arg(5000)).await;
    step(&[]).await;
    // What it knows of the slots is new, and wrong a moment later.
    own.cache.ping().await.unwrap();
    for node in [&mut target, &mut source] {
        let () = ask(node, &set("NODE", &target_id)).await;
    }
    assert_eq!(read(&own.cache, people[0]).await.ids.len(), 12);
    step(&[]).await;
    for user in &people {
        let inspected = own.cache.inspect(*user).await.unwrap().unwrap();
        assert_eq!(inspected.cached.ids, ids((1..=pushed).rev()));
    }
    // Another server has the stream, and may lack what the first one had told.
    own.cache
        .announce(&[Change::User(people[0])])
        .await
        .unwrap();
    let News::Lost(place) = news(&own.cache, Some(&known)).await else {
        panic!("the same run");
    };
    own.cache
        .announce(&[Change::User(people[1])])
        .await
        .unwrap();
    let found = news(&own.cache, Some(&News::Lost(place))).await;
    assert!(
        matches!(&found, News::Changes(_, found) if *found == [Change::User(people[1])]),
        "{found:?}"
    );
}

/// What is announced after the place that was known.
async fn news(cache: &TimelineCache, known: Option<&News>) -> News {
    let place = known.map(|known| match known {
        News::Changes(place, _) | News::Lost(place) | News::Part(place, _) => place,
        News::Local => panic!("there is a stream"),
    });
    let read = cache.read_with_news(somebody(), 1, Utc::now(), place);
    read.await.unwrap().1
}

/// Has the last of these nodes join the others.
async fn join(nodes: &[MultiplexedConnection], joining: &Server) {
    let bus_port = std::fs::read_to_string(joining.folder().join("bus-port")).unwrap();
    let mut meet = cmd("CLUSTER");
    meet.arg("MEET").arg("127.0.0.1").arg(joining.port);
    let () = ask(&mut nodes[0].clone(), meet.arg(bus_port.trim())).await;
    until("all know each other", async || {
        for node in nodes {
            let info: String = ask(&mut node.clone(), cmd("CLUSTER").arg("INFO")).await;
            if !(info.contains("cluster_known_nodes:4") && info.contains("cluster_state:ok")) {
                return false;
            }
        }
        true
    })
    .await;
}

/// A master is away: the others go on, and get what is for them of a batch that fails. Back without its data,
/// only its own timelines are cold.
#[tokio::test(flavor = "multi_thread")]
async fn a_master_that_is_away_holds_nobody_up() {
    let own = Own::start().await;
    let people = own.people(40).await;
    let away = own.on(1, &people).await;
    let is_away = |user: &UserId| away.contains(user);
    assert!(!away.is_empty() && away.len() < 40);
    own.nodes[1].kill().await;
    let deliveries: Vec<_> = people.iter().map(|user| (*user, id(1))).collect();
    let pushed = own.cache.push(&deliveries).await;
    assert!(matches!(pushed, Err(Error::Partial(_))), "{pushed:?}");
    let pushed = own.cache.push(&[(away[0], id(1))]).await;
    assert!(matches!(pushed, Err(Error::Partial(_))), "{pushed:?}");
    let pinged = own.cache.ping().await;
    assert!(matches!(pinged, Err(Error::Partial(_))), "{pinged:?}");
    for user in &people {
        match own.cache.read(*user, CAP, Utc::now()).await {
            Ok(read) => assert_eq!(read.ids, ids([1])),
            Err(_) => assert!(is_away(user)),
        }
    }
    own.nodes[1].start_again().await;
    until("it is back", async || own.cache.ping().await.is_ok()).await;
    until("it takes pushes", async || {
        own.cache.push(&deliveries).await.is_ok()
    })
    .await;
    for user in &people {
        assert_eq!(is_cold(&own.cache, *user).await, is_away(user));
    }
}

/// A master that lost its slots to a replica and got them back has another epoch but the same run, and may lack what was
/// acknowledged in between.
#[tokio::test(flavor = "multi_thread")]
async fn lists_of_an_earlier_epoch_are_cold() {
    let own = Own::start().await;
    let people = own.people(30).await;
    let there = own.on(0, &people).await;
    let mut first = own.connections().await.remove(0);
    let bumped: String = ask(&mut first, cmd("CLUSTER").arg("BUMPEPOCH")).await;
    assert!(bumped.starts_with("BUMPED"), "{bumped}");
    until("its lists are cold", async || {
        is_cold(&own.cache, there[0]).await
    })
    .await;
    for user in &people {
        assert_eq!(is_cold(&own.cache, *user).await, there.contains(user));
    }
    make_warm(&own.cache, there[0], 1, &[]).await;
    assert_eq!(
        read(&own.cache, there[0]).await.state,
        State::Warm(Version(1))
    );
}

async fn is_cold(cache: &TimelineCache, user: UserId) -> bool {
    matches!(read(cache, user).await.state, State::Cold(_))
}
