//! Posts over connections that are cut, and sent again under the same key.

use std::{sync::Arc, time::Duration};

use rand::{RngExt, rngs::StdRng};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinSet,
};

use super::{
    Run,
    crowd::Crowd,
    fleet::Fleet,
    load::Record,
    verify::verify,
    wire::{Post, connect, send},
};

/// People who post at the same time.
const POSTERS: usize = 8;

/// How often a connection was cut where.
#[derive(Clone, Copy, Debug, Default)]
struct Cuts {
    sending: usize,
    before_the_answer: usize,
    in_the_answer: usize,
    /// Sent a second time while the first was on its way.
    twice_at_once: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn posts_over_connections_that_are_cut_are_posted_once() {
    let run = Run::begin("cut");
    let fleet = Fleet::start(2, 2, &[]).await;
    let crowd = fleet.crowd(&run, 20, 40).await;
    let record = Arc::new(Record::default());
    let posts = run.size(1000, 200);
    let mut posting = JoinSet::new();
    for poster in 0..POSTERS {
        let mut someone = Someone {
            crowd: Arc::clone(&crowd),
            addresses: fleet.addresses(),
            chance: run.chance(10 + u64::try_from(poster).unwrap()),
            cuts: Cuts::default(),
        };
        let record = Arc::clone(&record);
        posting.spawn(async move {
            for post in (poster..posts).step_by(POSTERS) {
                someone.post(&record, &format!("key-{post}")).await;
            }
            someone.cuts
        });
    }
    let mut cuts = Cuts::default();
    for some in posting.join_all().await {
        cuts.sending += some.sending;
        cuts.before_the_answer += some.before_the_answer;
        cuts.in_the_answer += some.in_the_answer;
        cuts.twice_at_once += some.twice_at_once;
    }
    assert_eq!(record.count(), posts);
    // Among the rest, that there are just so many tweets.
    let found = verify(&fleet, &crowd, &record).await;
    run.end(
        &format!(
            "{posts} posts with keys; connections cut {} × while sending, {} × before the answer, {} × in it, {} × \
             sent twice at once",
            cuts.sending, cuts.before_the_answer, cuts.in_the_answer, cuts.twice_at_once
        ),
        &found,
    );
}

struct Someone {
    crowd: Arc<Crowd>,
    addresses: Vec<String>,
    chance: StdRng,
    cuts: Cuts,
}

impl Someone {
    /// Loses some connections, then posts the same in peace.
    async fn post(&mut self, record: &Record, key: &str) {
        let author = self.crowd.author(&mut self.chance).clone();
        let post = Post::new(&author, key, "");
        for _ in 0..self.chance.random_range(1..=3) {
            self.lose(&post).await;
        }
        let address = self.address();
        let (status, tweet) = if self.chance.random_bool(0.2) {
            self.cuts.twice_at_once += 1;
            let other = self.address();
            let (first, second) = tokio::join!(send(&address, &post), send(&other, &post));
            let (first, second) = (first.unwrap(), second.unwrap());
            assert_eq!(first, second, "one tweet for both");
            first
        } else {
            send(&address, &post).await.unwrap()
        };
        assert_eq!(status, 200);
        record.acknowledged(author.id(), tweet.unwrap());
    }

    /// Sends it over a connection that is cut.
    async fn lose(&mut self, post: &Post) {
        let mut stream = connect(&self.address()).await.unwrap();
        let request = [&post.head[..], &post.body].concat();
        match self.chance.random_range(0..3) {
            0 => {
                self.cuts.sending += 1;
                let part = self.chance.random_range(0..request.len());
                stream.write_all(&request[..part]).await.unwrap();
            }
            1 => {
                self.cuts.before_the_answer += 1;
                stream.write_all(&request).await.unwrap();
                let pause = Duration::from_micros(self.chance.random_range(0..5000));
                tokio::time::sleep(pause).await;
            }
            _ => {
                self.cuts.in_the_answer += 1;
                stream.write_all(&request).await.unwrap();
                let mut part = vec![0; self.chance.random_range(1..200)];
                stream.read_exact(&mut part).await.unwrap();
            }
        }
        if self.chance.random_bool(0.5) {
            // Reset, not closed in order.
            stream.set_zero_linger().unwrap();
        }
    }

    fn address(&mut self) -> String {
        self.addresses[self.chance.random_range(0..self.addresses.len())].clone()
    }
}
