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
    task::JoinSet,
};
use twitclone::event::kafka::Producer;

use super::mock::{TOPIC, settings};
use crate::system::until;

/// Some of them are left without brokers, not all.
const PRODUCERS: usize = 40;
const TIMES: usize = 3;

#[tokio::test(flavor = "multi_thread")]
async fn a_producer_that_lost_all_brokers_is_replaced() {
    let cluster = Cluster::start().await;
    let settings = settings(format!("127.0.0.1:{}", cluster.port));
    let producers: Vec<Producer> = (0..PRODUCERS)
        .map(|_| Producer::new(&settings).unwrap())
        .collect();
    for _ in 0..TIMES {
        all_answered(&producers).await;
        let before = cluster.denials.load(Ordering::Relaxed);
        cluster.denies.store(true, Ordering::Relaxed);
        until("everybody was told that there are no brokers", async || {
            join_all(producers.iter().map(Producer::ping)).await;
            cluster.denials.load(Ordering::Relaxed) >= before + PRODUCERS
        })
        .await;
        cluster.denies.store(false, Ordering::Relaxed);
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

/// One broker, as far as clients look at it that only ask what there is.
struct Cluster {
    port: u16,
    /// Whether it says that there are no brokers.
    denies: Arc<AtomicBool>,
    /// How often it said so.
    denials: Arc<AtomicUsize>,
    _serving: JoinSet<()>,
}

/// Requests, by Kafka's numbers.
const METADATA: i16 = 3;
const API_VERSIONS: i16 = 18;
const INIT_PRODUCER_ID: i16 = 22;

impl Cluster {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (denies, denials) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
        let mut serving = JoinSet::new();
        let (denying, counting) = (Arc::clone(&denies), Arc::clone(&denials));
        serving.spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (denying, counting) = (Arc::clone(&denying), Arc::clone(&counting));
                connections.spawn(async move {
                    // It ends when the client hangs up.
                    let _ = serve(stream, port, &denying, &counting).await;
                });
            }
        });
        Self {
            port,
            denies,
            denials,
            _serving: serving,
        }
    }
}

/// The oldest versions of the answers (<https://kafka.apache.org/protocol>).
async fn serve(
    mut stream: TcpStream,
    port: u16,
    denies: &AtomicBool,
    denials: &AtomicUsize,
) -> io::Result<()> {
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
                answer.extend(3_i32.to_be_bytes());
                for (kind, newest) in [(API_VERSIONS, 0_i16), (METADATA, 1), (INIT_PRODUCER_ID, 0)]
                {
                    answer.extend(kind.to_be_bytes());
                    answer.extend(0_i16.to_be_bytes());
                    answer.extend(newest.to_be_bytes());
                }
            }
            METADATA => {
                let is_denied = denies.load(Ordering::Relaxed);
                denials.fetch_add(usize::from(is_denied), Ordering::Relaxed);
                metadata(&mut answer, (!is_denied).then_some(port));
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
    let string = |text: &str| {
        let length = i16::try_from(text.len()).unwrap();
        [&length.to_be_bytes(), text.as_bytes()].concat()
    };
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
