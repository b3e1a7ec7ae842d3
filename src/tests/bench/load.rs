//! Load from programs that others keep well: wrk, pgbench, redis-benchmark.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tokio::process::Command;

use crate::{Options, seed::Someone, stage::Stage};

/// What one load showed. Times in milliseconds.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    pub per_second: f64,
    pub p50: f64,
    pub p99: f64,
    pub requests: u64,
    /// Answers that were no success.
    pub refused: u64,
    /// Requests without an answer.
    pub lost: u64,
}

/// A request that wrk repeats, by many people in turn.
pub struct Request {
    method: &'static str,
    path: String,
    body: String,
    tokens: PathBuf,
    script: PathBuf,
}

impl Request {
    pub fn get(stage: &Stage, path: &str, people: &[Someone]) -> Self {
        Self::new(stage, "GET", path, "", people)
    }

    pub fn post(stage: &Stage, path: &str, body: &str, people: &[Someone]) -> Self {
        Self::new(stage, "POST", path, body, people)
    }

    fn new(
        stage: &Stage,
        method: &'static str,
        path: &str,
        body: &str,
        people: &[Someone],
    ) -> Self {
        let script = stage.folder.join("load.lua");
        fs::write(&script, include_str!("load.lua")).unwrap();
        let tokens = stage.folder.join(format!("tokens-{}", people.len()));
        let lines: Vec<&str> = people.iter().map(|person| person.token.as_str()).collect();
        fs::write(&tokens, lines.join("\n")).unwrap();
        Self {
            method,
            path: path.to_owned(),
            body: body.to_owned(),
            tokens,
            script,
        }
    }

    /// Sends it over so many connections, each waiting for its answer, for some seconds.
    pub async fn send(&self, port: u16, connections: usize, seconds: u32) -> Figures {
        let output = text_of(
            Command::new("wrk")
                .args(["-t1", &format!("-c{connections}"), &format!("-d{seconds}s")])
                .args(["--timeout", "10s", "-s"])
                .arg(&self.script)
                .arg(format!("http://127.0.0.1:{port}"))
                .args(["--", self.method, &self.path])
                .arg(&self.tokens)
                .arg(&self.body),
        )
        .await;
        let line = output
            .lines()
            .find_map(|line| line.strip_prefix("figures "));
        let line = line.unwrap_or_else(|| panic!("wrk said: {output}"));
        let values: Vec<f64> = line
            .split(' ')
            .map(|value| value.parse().unwrap())
            .collect();
        Figures {
            per_second: values[0],
            p50: values[1],
            p99: values[2],
            requests: values[3] as u64,
            refused: values[4] as u64,
            lost: values[5] as u64,
        }
    }
}

impl Figures {
    /// The same, none of which may have failed.
    pub fn all_well(self) -> Self {
        assert_eq!((self.refused, self.lost), (0, 0), "{self:?}");
        self
    }
}

/// Transactions a second of one statement, by as many clients of pgbench as the other loads have connections.
pub async fn pgbench(stage: &Stage, name: &str, script: &str, options: &Options) -> f64 {
    let file = write(&stage.folder, name, script);
    let output = text_of(
        Command::new("pgbench")
            .args(["-n", "-M", "prepared", "-j", "1"])
            .args(["-c", &options.connections.to_string()])
            .args(["-T", &options.seconds.to_string()])
            .arg("-f")
            .arg(file)
            .arg(crate::stage::given("TWITCLONE_BENCH_DATABASE_URL")),
    )
    .await;
    let rate = output.lines().find_map(|line| line.strip_prefix("tps = "));
    let rate = rate.and_then(|line| line.split(' ').next());
    rate.unwrap_or_else(|| panic!("pgbench said: {output}"))
        .parse()
        .unwrap()
}

/// Commands a second of redis-benchmark, 500 in a pipeline, over keys `PREFIX000000000000` to `PREFIX` + (`keys` - 1).
pub async fn redis_benchmark(stage: &Stage, keys: i64, command: &[&str]) -> f64 {
    let output = text_of(
        Command::new("redis-benchmark")
            .args(["-p", &stage.app.settings.redis.port.to_string()])
            .args([
                "-c",
                "1",
                "-P",
                "500",
                "-n",
                "500000",
                "--csv",
                "-r",
                &keys.to_string(),
            ])
            .args(command),
    )
    .await;
    // "LPUSHX …","rate",…
    let rate = output
        .lines()
        .last()
        .and_then(|line| line.split("\",\"").nth(1));
    rate.unwrap_or_else(|| panic!("redis-benchmark said: {output}"))
        .parse()
        .unwrap()
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    file
}

async fn text_of(command: &mut Command) -> String {
    let output = command.kill_on_drop(true).output().await.unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}
