//! Fan-out, beside pipelined LPUSHX; the wait behind big authors; what a timeline takes; building one.

use std::time::{Duration, Instant};

use chrono::Utc;
use deadpool_redis::redis::{self, Pipeline, aio::MultiplexedConnection};
use futures_util::future::join_all;
use twitclone::{
    id::{TweetId, UserId},
    store::timelines,
    timeline::{self, Version},
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
const FIRST_ID: i64 = 116_000_000_000_000_000;

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
            push.arg(FIRST_ID + id);
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

/// Deliveries a second of the big author's tweets.
async fn to_many(stage: &Stage) -> f64 {
    let big = seed::named(stage, seed::BIG).await;
    let followers = seed::followers(stage, big.id).await;
    let poster = Poster::new(stage, &big);
    let waiting = Waiting::begin(stage);
    let mut last = TweetId::from(0);
    for _ in 0..BIG_TWEETS {
        last = poster.post().await;
    }
    let watched = followers.iter().map(|follower| (*follower, last)).collect();
    waiting.deliver(watched, BIG_TWEETS * followers.len()).await
}

/// Deliveries a second of tweets of many authors.
async fn to_fifty(stage: &Stage, options: &Options) -> f64 {
    let authors = seed::people(stage, 1, SMALL_AUTHORS.min(options.people)).await;
    let mut followers = Vec::new();
    for author in &authors {
        followers.push(seed::followers(stage, author.id).await);
    }
    let waiting = Waiting::begin(stage);
    let mut tweets = Vec::new();
    for some in authors.chunks(32) {
        let posters = some
            .iter()
            .map(|author| async { Poster::new(stage, author).post().await });
        tweets.extend(join_all(posters).await);
    }
    // Of each author one follower, and not always the first.
    let watched = followers.iter().zip(&tweets).enumerate();
    let watched = watched.map(|(at, (followers, tweet))| (followers[at % followers.len()], *tweet));
    let deliveries = followers.iter().map(Vec::len).sum();
    waiting.deliver(watched.collect(), deliveries).await
}

/// Tweets that wait on the topic for a worker that is held.
struct Waiting<'a>(&'a Stage);

impl<'a> Waiting<'a> {
    fn begin(stage: &'a Stage) -> Self {
        stage.fanout.as_ref().unwrap().signal("STOP");
        Self(stage)
    }

    /// Deliveries a second, from when it goes on until all have what they wait for.
    async fn deliver(self, watched: Vec<(UserId, TweetId)>, deliveries: usize) -> f64 {
        let Self(stage) = self;
        stage.published().await;
        let begun = Instant::now();
        stage.fanout.as_ref().unwrap().signal("CONT");
        arrived(stage, watched).await;
        let took = begun.elapsed();
        stage.drained().await;
        deliveries as f64 / took.as_secs_f64()
    }
}

/// Of each of these timelines whether it has that tweet, as far as its upper end shows.
pub async fn are_there(
    redis: &mut MultiplexedConnection,
    waiting: &[(UserId, TweetId)],
) -> Vec<bool> {
    let mut places = Pipeline::new();
    for (person, tweet) in waiting {
        places
            .cmd("LPOS")
            .arg(format!("timeline:{person}"))
            .arg(tweet.get())
            .arg("MAXLEN")
            .arg(100);
    }
    let found: Vec<Option<i64>> = places.query_async(redis).await.unwrap();
    found.iter().map(Option::is_some).collect()
}

/// Waits until each of these timelines has that tweet.
pub async fn arrived(stage: &Stage, mut waiting: Vec<(UserId, TweetId)>) {
    let mut redis = stage.redis().await;
    let begun = Instant::now();
    let mut at_once = 20;
    while !waiting.is_empty() {
        assert!(
            begun.elapsed() < PATIENCE,
            "{} have not arrived: {:?} …",
            waiting.len(),
            waiting.first()
        );
        // A few at a time, and only the upper end: watching must not cost what is measured.
        let some = waiting.len().min(at_once);
        let mut found = are_there(&mut redis, &waiting[..some]).await.into_iter();
        let before = waiting.len();
        waiting.retain(|_| !found.next().unwrap_or_default());
        let are_all_there = before - waiting.len() == some;
        at_once = if are_all_there { 200 } else { 20 };
        if !are_all_there {
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

/// The average while a full one is replaced by newer ids: Redis keeps a List in a few blocks, which fill and empty.
async fn size_of_timeline(stage: &Stage, table: &mut Table) {
    let (timelines, cap) = (&stage.app.timelines, stage.app.settings.timelines.cap);
    // Nobody's, and gone at the end.
    let user = UserId::from(FIRST_ID);
    let ids = |from: usize| (from..from + cap).map(|id| TweetId::from(FIRST_ID + id as i64));
    let ticket = timelines.begin_rebuild(user, Utc::now()).await.unwrap();
    let newest_first: Vec<TweetId> = ids(0).rev().collect();
    let ticket = ticket.unwrap();
    let built = timelines.finish_rebuild(user, &ticket, Version(1), &newest_first);
    assert!(built.await.unwrap());
    let key = format!("timeline:{user}");
    let mut redis = stage.redis().await;
    let mut bytes = Vec::new();
    for id in ids(cap) {
        timelines.push(&[(user, id)]).await.unwrap();
        let mut usage = redis::cmd("MEMORY");
        usage.arg("USAGE").arg(&key).arg("SAMPLES").arg(0);
        let size: f64 = usage.query_async(&mut redis).await.unwrap();
        bytes.push(size / 1000.0);
    }
    let () = redis::cmd("DEL")
        .arg(&key)
        .query_async(&mut redis)
        .await
        .unwrap();
    table.tell(
        &format!("Redis memory of a timeline of {cap}, on average"),
        "KB",
        bytes.iter().sum::<f64>() / bytes.len() as f64,
        &Target::AtMost(9.0),
    );
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
