//! Fan-out, beside pipelined LPUSHX; the wait behind big authors; what a timeline takes; building one.

use std::time::{Duration, Instant};

use deadpool_redis::redis::{self, Pipeline};
use futures_util::future::join_all;
use twitclone::{
    id::{TweetId, UserId},
    store::timelines,
    timeline,
};

use crate::{
    Options,
    latency::Poster,
    load::redis_benchmark,
    seed,
    stage::{PATIENCE, Stage},
    table::{Table, Target, median},
};

/// Tweets of the big author in one run.
const BIG_TWEETS: usize = 20;
/// Authors with fifty followers each in one run, and tweets of each.
const SMALL_AUTHORS: i64 = 2000;
/// Tweets of authors with very many followers before one of somebody else.
const BEFORE: usize = 20;
const WAITS: usize = 10;
const REBUILDS: usize = 30;

pub async fn measure(stage: &Stage, options: &Options, table: &mut Table) {
    let ceiling = ceiling(stage, options).await;
    let (mut big, mut small) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        big.push(to_many(stage).await);
        small.push(to_fifty(stage, options).await);
    }
    let what = "LPUSHX by redis-benchmark, 500 in a pipeline";
    let followers = options.followers;
    table.compare(
        &format!("fan-out to {followers} active timelines: deliveries/s"),
        "/s",
        median(&big),
        what,
        ceiling,
        &Target::Share(0.5),
    );
    table.compare(
        "fan-out, authors with 50 followers: deliveries/s",
        "/s",
        median(&small),
        what,
        ceiling,
        &Target::Share(0.25),
    );
    wait_behind(stage, options, table).await;
    size_of_timeline(stage, table).await;
    rebuild(stage, table).await;
}

/// As many lists as there are people, as long as timelines are.
async fn ceiling(stage: &Stage, options: &Options) -> f64 {
    let mut redis = stage.redis().await;
    for n in 0..options.people {
        let mut push = redis::cmd("RPUSH");
        push.arg(format!("ceiling:{n:012}"));
        for id in 0..800 {
            push.arg(116_000_000_000_000_000_i64 + id);
        }
        let () = push.query_async(&mut redis).await.unwrap();
    }
    let command = ["LPUSHX", "ceiling:__rand_int__", "116000000000000900"];
    let mut rates = Vec::new();
    for _ in 0..options.rounds {
        rates.push(redis_benchmark(stage, options.people, &command).await);
    }
    for n in 0..options.people {
        let () = redis::cmd("DEL")
            .arg(format!("ceiling:{n:012}"))
            .query_async(&mut redis)
            .await
            .unwrap();
    }
    median(&rates)
}

/// Deliveries a second of the big author's tweets, from the first one's post until all have them all.
async fn to_many(stage: &Stage) -> f64 {
    let big = seed::named(stage, seed::BIG).await;
    let followers = seed::followers(stage, big.id).await;
    let poster = Poster::new(stage, &big);
    let begun = Instant::now();
    let mut last = TweetId::from(0);
    for _ in 0..BIG_TWEETS {
        last = poster.post().await;
    }
    arrived(
        stage,
        followers.iter().map(|follower| (*follower, last)).collect(),
    )
    .await;
    let took = begun.elapsed();
    stage.drained().await;
    (BIG_TWEETS * followers.len()) as f64 / took.as_secs_f64()
}

/// Deliveries a second of tweets that wait on the topic for a worker that was held.
async fn to_fifty(stage: &Stage, options: &Options) -> f64 {
    let authors = seed::people(stage, 1, SMALL_AUTHORS.min(options.people)).await;
    let mut deliveries = Vec::new();
    for author in &authors {
        deliveries.push(seed::followers(stage, author.id).await);
    }
    let worker = stage.fanout.as_ref().unwrap();
    worker.signal("STOP");
    let mut tweets = Vec::new();
    for some in authors.chunks(32) {
        let posters = some
            .iter()
            .map(|author| async { Poster::new(stage, author).post().await });
        tweets.extend(join_all(posters).await);
    }
    stage.published().await;
    let begun = Instant::now();
    worker.signal("CONT");
    // Of each author one follower, and not always the first.
    let watched = deliveries.iter().zip(&tweets).enumerate();
    let watched = watched.map(|(at, (followers, tweet))| (followers[at % followers.len()], *tweet));
    arrived(stage, watched.collect()).await;
    let took = begun.elapsed();
    stage.drained().await;
    deliveries.iter().map(Vec::len).sum::<usize>() as f64 / took.as_secs_f64()
}

