//! Logs on standard error: pretty for people, JSON for machines.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// # Errors
/// When the level is neither a level nor a filter.
pub fn start(settings: &Log) -> Result<(), String> {
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
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    if is_pretty {
        log.with_target(false)
            .with_ansi(io::stderr().is_terminal())
            .init();
    } else {
        log.json().flatten_event(true).init();
    }
    Ok(())
}
