//! A cluster that says that it has no brokers, as one does whose lone broker was held for longer than its session and has
//! only just gone on. librdkafka then drops the brokers that it knows, and may never look for them again.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use tokio::{
    io::{self, AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Handle,
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;
use twitclone::{
    config,
    event::kafka::{Consumer, Producer},
    metrics::Gauge,
};

use super::mock::{TOPIC, settings};
use crate::system::until;

/// Some of them are left without brokers, not all.
const CLIENTS: usize = 40;
const TIMES: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_that_lost_all_brokers_is_replaced() {
    let cluster = Cluster::start().await;
    let settings = cluster.settings();
    let producers: Vec<Producer> = (0..CLIENTS)
        .map(|_| Producer::new(&settings).unwrap())
        .collect();
    for _ in 0..TIMES {
        all_answered(&producers).await;
        let before = cluster.told.denials.load(Ordering::Relaxed);
        cluster.told.denies.store(true, Ordering::Relaxed);
        until("everybody was told that there are no brokers", async || {
            join_all(producers.iter().map(Producer::ping)).await;
            cluster.told.denials.load(Ordering::Relaxed) >= before + CLIENTS
        })
        .await;
        cluster.told.denies.store(false, Ordering::Relaxed);
    }
    all_answered(&producers).await;
}

async fn all_answered(producers: &[Producer]) {
    until("everybody is answered", async || {
        let answers = join_all(producers.iter().map(Producer::ping)).await;
        answers.iter().all(Result::is_ok)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consumer_that_lost_all_brokers_is_replaced() {
    let producers_own = Cluster::start().await;
    let producer = Producer::new(&producers_own.settings()).unwrap();
    let stop = CancellationToken::new();
    let _stopped = stop.clone().drop_guard();
    // One for each, so that it is known who asks.
    let clusters = join_all((0..CLIENTS).map(|_| Cluster::start())).await;
    for cluster in &clusters {
        let (producer, stop) = (producer.clone(), stop.clone());
        let consumer = Consumer::new(&cluster.settings(), producer, 10, Gauge::default()).unwrap();
        tokio::task::spawn_blocking(move || {
            consumer.run(&Handle::current(), &stop, || {}, async |_| Ok(()));
        });
    }
    for _ in 0..TIMES {
        all_ask(&clusters, |told| &told.searches, "for their coordinator").await;
        for cluster in &clusters {
            cluster.told.denies.store(true, Ordering::Relaxed);
        }
        all_ask(&clusters, |told| &told.denials, "what brokers there are").await;
        for cluster in &clusters {
            cluster.told.denies.store(false, Ordering::Relaxed);
        }
    }
    all_ask(&clusters, |told| &told.searches, "for their coordinator").await;
}

/// Waits until each was asked once more.
async fn all_ask(clusters: &[Cluster], count: fn(&Told) -> &AtomicUsize, what: &str) {
    let counts = || {
        clusters
            .iter()
            .map(|it| count(&it.told).load(Ordering::Relaxed))
    };
    let before: Vec<usize> = counts().collect();
    until(&format!("all ask {what}"), async || {
        counts().zip(&before).all(|(now, before)| now > *before)
    })
    .await;
}

/// One broker, as far as clients look at it that only ask what there is.
struct Cluster {
    port: u16,
    told: Arc<Told>,
    _serving: JoinSet<()>,
}

/// What it says.
#[derive(Default)]
struct Told {
    /// Whether it says that there are no brokers.
    denies: AtomicBool,
    /// How often it said so.
    denials: AtomicUsize,
    /// How often it was asked who coordinates a group. It does not say, and hangs up while it denies.
    searches: AtomicUsize,
}

/// Requests, by Kafka's numbers.
const METADATA: i16 = 3;
const FIND_COORDINATOR: i16 = 10;
const API_VERSIONS: i16 = 18;
const INIT_PRODUCER_ID: i16 = 22;
/// And the newest version that is understood here.
const KNOWN: [(i16, i16); 4] = [
    (API_VERSIONS, 0),
    (METADATA, 1),
    (FIND_COORDINATOR, 0),
    (INIT_PRODUCER_ID, 0),
];

impl Cluster {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let told = Arc::<Told>::default();
        let mut serving = JoinSet::new();
        let telling = Arc::clone(&told);
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let telling = Arc::clone(&telling);
                connections.spawn(async move {
                    // It ends when the client hangs up.
                    let _ = serve(stream, port, &telling).await;
                });
            }
        });
        Self {
            port,
            told,
            _serving: serving,
        }
    }

    fn settings(&self) -> config::Kafka {
        settings(format!("127.0.0.1:{}", self.port))
    }
}

