//! Clocks that are wrong by an hour: of processes of ours, and of PostgreSQL, where it is set back later.

use std::{path::PathBuf, process::Command, time::Duration};

use rand::RngExt;
use tempfile::TempDir;

use super::{
    Run,
    fleet::Fleet,
    load::{Line, Load, Rate},
    verify::verify,
};
use crate::{process::Process, servers::Server};

const RATE: Rate = Rate {
    posters: 4,
    readers: 2,
    every: Duration::from_millis(50),
};
const HOUR: i32 = 3600;

#[tokio::test(flavor = "multi_thread")]
async fn processes_whose_clocks_are_wrong_lose_nothing() {
    let run = Run::begin("clock");
    let clock = OtherClock::compile();
    let (ahead, behind) = (clock.environment(HOUR), clock.environment(-HOUR));
    let mut fleet = Fleet::start(3, 3, &[]).await;
    for (at, clock) in [(1, &ahead), (2, &behind)] {
        fleet.serves[at].kill();
        fleet.serves[at] = fleet.new_serve_with(at, clock);
        fleet.serves[at].address().await;
        fleet.fanouts[at].kill();
        fleet.fanouts[at] = Process::start(
            &["fanout"],
            &[fleet.system.environment.as_slice(), clock].concat(),
        );
        fleet.fanouts[at].logged("partitions assigned").await;
    }
    let crowd = fleet.crowd(&run, 10, 20).await;
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    // One after the other, each by the next process: in the order of what was acknowledged before.
    let addresses = fleet.addresses();
    let mut line = Line::new(&addresses, 0);
    let mut chance = run.chance(1);
    let mut last = None;
    for number in 0..run.size(2000, 100) {
        let author = crowd.author(&mut chance);
        let tweet = line
            .post(&load.record, author, &format!("in turn {number}"))
            .await;
        assert!(Some(tweet) > last, "{tweet} came after {last:?}");
        last = Some(tweet);
        line = Line::new(&addresses, chance.random_range(0..3));
    }
    let record = load.stop().await;
    let found = verify(&fleet, &crowd, &record).await;
    assert_eq!(record.answers().disordered, 0);
    for process in fleet.serves.iter_mut().chain(&mut fleet.fanouts) {
        let ended = process.stop("TERM").await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    run.end("serve and fanout an hour ahead and an hour behind", &found);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_order_is_kept_where_the_clock_of_postgres_is_set_back() {
    let run = Run::begin("clock");
    let clock = OtherClock::compile();
    let postgres = Server::start("postgres").await;
    let (variable, value) = postgres.setting();
    let fleet = Fleet::start(2, 2, &[(variable, &value)]).await;
    let crowd = fleet.crowd(&run, 10, 20).await;
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    let mut line = Line::new(&fleet.addresses(), 0);
    let mut last = None;
    for round in 0..run.size(10, 3) {
        postgres.kill().await;
        let ahead = if round % 2 == 0 { HOUR } else { 0 };
        postgres.start_by(&env(&clock.environment(ahead))).await;
        for number in 0..20 {
            let author = &crowd.authors[number % crowd.authors.len()];
            let tweet = line
                .post(&load.record, author, &format!("in turn {round} {number}"))
                .await;
            assert!(Some(tweet) > last, "{tweet} came after {last:?}");
            last = Some(tweet);
        }
    }
    let record = load.stop().await;
    let found = verify(&fleet, &crowd, &record).await;
    assert_eq!(record.answers().disordered, 0);
    run.end("PostgreSQL's clock an hour ahead and set back", &found);
}

/// A library that makes the clock of whoever loads it wrong.
struct OtherClock {
    folder: TempDir,
}

impl OtherClock {
    /// Compiled here: the C compiler is there, since librdkafka is built by it.
    fn compile() -> Self {
        let clock = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let source = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/tests/faults/other_clock.c"
        );
        let compiled = Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-Wall", "-Werror", source, "-o"])
            .arg(clock.library())
            .status()
            .unwrap();
        assert!(compiled.success());
        clock
    }

    /// The environment of a process whose clock is wrong by so many seconds.
    fn environment(&self, seconds: i32) -> Vec<(String, String)> {
        vec![
            (
                "LD_PRELOAD".to_owned(),
                self.library().to_str().unwrap().to_owned(),
            ),
            ("TWITCLONE_TEST_CLOCK".to_owned(), seconds.to_string()),
        ]
    }

    fn library(&self) -> PathBuf {
        self.folder.path().join("other_clock.so")
    }
}

/// The words before a command that gets this environment.
fn env(variables: &[(String, String)]) -> Vec<String> {
    let mut words = vec!["env".to_owned()];
    words.extend(
        variables
            .iter()
            .map(|(name, value)| format!("{name}={value}")),
    );
    words
}
