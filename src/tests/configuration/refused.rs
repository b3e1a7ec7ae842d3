//! What a wrong setting is told: its key, what it has, what it may have.

use std::fs;

use super::{load, load_file, root};

const PUBLISHED: &str = "a_very_strong_and_long_secret_key_for_testing";

#[test]
fn a_file_with_a_wrong_type_is_refused_by_key_value_and_choice() {
    for (text, told) in [
        (
            "[server]\nport = true",
            "`server.port` is true; it may be a whole number from 0 to 65535.",
        ),
        (
            "[server]\nport = 80.5",
            "`server.port` is 80.5; it may be a whole number from 0 to 65535.",
        ),
        ("[server]\nport = -1", "`server.port` is -1; it may be"),
        (
            "[server]\nport = 70000",
            "`server.port` is 70000; it may be",
        ),
        (
            "[server]\nport = \"many\"",
            "`server.port` is \"many\"; it may be",
        ),
        (
            "[server]\nworkers = [1]",
            "`server.workers` is a list; it may be",
        ),
        (
            "[server.host]\nsecret_key = \"do not tell\"",
            "`server.host` is a table; it may be text, in quotes.",
        ),
        ("[server.port]", "`server.port` is a table; it may be"),
        (
            "[instance]\ntitle = 5",
            "`instance.title` is 5; it may be text",
        ),
        (
            "[events]\nbackend = \"rabbit\"",
            "`events.backend` is \"rabbit\"; it may be \"postgres\" or \"kafka\".",
        ),
        (
            "[events]\nbackend = 5",
            "`events.backend` is 5; it may be \"postgres\" or \"kafka\".",
        ),
        (
            "[auth]\nalgorithm = \"HS512\"",
            "`auth.algorithm` (ALGORITHM) is \"HS512\"; it may be \"HS256\".",
        ),
        (
            "[database]\nurl = 5",
            "`database.url` (DATABASE_URL) must be text",
        ),
        (
            "server = 5",
            "`server` is not a setting. There are: server.host, server.port",
        ),
    ] {
        let error = load_file(text).expect_err(text);
        assert!(error.starts_with(told), "{text}: {error}");
    }
    // What is right is taken from a file.
    let settings = load_file("[server]\nport = 8080\n[instance]\ntitle = \"Here\"").unwrap();
    assert_eq!(
        (settings.server.port, settings.instance.title.as_str()),
        (8080, "Here")
    );
}

#[test]
fn an_unknown_key_is_refused_with_those_that_there_are() {
    for (error, key) in [
        (
            load_file("[server]\nprot = 5").unwrap_err(),
            "`server.prot`",
        ),
        (
            load(&[("TWITCLONE__SERVER__PROT", "5")]).unwrap_err(),
            "TWITCLONE__SERVER__PROT",
        ),
        (
            load(&[("TWITCLONE__SERVER__PORT__X", "5")]).unwrap_err(),
            "TWITCLONE__SERVER__PORT__X",
        ),
    ] {
        let told = format!("{key} is not a setting. There are: server.host, server.port,");
        assert!(error.starts_with(&told), "{error}");
    }
    for (error, key) in [
        (load_file("[sever]\nport = 5").unwrap_err(), "`sever.port`"),
        (load_file("Server = 5").unwrap_err(), "`Server`"),
        (
            load(&[("TWITCLONE__SEVER__PORT", "5")]).unwrap_err(),
            "TWITCLONE__SEVER__PORT",
        ),
        (load(&[("TWITCLONE__", "5")]).unwrap_err(), "TWITCLONE__"),
    ] {
        let told = format!("{key} is not a setting. The sections are: server, instance, auth,");
        assert!(error.starts_with(&told), "{error}");
    }
    // Another program's variable is nobody's business.
    load(&[("TWITCLONE_HOME", "/srv"), ("PATH", "/bin")]).unwrap();
}

#[test]
fn a_secret_must_be_long_and_nobody_elses() {
    for (secret, told) in [
        (
            "0123456789012345678901234567890",
            "is shorter than 32 characters",
        ),
        (
            "ééééééééééééééééééééééééééééééé",
            "is shorter than 32 characters",
        ),
        (PUBLISHED, "stands in the documentation"),
        (
            "replace-me-with-32-or-more-random-characters",
            "stands in the documentation",
        ),
    ] {
        let error = load(&[("SECRET_KEY", secret)]).unwrap_err();
        assert!(
            error.starts_with("`auth.secret_key` (SECRET_KEY)"),
            "{error}"
        );
        assert!(error.contains(told), "{error}");
        assert!(!error.contains(secret), "{error}");
    }
    load(&[("SECRET_KEY", "01234567890123456789012345678901")]).unwrap();
}

