//! The part of the contract that is about building a timeline again.

use super::*;

pub async fn a_rebuild_keeps_what_was_pushed_meanwhile(cache: TimelineCache) {
    let user = somebody();
    make_warm(&cache, user, 1, &ids([2, 1])).await;
    let ticket = cache
        .begin_rebuild(user, Utc::now())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        read(&cache, user).await.state,
        State::Cold(Reason::Unfinished)
    );
    assert_eq!(push(&cache, user, &ids([8, 6])).await, 2);
    assert!(
        cache
            .finish_rebuild(user, &ticket, Version(7), &ids([6, 5, 4]))
            .await
            .unwrap()
    );
    let read = read(&cache, user).await;
    assert_eq!(
        read,
        Cached {
            state: State::Warm(Version(7)),
            is_whole: true,
            ids: ids([8, 6, 5, 4])
        }
    );
}

pub async fn only_one_rebuilds_at_a_time(cache: TimelineCache) {
    let user = somebody();
    let now = Utc::now();
    assert!(cache.begin_rebuild(user, now).await.unwrap().is_some());
    assert!(cache.begin_rebuild(user, now).await.unwrap().is_none());
    assert!(
        cache
            .begin_rebuild(user, now + TimeDelta::seconds(4))
            .await
            .unwrap()
            .is_none()
    );
}

pub async fn an_abandoned_rebuild_is_taken_over(cache: TimelineCache) {
    let user = somebody();
    let now = Utc::now();
    cache.begin_rebuild(user, now).await.unwrap().unwrap();
    let later = now + TimeDelta::seconds(6);
    let ticket = cache
        .begin_rebuild(user, later)
        .await
        .unwrap()
        .expect("the first one is dead");
    assert!(
        cache
            .finish_rebuild(user, &ticket, Version(1), &ids([1]))
            .await
            .unwrap()
    );
}

/// Whoever began it had a clock that is ahead, and died.
pub async fn a_rebuild_begun_in_the_future_is_taken_over(cache: TimelineCache) {
    let user = somebody();
    let now = Utc::now();
    let ahead = now + TimeDelta::hours(1);
    cache.begin_rebuild(user, ahead).await.unwrap().unwrap();
    assert!(cache.begin_rebuild(user, now).await.unwrap().is_some());
}

pub async fn a_superseded_rebuild_changes_nothing(cache: TimelineCache) {
    let user = somebody();
    let now = Utc::now();
    let first = cache.begin_rebuild(user, now).await.unwrap().unwrap();
    let later = now + TimeDelta::seconds(6);
    let second = cache.begin_rebuild(user, later).await.unwrap().unwrap();
    assert!(
        !cache
            .finish_rebuild(user, &first, Version(1), &ids([1]))
            .await
            .unwrap()
    );
    assert_eq!(
        read(&cache, user).await.state,
        State::Cold(Reason::Unfinished)
    );
    assert!(
        cache
            .finish_rebuild(user, &second, Version(1), &ids([2]))
            .await
            .unwrap()
    );
    assert!(
        !cache
            .finish_rebuild(user, &second, Version(1), &ids([3]))
            .await
            .unwrap()
    );
    assert_eq!(read(&cache, user).await.ids, ids([2]));
}
