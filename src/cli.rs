//! The command line: four roles of one executable.

mod auditing;
mod backfill;
mod fanout;
mod logging;
mod migrate;
mod serve;
mod start;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{clock::Clock, config::Settings, error::Error};

/// Something went wrong while running.
const FAILED: u8 = 1;
/// The command line or a setting is wrong; nothing was started.
const MISUSED: u8 = 2;

/// A microblog server that anyone can run.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "Settings come from config/default.toml (inside this program), then --config FILE, then the \
                  environment and .env: TWITCLONE__SECTION__KEY, or DATABASE_URL, SECRET_KEY, REDIS_HOST, \
                  REDIS_PORT, KAFKA_BOOTSTRAP_SERVERS.\n\n\
                  A first run: set DATABASE_URL and SECRET_KEY, then `twitclone migrate` and `twitclone serve`.\n\n\
                  Exit codes: 0 done, 1 failed, 2 the command line or a setting is wrong."
)]
struct Arguments {
    /// A TOML file with settings that differ from the defaults
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Answer HTTP: pages, REST API, health, metrics. With events.backend = "postgres" it also delivers
    /// tweets to timelines
    Serve,
    /// Deliver tweet events to followers' timelines; start as many as you like
    Fanout,
    /// Prepare the stores: apply the migrations, make the Kafka topics. Safe to repeat
    Migrate(migrate::Options),
    /// Build cached home timelines from PostgreSQL. Safe while serving; goes on where it was interrupted
    Backfill(backfill::Options),
}

/// Runs the command line and gives the exit code.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let settings = match Settings::load(arguments.config.as_deref()) {
        Ok(settings) => settings,
        Err(message) => return misused(&message),
    };
    let lines = match logging::start(&settings.log) {
        Ok(lines) => lines,
        Err(message) => return misused(&message),
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&Error::internal(error)),
    };
    let clock = Clock::default();
    let done = runtime.block_on(async move {
        match arguments.command {
            Command::Serve => serve::serve(settings, clock).await,
            Command::Fanout => fanout::fanout(settings, clock, lines).await,
            Command::Migrate(options) => migrate::migrate(settings, &options).await,
            Command::Backfill(options) => backfill::backfill(settings, clock, options).await,
        }
    });
    // Blocking threads that did not end in time (a hash, a metadata request) do not hold the exit up.
    runtime.shutdown_background();
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::BadRequest(said)) => misused(&said.to_string()),
        Err(error) => failed(&error),
    }
}

fn misused(message: &str) -> ExitCode {
    eprintln!("twitclone: {message}");
    ExitCode::from(MISUSED)
}

fn failed(error: &Error) -> ExitCode {
    let cause = error.cause();
    match (error, cause) {
        // Its own words are for visitors.
        (Error::Unavailable { what, .. }, Some(cause)) => {
            eprintln!("twitclone: {what} cannot be used: {cause}");
        }
        (Error::Internal(_), Some(cause)) => eprintln!("twitclone: {cause}"),
        _ => eprintln!("twitclone: {error}"),
    }
    ExitCode::from(FAILED)
}
