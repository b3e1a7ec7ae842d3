//! People who tweet and read while something breaks, and what they were told.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use rand::{RngExt, rngs::StdRng};
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::MissedTickBehavior};
use tokio_util::sync::CancellationToken;
use twitclone::id::{TweetId, UserId};

use super::{
    Run,
    crowd::{Crowd, Member},
};

/// A request that was not answered by then is sent again.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// A tweet that was not acknowledged by then never will be: the run fails.
const ACKNOWLEDGE_WITHIN: Duration = Duration::from_secs(90);
/// What a careful client waits before it sends the same again.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

/// How many do what, and how often each.
#[derive(Clone, Copy)]
pub struct Rate {
    pub posters: usize,
    pub readers: usize,
    /// Between the beginnings of what one of them does.
    pub every: Duration,
}

/// What people were told. All tweets in it were acknowledged.
#[derive(Default)]
pub struct Record {
    tweets: Mutex<Vec<(UserId, TweetId)>>,
    answers: Mutex<Answers>,
}

/// Counts of answers.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    pub posts: BTreeMap<u16, usize>,
    pub reads: BTreeMap<u16, usize>,
    /// Requests without an answer.
    pub cut_posts: usize,
    pub cut_reads: usize,
    /// Pages that were not newest first, or had something twice.
    pub disordered: usize,
}

impl Record {
    pub fn tweets(&self) -> Vec<(UserId, TweetId)> {
        self.tweets.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.tweets.lock().unwrap().len()
    }

    pub fn acknowledged(&self, author: UserId, tweet: TweetId) {
        self.tweets.lock().unwrap().push((author, tweet));
    }

    pub fn answers(&self) -> Answers {
        self.answers.lock().unwrap().clone()
    }

    fn note(&self, change: impl FnOnce(&mut Answers)) {
        change(&mut self.answers.lock().unwrap());
    }
}

impl Answers {
    /// How many said that it is the server's fault.
    pub fn failures(&self) -> usize {
        let failures = |counts: &BTreeMap<u16, usize>| {
            counts.range(500..).map(|(_, count)| count).sum::<usize>()
        };
        failures(&self.posts) + failures(&self.reads)
    }

    pub fn read(&self) -> usize {
        self.reads.values().sum()
    }
}

/// Goes on until it is stopped.
pub struct Load {
    pub record: Arc<Record>,
    stop: CancellationToken,
    people: JoinSet<()>,
}

impl Load {
    pub fn start(run: &Run, crowd: &Arc<Crowd>, addresses: &[String], rate: Rate) -> Self {
        let mut load = Self {
            record: Arc::default(),
            stop: CancellationToken::new(),
            people: JoinSet::new(),
        };
        for number in 0..rate.posters + rate.readers {
            let someone = Someone {
                crowd: Arc::clone(crowd),
                record: Arc::clone(&load.record),
                line: Line::new(addresses, number),
                chance: run.chance(1000 + u64::try_from(number).unwrap()),
            };
            let (stop, every) = (load.stop.clone(), rate.every);
            if number < rate.posters {
                load.people.spawn(someone.post(number, every, stop));
            } else {
                load.people.spawn(someone.read(every, stop));
            }
        }
        load
    }

    /// Everybody ends what they have begun: every tweet is acknowledged in the end.
    pub async fn stop(&mut self) -> Arc<Record> {
        self.stop.cancel();
        mem::take(&mut self.people).join_all().await;
        Arc::clone(&self.record)
    }
}

/// Where requests go: to another process after each that failed.
pub struct Line {
    client: Client,
    addresses: Vec<String>,
    at: usize,
}

impl Line {
    pub fn new(addresses: &[String], at: usize) -> Self {
        Self {
            client: Client::builder().timeout(ANSWER_WITHIN).build().unwrap(),
            addresses: addresses.to_vec(),
            at,
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.addresses[self.at % self.addresses.len()])
    }

