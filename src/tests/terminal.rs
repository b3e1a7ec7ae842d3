//! What `twitclone fanout` shows on a terminal.

use std::{
    io::{Read, Write},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use crate::{
    system::{System, until},
    test_app::{PATIENCE, Profile},
};

const CTRL_C: &[u8] = b"\x03";
/// What a terminal is told to clear a line.
const CLEARED: &str = "\x1b[2K";

/// A pseudo-terminal (util-linux's `script`) with the program in it; both go with the test.
struct Terminal {
    script: std::process::Child,
    shown: Arc<Mutex<Vec<u8>>>,
}

impl Terminal {
    fn start(system: &System, arguments: &str) -> Self {
        let program = env!("CARGO_BIN_EXE_twitclone");
        let mut script = Command::new("script")
            .args(["--quiet", "--return", "--flush", "--command"])
            .arg(format!("stty columns 150; exec {program} {arguments}"))
            .arg("/dev/null")
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TERM", "xterm")
            .envs(system.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("script, from util-linux, makes the terminal");
        let shown = Arc::new(Mutex::new(Vec::new()));
        let (mut output, all) = (script.stdout.take().unwrap(), Arc::clone(&shown));
        std::thread::spawn(move || {
            let mut some = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut some) {
                all.lock().unwrap().extend(&some[..count]);
            }
        });
        Self { script, shown }
    }

    fn press(&mut self, key: &[u8]) {
        self.script.stdin.as_mut().unwrap().write_all(key).unwrap();
    }

    /// Waits until the program has ended; whether it did what it was told to.
    async fn ended(&mut self) -> bool {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.script.try_wait().unwrap() {
                return status.success();
            }
            assert!(begun.elapsed() < PATIENCE, "{}", self.text());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.shown.lock().unwrap()).into_owned()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // The terminal goes with it, which hangs up on the program.
        let _ = self.script.kill();
        let _ = self.script.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_shows_a_live_line_below_its_log() {
    let system = System::prepared(Profile::Full, &[]).await;
    let mut terminal = Terminal::start(&system, "fanout");
    until("the line is there", async || {
        terminal
            .text()
            .contains("0 events/s, 0 deliveries/s, lag 0")
    })
    .await;
    let serve = system.start(&["serve"]);
    let address = serve.address().await;
    let (ann, bob) = (
        system.person(&address, "ann").await,
        system.person(&address, "bob").await,
    );
    bob.follow(&ann).await;
    assert_eq!(bob.home().await, []);
    ann.tweet("hello").await;
    until("the line tells of it", async || {
        terminal
            .text()
            .contains("1 events/s, 1 deliveries/s, lag 0, visible after ")
    })
    .await;
    system
        .sql("INSERT INTO pieces (lane, tweet_id, author_id, attempts, cause) VALUES ('aside', 7, 8, 5, 'why')")
        .await;
    until("the line tells of the lanes", async || {
        terminal.text().contains("lag 0, aside 1, visible after ")
    })
    .await;
    // Logged while the line is there: it makes room first.
    terminal.press(CTRL_C);
    assert!(terminal.ended().await, "{}", terminal.text());
    let text = terminal.text();
    for words in ["delivers", "stopping", "stopped"] {
        let line = text.lines().find(|line| line.contains(words)).unwrap();
        let seen = line.rsplit(CLEARED).next().unwrap();
        assert!(
            seen.contains(words) && !seen.contains("events/s"),
            "{line:?}"
        );
    }
    assert!(text.contains(CLEARED), "{text:?}");
}
