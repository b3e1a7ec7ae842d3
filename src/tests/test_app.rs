//! The system under test: real stores, the real router on a port of its own, and no background workers:
//! [`TestApp::deliver_pending`] is their step.

use std::{
    collections::HashSet,
    env,
    net::TcpListener,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use deadpool_redis::redis::{Client, aio::MultiplexedConnection};
use diesel_async::SimpleAsyncConnection;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::{runtime::Handle, sync::mpsc};
use tokio_util::sync::CancellationToken;
use twitclone::{
    app::App,
    clock::Clock,
    config::Settings,
    event::{EventLog, NewTweet, kafka, outbox},
    fanout, http, rows,
};

use crate::{database, leftovers::Leftovers, mailbox, person::Person};

/// Long enough for the slowest machine; only a test that fails waits for it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Which servers carry events and hold timelines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    Embedded,
    Full,
}

/// One system with a database, a key prefix and topics of its own, which go with it.
pub struct TestApp {
    pub app: App,
    pub address: String,
    pub clock: Clock,
    stop: CancellationToken,
    delivered: Option<Delivered>,
    _leftovers: Leftovers,
}

struct Delivered {
    events: mpsc::UnboundedReceiver<NewTweet>,
    seen: HashSet<NewTweet>,
}

/// Makes one test of each profile from an `async fn(TestApp)`.
#[macro_export]
macro_rules! in_both_profiles {
    ($($name:ident),* $(,)?) => {
        mod embedded {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::test_app::TestApp::embedded().await).await;
            })*
        }
        mod full {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                super::$name($crate::test_app::TestApp::full().await).await;
            })*
        }
    };
}

/// A variable that `scripts/test` sets.
pub fn from_script(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run the tests by scripts/test"))
}

/// Settings of a system of its own: its name is database, key prefix and topic.
pub fn settings(profile: Profile, name: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let (events, timelines) = match profile {
        Profile::Embedded => ("postgres", "memory"),
        Profile::Full => ("kafka", "redis"),
    };
    let mut all: Vec<(String, String)> = [
        ("SECRET_KEY", "only-for-tests-0123456789-0123456789"),
        ("TWITCLONE__AUTH__BCRYPT_COST", "4"),
        ("TWITCLONE__DATABASE__POOL_SIZE", "8"),
        ("TWITCLONE__DATABASE__STATEMENT_TIMEOUT_MS", "20000"),
        ("TWITCLONE__SERVER__PORT", "0"),
        ("TWITCLONE__SIGN_UP__MOST_A_DAY", "0"),
        ("TWITCLONE__MAIL__FOLDER", &mailbox::folder(name)),
        ("TWITCLONE__SERVER__WORKERS", "1"),
        ("TWITCLONE__KAFKA__PARTITIONS", "3"),
        ("TWITCLONE__EVENTS__BACKEND", events),
        ("TWITCLONE__TIMELINES__BACKEND", timelines),
        ("TWITCLONE__DATABASE__SCHEMA", database::SCHEMA),
        ("TWITCLONE__KAFKA__TOPIC", name),
        ("TWITCLONE__KAFKA__GROUP", name),
        ("DATABASE_URL", &database::url(name)),
    ]
    .map(|(key, value)| (key.to_owned(), value.to_owned()))
    .into();
    // scripts/test --quick starts neither.
    if profile == Profile::Full {
        all.extend([
            (
                "REDIS_PORT".to_owned(),
                from_script("TWITCLONE_TEST_REDIS_PORT"),
            ),
            (
                "KAFKA_BOOTSTRAP_SERVERS".to_owned(),
                from_script("TWITCLONE_TEST_KAFKA"),
            ),
            (
                "TWITCLONE__REDIS__KEY_PREFIX".to_owned(),
                format!("{name}:"),
            ),
        ]);
    }
    all.extend(
        more.iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned())),
    );
    all
}

