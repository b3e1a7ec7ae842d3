//! Every setting in a table: what the README prints and what tells a known key from an unknown one.

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// `section.key`, also `TWITCLONE__SECTION__KEY`.
    pub key: &'static str,
    /// The short environment variable that means the same.
    pub variable: Option<&'static str>,
    /// What it is for, with its unit.
    pub meaning: &'static str,
}

const fn setting(key: &'static str, meaning: &'static str) -> Setting {
    Setting {
        key,
        variable: None,
        meaning,
    }
}

const fn also(variable: &'static str, key: &'static str, meaning: &'static str) -> Setting {
    Setting {
        key,
        variable: Some(variable),
        meaning,
    }
}

/// In the order of `config/default.toml`.
#[rustfmt::skip]
pub const SETTINGS: &[Setting] = &[
    setting("server.host", "address to listen on"),
    setting("server.port", "port to listen on; 0: a free one"),
    setting("server.public_url", "what people type to get here; https makes cookies Secure"),
    setting("server.workers", "threads that parse requests and render pages"),
    setting("instance.title", "name of this server"),
    setting("instance.description", "what this server is, in a sentence"),
    setting("instance.contact_email", "whom to write to; may be empty"),
    also("SECRET_KEY", "auth.secret_key", "signs the tokens; 32 characters or more"),
    also("ALGORITHM", "auth.algorithm", "how tokens are signed: HS256"),
    also("ACCESS_TOKEN_EXPIRE_MINUTES", "auth.access_token_expire_minutes", "minutes until a token is renewed"),
    setting("auth.session_idle_days", "days without a visit after which one must log in again"),
    setting("auth.bcrypt_cost", "work factor of password hashes, 4 to 31; each step doubles the time"),
    setting("tweets.max_chars", "longest tweet, in characters as people see them"),
    also("DATABASE_URL", "database.url", "postgresql://user:password@host:port/name"),
    setting("database.schema", "schema that holds the tables"),
    setting("database.pool_size", "most connections of one process"),
    setting("database.statement_timeout_ms", "milliseconds after which PostgreSQL gives up on a statement"),
    setting("events.backend", "who carries tweet events: postgres or kafka"),
    also("KAFKA_BOOTSTRAP_SERVERS", "kafka.bootstrap_servers", "host:port of a broker, or several with commas"),
    setting("kafka.topic", "topic of tweet events; TOPIC.dead holds those not understood"),
    setting("kafka.group", "consumer group of the fanout processes"),
    setting("kafka.partitions", "partitions of the topic when migrate makes it"),
    setting("kafka.replication", "replicas of each partition when migrate makes it"),
    setting("timelines.backend", "where cached timelines live: memory or redis"),
    setting("timelines.cap", "most tweets in one cached timeline; older ones are read from SQL"),
    setting("timelines.idle_days", "days without a read after which a cached timeline is dropped"),
    also("REDIS_HOST", "redis.host", "host of Redis"),
    also("REDIS_PORT", "redis.port", "port of Redis"),
    setting("redis.key_prefix", "put before every key, for a Redis that others share"),
    setting("fanout.batch_events", "most events taken on at once"),
    setting("fanout.batch_followers", "most followers of one author read at once"),
    setting("fanout.health_port", "where fanout answers /health/* and /metrics; 0: nowhere"),
    setting("startup.wait_seconds", "seconds to wait for the servers at start"),
    setting("log.format", "auto (pretty on a terminal, JSON elsewhere), pretty or json"),
    setting("log.level", "error, warn, info, debug, trace, or a tracing filter"),
];