/// No secret that our own documents show can be used, whatever example they give.
#[test]
fn what_the_documents_show_as_a_secret_is_refused() {
    for name in [".env.example", "README.md", "compose.yaml", "Dockerfile"] {
        let Ok(text) = fs::read_to_string(root().join(name)) else {
            continue;
        };
        for line in text.lines() {
            let Some((_, value)) = line.split_once("SECRET_KEY=") else {
                continue;
            };
            let value: String = value
                .trim_matches(['"', '\''])
                .chars()
                .take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c))
                .collect();
            let result = load(&[("SECRET_KEY", value.as_str())]);
            assert!(
                value.is_empty() || result.is_err(),
                "{name} shows a secret that is taken: {line}"
            );
        }
    }
}

#[test]
fn profiles_that_do_not_fit_are_refused_with_what_to_change() {
    let error = load(&[("TWITCLONE__EVENTS__BACKEND", "kafka")]).unwrap_err();
    for words in [
        "`events.backend` is \"kafka\"",
        "`timelines.backend` is \"memory\"",
        "Set `timelines.backend` to \"redis\"",
    ] {
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn addresses_that_cannot_be_are_refused_by_key() {
    for (name, key, wrong) in [
        (
            "DATABASE_URL",
            "`database.url` (DATABASE_URL)",
            &[
                "mysql://u:hunter2@h/d",
                "localhost:5432",
                "postgresql://",
                "postgresql://u:hunter2@h:port/d",
                "postgresql://u:hunter2@h:0/d",
                "postgresql://u:hunter2@:5432/d",
                "postgresql://u:hunter2@h:99999/d",
            ][..],
        ),
        (
            "TWITCLONE__DATABASE__REPLICA_URLS",
            "`database.replica_urls`",
            &[
                "localhost:5432",
                "postgresql://u:hunter2@one/d,postgresql://u:hunter2@two:port/d",
                "postgresql://u:hunter2@one,two/d",
            ],
        ),
        (
            "TWITCLONE__SERVER__TRUSTED_PROXIES",
            "`server.trusted_proxies`",
            &["10.0.0.0/33", "10.0.0.1, proxy.example.org"],
        ),
        (
            "TWITCLONE__DATABASE__SCHEMA",
            "`database.schema`",
            &["", "Public", "a-b", "1st", "a;b"],
        ),
        (
            "TWITCLONE__SERVER__PUBLIC_URL",
            "`server.public_url`",
            &[
                "",
                "example.org",
                "ftp://example.org",
                "https://",
                "https://example.org/path",
                "https://exa mple.org",
            ],
        ),
        (
            "KAFKA_BOOTSTRAP_SERVERS",
            "`kafka.bootstrap_servers` (KAFKA_BOOTSTRAP_SERVERS)",
            &[
                "localhost",
                "localhost:",
                "localhost:kafka",
                "one:9092,",
                ":9092",
            ],
        ),
        (
            "TWITCLONE__KAFKA__TOPIC",
            "`kafka.topic`",
            &["", "new tweets", "..", "new/tweets"],
        ),
        ("TWITCLONE__KAFKA__GROUP", "`kafka.group`", &[""]),
        (
            "TWITCLONE__REDIS__HOST",
            "`redis.host` (REDIS_HOST)",
            &["", "redis://localhost", "a b"],
        ),
        (
            "REDIS_CLUSTER_NODES",
            "`redis.cluster_nodes` (REDIS_CLUSTER_NODES)",
            &[
                "localhost",
                "one:7000,",
                "one:7000 two:7000",
                "redis://one:7000",
            ],
        ),
        (
            "TWITCLONE__SERVER__HOST",
            "`server.host`",
            &["", "http://localhost"],
        ),
    ] {
        for value in wrong {
            if value.is_empty() && !name.starts_with("TWITCLONE") {
                continue;
            }
            let error = load(&[(name, value)]).expect_err(value);
            assert!(error.starts_with(key), "{name}={value}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
    for (name, right) in [
        ("DATABASE_URL", "postgres://u@h/d"),
        (
            "DATABASE_URL",
            "postgresql://u:p%40ss@[::1]:5432/d?connect_timeout=2",
        ),
        ("DATABASE_URL", "postgresql://u@one:5432,two/d"),
        ("DATABASE_URL", "postgresql:///d?host=/run/postgresql"),
        ("TWITCLONE__DATABASE__REPLICA_URLS", ""),
        (
            "TWITCLONE__DATABASE__REPLICA_URLS",
            "postgresql://u@one/d, postgresql://u@two/d,",
        ),
        ("TWITCLONE__SERVER__HOST", "::"),
        ("TWITCLONE__SERVER__PUBLIC_URL", "http://[::1]:8000/"),
        ("KAFKA_BOOTSTRAP_SERVERS", "one:9092, two:9092"),
        ("REDIS_CLUSTER_NODES", "one:7000, [::1]:7001"),
        ("TWITCLONE__REDIS__CLUSTER_NODES", ""),
    ] {
        load(&[(name, right)]).unwrap();
    }
}
