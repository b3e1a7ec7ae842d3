//! `twitclone migrate`: prepares the stores.

use clap::Args;
use tokio::runtime::Handle;

use super::start;
use crate::{
    app::App,
    clock::Clock,
    config::{EventsBackend, Settings},
    error::Result,
    event::kafka,
    shutdown::Shutdown,
    store::migrations,
};

#[derive(Debug, Args)]
pub struct Options {
    /// Only list the migrations and which of them have been applied
    #[arg(long, conflicts_with = "revert")]
    status: bool,
    /// Take the newest migration back. What its tables held is lost
    #[arg(long)]
    revert: bool,
}

pub async fn migrate(settings: Settings, options: &Options) -> Result<()> {
    let shutdown = Shutdown::default();
    shutdown
        .on_signals()
        .map_err(crate::error::Error::internal)?;
    let app = App::new(settings, Clock::default(), Handle::current())?;
    let found = start::wait(&app, &shutdown.token, "PostgreSQL", || {
        migrations::status(&app.db)
    })
    .await?;
    if options.status {
        for migration in found {
            let state = if migration.applied {
                "applied"
            } else {
                "pending"
            };
            println!("{state}  {}", migration.name);
        }
        return Ok(());
    }
    if options.revert {
        let reverted = migrations::revert(&app.db).await?;
        println!("reverted {reverted}");
        return Ok(());
    }
    let applied = migrations::apply(&app.db, &app.settings.database.schema).await?;
    for name in &applied {
        println!("applied {name}");
    }
    if applied.is_empty() {
        println!("the schema is up to date");
    }
    for shared in migrations::shared_addresses(&app.db).await? {
        println!(
            "@{} and @{} have confirmed the same email address. The second keeps it. Ask the owner of the first to change the address.",
            shared.username, shared.owner
        );
    }
    if app.settings.events.backend == EventsBackend::Kafka {
        let prepare = || kafka::prepare(&app.settings.kafka);
        for topic in start::wait(&app, &shutdown.token, "Kafka", prepare).await? {
            println!("made topic {topic}");
        }
    }
    Ok(())
}
