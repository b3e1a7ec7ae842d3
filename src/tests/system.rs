//! A system of real processes, with a database, a key prefix and topics of its own.

use std::time::{Duration, Instant};

use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tokio::runtime::Handle;
use twitclone::{
    app::App,
    clock::Clock,
    config::{EventsBackend, Settings},
    event::kafka,
    id::TweetId,
    store::{Connection, timelines},
};

use crate::{
    database,
    leftovers::Leftovers,
    person::Person,
    process::{Ended, Process},
    test_app::{PATIENCE, Profile, settings, unique_name},
};

pub struct System {
    /// The same settings inside the test: to look into the stores, and to make people.
    pub app: App,
    pub name: String,
    pub environment: Vec<(String, String)>,
    _leftovers: Leftovers,
}

impl System {
    /// With nothing prepared. `more` are settings that differ, as environment variables.
    pub async fn bare(profile: Profile, more: &[(&str, &str)]) -> Self {
        let system = Self::named(unique_name(), profile, more);
        database::prepare_empty(&system.name, &system.app.settings.database).await;
        system
    }

    /// With its tables, without topics.
    pub async fn without_topics(profile: Profile, more: &[(&str, &str)]) -> Self {
        Self::with_tables(unique_name(), profile, more).await
    }

    /// With its tables and topics.
    pub async fn prepared(profile: Profile, more: &[(&str, &str)]) -> Self {
        Self::prepared_as(unique_name(), profile, more).await
    }

    /// The same under a name from [`unique_name`].
    pub async fn prepared_as(name: String, profile: Profile, more: &[(&str, &str)]) -> Self {
        let system = Self::with_tables(name, profile, more).await;
        if system.app.settings.events.backend == EventsBackend::Kafka {
            kafka::prepare(&system.app.settings.kafka).await.unwrap();
        }
        system
    }

    async fn with_tables(name: String, profile: Profile, more: &[(&str, &str)]) -> Self {
        let system = Self::named(name, profile, more);
        let settings = &system.app.settings.database;
        database::prepare(&system.name, settings, &system.app.db).await;
        system
    }

    fn named(name: String, profile: Profile, more: &[(&str, &str)]) -> Self {
        let leftovers = Leftovers::of(profile, &name);
        let environment = settings(profile, &name, more);
        let settings = Settings::from_sources(None, environment.clone()).unwrap();
        Self {
            app: App::new(settings, Clock::default(), Handle::current()).unwrap(),
            name,
            environment,
            _leftovers: leftovers,
        }
    }

    pub fn start(&self, arguments: &[&str]) -> Process {
        Process::start(arguments, &self.environment)
    }

    /// Runs the program to its end.
    pub async fn run(&self, arguments: &[&str]) -> Ended {
        self.start(arguments).ended().await
    }

    /// Someone with an account, who uses the server at that address.
    pub async fn person(&self, address: &str, username: &str) -> Person {
        Person::sign_up(&self.app, address, username).await
    }

    /// However long it takes.
    pub async fn sql(&self, sql: &str) {
        let mut connection = self.app.db.dedicated().await.unwrap();
        connection.batch_execute(sql).await.unwrap();
    }

    /// The ids of a person's cached timeline.
    pub async fn cached(&self, person: &Person) -> Vec<TweetId> {
        let now = self.app.clock.now();
        let read = self.app.timelines.read(person.id(), 5000, now);
        read.await.unwrap().ids
    }

    /// The ids of a person's home as SQL has it.
    pub async fn truth(&self, person: &Person) -> Vec<TweetId> {
        let mut connection = self.app.db.get().await.unwrap();
        timelines::whole_home(&mut connection, person.id(), 5000)
            .await
            .unwrap()
            .1
    }
}

/// A table that nobody else can read or write until this is released or dropped.
pub struct Lock {
    connection: Connection,
    table: &'static str,
}

impl Lock {
    pub async fn of(app: &App, table: &'static str) -> Self {
        let mut connection = app.db.dedicated().await.unwrap();
        let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        connection.batch_execute(&lock).await.unwrap();
        Self { connection, table }
    }

    /// Waits until so many others wait for it.
    pub async fn awaited_by(&mut self, others: i64) {
        let begun = Instant::now();
        while self.waiting().await < others {
            assert!(begun.elapsed() < PATIENCE, "{others} never waited");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn waiting(&mut self) -> i64 {
        let count = format!(
            "count(*) FROM pg_locks WHERE relation = '{}'::regclass AND NOT granted",
            self.table
        );
        diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(&count))
            .get_result(&mut self.connection)
            .await
            .unwrap()
    }

    pub async fn release(mut self) {
        self.connection.batch_execute("COMMIT").await.unwrap();
    }
}

/// Waits until it is so. For what another process does, at a time of its own.
pub async fn until(what: &str, is_so: impl AsyncFn() -> bool) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(
            begun.elapsed() < PATIENCE,
            "not within {PATIENCE:?}: {what}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
