//! The contract of the timeline cache, for all places where timelines live: memory, a Redis, a Redis Cluster.

mod in_cluster;
mod in_redis;
mod missing;
mod properties;
mod rebuilding;

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{TimeDelta, Utc};
use deadpool_redis::redis::{aio::MultiplexedConnection, cmd};
use proptest::prelude::*;
use twitclone::{
    config::Settings,
    id::{TweetId, UserId},
    timeline::{Cached, Reason, Standing, State, TimelineCache, Version, memory, redis, union},
};

use crate::test_app::{Profile, from_script, settings, unique_name};

use missing::timelines_are_found_among_many_that_are_missing;
use properties::{any_pushes_come_to_the_newest_ids, no_gap_above_the_end_whatever_happens};
use rebuilding::{
    a_rebuild_begun_in_the_future_is_taken_over, a_rebuild_keeps_what_was_pushed_meanwhile,
    a_superseded_rebuild_changes_nothing, an_abandoned_rebuild_is_taken_over,
    only_one_rebuilds_at_a_time,
};

const CAP: usize = 40;

/// A user id that no other test has.
fn somebody() -> UserId {
    static NEXT: AtomicI64 = AtomicI64::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed).into()
}

/// Ids as the database makes them: eighteen digits.
fn id(number: i64) -> TweetId {
    (116_000_000_000_000_000 + number).into()
}

fn ids(numbers: impl IntoIterator<Item = i64>) -> Vec<TweetId> {
    numbers.into_iter().map(id).collect()
}

fn in_memory() -> TimelineCache {
    TimelineCache::Memory(memory::Timelines::new(CAP))
}

fn in_redis() -> TimelineCache {
    with_settings(&unique_name(), &[])
}

fn in_cluster() -> TimelineCache {
    let nodes = from_script("TWITCLONE_TEST_REDIS_CLUSTER");
    with_settings(&unique_name(), &[("REDIS_CLUSTER_NODES", &nodes)])
}

/// In Redis, with `NAME:` before its keys.
fn with_settings(name: &str, more: &[(&str, &str)]) -> TimelineCache {
    let mut all = vec![("TWITCLONE__TIMELINES__CAP", "40")];
    all.extend(more);
    let settings = settings(Profile::Full, name, &all);
    let settings = Settings::from_sources(None, settings).unwrap();
    TimelineCache::Redis(redis::Timelines::new(&settings.redis, &settings.timelines).unwrap())
}

async fn read(cache: &TimelineCache, user: UserId) -> Cached {
    cache.read(user, CAP + 1, Utc::now()).await.unwrap()
}

async fn make_warm(cache: &TimelineCache, user: UserId, version: i64, ids: &[TweetId]) {
    let ticket = cache
        .begin_rebuild(user, Utc::now())
        .await
        .unwrap()
        .unwrap();
    assert!(
        cache
            .finish_rebuild(user, &ticket, Version(version), ids)
            .await
            .unwrap()
    );
}

async fn push(cache: &TimelineCache, user: UserId, ids: &[TweetId]) -> usize {
    let deliveries: Vec<_> = ids.iter().map(|id| (user, *id)).collect();
    cache.push(&deliveries).await.unwrap()
}

async fn reset_statistics(connection: &mut MultiplexedConnection) {
    let mut reset = cmd("CONFIG");
    reset.arg("RESETSTAT");
    let () = reset.query_async(connection).await.unwrap();
}

/// Of what Redis has counted about a command since its statistics began.
async fn statistic(connection: &mut MultiplexedConnection, command: &str, figure: &str) -> usize {
    let mut ask = cmd("INFO");
    ask.arg("commandstats");
    let all: String = ask.query_async(connection).await.unwrap();
    let name = format!("cmdstat_{command}:");
    let figures = all.lines().find_map(|line| line.strip_prefix(&name));
    let mut named = figures.unwrap_or_default().split(',');
    let value = named.find_map(|one| one.strip_prefix(&format!("{figure}=")));
    value.map_or(0, |value| value.parse().unwrap())
}

macro_rules! contract {
    ($($name:ident),* $(,)?) => {
        mod memory_keeps {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(super::in_memory()).await; })*
        }
        mod redis_keeps {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(super::in_redis()).await; })*
        }
        mod cluster_keeps {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() { super::$name(super::in_cluster()).await; })*
        }
    };
}

contract!(
    a_missing_timeline_is_cold_and_takes_no_pushes,
    pushes_end_up_sorted_and_unique_in_any_order,
    several_newer_ids_come_at_once,
    the_cap_drops_the_oldest,
    what_falls_below_the_cap_makes_a_part,
    removed_ids_are_gone_and_the_rest_stays_true,
    a_rebuild_keeps_what_was_pushed_meanwhile,
    only_one_rebuilds_at_a_time,
    an_abandoned_rebuild_is_taken_over,
    a_rebuild_begun_in_the_future_is_taken_over,
    a_superseded_rebuild_changes_nothing,
    merging_extends_to_the_next_version_only,
    an_empty_timeline_is_warm,
    a_read_takes_no_more_than_asked_for,
    one_call_serves_many_timelines,
    timelines_are_found_among_many_that_are_missing,
    any_pushes_come_to_the_newest_ids,
    no_gap_above_the_end_whatever_happens,
    what_a_reader_would_see_of_one_tweet,
);