/// A name that no other test has.
pub fn unique_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!(
        "test_{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}

impl TestApp {
    pub async fn embedded() -> Self {
        Self::start(Profile::Embedded, &[]).await
    }

    pub async fn full() -> Self {
        Self::start(Profile::Full, &[]).await
    }

    /// `more` are settings that differ, as environment variables.
    /// Known by a name, as passkeys want it.
    pub async fn by_name() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let more = [("TWITCLONE__SERVER__PUBLIC_URL", address.as_str())];
        let mut app = Self::on(listener, Profile::Embedded, &more).await;
        app.address = address;
        app
    }

    pub async fn start(profile: Profile, more: &[(&str, &str)]) -> Self {
        Self::on(TcpListener::bind("127.0.0.1:0").unwrap(), profile, more).await
    }

    async fn on(listener: TcpListener, profile: Profile, more: &[(&str, &str)]) -> Self {
        let name = unique_name();
        let leftovers = Leftovers::of(profile, &name);
        let settings = Settings::from_sources(None, settings(profile, &name, more)).unwrap();
        let clock = Clock::default();
        let app = App::new(settings, clock.clone(), Handle::current()).unwrap();
        database::prepare(&name, &app.settings.database, &app.db).await;
        let stop = CancellationToken::new();
        let delivered = match &app.events {
            EventLog::Postgres => None,
            EventLog::Kafka(producer) => {
                kafka::prepare(&app.settings.kafka).await.unwrap();
                Some(consume(&app, producer.clone(), &stop))
            }
        };
        listener.set_nonblocking(true).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = http::serve(&app, listener, stop.clone()).unwrap();
        tokio::spawn(server);
        Self {
            app,
            address,
            clock,
            stop,
            delivered,
            _leftovers: leftovers,
        }
    }

    /// Someone with an account, logged in.
    pub async fn person(&self, username: &str) -> Person {
        Person::sign_up(&self.app, &self.address, username).await
    }

    /// Somebody who is not logged in.
    pub fn stranger(&self) -> reqwest::Client {
        client().build().unwrap()
    }

    /// Stops serving.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// A URL here.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.address)
    }

    /// A figure of `/metrics`, as [`metric`].
    pub async fn metric(&self, name: &str) -> f64 {
        metric(&self.address, name).await
    }

    /// Delivers every event that waits, and does every piece of work that is due, as relay and fan-out would.
    pub async fn deliver_pending(&mut self) {
        self.deliver_events().await;
        while fanout::lanes::turn(&self.app).await.unwrap() > 0 {}
    }

    /// Delivers every event that waits, and leaves what is for the lanes.
    pub async fn deliver_events(&mut self) {
        let app = self.app.clone();
        match (&self.app.events, &mut self.delivered) {
            (EventLog::Kafka(producer), Some(delivered)) => {
                let (published, mut sent) = mpsc::unbounded_channel();
                while outbox::relay_once(&app.db, 100, async |events: Vec<NewTweet>| {
                    producer.publish(&events).await?;
                    for event in events {
                        published.send(event).unwrap();
                    }
                    Ok(())
                })
                .await
                .unwrap()
                    > 0
                {}
                while let Ok(event) = sent.try_recv() {
                    delivered.wait_for(event).await;
                }
            }
            _ => while relay_here(&app).await > 0 {},
        }
    }

    /// Waits until these events, which have been carried, are in the timelines.
    pub async fn arrived(&mut self, events: &[NewTweet]) {
        if let Some(delivered) = &mut self.delivered {
            for event in events {
                delivered.wait_for(*event).await;
            }
        }
    }

    /// Runs SQL in this system's database.
    pub async fn sql(&self, sql: &str) {
        self.app
            .db
            .get()
            .await
            .unwrap()
            .batch_execute(sql)
            .await
            .unwrap();
        // What triggers noted, as the task in `serve` would tell it.
        rows::announce_waiting(&self.app).await.unwrap();
    }
}

async fn relay_here(app: &App) -> usize {
    outbox::relay_once(&app.db, 100, |events| fanout::handle(app, events))
        .await
        .unwrap()
}

/// A figure of a server's `/metrics`: what its lines say, added up. With labels in the name only the line that has them.
pub async fn metric(address: &str, name: &str) -> f64 {
    let text = reqwest::get(format!("{address}/metrics")).await.unwrap();
    let text = text.text().await.unwrap();
    text.lines()
        .filter_map(|line| line.strip_prefix(name))
        .filter(|rest| rest.starts_with(['{', ' ']))
        .map(|rest| rest.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap())
        .sum()
}

/// What a person's browser is, following no redirects, on pages of ours.
pub fn client() -> reqwest::ClientBuilder {
    let here = (
        HeaderName::from_static("sec-fetch-site"),
        HeaderValue::from_static("same-origin"),
    );
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .cookie_store(true)
        .default_headers(HeaderMap::from_iter([here]))
        .timeout(PATIENCE)
        // As proxies do: before the server closes it.
        .pool_idle_timeout(Duration::from_secs(60))
}

fn consume(app: &App, producer: kafka::Producer, stop: &CancellationToken) -> Delivered {
    let lag = app.metrics.consumer_lag.clone();
    let consumer = kafka::Consumer::new(&app.settings.kafka, producer, 50, lag).unwrap();
    let (sender, events) = mpsc::unbounded_channel();
    let (app, stop) = (app.clone(), stop.clone());
    tokio::task::spawn_blocking(move || {
        consumer.run(
            &Handle::current(),
            &stop,
            || {},
            |batch| {
                let (app, sender) = (app.clone(), sender.clone());
                async move {
                    fanout::handle(&app, batch.clone()).await?;
                    for event in batch {
                        // Nobody listens once the test is over.
                        let _ = sender.send(event);
                    }
                    Ok(())
                }
            },
        );
    });
    Delivered {
        events,
        seen: HashSet::new(),
    }
}

impl Delivered {
    async fn wait_for(&mut self, event: NewTweet) {
        while !self.seen.contains(&event) {
            let next = tokio::time::timeout(PATIENCE, self.events.recv()).await;
            self.seen
                .insert(next.expect("the event arrives").expect("the consumer runs"));
        }
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A plain connection to the Redis of the tests.
pub async fn redis_connection() -> MultiplexedConnection {
    let port = from_script("TWITCLONE_TEST_REDIS_PORT");
    redis_at(&format!("127.0.0.1:{port}")).await
}

/// The same to any server, by host and port.
pub async fn redis_at(address: &str) -> MultiplexedConnection {
    Client::open(format!("redis://{address}/"))
        .unwrap()
        .get_multiplexed_async_connection()
        .await
        .unwrap()
}
