//! What is in Redis, for whoever looks there.

use super::*;

/// What the issue promises to whoever looks into Redis: a List of ids, newest first, that expires when nobody
/// reads it. Its last entry is the mark.
#[tokio::test(flavor = "multi_thread")]
async fn in_redis_a_timeline_is_a_list_that_expires() {
    let name = unique_name();
    let settings = Settings::from_sources(None, settings(Profile::Full, &name, &[])).unwrap();
    let cache =
        TimelineCache::Redis(redis::Timelines::new(&settings.redis, &settings.timelines).unwrap());
    let user = somebody();
    make_warm(&cache, user, 6, &ids([2, 1])).await;
    let mut connection = redis_connection().await;
    let key = format!("{name}:timeline:{user}");
    let cmd = deadpool_redis::redis::cmd;
    let entries: Vec<String> = cmd("LRANGE")
        .arg(&key)
        .arg(0)
        .arg(-1)
        .query_async(&mut connection)
        .await
        .unwrap();
    assert_eq!(entries[..2], [id(2).to_string(), id(1).to_string()]);
    assert!(entries[2].starts_with("whole:6:"), "{entries:?}");
    assert_eq!(entries.len(), 3);
    let seconds: i64 = cmd("TTL")
        .arg(&key)
        .query_async(&mut connection)
        .await
        .unwrap();
    assert!(
        (14 * 86_400 - 60..=14 * 86_400).contains(&seconds),
        "{seconds}"
    );
    let () = cmd("DEL")
        .arg(&key)
        .query_async(&mut connection)
        .await
        .unwrap();
}

/// A key that holds something else, by somebody's mistake, does not stop the others of its batch.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_type_is_put_right() {
    let name = unique_name();
    let settings = Settings::from_sources(None, settings(Profile::Full, &name, &[])).unwrap();
    let cache =
        TimelineCache::Redis(redis::Timelines::new(&settings.redis, &settings.timelines).unwrap());
    let (broken, other) = (somebody(), somebody());
    make_warm(&cache, other, 1, &[]).await;
    let mut connection = redis_connection().await;
    for round in 0..3 {
        let () = deadpool_redis::redis::cmd("SET")
            .arg(format!("{name}:timeline:{broken}"))
            .arg("not a list")
            .query_async(&mut connection)
            .await
            .unwrap();
        let deliveries = [(broken, id(round)), (other, id(round))];
        match round {
            0 => assert_eq!(cache.push(&deliveries).await.unwrap(), 1),
            1 => assert_eq!(cache.remove(&deliveries).await.unwrap(), 0),
            _ => make_warm(&cache, broken, 1, &ids([1])).await,
        }
    }
    assert_eq!(read(&cache, broken).await.ids, ids([1]));
    for user in [broken, other] {
        let () = deadpool_redis::redis::cmd("DEL")
            .arg(format!("{name}:timeline:{user}"))
            .query_async(&mut connection)
            .await
            .unwrap();
    }
}
