//! One tweet to very many followers, all of them pushed: when those who have a timeline have it, what the worker takes
//! meanwhile, and what the death of a worker on the way costs.

use std::time::{Duration, Instant};

use twitclone::{
    id::{TweetId, UserId},
    timeline,
};

use crate::{
    Options,
    delivering::are_there,
    latency::Poster,
    seed,
    stage::{PATIENCE, Process, Stage},
    table::{Table, Target, median},
};

/// So many of the followers, spread over all, are active and watched.
const WATCHED: usize = 200;
/// Enough to meet each of a few dozen partitions.
const SMALL_AUTHORS: i64 = 200;

/// What was seen of one tweet on its way.
struct Seen {
    /// Seconds until each of those who were watched had it, the first one first.
    after: Vec<f64>,
    /// By how many MiB the worker grew.
    grew: f64,
}

impl Seen {
    fn last(&self) -> f64 {
        *self.after.last().unwrap()
    }
}

pub async fn measure(stage: &mut Stage, options: &Options, table: &mut Table) {
    let vast = seed::named(stage, seed::VAST).await;
    let followers = seed::followers(stage, vast.id).await;
    let step = (followers.len() / WATCHED).max(1);
    let watched: Vec<UserId> = followers.into_iter().step_by(step).collect();
    for user in &watched {
        timeline::rebuild(&stage.app, *user, timeline::Reason::Backfill)
            .await
            .unwrap();
    }
    let poster = Poster::new(stage, &vast);
    let (mut medians, mut lasts, mut grown) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let tweet = poster.post().await;
        let seen = watch(stage, &watched, tweet, None).await;
        medians.push(median(&seen.after));
        lasts.push(seen.last());
        grown.push(seen.grew);
        stage.drained().await;
    }
    let name = format!("a tweet to {} followers", options.vast);
    table.tell(
        &format!("{name}: the median active one has it"),
        "s",
        median(&medians),
        &Target::AtMost(3.5),
    );
    table.tell(
        &format!("{name}: the last one has it"),
        "s",
        median(&lasts),
        &Target::None,
    );
    table.tell(
        "the worker grows meanwhile by",
        "MiB",
        median(&grown),
        &Target::AtMost(10.0),
    );

    let mut others = Vec::new();
    for _ in 0..options.rounds {
        let second = stage.process("fanout");
        all_partitions_are_read(stage, options).await;
        let tweet = poster.post().await;
        let victim = stage.fanout.replace(second);
        let seen = watch(stage, &watched, tweet, victim).await;
        others.push(seen.last());
        stage.drained().await;
    }
    table.tell(
        "the last one, when one of two workers is killed on the way",
        "s",
        median(&others),
        &Target::None,
    );
}

/// Waits until tweets of many authors were delivered: the group knows of the worker that was killed before, which takes
/// Kafka its session timeout, and of the new one.
async fn all_partitions_are_read(stage: &Stage, options: &Options) {
    for author in seed::people(stage, 1, SMALL_AUTHORS.min(options.people)).await {
        Poster::new(stage, &author).post().await;
    }
    stage.drained().await;
}

/// Looks until all have it. When half of them have, `victim` is killed.
async fn watch(
    stage: &Stage,
    watched: &[UserId],
    tweet: TweetId,
    mut victim: Option<Process>,
) -> Seen {
    let begun = Instant::now();
    let worker = stage.fanout.as_ref().unwrap();
    let before = worker.resident();
    let (mut grew, mut after) = (0.0_f64, Vec::new());
    let mut waiting: Vec<_> = watched.iter().map(|user| (*user, tweet)).collect();
    let mut redis = stage.redis().await;
    while !waiting.is_empty() {
        assert!(
            begun.elapsed() < PATIENCE,
            "{} have not got it",
            waiting.len()
        );
        let mut found = are_there(&mut redis, &waiting).await.into_iter();
        let now = begun.elapsed().as_secs_f64();
        waiting.retain(|_| !found.next().unwrap_or_default());
        after.resize(watched.len() - waiting.len(), now);
        if after.len() * 2 >= watched.len() {
            drop(victim.take());
        }
        grew = grew.max(worker.resident() - before);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Seen { after, grew }
}
