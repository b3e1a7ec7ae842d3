//! Settings: `config/default.toml` (inside the binary), then an optional file, then the environment and
//! `.env`. Checked whole before anything starts, so that a wrong one names its key, what it has and what
//! it may have.

mod check;
mod sources;
mod table;

use std::{
    net::{AddrParseError, IpAddr},
    path::Path,
    time::Duration,
};

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

pub use table::{Kind, SETTINGS, Setting};

/// Everything that can be set. Field names are the keys of `config/default.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub server: Server,
    pub instance: Instance,
    pub auth: Auth,
    pub sign_up: SignUp,
    pub mail: Mail,
    pub tweets: Tweets,
    pub database: Database,
    pub events: Events,
    pub kafka: Kafka,
    pub timelines: Timelines,
    pub redis: Redis,
    pub rows: Rows,
    pub fanout: Fanout,
    pub startup: Startup,
    pub log: Log,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    pub host: String,
    /// 0 lets the system choose a free one.
    pub port: u16,
    pub public_url: String,
    pub workers: usize,
    /// More than these are told to come back.
    pub operations_at_once: usize,
    /// So long may a head take to come, and then a body.
    pub request_seconds: u64,
    /// Whose word on where a request comes from is taken.
    pub trusted_proxies: String,
}

impl Server {
    /// How long a head, and then a body, may take to come.
    pub fn request_time(&self) -> Duration {
        Duration::from_secs(self.request_seconds)
    }

    /// Each network whose proxies are trusted; as text, if it is none.
    pub fn trusted_proxies(&self) -> impl Iterator<Item = Result<IpNet, &str>> {
        let all = self.trusted_proxies.split(',').map(str::trim);
        all.filter(|text| !text.is_empty()).map(|text| {
            let network = text
                .parse()
                .or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            network.map_err(|_: AddrParseError| text)
        })
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    pub title: String,
    pub description: String,
    pub contact_email: String,
    /// One in each line.
    pub rules: String,
    /// Usernames, with commas between them.
    pub moderators: String,
}

impl Instance {
    /// Who lets others in.
    pub fn moderators(&self) -> impl Iterator<Item = &str> {
        let names = self.moderators.split(',').map(str::trim);
        names.filter(|name| !name.is_empty())
    }

    /// Each rule.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        let lines = self.rules.lines().map(str::trim);
        lines.filter(|line| !line.is_empty())
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Auth {
    pub secret_key: SecretString,
    pub algorithm: String,
    pub access_token_expire_minutes: u32,
    pub session_idle_days: u32,
    pub session_days: u32,
    pub deletion_days: u32,
    pub bcrypt_cost: u32,
}

/// Who may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SignUpMode {
    Open,
    /// Whoever a moderator lets in, and the invited.
    Approval,
    Invitation,
    Closed,
}

/// Whether somebody may write before they have shown that their address is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EmailPolicy {
    Optional,
    Confirmed,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    pub mode: SignUpMode,
    pub email: EmailPolicy,
    /// From one network; 0 is any number.
    pub most_a_day: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// A secret, since it usually holds a password. Empty: mail goes into the folder.
    pub smtp_url: SecretString,
    pub from: String,
    pub folder: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tweets {
    pub max_chars: usize,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// A secret, since it usually holds a password.
    pub url: SecretString,
    /// The same of replicas, with commas between them.
    pub replica_urls: SecretString,
    pub schema: String,
    pub pool_size: usize,
    pub statement_timeout_ms: u32,
}

impl Database {
    /// The address of each replica.
    pub fn replica_urls(&self) -> impl Iterator<Item = &str> {
        let urls = self.replica_urls.expose_secret().split(',');
        urls.map(str::trim).filter(|url| !url.is_empty())
    }
}

/// Who carries a tweet's event to the fan-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventsBackend {
    Postgres,
    Kafka,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    pub backend: EventsBackend,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kafka {
    pub bootstrap_servers: String,
    pub topic: String,
    pub group: String,
    pub partitions: i32,
    pub replication: i32,
}

impl Kafka {
    /// Where records that are not understood are set aside.
    pub fn dead_topic(&self) -> String {
        format!("{}.dead", self.topic)
    }
}

/// Where cached timelines live.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TimelinesBackend {
    Memory,
    Redis,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Timelines {
    pub backend: TimelinesBackend,
    pub cap: usize,
    pub idle_days: u32,
    pub audit_seconds: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redis {
    pub host: String,
    pub port: u16,
    /// Some nodes of a cluster, `host:port` with commas; empty: the one server above.
    pub cluster_nodes: String,
    pub key_prefix: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    pub megabytes: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fanout {
    pub batch_events: usize,
    pub batch_followers: usize,
    pub piece_followers: u32,
    /// Tweets of authors with more followers are not pushed.
    pub push_limit: u32,
    pub lane_workers: u32,
    /// Where `fanout` answers `/health/*` and `/metrics`; 0 is nowhere.
    pub health_port: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Startup {
    pub wait_seconds: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Auto,
    Pretty,
    Json,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub level: String,
}

impl Settings {
    /// Reads and checks every setting.
    ///
    /// # Errors
    /// One sentence that names the key, what it has and what it may have.
    pub fn load(file: Option<&Path>) -> Result<Self, String> {
        let environment = sources::environment()?;
        Self::from_sources(file, environment)
    }

    /// The same from a given environment. Of variables that set the same, the later one wins.
    ///
    /// # Errors
    /// As [`Settings::load`].
    pub fn from_sources(
        file: Option<&Path>,
        environment: Vec<(String, String)>,
    ) -> Result<Self, String> {
        let settings = sources::merge(file, environment)?;
        check::check(&settings)?;
        Ok(settings)
    }

    /// Whether the public address is https, which makes cookies Secure.
    pub fn is_https(&self) -> bool {
        self.server.public_url.starts_with("https://")
    }

    /// The public address without a slash at its end.
    pub fn public_url(&self) -> &str {
        self.server.public_url.trim_end_matches('/')
    }

    /// Who mail comes from, as mail has it.
    pub fn mail_from(&self) -> String {
        if !self.mail.from.is_empty() {
            return self.mail.from.clone();
        }
        let host = self.domain().split(':').next().unwrap_or_default();
        let is_name = host.contains('.') && host.contains(|c: char| c.is_alphabetic());
        format!("no-reply@{}", if is_name { host } else { "localhost" })
    }

    /// The host part of the public address.
    pub fn domain(&self) -> &str {
        let url = self.public_url();
        url.split_once("://").map_or(url, |(_, rest)| rest)
    }
}
