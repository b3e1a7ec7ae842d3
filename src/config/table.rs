//! Every setting in a table: what the README prints, what tells a known key from an unknown one, and what
//! each may have.

/// What a setting may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Text that is never shown.
    Secret,
    /// A whole number from the first to the second.
    Whole(i64, i64),
    OneOf(&'static [&'static str]),
}

use Kind::{OneOf, Secret, Text, Whole};

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// `section.key`, also `TWITCLONE__SECTION__KEY`.
    pub key: &'static str,
    /// The short environment variable that means the same.
    pub variable: Option<&'static str>,
    pub kind: Kind,
    /// What it is for, with its unit.
    pub meaning: &'static str,
}

impl Setting {
    /// The setting of that key.
    pub fn of(key: &str) -> Option<&'static Self> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }

    /// Its name in messages.
    pub fn name(&self) -> String {
        match self.variable {
            Some(variable) => format!("`{}` ({variable})", self.key),
            None => format!("`{}`", self.key),
        }
    }
}

const fn setting(key: &'static str, kind: Kind, meaning: &'static str) -> Setting {
    Setting {
        key,
        variable: None,
        kind,
        meaning,
    }
}

const fn also(
    variable: &'static str,
    key: &'static str,
    kind: Kind,
    meaning: &'static str,
) -> Setting {
    Setting {
        key,
        variable: Some(variable),
        kind,
        meaning,
    }
}

const PORT: Kind = Whole(1, 65_535);
const PORT_OR_0: Kind = Whole(0, 65_535);

/// In the order of `config/default.toml`.
#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    setting("server.host", Text, "address to listen on"),
    setting("server.port", PORT_OR_0, "port to listen on; 0: a free one"),
    setting("server.public_url", Text, "what people type to get here; https makes cookies Secure"),
    setting("server.workers", Whole(1, 1024), "threads that parse requests and render pages"),
    setting("server.operations_at_once", Whole(1, 1_000_000),
        "requests worked on at once in one process; more are answered 503 at once"),
    setting("server.request_seconds", Whole(1, 600), "seconds in which the head of a request, and then its body, must have come"),
    setting("server.trusted_proxies", Text,
        "networks or addresses of proxies, with commas between them, whose `X-Forwarded-For` says where people come from"),
    setting("instance.title", Text, "name of this server"),
    setting("instance.description", Text, "what this server is, in a sentence"),
    setting("instance.contact_email", Text, "whom to write to; may be empty"),
    setting("instance.rules", Text, "what is asked of people here, a rule in each line; may be empty"),
    setting("instance.moderators", Text, "usernames, with commas between them, of those who let others in"),
    also("SECRET_KEY", "auth.secret_key", Secret, "signs the tokens; 32 characters or more"),
    also("ALGORITHM", "auth.algorithm", OneOf(&["HS256"]), "how tokens are signed: HS256"),
    also("ACCESS_TOKEN_EXPIRE_MINUTES", "auth.access_token_expire_minutes", Whole(1, 525_600),
        "minutes until a token is renewed"),
    setting("auth.session_idle_days", Whole(1, 3650), "days without a visit after which one must log in again"),
    setting("auth.session_days", Whole(1, 3650), "days after which one must log in again in any case"),
    setting("auth.deletion_days", Whole(0, 365),
        "days in which one may take back that one's account is to be deleted; 0: none"),
    setting("auth.bcrypt_cost", Whole(4, 31), "work factor of password hashes, 4 to 31; each step doubles the time"),
    setting("sign_up.mode", OneOf(&["open", "approval", "invitation", "closed"]),
        "who may sign up: everybody, whoever a moderator lets in, whoever a member has invited, nobody"),
    setting("sign_up.email", OneOf(&["optional", "confirmed"]),
        "whether people may write before they have confirmed their address (optional) or not (confirmed)"),
    setting("sign_up.most_a_day", Whole(0, 1_000_000), "accounts made from one network in a day; 0: any number"),
    setting("mail.smtp_url", Secret,
        "server that mail is sent by: smtps://user:password@host, or smtp://user:password@host:587?tls=required; empty: none, and mail goes into the folder"),
    setting("mail.from", Text, "who mail comes from, as name@example.org or Name <name@example.org>; empty: no-reply@ the public address"),
    setting("mail.folder", Text, "folder that mail is put into where no server is named"),
    setting("tweets.max_chars", Whole(1, 2000), "longest tweet, in characters as people see them"),
    also("DATABASE_URL", "database.url", Secret, "postgresql://user:password@host:port/name"),
    setting("database.replica_urls", Secret,
        "the same of streaming replicas, several with commas: what others read comes from there; empty: none"),
    setting("database.schema", Text, "schema that holds the tables"),
    setting("database.pool_size", Whole(2, 1000), "most connections of one process"),
    setting("database.statement_timeout_ms", Whole(10, 600_000),
        "milliseconds after which PostgreSQL gives up on a statement"),
    setting("events.backend", OneOf(&["postgres", "kafka"]), "who carries tweet events: postgres or kafka"),
    also("KAFKA_BOOTSTRAP_SERVERS", "kafka.bootstrap_servers", Text, "host:port of a broker, or several with commas"),
    setting("kafka.topic", Text, "topic of tweet events; TOPIC.dead holds those not understood"),
    setting("kafka.group", Text, "consumer group of the fanout processes"),
    setting("kafka.partitions", Whole(1, 10_000), "partitions of the topic when migrate makes it"),
    setting("kafka.replication", Whole(1, 100), "replicas of each partition when migrate makes it"),
    setting("timelines.backend", OneOf(&["memory", "redis"]), "where cached timelines live: memory or redis"),
    setting("timelines.cap", Whole(40, 5000), "most tweets in one cached timeline; older ones are read from SQL"),
    setting("timelines.idle_days", Whole(1, 3650), "days without a read after which a cached timeline is dropped"),
    setting("timelines.audit_seconds", Whole(0, 86_400),
        "seconds from one comparison of a few cached timelines with SQL to the next; 0: none"),
    also("REDIS_HOST", "redis.host", Text, "host of Redis"),
    also("REDIS_PORT", "redis.port", PORT, "port of Redis"),
    also("REDIS_CLUSTER_NODES", "redis.cluster_nodes", Text,
        "host:port of a node of a Redis Cluster, better of several with commas: a process that starts asks them for the others; empty: the one Redis at redis.host"),
    setting("redis.key_prefix", Text, "put before every key, for a Redis that others share"),
    setting("rows.megabytes", Whole(1, 1_000_000),
        "memory of one serve for rows it keeps, so that reading home takes no SQL"),
    setting("fanout.batch_events", Whole(1, 10_000), "most events taken on at once"),
    setting("fanout.batch_followers", Whole(1, 100_000),
        "most followers read at once; tweets of authors with more are delivered in pieces, beside the others"),
    setting("fanout.piece_followers", Whole(1, 1_000_000), "most followers in one of those pieces"),
    setting("fanout.push_limit", Whole(0, 1_000_000_000),
        "tweets of authors with more followers are not pushed but merged when homes are read"),
    setting("fanout.lane_workers", Whole(1, 64), "pieces that one process has in hand at a time"),
    setting("fanout.health_port", PORT_OR_0, "where fanout answers /health/* and /metrics; 0: nowhere"),
    setting("startup.wait_seconds", Whole(0, 3600), "seconds to wait for the servers at start"),
    setting("log.format", OneOf(&["auto", "pretty", "json"]),
        "auto (pretty on a terminal, JSON elsewhere), pretty or json"),
    setting("log.level", Text, "error, warn, info, debug, trace, or a tracing filter"),
];
