//! Reads that may be a second old come from replicas; nobody notices otherwise.

mod absent;
mod own_writes;

use std::time::{Duration, Instant};

use diesel::sql_types::{BigInt, Nullable, Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use twitclone::metrics::{Metrics, PoolWaits};
use twitclone::store::{Db, replicas::BOUND};

use crate::{
    person::Person,
    process::Process,
    servers::Server,
    system::{System, until},
    test_app::Profile,
};

/// Two processes of the full profile, a primary and a replica.
struct Site {
    system: System,
    serves: Vec<(Process, String)>,
    replica: Server,
    _primary: Server,
}

impl Site {
    async fn start() -> Self {
        let primary = Server::start("postgres").await;
        let replica = Server::replica_of(&primary).await;
        let settings = [primary.setting(), replica.setting()];
        let settings = settings
            .each_ref()
            .map(|(name, value)| (*name, value.as_str()));
        let system = System::prepared(Profile::Full, &settings).await;
        let mut serves = Vec::new();
        for _ in 0..2 {
            let serve = system.start(&["serve"]);
            let address = serve.address().await;
            serves.push((serve, address));
        }
        let site = Self {
            system,
            serves,
            replica,
            _primary: primary,
        };
        site.is_used(true).await;
        site
    }

    fn address(&self, serve: usize) -> &str {
        &self.serves[serve].1
    }

    /// Someone with an account, at the first process.
    async fn person(&self, name: &str) -> Person {
        self.system.person(self.address(0), name).await
    }

    /// The same person at the second.
    fn elsewhere(&self, person: &Person) -> Person {
        Person::new(self.address(1), person.user.clone(), &person.token)
    }

    async fn on_replica(&self, sql: &str) {
        let mut connection = AsyncPgConnection::establish(&self.replica.superuser_url())
            .await
            .unwrap();
        connection.batch_execute(sql).await.unwrap();
    }

    /// From here on the replica shows nothing new.
    async fn pause(&self) {
        self.on_replica("SELECT pg_wal_replay_pause()").await;
    }

    async fn resume(&self) {
        self.on_replica("SELECT pg_wal_replay_resume()").await;
    }

    /// Waits until both processes do, or both do not, use the replica.
    async fn is_used(&self, is_used: bool) {
        for (_, address) in &self.serves {
            until(&format!("the replica is used: {is_used}"), async || {
                health(address).await["replicas"][0]["is_used"] == is_used
            })
            .await;
        }
    }

    /// Waits until the replica has everything that is committed now.
    async fn is_level(&self) {
        let mut connection = self.system.app.db.get().await.unwrap();
        let place = diesel::dsl::sql::<Text>("pg_current_wal_flush_lsn()::text");
        let place: String = diesel::select(place)
            .get_result(&mut connection)
            .await
            .unwrap();
        let mut replica = AsyncPgConnection::establish(&self.replica.superuser_url())
            .await
            .unwrap();
        let begun = Instant::now();
        loop {
            let behind = format!("pg_wal_lsn_diff('{place}', pg_last_wal_replay_lsn())::bigint");
            let behind: Option<i64> = diesel::select(diesel::dsl::sql::<Nullable<BigInt>>(&behind))
                .get_result(&mut replica)
                .await
                .unwrap();
            if behind.is_some_and(|bytes| bytes <= 0) {
                return;
            }
            assert!(begun.elapsed() < crate::test_app::PATIENCE, "{behind:?}");
        }
    }
}

async fn health(address: &str) -> Value {
    let report = reqwest::get(format!("{address}/health/ready")).await;
    report.unwrap().json().await.unwrap()
}

async fn metrics(address: &str) -> String {
    let metrics = reqwest::get(format!("{address}/metrics")).await.unwrap();
    metrics.text().await.unwrap()
}

/// How many readings the replica answered for that process.
async fn replica_reads(address: &str) -> u64 {
    let metrics = metrics(address).await;
    let count = metrics
        .lines()
        .find_map(|line| line.strip_prefix("twitclone_replica_reads_total "))
        .unwrap();
    count.parse().unwrap()
}

async fn get(address: &str, path: &str) -> (StatusCode, String) {
    let answer = reqwest::get(format!("{address}{path}")).await.unwrap();
    (answer.status(), answer.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_that_allow_it_come_from_the_replica() {
    let site = Site::start().await;
    let (ann, bob) = (site.person("ann").await, site.person("bob").await);
    bob.follow(&ann).await;
    let id = ann.tweet("hello #world").await;
    let address = site.address(0);
    site.is_level().await;
    let (ann_id, bob_id) = (ann.id(), bob.id());
    let public = [
        "/@ann".to_owned(),
        "/@ann/followers".to_owned(),
        "/@bob/following".to_owned(),
        "/profile/ann".to_owned(),
        "/users?q=an".to_owned(),
        "/tags/world".to_owned(),
        format!("/@ann/{id}"),
        format!("/api/v1/statuses/{id}"),
        format!("/api/v1/statuses/{id}/context"),
        format!("/api/v1/accounts/{ann_id}"),
        format!("/api/v1/accounts/{ann_id}/statuses"),
        format!("/api/v1/accounts/{ann_id}/followers"),
        format!("/api/v1/accounts/{bob_id}/following"),
        "/api/v1/accounts/lookup?acct=ann".to_owned(),
    ];
    for path in &public {
        let before = replica_reads(address).await;
        let (status, text) = get(address, path).await;
        assert!(
            status.is_success() || status.is_redirection(),
            "{path}: {text}"
        );
        let after = replica_reads(address).await;
        assert!(after > before, "{path}: not from the replica");
        // With a session, by cookie and by token.
        for method in ["browse", "request"] {
            let asked = match method {
                "browse" => bob.browse(Method::GET, path),
                _ => bob.request(Method::GET, path),
            };
            let before = replica_reads(address).await;
            let status = asked.send().await.unwrap().status();
            assert!(status.is_success() || status.is_redirection(), "{path}");
            assert_eq!(replica_reads(address).await, before + 1, "{path} {method}");
        }
    }
    for path in [
        "/api/v1/accounts/search?q=an".to_owned(),
        format!("/api/v1/accounts/relationships?id[]={ann_id}"),
    ] {
        let before = replica_reads(address).await;
        bob.get_json(&path).await;
        assert_eq!(replica_reads(address).await, before + 1, "{path}");
    }
    // The replica's own word for it.
    let mut replica = AsyncPgConnection::establish(&site.replica.superuser_url())
        .await
        .unwrap();
    let seen = "count(*) FROM pg_stat_activity WHERE application_name = 'twitclone' \
                AND query LIKE '%\"follows\"%'";
    let seen: i64 = diesel::select(diesel::dsl::sql::<BigInt>(seen))
        .get_result(&mut replica)
        .await
        .unwrap();
    assert!(seen > 0);
    let before = replica_reads(address).await;
    get(address, "/api/v2/instance").await;
    assert_eq!(replica_reads(address).await, before + 1, "the figures");
    // What leads to writes, and home.
    let before = replica_reads(address).await;
    bob.home().await;
    bob.browse(Method::GET, "/").send().await.unwrap();
    bob.browse(Method::GET, "/settings").send().await.unwrap();
    bob.get_json("/api/v1/accounts/verify_credentials").await;
    bob.unfollow(&ann).await;
    bob.follow(&ann).await;
    bob.tweet("hi").await;
    bob.home_page("max_id=1").await;
    assert_eq!(replica_reads(address).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_is_behind_is_not_used_until_it_is_level() {
    let site = Site::start().await;
    let ann = site.person("ann").await;
    let address = site.address(1);
    let path = format!("/api/v1/accounts/{}/statuses", ann.id());
    site.is_level().await;
    // Within the bound a stranger may be shown what was. On a slow machine a round may take longer than that.
    let mut was_shown_old = false;
    for round in 0..20 {
        site.pause().await;
        let begun = Instant::now();
        let id = ann.tweet(&format!("{round}")).await;
        let before = replica_reads(address).await;
        let (_, text) = get(address, &path).await;
        let is_from_replica = replica_reads(address).await > before;
        let is_old = !text.contains(&id.to_string());
        assert_eq!(is_old, is_from_replica, "{text}");
        assert!(
            !is_old || begun.elapsed() < BOUND + BOUND,
            "{:?}",
            begun.elapsed()
        );
        was_shown_old |= is_old;
        if was_shown_old {
            // One who follows a link to something new finds it, all the same.
            let (status, _) = get(address, &format!("/api/v1/statuses/{id}")).await;
            assert_eq!(status, StatusCode::OK);
            break;
        }
        site.resume().await;
        site.is_used(true).await;
    }
    assert!(was_shown_old);
    site.is_used(false).await;
    let report = health(address).await;
    assert_eq!(report["status"], "degraded", "{report}");
    assert_eq!(report["postgres"], "ok", "{report}");
    assert!(report["replicas"][0]["lag_seconds"].as_f64().unwrap() >= BOUND.as_secs_f64());
    let told = metrics(address).await;
    assert!(
        told.contains("twitclone_replica_used{replica=\"1\"} 0"),
        "{told}"
    );
    let before = replica_reads(address).await;
    let newest = ann.tweet("newest").await;
    let (_, text) = get(address, &path).await;
    assert!(text.contains(&newest.to_string()), "{text}");
    assert_eq!(replica_reads(address).await, before);
    site.resume().await;
    site.is_used(true).await;
    let report = health(address).await;
    assert_eq!(report["status"], "ok", "{report}");
    let lag = report["replicas"][0]["lag_seconds"].as_f64().unwrap();
    assert!(lag < BOUND.as_secs_f64(), "{report}");
    let (_, text) = get(address, &path).await;
    assert!(text.contains(&newest.to_string()), "{text}");
    assert!(replica_reads(address).await > before);
}

/// By its own refusal, by that of its sessions, and no session is begun with one that has fallen back.
#[tokio::test(flavor = "multi_thread")]
async fn a_replica_takes_no_writes_and_must_be_as_far_as_it_was() {
    let site = Site::start().await;
    let settings = &site.system.app.settings.database;
    let url = settings.replica_urls().next().unwrap();
    let db = Db::of_replica(url, settings, waits(), Default::default()).unwrap();
    let mut connection = db.get().await.unwrap();
    let is_read_only: String = diesel::select(diesel::dsl::sql::<Text>(
        "current_setting('default_transaction_read_only')",
    ))
    .get_result(&mut connection)
    .await
    .unwrap();
    assert_eq!(is_read_only, "on");
    let written = connection.batch_execute("DELETE FROM tweets").await;
    let error = written.unwrap_err().to_string();
    assert!(error.contains("read-only transaction"), "{error}");
    let far = std::sync::Arc::new(i64::MAX.into());
    let ahead = Db::of_replica(url, settings, waits(), far).unwrap();
    let error = ahead.get().await.err().unwrap().cause().unwrap();
    assert!(
        error.contains("not as far as it was seen before"),
        "{error}"
    );
}

fn waits() -> PoolWaits {
    Metrics::default().database_waits
}
