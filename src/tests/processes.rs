//! The whole journey by real processes, and a worker that is killed in the middle of it.

mod secrets;
mod starting;
mod stolen;
mod stopping;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use deadpool_redis::redis::cmd;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::{sync::mpsc, task::JoinSet};
use twitclone::id::TweetId;

use crate::{
    process::Process,
    system::{Lock, System, until},
    test_app::{Profile, client, redis_connection},
};

/// Two of each: web nodes and workers scale apart.
struct Running {
    serve: [Process; 2],
    fanout: [Process; 2],
    addresses: [String; 2],
}

impl Running {
    async fn start(system: &System) -> Self {
        let serve = [system.start(&["serve"]), system.start(&["serve"])];
        let fanout = [system.start(&["fanout"]), system.start(&["fanout"])];
        for worker in &fanout {
            worker.logged("partitions assigned").await;
        }
        let addresses = [serve[0].address().await, serve[1].address().await];
        Self {
            serve,
            fanout,
            addresses,
        }
    }
}

/// Somebody at a browser without JavaScript.
struct Visitor {
    browser: reqwest::Client,
    address: String,
}

impl Visitor {
    async fn sign_up(address: &str, name: &str) -> (Self, String) {
        let visitor = Self {
            browser: client().build().unwrap(),
            address: address.to_owned(),
        };
        let email = format!("{name}@example.org");
        let answer = visitor
            .post(
                "/signup",
                &[
                    ("username", name),
                    ("email", &email),
                    ("password", "correct horse battery"),
                ],
            )
            .await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        let token = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
        (visitor, token)
    }

    /// A form, answered by sending the browser elsewhere.
    async fn post(&self, path: &str, form: &[(&str, &str)]) -> reqwest::Response {
        let url = format!("{}{path}", self.address);
        let answer = self.browser.post(url).form(form).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{path}");
        answer
    }