    /// Posts once under a key; the tweet if it was acknowledged.
    pub async fn try_post(&self, record: &Record, author: &Member, key: &str) -> Option<TweetId> {
        let sent = self
            .client
            .post(self.url("/api/v1/statuses"))
            .bearer_auth(&author.token)
            .header("Idempotency-Key", key)
            .json(&json!({ "status": format!("tweet {key}") }))
            .send()
            .await;
        let Ok(answer) = sent else {
            record.note(|answers| answers.cut_posts += 1);
            return None;
        };
        let status = answer.status();
        // Its head may have come, and not all of the rest.
        let Ok(text) = answer.text().await else {
            record.note(|answers| answers.cut_posts += 1);
            return None;
        };
        record.note(|answers| *answers.posts.entry(status.as_u16()).or_default() += 1);
        if status != StatusCode::OK {
            assert!(is_worth_repeating(status), "posting: {status} {text}");
            return None;
        }
        let tweet: Value = serde_json::from_str(&text).unwrap();
        Some(tweet["id"].as_str().unwrap().parse().unwrap())
    }

    /// Posts until it is acknowledged, under one key, so that there is one tweet in the end.
    pub async fn post(&mut self, record: &Record, author: &Member, key: &str) -> TweetId {
        let begun = Instant::now();
        loop {
            if let Some(tweet) = self.try_post(record, author, key).await {
                record.acknowledged(author.id(), tweet);
                return tweet;
            }
            assert!(
                begun.elapsed() < ACKNOWLEDGE_WITHIN,
                "{key} was never acknowledged"
            );
            self.at += 1;
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }

    /// One page of a home; `None` when it did not come.
    async fn page(
        &mut self,
        record: &Record,
        reader: &Member,
        query: &str,
    ) -> Option<Vec<TweetId>> {
        let sent = self
            .client
            .get(self.url(&format!("/api/v1/timelines/home?limit=40{query}")))
            .bearer_auth(&reader.token)
            .send()
            .await;
        let answer = match sent {
            Ok(answer) => Some((answer.status(), answer.json::<Value>().await)),
            Err(_) => None,
        };
        let Some((status, Ok(page))) = answer else {
            record.note(|answers| answers.cut_reads += 1);
            self.at += 1;
            return None;
        };
        record.note(|answers| *answers.reads.entry(status.as_u16()).or_default() += 1);
        if status != StatusCode::OK {
            assert!(is_worth_repeating(status), "reading: {status} {page}");
            self.at += 1;
            return None;
        }
        let id = |status: &Value| status["id"].as_str().unwrap().parse().unwrap();
        let ids: Vec<TweetId> = page.as_array().unwrap().iter().map(id).collect();
        if !ids.is_sorted_by(|newer, older| newer > older) {
            record.note(|answers| answers.disordered += 1);
        }
        Some(ids)
    }
}

/// Whether it is worth trying again; anything else is a fault by itself.
fn is_worth_repeating(status: StatusCode) -> bool {
    status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS
}

struct Someone {
    crowd: Arc<Crowd>,
    record: Arc<Record>,
    line: Line,
    chance: StdRng,
}

impl Someone {
    async fn post(mut self, number: usize, every: Duration, stop: CancellationToken) {
        let mut beat = beat(every);
        for post in 0.. {
            tokio::select! {
                _ = beat.tick() => {}
                () = stop.cancelled() => return,
            }
            let author = self.crowd.author(&mut self.chance);
            let key = format!("{number}-{post}");
            self.line.post(&self.record, author, &key).await;
        }
    }

    /// Scrolls down some pages of somebody's home.
    async fn read(mut self, every: Duration, stop: CancellationToken) {
        let mut beat = beat(every);
        loop {
            let reader = self.crowd.follower(&mut self.chance);
            let mut query = String::new();
            for _ in 0..self.chance.random_range(1..=4) {
                tokio::select! {
                    _ = beat.tick() => {}
                    () = stop.cancelled() => return,
                }
                let page = self.line.page(&self.record, reader, &query).await;
                match page.and_then(|ids| ids.last().copied()) {
                    Some(last) => query = format!("&max_id={last}"),
                    None => break,
                }
            }
        }
    }
}

fn beat(every: Duration) -> tokio::time::Interval {
    let mut beat = tokio::time::interval(every);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    beat
}
