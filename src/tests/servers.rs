//! Servers of a test's own, to be stopped, emptied and started again. They go with the test.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

use deadpool_redis::redis::{self, cmd};
use tempfile::TempDir;

use crate::test_app::{from_script, redis_at};

/// PostgreSQL, a replica of it, Redis, a node of a Redis Cluster, Kafka or a driver of browsers in a folder of its own.
pub struct Server {
    kind: &'static str,
    folder: PathBuf,
    /// Of which this is a replica.
    primary: Option<PathBuf>,
    pub port: u16,
    /// What goes with it.
    _above: Arc<TempDir>,
}

impl Server {
    /// `postgres`, `redis`, `redis-node`, `kafka` or `webdriver`; returns when it takes connections.
    pub async fn start(kind: &'static str) -> Self {
        let server = Self::absent(kind).await;
        server.start_again().await;
        server
    }

    /// A replica of a PostgreSQL that runs.
    pub async fn replica_of(primary: &Server) -> Self {
        let mut replica = Self::absent("replica").await;
        replica.primary = Some(primary.folder().to_owned());
        replica.start_again().await;
        replica
    }

    /// One that does not run yet, at the port where it will.
    pub async fn absent(kind: &'static str) -> Self {
        let above = Arc::new(tempfile::tempdir().unwrap());
        Self {
            kind,
            folder: above.path().join(kind),
            primary: None,
            port: free_port().await,
            _above: above,
        }
    }

    /// Starts it on the data that it has.
    pub async fn start_again(&self) {
        self.start_by(&[]).await;
    }

    /// The same by a command that comes before, such as `env` with variables.
    pub async fn start_by(&self, command: &[String]) {
        let port = self.port.to_string();
        let (command, mut arguments) = (command.to_vec(), self.arguments("start", Some(&port)));
        let primary = self.primary.as_ref();
        arguments.extend(primary.map(|folder| folder.to_str().unwrap().to_owned()));
        tokio::task::spawn_blocking(move || run_by(&command, &arguments))
            .await
            .unwrap();
    }

    /// Whether it has not ended by itself.
    pub fn runs(&self) -> bool {
        let status = Command::new(from_script("TWITCLONE_TEST_SERVERS"))
            .args(self.arguments("status", None))
            .status();
        status.unwrap().success()
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
        std::fs::remove_dir_all(&self.folder).unwrap();
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

    /// Has a Redis do something.
    pub async fn tell(&self, command: &str) {
        let url = format!("redis://127.0.0.1:{}/", self.port);
        let client = redis::Client::open(url).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        let () = redis::cmd(command)
            .query_async(&mut connection)
            .await
            .unwrap();
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
            "redis-node" => ("REDIS_CLUSTER_NODES", format!("127.0.0.1:{port}")),
            _ => ("KAFKA_BOOTSTRAP_SERVERS", format!("127.0.0.1:{port}")),
        }
    }

    /// Where its data and its log are.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn arguments(&self, verb: &str, last: Option<&str>) -> Vec<String> {
        let folder = self.folder.to_str().unwrap().to_owned();
        let mut all = vec![verb.to_owned(), self.kind.to_owned(), folder];
        all.extend(last.map(str::to_owned));
        all
    }

    /// To the server's process and those it started, which in PostgreSQL lead groups of their own.
    fn send(&self, signal: &str) {
        let pid = std::fs::read_to_string(self.folder.join("pid")).unwrap();
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
        if self.folder.join("pid").exists() {
            // Its processes may be frozen, and then would not end.
            self.send("CONT");
            run(&self.arguments("stop", Some("immediate")));
        }
    }
}

/// Three joined masters, any of which leads to all.
pub async fn redis_cluster() -> Vec<Server> {
    let above = Arc::new(tempfile::tempdir().unwrap());
    let folder = above.path().join("redis-cluster");
    let path = folder.to_str().unwrap().to_owned();
    let arguments = [
        "start",
        "redis-cluster",
        &path,
        &free_port().await.to_string(),
    ];
    servers(arguments.map(str::to_owned).into()).await;
    let node = |number: &str| {
        let folder = folder.join(number);
        let port = std::fs::read_to_string(folder.join("port")).unwrap();
        Server {
            kind: "redis-node",
            folder,
            primary: None,
            port: port.trim().parse().unwrap(),
            _above: Arc::clone(&above),
        }
    };
    ["1", "2", "3"].map(node).into()
}

/// Which of the nodes of a cluster has a key.
pub async fn node_with(nodes: &[Server], key: &str) -> usize {
    for (at, node) in nodes.iter().enumerate() {
        let mut connection = redis_at(&format!("127.0.0.1:{}", node.port)).await;
        let exists = cmd("EXISTS").arg(key).query_async(&mut connection).await;
        if exists.unwrap_or(false) {
            return at;
        }
    }
    panic!("none of them has {key}");
}

/// A port that nobody else is given during this run of the tests.
pub async fn free_port() -> u16 {
    servers(vec!["free-port".to_owned()]).await.parse().unwrap()
}

async fn servers(arguments: Vec<String>) -> String {
    tokio::task::spawn_blocking(move || run(&arguments))
        .await
        .unwrap()
}

fn run(arguments: &[String]) -> String {
    run_by(&[], arguments)
}

fn run_by(command: &[String], arguments: &[String]) -> String {
    let script = from_script("TWITCLONE_TEST_SERVERS");
    let mut words = command.iter().chain([&script]).chain(arguments);
    let output = Command::new(words.next().unwrap())
        .args(words)
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
