//! A database for each test, copied from a template in which the migrations have been applied: 22 ms, where applying
//! them takes 200 ms under a lock that all tests would wait for.

use diesel::{sql_query, sql_types::Text};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use secrecy::ExposeSecret;
use twitclone::{
    config,
    metrics::Metrics,
    store::{Db, migrations},
};

use crate::test_app::from_script;

/// The schema of the tables in each of them. Not `public`, so that code which takes that for granted fails.
pub const SCHEMA: &str = "tests";
const TEMPLATE: &str = "template_of_tests";

/// The URL of a database on the server that all tests share.
pub fn url(name: &str) -> String {
    let shared = from_script("TWITCLONE_TEST_DATABASE_URL");
    let (server, _) = shared.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// A database of that name with all tables, where `settings` lead to one that exists for this test alone.
/// Otherwise they lead to a server of the test's own, in which the migrations are applied.
pub async fn prepare(name: &str, settings: &config::Database, db: &Db) {
    if !is_shared(name, settings) {
        migrations::apply(db, &settings.schema).await.unwrap();
        return;
    }
    let mut server = superuser().await;
    let copy = format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE} OWNER twitclone");
    if server.batch_execute(&copy).await.is_err() {
        make_template(&mut server, settings).await;
        server.batch_execute(&copy).await.unwrap();
    }
}

/// The same without tables.
pub async fn prepare_empty(name: &str, settings: &config::Database) {
    if is_shared(name, settings) {
        create(&mut superuser().await, name).await;
    }
}

/// Removes the database of that name, also while processes are connected to it.
pub async fn remove(name: &str) {
    let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
    superuser().await.batch_execute(&drop).await.unwrap();
}

/// One test makes it while the others wait; a template that has its name is whole.
async fn make_template(server: &mut AsyncPgConnection, settings: &config::Database) {
    const LOCK: &str = "SELECT pg_advisory_lock(1)";
    const UNLOCK: &str = "SELECT pg_advisory_unlock(1)";
    server.batch_execute(LOCK).await.unwrap();
    if !exists(server, TEMPLATE).await {
        let new = format!("{TEMPLATE}_new");
        create(server, &new).await;
        let settings = config::Database {
            url: url(&new).into(),
            ..settings.clone()
        };
        let db = Db::new(&settings, Metrics::default().database_waits.clone()).unwrap();
        migrations::apply(&db, SCHEMA).await.unwrap();
        let rename = format!("ALTER DATABASE {new} RENAME TO {TEMPLATE}");
        server.batch_execute(&rename).await.unwrap();
    }
    server.batch_execute(UNLOCK).await.unwrap();
}

fn is_shared(name: &str, settings: &config::Database) -> bool {
    settings.url.expose_secret().ends_with(&format!("/{name}"))
}

async fn create(server: &mut AsyncPgConnection, name: &str) {
    let create = format!("CREATE DATABASE {name} OWNER twitclone");
    server.batch_execute(&create).await.unwrap();
}

async fn exists(server: &mut AsyncPgConnection, name: &str) -> bool {
    let found = sql_query("SELECT FROM pg_database WHERE datname = $1").bind::<Text, _>(name);
    found.execute(server).await.unwrap() > 0
}

/// The owner of all of them may not make databases.
async fn superuser() -> AsyncPgConnection {
    let url = url("postgres").replace("//twitclone@", "//postgres@");
    AsyncPgConnection::establish(&url).await.unwrap()
}
