//! Processes told to stop under load.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use rand::{RngExt, rngs::StdRng};
use tokio::{io::AsyncWriteExt, task::JoinSet};
use tokio_util::sync::CancellationToken;
use twitclone::id::TweetId;

use super::{
    Run,
    crowd::Crowd,
    fleet::Fleet,
    load::{Load, Rate, Record},
    verify::verify,
    wire::{Post, answer, connect, until_words},
};
use crate::process::Ended;

const RATE: Rate = Rate {
    posters: 2,
    readers: 4,
    every: Duration::from_millis(50),
};
/// People whose requests take a while.
const SLOW_POSTERS: usize = 12;
const ENDS_WITHIN: Duration = Duration::from_secs(10);

/// What became of requests whose head was received.
#[derive(Default)]
struct Requests {
    under_way: AtomicUsize,
    answered: AtomicUsize,
    dropped: AtomicUsize,
}

#[tokio::test(flavor = "multi_thread")]
async fn told_to_stop_everybody_answers_what_they_have_taken_on() {
    let run = Run::begin("stop");
    let mut fleet = Fleet::start(2, 2, &[]).await;
    let crowd = fleet.crowd(&run, 20, 40).await;
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    let requests = Arc::new(Requests::default());
    let over = CancellationToken::new();
    let mut slow = JoinSet::new();
    for number in 0..SLOW_POSTERS {
        let someone = Someone {
            crowd: Arc::clone(&crowd),
            record: Arc::clone(&load.record),
            requests: Arc::clone(&requests),
            addresses: fleet.addresses(),
            chance: run.chance(10 + u64::try_from(number).unwrap()),
        };
        slow.spawn(someone.post(number, over.clone()));
    }
    let mut chance = run.chance(1);
    let stops = run.size(50, 3);
    let (mut under_way, mut slowest) = (0, Duration::ZERO);
    for stop in 0..stops {
        tokio::time::sleep(Duration::from_millis(chance.random_range(100..600))).await;
        let at = stop % 2;
        under_way += requests.under_way.load(Ordering::Relaxed);
        let ended = fleet.serves[at].stop("TERM").await;
        slowest = slowest.max(in_order(&ended));
        fleet.serves[at] = fleet.new_serve(at);
        fleet.serves[at].address().await;
        if stop % 5 == 4 {
            let ended = fleet.fanouts[0].stop("TERM").await;
            slowest = slowest.max(in_order(&ended));
            fleet.fanouts[0] = fleet.system.start(&["fanout"]);
            fleet.fanouts[0].logged("\"partitions assigned\"").await;
        }
    }
    over.cancel();
    slow.join_all().await;
    let record = load.stop().await;
    let dropped = requests.dropped.load(Ordering::Relaxed);
    assert_eq!(dropped, 0, "requests whose head was received got no answer");
    let found = verify(&fleet, &crowd, &record).await;
    run.end(
        &format!("{stops} × SIGTERM to serve, each fifth time to fanout, under load"),
        &format!(
            "{under_way} requests under way at the signals, {} in all, 0 dropped; ended after {:.1} s at most; {found}",
            requests.answered.load(Ordering::Relaxed),
            slowest.as_secs_f64()
        ),
    );
}

fn in_order(ended: &Ended) -> Duration {
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.after < ENDS_WITHIN, "{ended:?}");
    ended.after
}

struct Someone {
    crowd: Arc<Crowd>,
    record: Arc<Record>,
    requests: Arc<Requests>,
    addresses: Vec<String>,
    chance: StdRng,
}

impl Someone {
    async fn post(mut self, number: usize, over: CancellationToken) {
        for post in 0.. {
            if over.is_cancelled() {
                return;
            }
            let author = self.crowd.author(&mut self.chance).clone();
            let post = Post::new(
                &author,
                &format!("slow-{number}-{post}"),
                "expect: 100-continue\r\n",
            );
            loop {
                if let Ok(Some(tweet)) = self.try_post(&post).await {
                    self.record.acknowledged(author.id(), tweet);
                    break;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }

    /// The server says that it has the head, and the body follows after a while: from there on it owes an answer.
    async fn try_post(&mut self, post: &Post) -> io::Result<Option<TweetId>> {
        let at = self.chance.random_range(0..self.addresses.len());
        let mut stream = connect(&self.addresses[at]).await?;
        stream.write_all(&post.head).await?;
        if !until_words(&mut stream, "100 Continue").await? {
            return Ok(None);
        }
        self.requests.under_way.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(self.chance.random_range(0..300))).await;
        let rest = async {
            stream.write_all(&post.body).await?;
            answer(&mut stream).await
        };
        let answered = rest.await;
        self.requests.under_way.fetch_sub(1, Ordering::Relaxed);
        match answered {
            Ok((status, tweet)) => {
                self.requests.answered.fetch_add(1, Ordering::Relaxed);
                assert!(status == 200 || status == 503, "{status}");
                Ok(tweet)
            }
            Err(error) => {
                println!("dropped: {error}");
                self.requests.dropped.fetch_add(1, Ordering::Relaxed);
                Err(error)
            }
        }
    }
}