    async fn page(&self, path: &str) -> String {
        let url = format!("{}{path}", self.address);
        let answer = self.browser.get(url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        answer.text().await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tweet_goes_all_the_way_to_a_followers_page() {
    let system = System::bare(Profile::Full, &[]).await;
    let migrated = system.run(&["migrate"]).await;
    assert_eq!(migrated.code, Some(0), "{migrated:?}");
    let running = Running::start(&system).await;
    let [one, other] = &running.addresses;
    let (ann, token) = Visitor::sign_up(one, "ann").await;
    let (bob, _) = Visitor::sign_up(other, "bob").await;
    let account: Value = ann
        .browser
        .get(format!("{one}/api/v1/accounts/lookup?acct=ann"))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    let (ann_id, bob_id) = (account["id"].as_str().unwrap(), id_of(other, "bob").await);
    bob.post(&format!("/follow/{ann_id}"), &[]).await;
    // Warm from here on, so that the tweet comes by fan-out and not by building the timeline.
    assert!(bob.page("/").await.contains("Nothing here yet"));
    let rebuilds = metric(&bob, "twitclone_timeline_rebuilds_total").await;

    let posted = ann
        .browser
        .post(format!("{one}/api/v1/statuses"))
        .bearer_auth(&token)
        .json(&json!({ "status": "Hello, world!" }))
        .send()
        .await
        .unwrap();
    assert_eq!(posted.status(), StatusCode::OK);
    let tweet = posted.json::<Value>().await.unwrap()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let key = format!("{}:timeline:{bob_id}", system.name);
    let mut redis = redis_connection().await;
    until("the list in Redis has it", async || {
        let newest: Option<String> = cmd("LINDEX")
            .arg(&key)
            .arg(0)
            .query_async(&mut redis.clone())
            .await
            .unwrap();
        newest.as_deref() == Some(tweet.as_str())
    })
    .await;
    let kind: String = cmd("TYPE").arg(&key).query_async(&mut redis).await.unwrap();
    assert_eq!(kind, "list");
    assert!(bob.page("/").await.contains("Hello, world!"));
    let after = metric(&bob, "twitclone_timeline_rebuilds_total").await;
    assert_eq!(after, rebuilds, "read from the list, not built anew");

    // Everything in order afterwards.
    for mut process in running.serve.into_iter().chain(running.fanout) {
        let ended = process.stop("TERM").await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
        assert!(!ended.stderr.contains("ERROR"), "{ended:?}");
    }
}

async fn id_of(address: &str, name: &str) -> String {
    let url = format!("{address}/api/v1/accounts/lookup?acct={name}");
    let account: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
    account["id"].as_str().unwrap().to_owned()
}

async fn metric(visitor: &Visitor, name: &str) -> String {
    let all = visitor.page("/metrics").await;
    let line = all.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("{name} is not in:\n{all}"))
        .trim()
        .to_owned()
}

const TWEETS: usize = 1000;

/// The acceptance test: whoever dies in the middle, every follower has each tweet once, in order.
#[tokio::test(flavor = "multi_thread")]
async fn killing_a_worker_in_the_middle_loses_and_repeats_nothing() {
    let system = System::prepared(
        Profile::Full,
        // All of them in the lists, so that those can be compared with SQL whole.
        &[
            ("TWITCLONE__TIMELINES__CAP", "1500"),
            ("TWITCLONE__KAFKA__PARTITIONS", "12"),
        ],
    )
    .await;
    let mut running = Running::start(&system).await;
    let mut authors = Vec::new();
    // So many that their keys surely fall to both workers.
    for number in 0..20 {
        let address = &running.addresses[number % 2];
        authors.push(Arc::new(
            system.person(address, &format!("author_{number}")).await,
        ));
    }
    let mut followers = Vec::new();
    for number in 0..8 {
        let address = &running.addresses[number % 2];
        let follower = system.person(address, &format!("follower_{number}")).await;
        // The first follows all, the last few fewer.
        for author in &authors[number.saturating_sub(4)..] {
            follower.follow(author).await;
        }
        assert_eq!(follower.home().await, []);
        followers.push(follower);
    }

    let (acknowledged, mut count) = mpsc::unbounded_channel();
    let next = Arc::new(AtomicUsize::new(0));
    let mut posting = JoinSet::new();
    for _ in 0..8 {
        let (authors, next, acknowledged) = (authors.clone(), next.clone(), acknowledged.clone());
        posting.spawn(async move {
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= TWEETS {
                    return;
                }
                let author = &authors[number % authors.len()];
                let tweet = author.tweet(&format!("number {number}")).await;
                acknowledged.send((number % authors.len(), tweet)).unwrap();
            }
        });
    }
    drop(acknowledged);
    let mut tweets: Vec<(usize, TweetId)> = Vec::new();
    let mut lock = None;
    while let Some(tweet) = count.recv().await {
        tweets.push(tweet);
        if tweets.len() == TWEETS / 3 {
            // Held at the followers of what they have in hand, both workers are in the middle of a batch.
            let held = lock.insert(Lock::of(&system.app, "follows").await);
            held.awaited_by(2).await;
        }
        // Later than a worker would have committed what it had stored too early.
        if tweets.len() == TWEETS * 3 / 4 {
            running.fanout[0].kill();
            lock.take().unwrap().release().await;
        }
    }
    while let Some(done) = posting.join_next().await {
        done.unwrap();
    }
    assert_eq!(tweets.len(), TWEETS);
    tweets.sort_by_key(|(_, id)| std::cmp::Reverse(*id));

    for (number, follower) in followers.iter().enumerate() {
        let first = number.saturating_sub(4);
        let expected: Vec<TweetId> = tweets
            .iter()
            .filter(|(author, _)| *author >= first)
            .map(|(_, id)| *id)
            .collect();
        until("every tweet is in the list", async || {
            system.cached(follower).await.len() >= expected.len()
        })
        .await;
        assert_eq!(system.cached(follower).await, expected, "in Redis");
        assert_eq!(system.truth(follower).await, expected, "in SQL");
        assert_eq!(follower.whole_home(40).await, expected, "at home");
    }
    // Nothing comes late, or twice.
    let ended = running.fanout[1].stop("TERM").await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    for (number, follower) in followers.iter().enumerate() {
        let own = tweets
            .iter()
            .filter(|(author, _)| *author >= number.saturating_sub(4));
        assert_eq!(system.cached(follower).await.len(), own.count());
    }
}