async fn a_missing_timeline_is_cold_and_takes_no_pushes(cache: TimelineCache) {
    let user = somebody();
    assert_eq!(read(&cache, user).await.state, State::Cold(Reason::Missing));
    assert_eq!(push(&cache, user, &ids([1])).await, 0);
    assert_eq!(
        read(&cache, user).await,
        Cached {
            state: State::Cold(Reason::Missing),
            is_whole: false,
            ids: vec![]
        }
    );
}

async fn pushes_end_up_sorted_and_unique_in_any_order(cache: TimelineCache) {
    let user = somebody();
    make_warm(&cache, user, 1, &ids([5, 3])).await;
    assert_eq!(push(&cache, user, &ids([9, 1, 4, 9, 5, 1, 3, 7])).await, 4);
    let read = read(&cache, user).await;
    assert_eq!(
        read,
        Cached {
            state: State::Warm(Version(1)),
            is_whole: true,
            ids: ids([9, 7, 5, 4, 3, 1])
        }
    );
}

async fn several_newer_ids_come_at_once(cache: TimelineCache) {
    let user = somebody();
    make_warm(&cache, user, 1, &ids([5, 3])).await;
    assert_eq!(push(&cache, user, &ids([7, 8, 9])).await, 3);
    assert_eq!(push(&cache, user, &ids([9, 10])).await, 1, "one is there");
    assert_eq!(
        push(&cache, user, &ids([12, 11, 13])).await,
        3,
        "in no order"
    );
    assert_eq!(
        push(&cache, user, &ids([4, 14])).await,
        2,
        "an old one first"
    );
    let some = read(&cache, user).await;
    assert_eq!(some.ids, ids([14, 13, 12, 11, 10, 9, 8, 7, 5, 4, 3]));
    assert_eq!(push(&cache, user, &ids(20..70)).await, 50);
    let full = read(&cache, user).await;
    assert_eq!((full.ids, full.is_whole), (ids((30..70).rev()), false));
}

async fn the_cap_drops_the_oldest(cache: TimelineCache) {
    let user = somebody();
    make_warm(&cache, user, 1, &ids((10..50).rev())).await;
    assert_eq!(
        push(&cache, user, &ids([5])).await,
        0,
        "below a full timeline"
    );
    assert_eq!(push(&cache, user, &ids([50])).await, 1);
    let read = read(&cache, user).await;
    assert_eq!(read.ids, ids((11..=50).rev()));
    assert!(!read.is_whole);
}

/// What is dropped, and what was never put in, lies below: the list is a part from then on.
async fn what_falls_below_the_cap_makes_a_part(cache: TimelineCache) {
    for pushed in [5, 60] {
        let user = somebody();
        make_warm(&cache, user, 1, &ids((10..49).rev())).await;
        assert!(read(&cache, user).await.is_whole);
        push(&cache, user, &ids([49])).await;
        assert!(read(&cache, user).await.is_whole, "just full");
        push(&cache, user, &ids([pushed])).await;
        assert!(!read(&cache, user).await.is_whole, "{pushed}");
    }
}

async fn removed_ids_are_gone_and_the_rest_stays_true(cache: TimelineCache) {
    let user = somebody();
    make_warm(&cache, user, 1, &ids((0..40).rev())).await;
    let deliveries: Vec<_> = ids([39, 20, 0, 77])
        .into_iter()
        .map(|id| (user, id))
        .collect();
    assert_eq!(cache.remove(&deliveries).await.unwrap(), 3);
    assert_eq!(cache.remove(&deliveries).await.unwrap(), 0);
    assert_eq!(cache.remove(&[(somebody(), id(1))]).await.unwrap(), 0);
    let known = read(&cache, user).await;
    assert_eq!(known.ids, ids((1..39).rev().filter(|id| *id != 20)));
    assert!(!known.is_whole);
    // There is room, but others below the end may be missing.
    assert_eq!(push(&cache, user, &ids([0, 50])).await, 1);
    let known = read(&cache, user).await;
    assert_eq!(known.ids.first(), Some(&id(50)));
    assert_eq!(known.ids.last(), Some(&id(1)));
    let rest: Vec<_> = known.ids.iter().map(|id| (user, *id)).collect();
    cache.remove(&rest).await.unwrap();
    for _ in 0..2 {
        assert_eq!(
            read(&cache, user).await.state,
            State::Cold(Reason::Emptied),
            "an empty part says nothing"
        );
        assert_eq!(push(&cache, user, &ids([0])).await, 0);
    }
    assert!(
        !cache
            .merge(user, Version(1), Version(2), &ids([3]))
            .await
            .unwrap()
    );
}

