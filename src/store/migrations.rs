//! The schema: applying, listing and reverting the migrations that are inside the binary.

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{AsyncMigrationHarness, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{
    Connection, Db,
    canonical_emails::{self, Sharing},
};
use crate::{
    error::{Error, Result},
    language::Message,
};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// Whoever migrates holds this session-level advisory lock, so that two do not at once.
const LOCK: i64 = 0x7477_6974_636c_6f6e;

/// One migration and whether it has been applied.
#[derive(Debug)]
pub struct Status {
    pub name: String,
    pub applied: bool,
}

/// Applies what is pending and gives the names of what it applied, oldest first. Then it makes the canonical addresses
/// that SQL could not make. Safe to repeat and to run twice at once.
pub async fn apply(db: &Db, schema: &str) -> Result<Vec<String>> {
    let mut connection = locked(db).await?;
    connection
        .batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))
        .await?;
    let mut harness = AsyncMigrationHarness::new(connection);
    let applied = harness
        .run_pending_migrations(MIGRATIONS)
        .map_err(Error::internal)?;
    let names = applied
        .iter()
        .map(|version| name_of(&version.to_string()))
        .collect();
    canonical_emails::fill(&mut harness.into_inner()).await?;
    names
}

/// The accounts that confirmed the same address as an older account did, which older versions let them.
pub async fn shared_addresses(db: &Db) -> Result<Vec<Sharing>> {
    Ok(canonical_emails::sharing(&mut *db.get().await?).await?)
}

/// Takes the newest applied migration back and gives its name. What its tables held is lost.
///
/// # Errors
/// [`Error::NotFound`] when none has been applied.
pub async fn revert(db: &Db) -> Result<String> {
    let mut connection = locked(db).await?;
    if applied_versions(&mut connection).await?.is_empty() {
        return Err(Error::NotFound(Message::in_english(
            "There is nothing to revert: no migration has been applied.",
        )));
    }
    let mut harness = AsyncMigrationHarness::new(connection);
    let reverted = harness
        .revert_last_migration(MIGRATIONS)
        .map_err(Error::internal)?;
    name_of(&reverted.to_string())
}

/// Every migration of this binary, oldest first.
pub async fn status(db: &Db) -> Result<Vec<Status>> {
    status_by(&mut db.dedicated().await?).await
}

/// How many migrations of this binary the database lacks. Asked over a connection of the pool, with which whoever starts
/// then goes on.
pub async fn pending(db: &Db) -> Result<usize> {
    let all = status_by(&mut *db.get().await?).await?;
    Ok(all.iter().filter(|each| !each.applied).count())
}

async fn status_by(connection: &mut Connection) -> Result<Vec<Status>> {
    let applied = applied_versions(connection).await?;
    Ok(names()?
        .into_iter()
        .map(|name| Status {
            applied: applied.iter().any(|version| is_of(&name, version)),
            name,
        })
        .collect())
}

async fn locked(db: &Db) -> Result<Connection> {
    let mut connection = db.dedicated().await?;
    // Given back when the connection closes, however that happens.
    diesel::sql_query("SELECT pg_advisory_lock($1)")
        .bind::<diesel::sql_types::BigInt, _>(LOCK)
        .execute(&mut connection)
        .await?;
    Ok(connection)
}

fn names() -> Result<Vec<String>> {
    use diesel::migration::MigrationSource;
    let migrations =
        MigrationSource::<diesel::pg::Pg>::migrations(&MIGRATIONS).map_err(Error::Internal)?;
    let mut names: Vec<_> = migrations
        .iter()
        .map(|migration| migration.name().to_string())
        .collect();
    names.sort();
    Ok(names)
}

/// The name of the migration with diesel's version of it.
fn name_of(version: &str) -> Result<String> {
    let name = names()?.into_iter().find(|name| is_of(name, version));
    Ok(name.unwrap_or_else(|| version.to_owned()))
}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Asked without diesel's harness, which would make its table where there is none.
async fn applied_versions(connection: &mut Connection) -> Result<Vec<String>> {
    let found = diesel::sql_query(
        "SELECT relname::text AS version FROM pg_class \
         WHERE oid = to_regclass(format('%I.__diesel_schema_migrations', current_schema()))",
    )
    .load::<Version>(connection)
    .await?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let rows = diesel::sql_query("SELECT version::text FROM __diesel_schema_migrations")
        .load::<Version>(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

/// diesel's version is the digits before the underscore of the name.
fn is_of(name: &str, version: &str) -> bool {
    let digits: String = name
        .split('_')
        .next()
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    digits == version
}
