//! Servers of a test's own, to be stopped, emptied and started again. They go with the test.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use tempfile::TempDir;

use crate::test_app::from_script;

/// PostgreSQL, a replica of it, Redis or Kafka in a folder of its own.
pub struct Server {
    kind: &'static str,
    folder: TempDir,
    /// Of which this is a replica.
    primary: Option<PathBuf>,
    pub port: u16,
}

impl Server {
    /// `postgres`, `redis` or `kafka`; returns when it takes connections.
    pub async fn start(kind: &'static str) -> Self {
        let server = Self::absent(kind).await;
        server.start_again().await;
        server
    }

    /// A replica of a PostgreSQL that runs.
    pub async fn replica_of(primary: &Server) -> Self {
        let mut replica = Self::absent("replica").await;
        replica.primary = Some(primary.folder());
        replica.start_again().await;
        replica
    }

    /// One that does not run yet, at the port where it will.
    pub async fn absent(kind: &'static str) -> Self {
        Self {
            kind,
            folder: tempfile::tempdir().unwrap(),
            primary: None,
            port: servers(vec!["free-port".to_owned()]).await.parse().unwrap(),
        }
    }

    /// Starts it on the data that it has.
    pub async fn start_again(&self) {
        let port = self.port.to_string();
        let mut arguments = self.arguments("start", Some(&port));
        let primary = self.primary.as_ref();
        arguments.extend(primary.map(|folder| folder.to_str().unwrap().to_owned()));
        servers(arguments).await;
    }

    /// Stops it in order.
    pub async fn stop(&self) {
        servers(self.arguments("stop", None)).await;
    }

    /// The power cut.
    pub async fn kill(&self) {
        servers(self.arguments("stop", Some("immediate"))).await;
    }

    /// Takes all that it keeps away. It must not run.
    pub fn wipe(&self) {
        std::fs::remove_dir_all(self.folder()).unwrap();
    }

    /// It goes on running and answers nothing until it is thawed.
    pub fn freeze(&self) {
        self.send("STOP");
    }

    pub fn thaw(&self) {
        self.send("CONT");
    }

    /// Where PostgreSQL's superuser gets in.
    pub fn superuser_url(&self) -> String {
        format!("postgresql://postgres@127.0.0.1:{}/twitclone", self.port)
    }

    /// The settings that lead to it.
    pub fn setting(&self) -> (&'static str, String) {
        let port = self.port;
        match self.kind {
            // A test's PostgreSQL promises little about a power cut, for speed; here it must.
            "postgres" => (
                "DATABASE_URL",
                format!(
                    "postgresql://twitclone@127.0.0.1:{port}/twitclone?options=-csynchronous_commit%3Don"
                ),
            ),
            "replica" => (
                "TWITCLONE__DATABASE__REPLICA_URLS",
                format!("postgresql://twitclone@127.0.0.1:{port}/twitclone"),
            ),
            "redis" => ("REDIS_PORT", port.to_string()),
            _ => ("KAFKA_BOOTSTRAP_SERVERS", format!("127.0.0.1:{port}")),
        }
    }

    fn folder(&self) -> PathBuf {
        self.folder.path().join(self.kind)
    }

    fn arguments(&self, verb: &str, last: Option<&str>) -> Vec<String> {
        let folder = self.folder().to_str().unwrap().to_owned();
        let mut all = vec![verb.to_owned(), self.kind.to_owned(), folder];
        all.extend(last.map(str::to_owned));
        all
    }

    /// To the server's process and those it started, which in PostgreSQL lead groups of their own.
    fn send(&self, signal: &str) {
        let pid = std::fs::read_to_string(self.folder().join("pid")).unwrap();
        let pid = pid.split(' ').next().unwrap();
        let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children"));
        let children = children.unwrap_or_default();
        for pid in [pid].into_iter().chain(children.split_whitespace()) {
            let _ = Command::new("kill")
                .args([&format!("-{signal}"), pid])
                .stderr(Stdio::null())
                .status();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.folder().join("pid").exists() {
            // Its processes may be frozen, and then would not end.
            self.send("CONT");
            run(&self.arguments("stop", Some("immediate")));
        }
    }
}

async fn servers(arguments: Vec<String>) -> String {
    tokio::task::spawn_blocking(move || run(&arguments))
        .await
        .unwrap()
}

fn run(arguments: &[String]) -> String {
    let output = Command::new(from_script("TWITCLONE_TEST_SERVERS"))
        .args(arguments)
        .env("TWITCLONE_SERVERS_FAST", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "scripts/servers {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
