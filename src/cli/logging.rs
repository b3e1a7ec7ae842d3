//! Logs on standard error: pretty for people, JSON for machines.

use std::io::{self, IsTerminal, Write};

use indicatif::MultiProgress;
use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

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
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(move || Above(below.clone()));
    if is_pretty {
        log.with_target(false)
            .with_ansi(io::stderr().is_terminal())
            .init();
    } else {
        log.json().flatten_event(true).init();
    }
    Ok(lines)
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