async fn merging_extends_to_the_next_version_only(cache: TimelineCache) {
    let user = somebody();
    assert!(
        !cache
            .merge(user, Version(0), Version(1), &ids([1]))
            .await
            .unwrap(),
        "cold"
    );
    make_warm(&cache, user, 3, &ids([8, 2])).await;
    assert!(
        !cache
            .merge(user, Version(2), Version(3), &ids([5]))
            .await
            .unwrap(),
        "another version"
    );
    assert!(
        cache
            .merge(user, Version(3), Version(4), &ids([9, 8, 5]))
            .await
            .unwrap()
    );
    let read = read(&cache, user).await;
    assert_eq!(
        read,
        Cached {
            state: State::Warm(Version(4)),
            is_whole: true,
            ids: ids([9, 8, 5, 2])
        }
    );
}

async fn an_empty_timeline_is_warm(cache: TimelineCache) {
    let user = somebody();
    make_warm(&cache, user, 0, &[]).await;
    assert_eq!(
        read(&cache, user).await,
        Cached {
            state: State::Warm(Version(0)),
            is_whole: true,
            ids: vec![]
        }
    );
    assert_eq!(push(&cache, user, &ids([1])).await, 1);
    assert_eq!(read(&cache, user).await.ids, ids([1]));
}

async fn a_read_takes_no_more_than_asked_for(cache: TimelineCache) {
    let user = somebody();
    make_warm(&cache, user, 1, &ids((0..30).rev())).await;
    let read = cache.read(user, 3, Utc::now()).await.unwrap();
    assert_eq!(
        read,
        Cached {
            state: State::Warm(Version(1)),
            is_whole: true,
            ids: ids([29, 28, 27])
        }
    );
}

/// More deliveries than fit one call of the push function.
async fn one_call_serves_many_timelines(cache: TimelineCache) {
    let users: Vec<UserId> = (0..700).map(|_| somebody()).collect();
    for user in &users {
        make_warm(&cache, *user, 0, &[]).await;
    }
    let deliveries: Vec<_> = users.iter().map(|user| (*user, id(user.get()))).collect();
    assert_eq!(cache.push(&deliveries).await.unwrap(), 700);
    for user in &users {
        assert_eq!(read(&cache, *user).await.ids, vec![id(user.get())]);
    }
}

/// A reader's timeline lives; one that nobody reads goes.
async fn what_a_reader_would_see_of_one_tweet(cache: TimelineCache) {
    let user = somebody();
    let sees = async |number| cache.standing(user, Version(1), id(number)).await.unwrap();
    assert_eq!(sees(5).await, Standing::FromSql, "there is no timeline");
    let now = Utc::now();
    let ticket = cache.begin_rebuild(user, now).await.unwrap().unwrap();
    push(&cache, user, &ids([5])).await;
    assert_eq!(sees(5).await, Standing::FromSql, "it is being built");
    cache
        .finish_rebuild(user, &ticket, Version(1), &ids([9, 3]))
        .await
        .unwrap();
    for (number, standing) in [
        (9, Standing::Shown),
        (5, Standing::Shown),
        (3, Standing::Shown),
        (10, Standing::Missing),
        (4, Standing::Missing),
        (2, Standing::Missing),
    ] {
        assert_eq!(sees(number).await, standing, "{number}");
    }
    let full: Vec<i64> = (10..).take(CAP).collect();
    push(&cache, user, &ids(full)).await;
    assert_eq!(sees(10).await, Standing::Shown);
    assert_eq!(sees(9).await, Standing::FromSql, "it fell below the cap");
    let other = cache.standing(user, Version(2), id(10)).await.unwrap();
    assert_eq!(other, Standing::FromSql, "for other followings");
}

#[test]
fn memory_forgets_what_nobody_reads() {
    let timelines = memory::Timelines::new(CAP);
    let now = Utc::now();
    let (reader, sleeper) = (somebody(), somebody());
    for user in [reader, sleeper] {
        let ticket = timelines.begin_rebuild(user, now).unwrap();
        assert!(timelines.finish_rebuild(user, &ticket, Version(0), &ids([1])));
    }
    timelines.read(reader, 1, now + TimeDelta::days(2));
    timelines.push(&[(sleeper, id(2))]);
    assert_eq!(timelines.forget_idle(now + TimeDelta::days(1)), 1);
    assert_eq!(
        timelines.read(sleeper, 1, now).state,
        State::Cold(Reason::Missing)
    );
    assert_eq!(
        timelines.read(reader, 1, now).state,
        State::Warm(Version(0))
    );
}
