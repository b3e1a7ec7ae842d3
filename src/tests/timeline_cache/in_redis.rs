//! What is in Redis, for whoever looks there.

use deadpool_redis::redis::{Cmd, FromRedisValue, cmd};
use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use twitclone::error::Error;

use super::*;
use crate::test_app::redis_at;

macro_rules! in_both {
    ($($name:ident),* $(,)?) => {
        mod alone {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let port = super::from_script("TWITCLONE_TEST_REDIS_PORT");
                super::$name(("REDIS_PORT", &port), &format!("127.0.0.1:{port}")).await;
            })*
        }
        mod in_a_cluster {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                let nodes = super::from_script("TWITCLONE_TEST_REDIS_CLUSTER");
                super::$name(("REDIS_CLUSTER_NODES", &nodes), &nodes).await;
            })*
        }
    };
}

in_both!(
    in_redis_a_timeline_is_a_list_that_expires,
    a_key_of_another_type_is_put_right,
    a_list_without_a_mark_stays_as_it_is,
    a_list_above_its_cap_is_cut_now_and_then,
    late_ids_find_their_places_in_a_long_list,
);

/// Asks whichever of these servers has the key.
pub async fn ask<T: FromRedisValue>(servers: &str, command: &Cmd) -> T {
    for address in servers.split(',') {
        match command.query_async(&mut redis_at(address).await).await {
            Err(error) if error.is_cluster_error() => {}
            answer => return answer.unwrap(),
        }
    }
    panic!("none of {servers} has the key");
}

/// What the issue promises to whoever looks into Redis: a List of ids, newest first, that expires when nobody
/// reads it. Its last entry is the mark.
async fn in_redis_a_timeline_is_a_list_that_expires(setting: (&str, &str), servers: &str) {
    let name = unique_name();
    let cache = with_settings(&name, &[setting]);
    let user = somebody();
    make_warm(&cache, user, 6, &ids([2, 1])).await;
    let key = format!("{name}:timeline:{user}");
    let entries: Vec<String> = ask(servers, cmd("LRANGE").arg(&key).arg(0).arg(-1)).await;
    assert_eq!(entries[..2], [id(2).to_string(), id(1).to_string()]);
    assert!(entries[2].starts_with("whole:6:"), "{entries:?}");
    assert_eq!(entries.len(), 3);
    let seconds: i64 = ask(servers, cmd("TTL").arg(&key)).await;
    assert!(
        (14 * 86_400 - 60..=14 * 86_400).contains(&seconds),
        "{seconds}"
    );
    let () = ask(servers, cmd("DEL").arg(&key)).await;
}

/// A key that holds something else, by somebody's mistake, does not stop the others of its batch.
async fn a_key_of_another_type_is_put_right(setting: (&str, &str), servers: &str) {
    let name = unique_name();
    let cache = with_settings(&name, &[setting]);
    let (broken, other) = (somebody(), somebody());
    let key = |user: UserId| format!("{name}:timeline:{user}");
    make_warm(&cache, other, 1, &[]).await;
    for round in 0..3 {
        let () = ask(servers, cmd("SET").arg(key(broken)).arg("not a list")).await;
        let deliveries = [(broken, id(round)), (other, id(round))];
        match round {
            0 => assert_eq!(cache.push(&deliveries).await.unwrap(), 1),
            1 => assert_eq!(cache.remove(&deliveries).await.unwrap(), 0),
            _ => make_warm(&cache, broken, 1, &ids([1])).await,
        }
    }
    assert_eq!(read(&cache, broken).await.ids, ids([1]));
    for user in [broken, other] {
        let () = ask(servers, cmd("DEL").arg(key(user))).await;
    }
}

/// Nor does a list that has lost its mark. The next read builds it anew.
async fn a_list_without_a_mark_stays_as_it_is(setting: (&str, &str), servers: &str) {
    let name = unique_name();
    let cache = with_settings(&name, &[setting]);
    let (broken, other) = (somebody(), somebody());
    let key = |user: UserId| format!("{name}:timeline:{user}");
    make_warm(&cache, other, 1, &[]).await;
    for count in [1, 20] {
        let entries = ids((0..count).map(|number| 100 - number)).into_iter();
        let entries: Vec<i64> = entries.map(TweetId::get).collect();
        let () = ask(servers, cmd("RPUSH").arg(key(broken)).arg(&entries)).await;
        let deliveries = [(broken, id(50)), (broken, id(95)), (other, id(count))];
        assert_eq!(cache.push(&deliveries).await.unwrap(), 1);
        let length: i64 = ask(servers, cmd("LLEN").arg(key(broken))).await;
        assert_eq!(length, count);
        assert!(matches!(
            read(&cache, broken).await.state,
            State::Cold(Reason::Unknown)
        ));
        let () = ask(servers, cmd("DEL").arg(key(broken))).await;
    }
    let () = ask(servers, cmd("DEL").arg(key(other))).await;
}

