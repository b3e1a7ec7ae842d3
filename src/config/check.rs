//! What the types of the settings cannot say.

use std::fmt::Display;

use secrecy::ExposeSecret;

use super::{EventsBackend, Settings, TimelinesBackend};

/// Secrets that stand in public documents, ours and the original system's: anyone could sign a token.
const PUBLISHED_SECRETS: &[&str] = &[
    "a_very_strong_and_long_secret_key_for_testing",
    "replace-me-with-32-or-more-random-characters",
];
const SHORTEST_SECRET: usize = 32;

pub fn check(settings: &Settings) -> Result<(), String> {
    secret(settings)?;
    backends(settings)?;
    let s = settings;
    one_of("auth.algorithm", &s.auth.algorithm, &["HS256"])?;
    within(
        "auth.access_token_expire_minutes",
        s.auth.access_token_expire_minutes,
        1,
        525_600,
    )?;
    within("auth.session_idle_days", s.auth.session_idle_days, 1, 3650)?;
    within("auth.bcrypt_cost", s.auth.bcrypt_cost, 4, 31)?;
    within("server.workers", s.server.workers, 1, 1024)?;
    within("tweets.max_chars", s.tweets.max_chars, 1, 2000)?;
    within("database.pool_size", s.database.pool_size, 2, 1000)?;
    within(
        "database.statement_timeout_ms",
        s.database.statement_timeout_ms,
        10,
        600_000,
    )?;
    within("kafka.partitions", s.kafka.partitions, 1, 10_000)?;
    within("kafka.replication", s.kafka.replication, 1, 100)?;
    within("timelines.cap", s.timelines.cap, 40, 5000)?;
    within("timelines.idle_days", s.timelines.idle_days, 1, 3650)?;
    within("fanout.batch_events", s.fanout.batch_events, 1, 10_000)?;
    within(
        "fanout.batch_followers",
        s.fanout.batch_followers,
        1,
        100_000,
    )?;
    within("startup.wait_seconds", s.startup.wait_seconds, 0, 3600)?;
    addresses(settings)
}

fn secret(settings: &Settings) -> Result<(), String> {
    let secret = settings.auth.secret_key.expose_secret();
    let wrong = if secret.is_empty() {
        "is missing"
    } else if PUBLISHED_SECRETS.contains(&secret) {
        "stands in the documentation, so everybody knows it"
    } else if secret.chars().count() < SHORTEST_SECRET {
        "is shorter than 32 characters"
    } else {
        return Ok(());
    };
    Err(format!(
        "`auth.secret_key` (SECRET_KEY) {wrong}. Put 32 or more random characters in the environment or in .env, \
         for example from `openssl rand -hex 32`."
    ))
}

fn backends(settings: &Settings) -> Result<(), String> {
    let (events, timelines) = (settings.events.backend, settings.timelines.backend);
    if events == EventsBackend::Kafka && timelines == TimelinesBackend::Memory {
        return Err(
            "`events.backend` is \"kafka\" but `timelines.backend` is \"memory\": the fanout process cannot reach \
             timelines in the memory of serve. Set `timelines.backend` to \"redis\", or `events.backend` to \
             \"postgres\"."
                .to_owned(),
        );
    }
    Ok(())
}

fn addresses(settings: &Settings) -> Result<(), String> {
    let url = settings.database.url.expose_secret();
    if !url.starts_with("postgresql://") && !url.starts_with("postgres://") {
        return Err(
            "`database.url` (DATABASE_URL) must begin with postgresql://, as in \
             postgresql://user:password@host:5432/name."
                .to_owned(),
        );
    }
    let schema = &settings.database.schema;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if schema.is_empty() || schema.len() > 63 || !schema.chars().all(plain) {
        return Err(format!(
            "`database.schema` is \"{schema}\"; it may have lower-case letters, digits and `_`."
        ));
    }
    let public_url = &settings.server.public_url;
    let rest = public_url
        .strip_prefix("https://")
        .or_else(|| public_url.strip_prefix("http://"));
    if rest.is_none_or(|host| host.is_empty() || host.trim_end_matches('/').contains('/')) {
        return Err(format!(
            "`server.public_url` is \"{public_url}\"; it must be http:// or https:// and a host, without a path."
        ));
    }
    Ok(())
}

fn one_of(key: &str, has: &str, may_have: &[&str]) -> Result<(), String> {
    if may_have.contains(&has) {
        return Ok(());
    }
    Err(format!(
        "`{key}` is \"{has}\"; it may be {}.",
        may_have.join(", ")
    ))
}

fn within<T: PartialOrd + Display>(key: &str, has: T, least: T, most: T) -> Result<(), String> {
    if least <= has && has <= most {
        return Ok(());
    }
    Err(format!("`{key}` is {has}; it may be {least} to {most}."))
}
