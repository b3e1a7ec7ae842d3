//! The real program: started, watched, told to stop. It goes with the test, by its own process id.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;
use tokio::sync::watch;

use crate::test_app::PATIENCE;

pub type Environment = [(String, String)];

/// One run of the program, in a folder of its own unless one is given, with no environment but the given.
pub struct Process {
    child: Child,
    stdout: Lines,
    stderr: Lines,
    _folder: Option<TempDir>,
}

/// How a process ended.
#[derive(Debug)]
pub struct Ended {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    pub after: Duration,
}

impl Process {
    pub fn start(arguments: &[&str], environment: &Environment) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut process = Self::start_in(folder.path(), arguments, environment);
        process._folder = Some(folder);
        process
    }

    pub fn start_in(folder: &Path, arguments: &[&str], environment: &Environment) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_twitclone"))
            .args(arguments)
            .current_dir(folder)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            stdout: Lines::of(child.stdout.take().unwrap()),
            stderr: Lines::of(child.stderr.take().unwrap()),
            child,
            _folder: None,
        }
    }

    /// Waits until the log has a line with these words, and gives it.
    pub async fn logged(&self, words: &str) -> String {
        let found = self.stderr.find(words);
        match tokio::time::timeout(PATIENCE, found).await {
            Ok(Some(line)) => line,
            Ok(None) => panic!(
                "it ended before it logged {words:?}:\n{}",
                self.stderr.text()
            ),
            Err(_) => panic!("it did not log {words:?}:\n{}", self.stderr.text()),
        }
    }

    /// Waits until it serves, and gives its address.
    pub async fn address(&self) -> String {
        let line: Value = serde_json::from_str(&self.logged("\"address\"").await).unwrap();
        format!("http://{}", line["address"].as_str().unwrap())
    }

    /// Its process id, as long as it runs.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// One of the figures that Linux has of it (`man 5 proc`, `/proc/pid/status`); sizes are in kilobytes.
    pub fn figure(&self, name: &str) -> usize {
        let all = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = all
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap()
    }

    /// What it has logged until now.
    pub fn log(&self) -> String {
        self.stderr.text()
    }

    /// `TERM`, `INT`, `KILL` …
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .args([format!("-{name}"), self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(sent.success(), "kill -{name}");
    }

    /// Waits until it has ended by itself.
    pub async fn ended(&mut self) -> Ended {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.stdout.at_end().await;
                self.stderr.at_end().await;
                return Ended {
                    code: status.code(),
                    stdout: self.stdout.text(),
                    stderr: self.stderr.text(),
                    after: begun.elapsed(),
                };
            }
            assert!(
                begun.elapsed() < PATIENCE,
                "it did not end:\n{}",
                self.stderr.text()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Tells it to stop and waits until it has.
    pub async fn stop(&mut self, signal: &str) -> Ended {
        self.signal(signal);
        self.ended().await
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Does nothing to one that has ended and been waited for, whose id may be another's.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs it to its end.
pub async fn run(arguments: &[&str], environment: &Environment) -> Ended {
    Process::start(arguments, environment).ended().await
}

/// What a process writes, line by line.
struct Lines(watch::Receiver<Vec<String>>);

impl Lines {
    fn of(stream: impl Read + Send + 'static) -> Self {
        let (sender, lines) = watch::channel(Vec::new());
        std::thread::spawn(move || {
            for line in BufReader::new(stream).split(b'\n') {
                let line = String::from_utf8_lossy(&line.unwrap_or_default()).into_owned();
                sender.send_modify(|lines| lines.push(line));
            }
        });
        Self(lines)
    }

    /// `None` when it ended without.
    async fn find(&self, words: &str) -> Option<String> {
        let mut lines = self.0.clone();
        let has = |line: &&String| line.contains(words);
        let found = lines
            .wait_for(|lines| lines.iter().any(|line| has(&line)))
            .await
            .ok()?;
        found.iter().find(has).cloned()
    }

    async fn at_end(&self) {
        let mut lines = self.0.clone();
        let ended = lines.wait_for(|_| false);
        // Whoever inherited the pipe may hold it open; it started nobody.
        let _ = tokio::time::timeout(PATIENCE, ended).await;
    }

    fn text(&self) -> String {
        self.0.borrow().join("\n")
    }
}
