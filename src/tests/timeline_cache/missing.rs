//! Timelines that do not exist, as most of those to whom somebody with very many followers is delivered.

use super::*;
use crate::{servers::Server, test_app::redis_at};

/// However many of them stand between two that exist, and however many ids each gets.
pub async fn timelines_are_found_among_many_that_are_missing(cache: TimelineCache) {
    let (mut deliveries, mut there) = (Vec::new(), Vec::new());
    let mut missing = Vec::new();
    let gaps = (0..40).chain([63, 64, 65, 130, 250, 1]);
    for (gap, count) in gaps.zip([1, 2, 3].into_iter().cycle()) {
        let given = ids(0..count);
        let absent: Vec<UserId> = (0..gap).map(|_| somebody()).collect();
        let user = somebody();
        make_warm(&cache, user, 1, &[]).await;
        for user in absent.iter().chain([&user]) {
            deliveries.extend(given.iter().map(|id| (*user, *id)));
        }
        there.push((user, given));
        missing.extend(absent.last().copied());
    }
    let all: usize = there.iter().map(|(_, given)| given.len()).sum();
    assert_eq!(cache.push(&deliveries).await.unwrap(), all);
    for (user, given) in &there {
        let newest_first: Vec<TweetId> = given.iter().rev().copied().collect();
        assert_eq!(read(&cache, *user).await.ids, newest_first);
    }
    for user in missing {
        let state = read(&cache, user).await.state;
        assert_eq!(state, State::Cold(Reason::Missing));
    }
    assert_eq!(cache.push(&deliveries).await.unwrap(), 0, "again");
    assert_eq!(cache.remove(&deliveries).await.unwrap(), all);
    assert_eq!(cache.remove(&deliveries).await.unwrap(), 0);
}

/// So many people without a timeline get a tweet, and lose it again.
pub const PEOPLE: usize = 400;

pub async fn push_and_remove(cache: &TimelineCache) {
    let deliveries: Vec<_> = (0..PEOPLE).map(|_| (somebody(), id(1))).collect();
    assert_eq!(cache.push(&deliveries).await.unwrap(), 0);
    assert_eq!(cache.remove(&deliveries).await.unwrap(), 0);
}

/// They cost Redis a command for each at first only.
#[tokio::test(flavor = "multi_thread")]
async fn the_missing_are_looked_for_together() {
    let server = Server::start("redis").await;
    let (setting, value) = server.setting();
    let cache = with_settings(&unique_name(), &[(setting, &value)]);
    cache.ping().await.unwrap();
    let mut connection = redis_at(&format!("127.0.0.1:{}", server.port)).await;
    reset_statistics(&mut connection).await;
    push_and_remove(&cache).await;
    let apart = statistic(&mut connection, "lindex", "calls").await;
    let together = statistic(&mut connection, "exists", "calls").await;
    assert_eq!(apart, 2 * 5);
    assert_eq!(together, 2 * 9, "of 5, 10, 20, 40, and 64 at most");
    // Where enough exist, each is looked for by itself.
    let mut deliveries = Vec::new();
    for _ in 0..20 {
        deliveries.extend((0..4).map(|_| (somebody(), id(1))));
        let user = somebody();
        make_warm(&cache, user, 1, &[]).await;
        deliveries.push((user, id(1)));
    }
    reset_statistics(&mut connection).await;
    assert_eq!(cache.push(&deliveries).await.unwrap(), 20);
    assert_eq!(statistic(&mut connection, "exists", "calls").await, 0);
}