/// The oldest versions of the answers (<https://kafka.apache.org/protocol>).
async fn serve(mut stream: TcpStream, port: u16, told: &Told) -> io::Result<()> {
    loop {
        let length = stream.read_i32().await?;
        let mut request = vec![0; usize::try_from(length).unwrap()];
        stream.read_exact(&mut request).await?;
        let number = |at: usize| i16::from_be_bytes([request[at], request[at + 1]]);
        let (kind, version) = (number(0), number(2));
        let mut answer = request[4..8].to_vec();
        match kind {
            API_VERSIONS => {
                // Unsupported, unless it is the first one.
                answer.extend((if version == 0 { 0_i16 } else { 35 }).to_be_bytes());
                answer.extend(i32::try_from(KNOWN.len()).unwrap().to_be_bytes());
                for (kind, newest) in KNOWN {
                    answer.extend(kind.to_be_bytes());
                    answer.extend(0_i16.to_be_bytes());
                    answer.extend(newest.to_be_bytes());
                }
            }
            METADATA => {
                let is_denied = told.denies.load(Ordering::Relaxed);
                told.denials
                    .fetch_add(usize::from(is_denied), Ordering::Relaxed);
                metadata(&mut answer, (!is_denied).then_some(port));
            }
            FIND_COORDINATOR if !told.denies.load(Ordering::Relaxed) => {
                told.searches.fetch_add(1, Ordering::Relaxed);
                // There is none now; so no number, no host and no port.
                answer.extend(15_i16.to_be_bytes());
                answer.extend((-1_i32).to_be_bytes());
                answer.extend(string(""));
                answer.extend((-1_i32).to_be_bytes());
            }
            INIT_PRODUCER_ID => {
                // No throttling, no error, an id and its epoch.
                answer.extend([0; 4 + 2 + 7]);
                answer.extend([1, 0, 0]);
            }
            _ => return Ok(()),
        }
        stream
            .write_i32(i32::try_from(answer.len()).unwrap())
            .await?;
        stream.write_all(&answer).await?;
    }
}

/// Of the broker at `port`, if there is one, and of the topic.
fn metadata(answer: &mut Vec<u8>, port: Option<u16>) {
    answer.extend(i32::from(port.is_some()).to_be_bytes());
    if let Some(port) = port {
        answer.extend(1_i32.to_be_bytes());
        answer.extend(string("127.0.0.1"));
        answer.extend(i32::from(port).to_be_bytes());
        // No rack.
        answer.extend((-1_i16).to_be_bytes());
    }
    let leader: i32 = if port.is_some() { 1 } else { -1 };
    answer.extend(leader.to_be_bytes());
    // One topic that is not internal, with one partition. Without a leader that is error 5.
    answer.extend(1_i32.to_be_bytes());
    answer.extend(0_i16.to_be_bytes());
    answer.extend(string(TOPIC));
    answer.push(0);
    answer.extend(1_i32.to_be_bytes());
    answer.extend((if port.is_some() { 0_i16 } else { 5 }).to_be_bytes());
    answer.extend(0_i32.to_be_bytes());
    answer.extend(leader.to_be_bytes());
    for _replicas in 0..2 {
        answer.extend(1_i32.to_be_bytes());
        answer.extend(1_i32.to_be_bytes());
    }
}

fn string(text: &str) -> Vec<u8> {
    let length = i16::try_from(text.len()).unwrap();
    [&length.to_be_bytes(), text.as_bytes()].concat()
}
