//! Whatever happens to a cached timeline, it is the upper end of what SQL has.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicI64, Ordering},
};

use proptest::test_runner::TestRunner;

use super::*;

/// Whatever is pushed, in whatever order and however often, the timeline is the newest of it all.
pub async fn any_pushes_come_to_the_newest_ids(cache: TimelineCache) {
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(60));
    let strategy = (
        prop::collection::vec(0_i64..120, 0..50),
        prop::collection::vec(0_i64..120, 0..150),
    );
    let runtime = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        runner
            .run(&strategy, |(first, pushed)| {
                runtime.block_on(async {
                    let user = somebody();
                    let first = union(&ids(first), &[], CAP);
                    make_warm(&cache, user, 1, &first).await;
                    push(&cache, user, &ids(pushed.iter().copied())).await;
                    let read = read(&cache, user).await;
                    prop_assert_eq!(&read.ids, &union(&first, &ids(pushed), CAP));
                    Ok(())
                })
            })
            .unwrap();
    });
}

#[derive(Clone, Debug)]
enum Step {
    /// Tweets are committed and pushed together; late ones and old ones among them.
    Post(BTreeSet<i64>),
    /// A delivery is repeated.
    Again(usize),
    Delete(usize),
    /// Someone is followed whose tweets are all of these, and their newest are merged.
    Follow(BTreeSet<i64>),
    Rebuild,
    /// A rebuild, in the middle of which something is posted.
    RebuildAround(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let number = 0_i64..200;
    let step = prop_oneof![
        6 => prop::collection::btree_set(number.clone(), 1..6).prop_map(Step::Post),
        2 => (0_usize..200).prop_map(Step::Again),
        3 => (0_usize..200).prop_map(Step::Delete),
        1 => prop::collection::btree_set(number.clone(), 0..60).prop_map(Step::Follow),
        1 => Just(Step::Rebuild),
        1 => number.prop_map(Step::RebuildAround),
    ];
    prop::collection::vec(step, 1..80)
}

/// One home, as SQL has it and as it is cached.
struct Home<'a> {
    cache: &'a TimelineCache,
    user: UserId,
    version: i64,
    truth: BTreeSet<TweetId>,
}

impl Home<'_> {
    fn newest(&self) -> Vec<TweetId> {
        self.truth.iter().rev().take(CAP).copied().collect()
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Post(numbers) => {
                let new = ids(numbers);
                self.truth.extend(&new);
                push(self.cache, self.user, &new).await;
            }
            Step::Again(at) => {
                if let Some(id) = self.truth.iter().nth(at).copied() {
                    push(self.cache, self.user, &[id]).await;
                }
            }
            Step::Delete(at) => {
                if let Some(id) = self.truth.iter().nth(at).copied() {
                    self.truth.remove(&id);
                    self.cache.remove(&[(self.user, id)]).await.unwrap();
                }
            }
            Step::Follow(numbers) => {
                let theirs: Vec<TweetId> = ids(numbers.iter().rev().copied());
                self.truth.extend(&theirs);
                let (before, after) = (Version(self.version), Version(self.version + 1));
                let newest = &theirs[..theirs.len().min(CAP)];
                self.cache
                    .merge(self.user, before, after, newest)
                    .await
                    .unwrap();
                self.version += 1;
            }
            Step::Rebuild => make_warm(self.cache, self.user, self.version, &self.newest()).await,
            Step::RebuildAround(number) => {
                let begun = self.cache.begin_rebuild(self.user, Utc::now()).await;
                let ticket = begun.unwrap().unwrap();
                let read = self.newest();
                self.truth.insert(id(number));
                push(self.cache, self.user, &ids([number])).await;
                let version = Version(self.version);
                self.cache
                    .finish_rebuild(self.user, &ticket, version, &read)
                    .await
                    .unwrap();
            }
        }
    }

    /// A warm list has all that SQL has down to its end, and nothing else.
    async fn check(&self) -> Result<bool, TestCaseError> {
        let cached = read(self.cache, self.user).await;
        if cached.state != State::Warm(Version(self.version)) {
            return Ok(false);
        }
        prop_assert!(cached.ids.len() <= CAP);
        let end = match cached.ids.last() {
            Some(last) if !cached.is_whole => *last,
            _ => id(0),
        };
        let expected: Vec<TweetId> = self.truth.range(end..).rev().copied().collect();
        prop_assert_eq!(cached.ids, expected);
        Ok(true)
    }
}

pub async fn no_gap_above_the_end_whatever_happens(cache: TimelineCache) {
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(60)
    });
    let runtime = tokio::runtime::Handle::current();
    let checked = AtomicI64::new(0);
    tokio::task::block_in_place(|| {
        runner
            .run(&steps(), |steps| {
                runtime.block_on(async {
                    let mut home = Home {
                        cache: &cache,
                        user: somebody(),
                        version: 0,
                        truth: BTreeSet::new(),
                    };
                    make_warm(&cache, home.user, 0, &[]).await;
                    for step in steps {
                        home.take(step).await;
                        if home.check().await? {
                            checked.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                    Ok(())
                })
            })
            .unwrap();
    });
    assert!(checked.into_inner() > 500, "warm lists were seen");
}
