//! A server hangs: it keeps its connections, takes new ones, and answers nothing. Worse than being away.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    Run,
    fleet::Fleet,
    load::{Load, Rate},
    verify::verify,
};
use crate::{person::Person, servers::Server, test_app};

/// A busy machine is late with another server for a moment, not so often in a row.
const LOOKS: usize = 5;
const RATE: Rate = Rate {
    posters: 2,
    readers: 2,
    every: Duration::from_millis(100),
};
/// Every request is answered by then, whatever hangs.
const AT_MOST: Duration = Duration::from_secs(2);
/// By then `/health/ready` says which one it is, and that it is back.
const TOLD_WITHIN: Duration = Duration::from_secs(10);
/// When it has been awake for so long, nothing fails any more.
const WELL_AFTER: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread")]
async fn postgres_hangs() {
    hangs("postgres").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_hangs() {
    hangs("redis").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn kafka_hangs() {
    hangs("kafka").await;
}

async fn hangs(kind: &'static str) {
    let run = Run::begin("hang");
    let server = Server::start(kind).await;
    let (variable, value) = server.setting();
    let settings = [
        (variable, value.as_str()),
        // So that limits for each network do not end the log-ins.
        ("TWITCLONE__SERVER__TRUSTED_PROXIES", "127.0.0.1"),
    ];
    let fleet = Fleet::start(2, 2, &settings).await;
    let crowd = fleet.crowd(&run, 10, 10).await;
    let addresses = fleet.addresses();
    let mut load = Load::start(&run, &crowd, &addresses, RATE);
    let mut public = Public::start(&fleet).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!(public.answers().failed(), 0, "{:?}", public.answers());

    server.freeze();
    let frozen = Instant::now();
    let seconds = u64::try_from(run.size(30, 5)).unwrap();
    let mut told = None;
    while frozen.elapsed() < Duration::from_secs(seconds) {
        let mut is_told = true;
        for address in &addresses {
            is_told &= wrong(address, kind).await.is_some();
        }
        if is_told {
            told.get_or_insert(frozen.elapsed());
        }
        let took = frozen.elapsed();
        assert!(
            told.is_some() || took < TOLD_WITHIN,
            "{took:?} and nobody told that {kind} hangs"
        );
        sleep(Duration::from_millis(100)).await;
    }
    let told = told.expect("told in that time");
    server.thaw();
    sleep(WELL_AFTER).await;
    let meanwhile = public.answers();
    sleep(Duration::from_secs(2)).await;
    let all = public.stop().await;
    for address in &addresses {
        while let Some(wrong) = wrong(address, kind).await {
            assert!(
                frozen.elapsed() < Duration::from_secs(seconds) + TOLD_WITHIN,
                "{address} has not noticed that {kind} is back: {wrong}"
            );
            sleep(Duration::from_millis(100)).await;
        }
    }
    let slowest = all.slowest();
    assert!(slowest.took < AT_MOST, "{slowest:?}");
    assert_eq!(
        all.failed(),
        meanwhile.failed(),
        "after it woke: {:?}",
        all.since(&meanwhile)
    );
    let strange = all
        .0
        .iter()
        .find(|answer| answer.status >= 400 && answer.status != 503);
    assert!(strange.is_none(), "{strange:?}");
    if kind != "postgres" {
        assert_eq!(all.failed(), 0, "nobody needs {kind}: {all:?}");
    }
    let record = load.stop().await;
    // What these posted may be there although they were told that it took too long.
    fleet
        .system
        .sql("DELETE FROM users WHERE username ~ '^(ann|bob)'")
        .await;
    let found = verify(&fleet, &crowd, &record).await;
    run.end(
        &format!("{kind} hangs for {seconds} s"),
        &format!(
            "{} answers, {} of them 503, the slowest after {:.2} s ({}), told after {:.1} s; {found}",
            all.0.len(),
            all.failed(),
            slowest.took.as_secs_f64(),
            slowest.what,
            told.as_secs_f64()
        ),
    );
}

/// What `/health/ready` says is wrong with this server, and with no other. `/health/live` stays as it is.
async fn wrong(address: &str, kind: &str) -> Option<String> {
    let mut report = Value::Null;
    for _ in 0..LOOKS {
        report = look(address, kind).await;
        let others = ["postgres", "redis", "kafka"].into_iter();
        if others
            .filter(|other| *other != kind)
            .all(|other| report[other] == "ok")
        {
            return (report[kind] != "ok").then(|| report[kind].to_string());
        }
    }
    panic!("{report}");
}

async fn look(address: &str, kind: &str) -> Value {
    let begun = Instant::now();
    let live = reqwest::get(format!("{address}/health/live"))
        .await
        .unwrap();
    assert_eq!(live.status(), StatusCode::OK);
    let ready = reqwest::get(format!("{address}/health/ready"))
        .await
        .unwrap();
    let status = ready.status();
    let report: Value = ready.json().await.unwrap();
    assert!(begun.elapsed() < AT_MOST, "{:?}: {report}", begun.elapsed());
    let is_told = report[kind] != "ok";
    let is_ready = !(is_told && kind == "postgres");
    assert_eq!(status == StatusCode::OK, is_ready, "{report}");
    report
}

/// What people ask for, each of whom asks for the same again and again.
const ASKED: [&str; 9] = [
    "home as JSON",
    "home as a page",
    "a tweet",
    "somebody's page",
    "posting",
    "following",
    "unfollowing",
    "logging in",
    "signing up",
];

struct Public {
    answers: Arc<Mutex<Answers>>,
    stop: CancellationToken,
    asking: JoinSet<()>,
}

#[derive(Clone, Debug)]
struct Answer {
    what: &'static str,
    /// 0 when none came.
    status: u16,
    took: Duration,
}

#[derive(Clone, Debug, Default)]
struct Answers(Vec<Answer>);

impl Public {
    async fn start(fleet: &Fleet) -> Self {
        let mut public = Self {
            answers: Arc::default(),
            stop: CancellationToken::new(),
            asking: JoinSet::new(),
        };
        for (at, address) in fleet.addresses().into_iter().enumerate() {
            let (ann, bob) = (
                fleet.system.person(&address, &format!("ann{at}")).await,
                fleet.system.person(&address, &format!("bob{at}")).await,
            );
            bob.follow(&ann).await;
            let tweet = ann.tweet("here").await;
            let someone = Arc::new(Someone {
                address,
                viewer: bob,
                other: ann,
                tweet: tweet.to_string(),
            });
            for what in ASKED {
                let (answers, stop) = (Arc::clone(&public.answers), public.stop.clone());
                let someone = Arc::clone(&someone);
                public.asking.spawn(async move {
                    let client = test_app::client()
                        .timeout(Duration::from_secs(20))
                        .build()
                        .unwrap();
                    for number in 0.. {
                        let answer = someone.ask(&client, what, number).await;
                        answers.lock().unwrap().0.push(answer);
                        tokio::select! {
                            () = sleep(Duration::from_millis(200)) => {}
                            () = stop.cancelled() => return,
                        }
                    }
                });
            }
        }
        public
    }

    fn answers(&self) -> Answers {
        self.answers.lock().unwrap().clone()
    }

    async fn stop(&mut self) -> Answers {
        self.stop.cancel();
        while let Some(ended) = self.asking.join_next().await {
            ended.unwrap();
        }
        self.answers()
    }
}

struct Someone {
    address: String,
    viewer: Person,
    other: Person,
    tweet: String,
}

impl Someone {
    async fn ask(&self, client: &Client, what: &'static str, number: usize) -> Answer {
        let begun = Instant::now();
        let status = match self.request(client, what, number).send().await {
            Ok(answer) => {
                let status = answer.status().as_u16();
                answer.bytes().await.map_or(0, |_| status)
            }
            Err(_) => 0,
        };
        Answer {
            what,
            status,
            took: begun.elapsed(),
        }
    }

    fn request(&self, client: &Client, what: &str, number: usize) -> RequestBuilder {
        let change = |verb| {
            let path = format!("/api/v1/accounts/{}/{verb}", self.other.id());
            self.viewer.request(Method::POST, &path)
        };
        let form = |path, more: &[(&str, &str)]| {
            let mut fields = vec![("password", "correct horse battery")];
            fields.extend(more);
            let [.., high, low] = number.to_be_bytes();
            client
                .post(format!("{}{path}", self.address))
                .header("x-forwarded-for", format!("10.0.{high}.{low}"))
                .form(&fields)
        };
        let name = self.viewer.user.username.as_str();
        match what {
            "home as JSON" => self.viewer.request(Method::GET, "/api/v1/timelines/home"),
            "home as a page" => self.viewer.browse(Method::GET, "/"),
            "a tweet" => self
                .viewer
                .request(Method::GET, &format!("/api/v1/statuses/{}", self.tweet)),
            "somebody's page" => self.viewer.browse(Method::GET, &format!("/@{name}")),
            "posting" => self
                .viewer
                .request(Method::POST, "/api/v1/statuses")
                .json(&json!({ "status": format!("number {number}") })),
            "following" => change("follow"),
            "unfollowing" => change("unfollow"),
            "logging in" => form("/login", &[("username", name)]),
            "signing up" => {
                let new = format!("{name}_{number}");
                form(
                    "/signup",
                    &[("username", &new), ("email", &format!("{new}@example.org"))],
                )
            }
            _ => unreachable!(),
        }
    }
}

impl Answers {
    /// Those that said that it is the server's fault, or did not come.
    fn failed(&self) -> usize {
        self.0.iter().filter(|answer| is_failure(answer)).count()
    }

    fn slowest(&self) -> Answer {
        self.0
            .iter()
            .max_by_key(|answer| answer.took)
            .unwrap()
            .clone()
    }

    fn since(&self, before: &Self) -> Vec<Answer> {
        let new = self.0[before.0.len()..].iter();
        new.filter(|answer| is_failure(answer)).cloned().collect()
    }
}

fn is_failure(answer: &Answer) -> bool {
    answer.status == 0 || answer.status >= 500
}
