//! When too many come: what is still done of five times the load, how fast the rest is told, and what a flood of log-ins does.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
};

use crate::{
    Options, seed,
    stage::{Stage, somewhere},
    table::{Table, Target, median, percentile},
};

const PATH: &str = "/api/v1/timelines/home?limit=40";
/// With so many connections the server is busy all the time and nobody is told to come back.
const USUAL: usize = 64;
const TIMES: usize = 5;
const FLOOD: usize = 32;

pub async fn measure(stage: &Stage, options: &Options, table: &mut Table) {
    let people = seed::people(stage, 1, options.people.min(1000)).await;
    let requests: Vec<String> = people
        .iter()
        .map(|person| {
            format!(
                "GET {PATH} HTTP/1.1\r\nHost: bench\r\nCookie: access_token={}\r\n\r\n",
                person.token
            )
        })
        .collect();
    let time = Duration::from_secs(options.seconds.into());
    // At most so many are worked on at once.
    let many = TIMES * stage.app.settings.server.operations_at_once;
    let (mut peaks, mut crowds, mut floods) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        peaks.push(crowd(stage, &requests, USUAL, time).await);
        crowds.push(crowd(stage, &requests, many, time).await);
        let flood = LogIns::start(stage);
        floods.push(crowd(stage, &requests, USUAL, time).await);
        flood.stop().await;
    }
    let of =
        |all: &[Seen], take: fn(&Seen) -> f64| median(&all.iter().map(take).collect::<Vec<f64>>());
    let p99 = |seen: &Seen| percentile(&seen.done, 0.99);
    let rate = |seen: &Seen| seen.done.len() as f64 / seen.seconds;
    table.compare(
        &format!("home JSON, {many} connections: completed"),
        "/s",
        of(&crowds, rate),
        &format!("{USUAL} connections"),
        of(&peaks, rate),
        &Target::Share(0.9),
    );
    table.compare(
        "p99 of what is completed",
        "ms",
        of(&crowds, p99),
        "the same",
        of(&peaks, p99),
        &Target::Times(3.0),
    );
    table.tell(
        "told to come back (503)",
        "/s",
        of(&crowds, |seen| seen.refused.len() as f64 / seen.seconds),
        &Target::None,
    );
    table.tell(
        "p99 until told",
        "ms",
        of(&crowds, |seen| {
            if seen.refused.is_empty() {
                0.0
            } else {
                percentile(&seen.refused, 0.99)
            }
        }),
        &Target::None,
    );
    table.compare(
        &format!("home JSON, {FLOOD} logging in all the time: p99"),
        "ms",
        of(&floods, p99),
        "without",
        of(&peaks, p99),
        &Target::Times(1.5),
    );
}

/// Milliseconds of each answer.
struct Seen {
    done: Vec<f64>,
    refused: Vec<f64>,
    seconds: f64,
}

/// So many clients, each asking again when it has its answer; one that is told to come back does so as told, at some
/// moment of the second after.
async fn crowd(stage: &Stage, requests: &[String], connections: usize, time: Duration) -> Seen {
    let begun = Instant::now();
    let mut clients = JoinSet::new();
    for at in 0..connections {
        let request = requests[at % requests.len()].clone();
        let port = stage.port;
        clients.spawn(async move { client(port, &request, begun + time).await });
    }
    let mut all = Seen {
        done: Vec::new(),
        refused: Vec::new(),
        seconds: 0.0,
    };
    while let Some(seen) = clients.join_next().await {
        let seen = seen.unwrap();
        all.done.extend(seen.done);
        all.refused.extend(seen.refused);
    }
    all.seconds = time.as_secs_f64();
    all
}

async fn client(port: u16, request: &str, end: Instant) -> Seen {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut seen = Seen {
        done: Vec::new(),
        refused: Vec::new(),
        seconds: 0.0,
    };
    let mut buffer = Vec::with_capacity(64 * 1024);
    while Instant::now() < end {
        let begun = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        let answer = answer(&mut stream, &mut buffer).await;
        let took = begun.elapsed().as_secs_f64() * 1000.0;
        match answer.status {
            200 => seen.done.push(took),
            503 => {
                seen.refused.push(took);
                // Not all at the same moment: nobody's clock is set by ours.
                let later = Duration::from_secs_f64(rand::random_range(0.0..1.0));
                let back = Instant::now() + Duration::from_secs(answer.retry_after) + later;
                tokio::time::sleep_until(back.min(end).into()).await;
            }
            other => panic!("status {other}"),
        }
    }
    seen
}

struct Answer {
    status: u16,
    /// Seconds.
    retry_after: u64,
}

/// Reads one answer with a `Content-Length`, as all of these have.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Answer {
    buffer.clear();
    let (mut head_ends, mut length) = (None, 0);
    let mut head = String::new();
    while head_ends.is_none_or(|at| buffer.len() < at + length) {
        assert_ne!(
            stream.read_buf(buffer).await.unwrap(),
            0,
            "the connection was closed"
        );
        if head_ends.is_none()
            && let Some(at) = buffer.windows(4).position(|four| four == b"\r\n\r\n")
        {
            head = String::from_utf8_lossy(&buffer[..at]).to_lowercase();
            length = field(&head, "content-length").unwrap();
            head_ends = Some(at + 4);
        }
    }
    Answer {
        status: head[9..12].parse().unwrap(),
        retry_after: field(&head, "retry-after").unwrap_or(0) as u64,
    }
}

fn field(head: &str, name: &str) -> Option<usize> {
    let prefix = format!("{name}: ");
    head.lines()
        .find_map(|line| line.strip_prefix(&prefix))?
        .trim()
        .parse()
        .ok()
}

/// People who log in with a wrong password, one after the other.
struct LogIns {
    stop: Arc<AtomicBool>,
    clients: JoinSet<()>,
}

impl LogIns {
    fn start(stage: &Stage) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let mut clients = JoinSet::new();
        for _ in 0..FLOOD {
            let (stop, url) = (Arc::clone(&stop), stage.url("/login"));
            clients.spawn(async move {
                let client = reqwest::Client::new();
                while !stop.load(Ordering::Relaxed) {
                    // Another each time, since nobody has more than ten tries.
                    let name = format!("nobody_{:x}", rand::random::<u64>());
                    let form = [
                        ("username", name.as_str()),
                        ("password", "not the right one"),
                    ];
                    let request = client.post(&url).form(&form);
                    let request = request.header("x-forwarded-for", somewhere());
                    let answer = request.send().await.unwrap();
                    // Wrong, or too many at once: no limit that keeps it from being a flood.
                    assert_ne!(answer.status(), 429);
                }
            });
        }
        Self { stop, clients }
    }

    async fn stop(mut self) {
        self.stop.store(true, Ordering::Relaxed);
        while let Some(done) = self.clients.join_next().await {
            done.unwrap();
        }
    }
}
