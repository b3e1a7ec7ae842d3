//! Records that nobody can make anything of, and events that cannot be delivered, among good ones.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};
use rdkafka::{
    ClientConfig,
    consumer::{BaseConsumer, Consumer},
    producer::{FutureProducer, FutureRecord},
};
use tokio::time::sleep;
use twitclone::{id::TweetId, store::pieces};

use super::{Run, fleet::Fleet};
use crate::{
    person::Person,
    system::{System, until},
    test_app::{PATIENCE, from_script},
};

/// Good ones are late by that much at most.
const LATE: Duration = Duration::from_secs(5);
/// All bad ones are out of the way by then.
const SET_ASIDE_WITHIN: Duration = Duration::from_secs(10);
/// What is no event, in as many ways as occur to somebody.
const STRANGE: [&[u8]; 9] = [
    b"",
    b"not JSON",
    b"{}",
    b"[]",
    b"{\"tweet_id\":\"seven\",\"author_id\":8}",
    b"{\"tweet_id\":7}",
    b"{\"tweet_id\":99999999999999999999999,\"author_id\":1}",
    b"{\"tweet_id\":7,\"author_id\":8",
    b"\xff\xfe\x00",
];

#[tokio::test(flavor = "multi_thread")]
async fn nobody_waits_behind_what_cannot_be_delivered() {
    let run = Run::begin("poison");
    let fleet = Fleet::start(1, 2, &[]).await;
    let system = &fleet.system;
    let address = &fleet.addresses()[0];
    let [ann, bob, cid] = ["ann", "bob", "cid"];
    let (ann, bob, cid) = (
        system.person(address, ann).await,
        system.person(address, bob).await,
        system.person(address, cid).await,
    );
    cid.follow(&ann).await;
    cid.follow(&bob).await;
    assert_eq!(cid.home().await, []);
    nobody_may_ask_for_the_followers_of(system, &ann).await;

    let mut chance = run.chance(0);
    let bad = run.size(100, 40);
    let producer: FutureProducer = kafka().create().unwrap();
    let mut arrivals = Arrivals::default();
    let begun = Instant::now();
    for number in 0..bad {
        if number % 2 == 0 {
            publish(&producer, &system.name, &mut chance).await;
        } else {
            ann.tweet(&format!("bad {number}")).await;
        }
        arrivals.posted(bob.tweet(&format!("good {number}")).await);
        arrivals.look(system, &cid).await;
    }
    let sent = Instant::now();
    let events = bad / 2;
    while set_aside(system).await < events || strange(system) < bad - events {
        // Some more all the time, since those in the lane are tried again meanwhile.
        arrivals.posted(bob.tweet("good").await);
        arrivals.look(system, &cid).await;
        let took = sent.elapsed();
        assert!(
            took < if run.is_full() {
                SET_ASIDE_WITHIN
            } else {
                PATIENCE
            },
            "{} of {events} events and {} of {} records are set aside after {took:?}",
            set_aside(system).await,
            strange(system),
            bad - events
        );
        sleep(Duration::from_millis(20)).await;
    }
    let took = sent.elapsed();
    until("all good ones are there", async || {
        system.cached(&cid).await.len() >= arrivals.posted.len()
    })
    .await;
    arrivals.look(system, &cid).await;
    assert_eq!(arrivals.seen.len(), arrivals.posted.len());
    assert!(arrivals.latest < LATE, "{:?}", arrivals.latest);
    assert_eq!(strange(system), bad - events, "each once");

    // When the cause is gone, a command has them delivered.
    system
        .sql("ALTER TABLE follows DISABLE ROW LEVEL SECURITY")
        .await;
    let told = system.run(&["backfill", "--send-again"]).await;
    assert_eq!(told.code, Some(0), "{told:?}");
    until("those are there, too", async || {
        system.cached(&cid).await == system.truth(&cid).await
    })
    .await;
    assert_eq!(cid.whole_home(40).await, system.truth(&cid).await);
    run.end(
        &format!(
            "{events} events that fail and {} records that are none, in {:.1} s",
            bad - events,
            (sent - begun).as_secs_f64()
        ),
        &format!(
            "all set aside {:.1} s after the last; {} good ones, the latest after {:.2} s",
            took.as_secs_f64(),
            arrivals.posted.len(),
            arrivals.latest.as_secs_f64()
        ),
    );
}

/// Whoever does is refused: an event that can never be delivered.
async fn nobody_may_ask_for_the_followers_of(system: &System, person: &Person) {
    let sql = format!(
        "CREATE FUNCTION refuse() RETURNS boolean LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'followers out of order'; END $$; \
         CREATE POLICY poison ON follows USING (CASE WHEN followee_id = {} THEN refuse() ELSE true END); \
         ALTER TABLE follows ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        person.id()
    );
    system.sql(&sql).await;
}

/// When good tweets were acknowledged, and how late the latest was in the list.
#[derive(Default)]
struct Arrivals {
    posted: HashMap<TweetId, Instant>,
    seen: HashMap<TweetId, Duration>,
    latest: Duration,
}

impl Arrivals {
    fn posted(&mut self, tweet: TweetId) {
        self.posted.insert(tweet, Instant::now());
    }

    async fn look(&mut self, system: &System, follower: &Person) {
        let list = system.cached(follower).await;
        for tweet in list {
            let Some(posted) = self.posted.get(&tweet) else {
                continue;
            };
            let took = *self.seen.entry(tweet).or_insert_with(|| posted.elapsed());
            self.latest = self.latest.max(took);
        }
    }
}

fn kafka() -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", from_script("TWITCLONE_TEST_KAFKA"));
    config
}

async fn publish(producer: &FutureProducer, topic: &str, chance: &mut StdRng) {
    let payload = *STRANGE.choose(chance).unwrap();
    let key = chance.random_range(0..99).to_string();
    let record = FutureRecord::to(topic).key(&key).payload(payload);
    producer.send(record, PATIENCE).await.unwrap();
}

/// How many events were set aside.
async fn set_aside(system: &System) -> usize {
    let mut connection = system.app.db.get().await.unwrap();
    pieces::set_aside(&mut connection, 1000)
        .await
        .unwrap()
        .len()
}

/// How many records were set aside.
fn strange(system: &System) -> usize {
    let consumer: BaseConsumer = kafka().create().unwrap();
    let topic = format!("{}.dead", system.name);
    let (low, high) = consumer.fetch_watermarks(&topic, 0, PATIENCE).unwrap();
    usize::try_from(high - low).unwrap()
}
