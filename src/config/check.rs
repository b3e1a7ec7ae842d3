//! What the types of the settings cannot say.

use lettre::{SmtpTransport, message::Mailbox};
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
    addresses(settings)?;
    mail(settings)
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

fn mail(settings: &Settings) -> Result<(), String> {
    let url = settings.mail.smtp_url.expose_secret();
    // What it has is not told: it holds a password.
    if !url.is_empty() && SmtpTransport::from_url(url).is_err() {
        return Err(
            "`mail.smtp_url` is no address of a mail server; it must be like smtps://user:password@host or \
             smtp://user:password@host:587?tls=required, with `%40` for an @ in the name."
                .to_owned(),
        );
    }
    let from = settings.mail_from();
    if from.parse::<Mailbox>().is_err() {
        return Err(format!(
            "`mail.from` is \"{from}\"; it must be like name@example.org or Name <name@example.org>."
        ));
    }
    Ok(())
}

fn addresses(settings: &Settings) -> Result<(), String> {
    for proxy in settings.server.trusted_proxies() {
        proxy.map_err(|text| {
            format!(
                "`server.trusted_proxies` has \"{text}\", which is no address or network; each must be like 10.0.0.7 or \
                 10.0.0.0/8, with commas between them."
            )
        })?;
    }
    if !is_database_url(settings.database.url.expose_secret()) {
        // Not shown: it holds a password.
        return Err(
            "`database.url` (DATABASE_URL) is no address of a PostgreSQL database; it must be like \
             postgresql://user:password@host:5432/name."
                .to_owned(),
        );
    }
    if !settings.database.replica_urls().all(is_database_url) {
        return Err(
            "`database.replica_urls` has one that is no address of a PostgreSQL database; each must be like \
             postgresql://user:password@host:5432/name, with commas between them and `%2C` for a comma in a password."
                .to_owned(),
        );
    }
    let schema = &settings.database.schema;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if schema.starts_with(|c: char| !c.is_ascii_lowercase() && c != '_')
        || !(1..=63).contains(&schema.len())
        || !schema.chars().all(plain)
    {
        return Err(format!(
            "`database.schema` is \"{schema}\"; it may have 1 to 63 lower-case letters, digits and `_`, no digit first."
        ));
    }
    let public_url = &settings.server.public_url;
    let host = public_url
        .strip_prefix("https://")
        .or_else(|| public_url.strip_prefix("http://"))
        .map(|rest| rest.trim_end_matches('/'));
    if host.is_none_or(|host| host.is_empty() || !host.chars().all(of_host)) {
        return Err(format!(
            "`server.public_url` is \"{public_url}\"; it must be http:// or https:// and a host, without a path."
        ));
    }
    kafka(&settings.kafka)?;
    let nodes = &settings.redis.cluster_nodes;
    if !nodes.is_empty() && !are_hosts_and_ports(nodes) {
        return Err(format!(
            "`redis.cluster_nodes` (REDIS_CLUSTER_NODES) is \"{nodes}\"; it must be host:port, several with commas \
             between them, or empty for the one Redis at `redis.host`."
        ));
    }
    for (key, host) in [
        ("`server.host`", &settings.server.host),
        ("`redis.host` (REDIS_HOST)", &settings.redis.host),
    ] {
        if host.is_empty() || !host.chars().all(of_host) {
            return Err(format!(
                "{key} is \"{host}\"; it must be a host's name or address, without a port."
            ));
        }
    }
    Ok(())
}

/// As far as a wrong one is seen without connecting.
fn is_database_url(url: &str) -> bool {
    let Some(rest) = url
        .strip_prefix("postgresql://")
        .or_else(|| url.strip_prefix("postgres://"))
    else {
        return false;
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let hosts = authority.rsplit_once('@').map_or(authority, |(_, it)| it);
    if hosts.is_empty() {
        return rest.contains("host=");
    }
    hosts.split(',').all(is_host_and_port)
}

/// `host`, `host:port` or `[address]:port`.
fn is_host_and_port(text: &str) -> bool {
    match text.rsplit_once(':') {
        Some((_, rest)) if rest.ends_with(']') => true,
        Some((host, port)) => !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0),
        None => !text.is_empty(),
    }
}

/// `host:port`, or several with commas.
fn are_hosts_and_ports(text: &str) -> bool {
    text.split(',').map(str::trim).all(|server| {
        server.contains(':') && server.chars().all(of_host) && is_host_and_port(server)
    })
}

fn of_host(c: char) -> bool {
    c.is_alphanumeric() || ".-_:[]".contains(c)
}

fn kafka(settings: &super::Kafka) -> Result<(), String> {
    let servers = &settings.bootstrap_servers;
    if !are_hosts_and_ports(servers) {
        return Err(format!(
            "`kafka.bootstrap_servers` (KAFKA_BOOTSTRAP_SERVERS) is \"{servers}\"; it must be host:port, or several \
             with commas between them."
        ));
    }
    let topic = &settings.topic;
    let of_topic = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    // Kafka takes 249, and the topic of those set aside has a longer name.
    if !(1..=244).contains(&topic.len()) || !topic.chars().all(of_topic) || topic.starts_with('.') {
        return Err(format!(
            "`kafka.topic` is \"{topic}\"; it may have 1 to 244 letters, digits, `.`, `_` and `-`."
        ));
    }
    if settings.group.is_empty() {
        return Err("`kafka.group` is \"\"; it must be a name.".to_owned());
    }
    Ok(())
}
