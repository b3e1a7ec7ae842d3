//! The system that is measured: the real program in processes of its own, on servers that `scripts/bench` started.

use std::{
    env, fs,
    fs::File,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use deadpool_redis::redis::aio::MultiplexedConnection;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tokio::runtime::Handle;
use twitclone::{app::App, clock::Clock, config::Settings, event::kafka, store::migrations};

use crate::{
    Options,
    lag::Lag,
    table::{Table, Target},
};

pub const PATIENCE: Duration = Duration::from_secs(60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(2);

/// `serve` and, in the full profile, one `fanout`.
pub struct Stage {
    /// The same settings inside this program, to look into the stores.
    pub app: App,
    pub port: u16,
    pub folder: PathBuf,
    pub serve: Option<Process>,
    pub fanout: Option<Process>,
    program: PathBuf,
    environment: Vec<(String, String)>,
}

impl Stage {
    /// The full profile, with schema and topics, not started.
    pub async fn full(options: &Options) -> Self {
        let stage = Self::of(options, "kafka", "redis");
        migrations::apply(&stage.app.db, "public").await.unwrap();
        kafka::prepare(&stage.app.settings.kafka).await.unwrap();
        stage
    }

    /// The embedded profile on the data of the full one, not started.
    pub fn embedded(options: &Options) -> Self {
        Self::of(options, "postgres", "memory")
    }

    fn of(options: &Options, events: &str, timelines: &str) -> Self {
        let port = free_port();
        let environment: Vec<(String, String)> = [
            ("SECRET_KEY", "only-for-measuring-0123456789-0123456789"),
            ("ACCESS_TOKEN_EXPIRE_MINUTES", "1440"),
            ("TWITCLONE__SERVER__PORT", &port.to_string()),
            ("TWITCLONE__EVENTS__BACKEND", events),
            ("TWITCLONE__TIMELINES__BACKEND", timelines),
            ("TWITCLONE__LOG__LEVEL", "warn"),
            // So that limits for each network are not what is measured.
            ("TWITCLONE__SERVER__TRUSTED_PROXIES", "127.0.0.1"),
            // Nobody is merged at reading: pushing costs more.
            (
                "TWITCLONE__FANOUT__PUSH_LIMIT",
                &options.vast.max(options.followers).to_string(),
            ),
            (
                "TWITCLONE__AUTH__BCRYPT_COST",
                &options.hash_cost.to_string(),
            ),
            ("DATABASE_URL", &given("TWITCLONE_BENCH_DATABASE_URL")),
            ("REDIS_PORT", &given("TWITCLONE_BENCH_REDIS_PORT")),
            ("KAFKA_BOOTSTRAP_SERVERS", &given("TWITCLONE_BENCH_KAFKA")),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        let settings = Settings::from_sources(None, environment.clone()).unwrap();
        Self {
            app: App::new(settings, Clock::default(), Handle::current()).unwrap(),
            port,
            folder: options.folder.clone(),
            serve: None,
            fanout: None,
            program: options.program.clone(),
            environment,
        }
    }

    pub async fn start(&mut self) {
        self.serve = Some(self.process("serve"));
        if self.app.settings.timelines.backend == twitclone::config::TimelinesBackend::Redis {
            self.fanout = Some(self.process("fanout"));
        }
        self.ready().await;
    }

    /// One more process with these settings.
    pub fn process(&self, role: &str) -> Process {
        let log = self.folder.join(format!("{role}.log"));
        Process::start(&self.program, role, &self.environment, &log)
    }

    /// Waits until everything is there.
    pub async fn ready(&self) {
        let url = self.url("/health/ready");
        until("ready", async || {
            matches!(reqwest::get(&url).await, Ok(response) if response.status().is_success())
        })
        .await;
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    pub fn stop(&mut self) {
        self.serve = None;
        self.fanout = None;
    }

    pub async fn sql(&self, sql: &str) {
        let mut connection = self.app.db.dedicated().await.unwrap();
        connection.batch_execute(sql).await.unwrap();
    }

    /// Waits until no event is in the outbox.
    pub async fn published(&self) {
        until("the outbox is empty", async || {
            self.waiting("outbox").await == 0
        })
        .await;
    }

    /// Waits until nothing is left to be delivered anywhere.
    pub async fn drained(&self) {
        self.published().await;
        if self.fanout.is_some() {
            let settings = self.app.settings.kafka.clone();
            let lag = tokio::task::spawn_blocking(move || Lag::of(&settings));
            let lag = std::sync::Arc::new(lag.await.unwrap());
            until("the topic is read to its end", async || {
                let lag = std::sync::Arc::clone(&lag);
                tokio::task::spawn_blocking(move || lag.records())
                    .await
                    .unwrap()
                    == 0
            })
            .await;
        }
        until("no piece is left", async || {
            self.waiting("pieces").await == 0
        })
        .await;
    }

    async fn waiting(&self, table: &str) -> i64 {
        let mut connection = self.app.db.get().await.unwrap();
        let count = format!("count(*) FROM {table}");
        diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(&count))
            .get_result(&mut connection)
            .await
            .unwrap()
    }

    /// A plain connection to Redis.
    pub async fn redis(&self) -> MultiplexedConnection {
        let url = format!("redis://127.0.0.1:{}/", self.app.settings.redis.port);
        let client = deadpool_redis::redis::Client::open(url).unwrap();
        client.get_multiplexed_async_connection().await.unwrap()
    }

    /// Memory after everything that was measured before. The pages of the program itself, which both have, count once.
    pub fn memory(&self, table: &mut Table) {
        let of = |process: &Option<Process>| process.as_ref().map_or(0.0, Process::share);
        let (serve, fanout) = (of(&self.serve), of(&self.fanout));
        table.tell("memory of serve after the run", "MiB", serve, &Target::None);
        table.tell(
            "memory of fanout after the run",
            "MiB",
            fanout,
            &Target::None,
        );
        table.tell(
            "memory of both",
            "MiB",
            serve + fanout,
            &Target::AtMost(100.0),
        );
    }
}

/// One run of the program.
pub struct Process(Child);

impl Process {
    fn start(program: &Path, role: &str, environment: &[(String, String)], log: &Path) -> Self {
        let log = File::options().create(true).append(true).open(log).unwrap();
        let child = Command::new(program)
            .arg(role)
            .current_dir(program.parent().unwrap())
            .env_clear()
            .envs(environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Resident memory in MiB.
    pub fn resident(&self) -> f64 {
        self.figure("status", "VmRSS:")
    }

    /// The same, but of what it shares with others its part alone.
    fn share(&self) -> f64 {
        self.figure("smaps_rollup", "Pss:")
    }

    fn figure(&self, file: &str, name: &str) -> f64 {
        let figures = fs::read_to_string(format!("/proc/{}/{file}", self.0.id())).unwrap();
        let line = figures.lines().find_map(|line| line.strip_prefix(name));
        let kib: f64 = line
            .unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap();
        kib / 1024.0
    }

    /// `STOP`, `CONT` …
    pub fn signal(&self, name: &str) {
        let id = self.0.id().to_string();
        let sent = Command::new("kill")
            .args([&format!("-{name}"), &id])
            .status();
        assert!(sent.unwrap().success(), "kill -{name}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What `scripts/bench` says.
pub fn given(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: measure by scripts/bench"))
}

/// An address for `X-Forwarded-For`, hardly ever the same.
pub fn somewhere() -> String {
    let [a, b, c] = rand::random::<[u8; 3]>();
    format!("10.{a}.{b}.{c}")
}

/// One that nobody else is given, neither by the same script nor by the system for a connection of its own: programs are
/// started on it again and again.
pub fn free_port() -> u16 {
    let servers = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/servers");
    let told = Command::new(servers).arg("free-port").output().unwrap();
    String::from_utf8(told.stdout)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

/// Waits until it is so; gives how long that took.
pub async fn until(what: &str, is_so: impl AsyncFn() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so().await {
        assert!(
            begun.elapsed() < PATIENCE,
            "not within {PATIENCE:?}: {what}"
        );
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    begun.elapsed()
}
