//! Logs on standard error: pretty for people, JSON for machines.

use std::io::{self, IsTerminal, Write};

use indicatif::MultiProgress;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::config::{Log, LogFormat};

/// These tell each statement's parameters at `debug`, so secrets of people among them.
const DRIVERS: [&str; 4] = [
    "tokio_postgres",
    "postgres_protocol",
    "diesel",
    "diesel_async",
];

/// Gives the place for lines that stay below the log, on a terminal.
///
/// # Errors
/// When the level is neither a level nor a filter.
pub fn start(settings: &Log) -> Result<MultiProgress, String> {
    // librdkafka repeats itself several times a second while a broker is away; what follows from that is
    // said by the relay and the consumer.
    let filter = EnvFilter::try_new(format!("librdkafka=off,rdkafka=off,{}", settings.level))
        .map_err(|error| {
            format!(
                "`log.level` is \"{}\": {error}. It may be error, warn, info, debug, trace, or a filter such as \
                 \"info,twitclone::fanout=debug\".",
                settings.level
            )
        })?;
    let is_pretty = match settings.format {
        LogFormat::Auto => io::stderr().is_terminal(),
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    };
    let lines = MultiProgress::new();
    let below = lines.clone();
    let log = fmt::layer().with_writer(move || Above(below.clone()));
    let log = if is_pretty {
        log.with_target(false)
            .with_ansi(io::stderr().is_terminal())
            .boxed()
    } else {
        log.json().flatten_event(true).boxed()
    };
    // Filters of the whole, not of the layer: joined there (`FilterExt::and`), they lost lines while a process started.
    tracing_subscriber::registry()
        .with(log)
        .with(filter)
        .with(without_parameters())
        .init();
    Ok(lines)
}

/// Beside the setting, not in it: of two directives the one that names more of a target wins, and the setting may name
/// any.
fn without_parameters() -> Targets {
    Targets::new()
        .with_default(LevelFilter::TRACE)
        .with_targets(DRIVERS.map(|target| (target, LevelFilter::INFO)))
}

/// Writes to standard error above the lines that stay, if there are any, so that neither tears the other.
struct Above(MultiProgress);

impl Write for Above {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