/// One by one or many together, wherever they belong, and however many there are then.
async fn late_ids_find_their_places_in_a_long_list(setting: (&str, &str), servers: &str) {
    let cap = 800;
    let name = unique_name();
    let cache = with_settings(&name, &[setting, ("TWITCLONE__TIMELINES__CAP", "800")]);
    let user = somebody();
    let read = async || cache.read(user, cap, Utc::now()).await.unwrap().ids;
    let even: Vec<TweetId> = ids((0..800).map(|number| 2_000 - 2 * number));
    for late in [
        ids([401]),
        ids([1_999]),
        ids([399, 401]),
        ids([403, 1_001, 1_995]),
        ids([1_001, 1_002, 1_003, 2_000, 2_001]),
        ids((0..500).map(|number| 1_001 + 2 * number)),
    ] {
        make_warm(&cache, user, 1, &even).await;
        // As many as there may be for a while.
        let more = ids(2_001..2_017);
        push(&cache, user, &more).await;
        let all = union(&union(&even, &more, 2_000), &late, 2_000);
        for _ in 0..2 {
            push(&cache, user, &late).await;
            assert_eq!(read().await, all[..cap], "{late:?}");
        }
        // Nor is anything below those with a gap between.
        for newest in &all[..20] {
            cache.remove(&[(user, *newest)]).await.unwrap();
        }
        let left = read().await;
        assert_eq!(left, all[20..20 + left.len()], "{late:?}");
    }
    let () = ask(servers, cmd("DEL").arg(format!("{name}:timeline:{user}"))).await;
}

/// With room for a fiftieth more, of which nobody sees anything.
async fn a_list_above_its_cap_is_cut_now_and_then(setting: (&str, &str), servers: &str) {
    let cap = 100;
    let name = unique_name();
    let cache = with_settings(&name, &[setting, ("TWITCLONE__TIMELINES__CAP", "100")]);
    let user = somebody();
    make_warm(&cache, user, 1, &[]).await;
    let length = async || -> usize {
        let key = format!("{name}:timeline:{user}");
        let entries: usize = ask(servers, cmd("LLEN").arg(key)).await;
        entries - 1
    };
    let mut lengths = Vec::new();
    for number in 1..=120 {
        push(&cache, user, &ids([number])).await;
        let newest = ids((1..=number).rev().take(cap));
        let inspected = cache.inspect(user).await.unwrap().unwrap().cached;
        assert_eq!((inspected.ids, inspected.is_whole), (newest, number <= 100));
        lengths.push(length().await);
    }
    assert_eq!(
        lengths[98..107],
        [99, 100, 101, 102, 100, 101, 102, 100, 101]
    );
    push(&cache, user, &ids(130..150)).await;
    assert_eq!(length().await, cap, "several at once");
    push(&cache, user, &ids((150..190).step_by(2))).await;
    push(&cache, user, &ids((151..189).step_by(2))).await;
    assert_eq!(length().await, cap, "several late ones at once");
}

/// An answer is waited for only so long. Of very much that is to be done no more is asked for at a time than can be done by
/// then, even where each delivery belongs far down its list.
#[tokio::test(flavor = "multi_thread")]
async fn a_bounded_part_of_a_large_push_is_under_way() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let cache = with_settings(&unique_name(), &[("REDIS_PORT", &port)]);
    let listening = tokio::spawn(silent_after(listener, "FCALL"));
    cache.ping().await.unwrap();
    let deliveries: Vec<_> = (0..20_000).map(|number| (somebody(), id(number))).collect();
    let pushed = cache.push(&deliveries).await;
    assert!(
        matches!(pushed, Err(Error::Unavailable { .. })),
        "{pushed:?}"
    );
    drop(cache);
    let asked = listening.await.unwrap();
    let calls = asked.matches("twitclone_push").count();
    assert_eq!(calls, 8, "500 deliveries each");
}

/// Stands before Redis, for one client. From this word on Redis hears nothing and the client gets no answer. All that the
/// client said until it hung up.
async fn silent_after(listener: TcpListener, word: &str) -> String {
    let (client, _) = listener.accept().await.unwrap();
    let port = from_script("TWITCLONE_TEST_REDIS_PORT");
    let server = TcpStream::connect(format!("127.0.0.1:{port}"))
        .await
        .unwrap();
    let ((mut asks, mut told), (mut answers, mut to_server)) =
        (client.into_split(), server.into_split());
    tokio::spawn(async move {
        // It ends with the connection to Redis.
        let _ = io::copy(&mut answers, &mut told).await;
    });
    let mut asked = Vec::new();
    loop {
        let before = asked.len();
        if asks.read_buf(&mut asked).await.unwrap() == 0 {
            return String::from_utf8(asked).unwrap();
        }
        if !String::from_utf8_lossy(&asked).contains(word) {
            to_server.write_all(&asked[before..]).await.unwrap();
        }
    }
}