/// Waits until each of these timelines has that tweet.
pub async fn arrived(stage: &Stage, mut waiting: Vec<(UserId, TweetId)>) {
    let mut redis = stage.redis().await;
    let begun = Instant::now();
    while !waiting.is_empty() {
        assert!(
            begun.elapsed() < PATIENCE,
            "{} have not arrived: {:?} …",
            waiting.len(),
            waiting.first()
        );
        // A few at a time: watching must not cost what is measured.
        let some = waiting.len().min(100);
        let mut places = Pipeline::new();
        for (person, tweet) in &waiting[..some] {
            places
                .cmd("LPOS")
                .arg(format!("timeline:{person}"))
                .arg(tweet.get());
        }
        let found: Vec<Option<i64>> = places.query_async(&mut redis).await.unwrap();
        let mut found = found.iter();
        let mut is_missing = |_: &(UserId, TweetId)| found.next().is_none_or(Option::is_none);
        let before = waiting.len();
        waiting.retain(&mut is_missing);
        if waiting.len() == before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Tweets of somebody with fifty followers, alone and behind twenty of somebody with very many.
async fn wait_behind(stage: &Stage, options: &Options, table: &mut Table) {
    let vast = Poster::new(stage, &seed::named(stage, seed::VAST).await);
    let author = seed::people(stage, 7, 7).await.remove(0);
    let follower = seed::followers(stage, author.id).await[20];
    let author = Poster::new(stage, &author);
    let (mut alone, mut behind) = (Vec::new(), Vec::new());
    for _ in 0..WAITS {
        alone.push(visible_after(stage, &author, follower).await);
        for _ in 0..BEFORE {
            vast.post().await;
        }
        behind.push(visible_after(stage, &author, follower).await);
        stage.drained().await;
    }
    let name = format!(
        "posted→in a follower's list, behind {BEFORE} tweets to {} followers",
        options.vast
    );
    let (alone, behind) = (median(&alone), median(&behind));
    table.compare(&name, "ms", behind, "alone", alone, &Target::Times(3.0));
}

async fn visible_after(stage: &Stage, author: &Poster, follower: UserId) -> f64 {
    let tweet = author.post().await;
    let begun = Instant::now();
    arrived(stage, vec![(follower, tweet)]).await;
    begun.elapsed().as_secs_f64() * 1000.0
}

async fn size_of_timeline(stage: &Stage, table: &mut Table) {
    let person = seed::people(stage, 1, 1).await.remove(0);
    let key = format!("timeline:{}", person.id);
    let mut redis = stage.redis().await;
    let length: usize = redis::cmd("LLEN")
        .arg(&key)
        .query_async(&mut redis)
        .await
        .unwrap();
    let bytes: f64 = redis::cmd("MEMORY")
        .arg("USAGE")
        .arg(&key)
        .arg("SAMPLES")
        .arg(0)
        .query_async(&mut redis)
        .await
        .unwrap();
    let name = format!("Redis memory of a timeline of {}", length - 1);
    table.tell(&name, "KB", bytes / 1000.0, &Target::AtMost(9.0));
}

/// Of somebody who follows a thousand, whose timeline was dropped.
async fn rebuild(stage: &Stage, table: &mut Table) {
    let keen = seed::named(stage, seed::KEEN).await;
    let app = &stage.app;
    let (mut whole, mut query) = (Vec::new(), Vec::new());
    for _ in 0..REBUILDS {
        let begun = Instant::now();
        let mut connection = app.db.get().await.unwrap();
        timelines::whole_home(&mut connection, keen.id, app.settings.timelines.cap)
            .await
            .unwrap();
        query.push(begun.elapsed().as_secs_f64() * 1000.0);
        drop(connection);
        let mut redis = stage.redis().await;
        let () = redis::cmd("DEL")
            .arg(format!("timeline:{}", keen.id))
            .query_async(&mut redis)
            .await
            .unwrap();
        let begun = Instant::now();
        assert!(
            timeline::rebuild(app, keen.id, timeline::Reason::Backfill)
                .await
                .unwrap()
                .is_some()
        );
        whole.push(begun.elapsed().as_secs_f64() * 1000.0);
    }
    let (whole, query) = (median(&whole), median(&query));
    table.compare(
        "rebuild of a cold timeline, 1,000 followings",
        "ms",
        whole,
        "its SQL query alone",
        query,
        &Target::Times(2.0),
    );
}
