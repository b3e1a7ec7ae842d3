//! Settings: a file and an environment, of which no complaint repeats a secret.

#![cfg_attr(fuzzing, no_main)]

use std::{fs, path::PathBuf, sync::LazyLock};

use secrecy::ExposeSecret;
use tempfile::TempDir;
use twitclone::config::{EventsBackend, Settings, TimelinesBackend};

/// Stands in every secret. No part of what is made up has it.
const SECRET: &str = "zqxjkvbw";
const IN_FILE: &str = "[auth]\nsecret_key = \"zqxjkvbw-zqxjkvbw-zqxjkvbw-zqxjkvbw\"\n\
    [database]\nurl = \"postgresql://u:zqxjkvbw@h/d\"\nreplica_urls = \"postgresql://u:zqxjkvbw@h/d\"\n\
    [mail]\nsmtp_url = \"smtps://u:zqxjkvbw@h\"\n";
const IN_ENVIRONMENT: &[(&str, &str)] = &[
    ("SECRET_KEY", "zqxjkvbw-zqxjkvbw-zqxjkvbw-zqxjkvbw"),
    ("DATABASE_URL", "postgresql://u:zqxjkvbw@h/d"),
    ("TWITCLONE__MAIL__SMTP_URL", "smtps://u:zqxjkvbw@h"),
];
/// Lines as people get them wrong.
const BROKEN: &[&str] = &[
    "secret_key = \"zqxjkvbw",
    "secret_key = zqxjkvbw",
    "secret_key = 'zqxjkvbw\"",
    "secret_key zqxjkvbw",
    "smtp_url = [\"smtps://u:zqxjkvbw@h\"",
    "url = {u = \"zqxjkvbw\"}",
    "secret_key = \"zqxjkvbw\"",
];
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| TempDir::new().expect("a folder"));

include!("../entry.rs");

/// The file, a line `---`, and a variable in each line.
fn attempt(input: &str) {
    if input.to_lowercase().contains(SECRET) {
        return;
    }
    let (file, variables) = input.split_once("\n---\n").unwrap_or((input, ""));
    let own = variables.lines().filter_map(|line| line.split_once('='));
    let own: Vec<(String, String)> = own
        .filter(|(name, _)| !name.contains('\0'))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut with_secrets = own.clone();
    let secrets = IN_ENVIRONMENT.iter();
    with_secrets.extend(secrets.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));

    load(file, with_secrets);
    load(&format!("{IN_FILE}{file}"), own.clone());
    for line in BROKEN {
        load(&format!("{file}\n{line}\n"), own.clone());
    }
}

fn load(file: &str, environment: Vec<(String, String)>) {
    let path: PathBuf = FOLDER.path().join("own.toml");
    fs::write(&path, file).expect("a file");
    let told = match Settings::from_sources(Some(&path), environment.clone()) {
        Ok(settings) => {
            as_promised(&settings);
            let again = Settings::from_sources(Some(&path), environment).expect("the same again");
            assert_eq!(format!("{settings:?}"), format!("{again:?}"));
            format!("{settings:?}")
        }
        Err(said) => {
            assert!(!said.is_empty());
            said
        }
    };
    assert!(!told.to_lowercase().contains(SECRET), "{told}");
}

/// What has been checked once is not checked again where it is used.
fn as_promised(settings: &Settings) {
    assert!(settings.auth.secret_key.expose_secret().chars().count() >= 32);
    assert_eq!(settings.auth.algorithm, "HS256");
    assert!((4..=31).contains(&settings.auth.bcrypt_cost));
    assert!((1..=525_600).contains(&settings.auth.access_token_expire_minutes));
    assert!((1..=1024).contains(&settings.server.workers));
    assert!(settings.server.operations_at_once >= 1);
    assert!(
        settings
            .server
            .trusted_proxies()
            .all(|network| network.is_ok())
    );
    assert!((1..=2000).contains(&settings.tweets.max_chars));
    assert!((2..=1000).contains(&settings.database.pool_size));
    assert!((40..=5000).contains(&settings.timelines.cap));
    assert!(settings.fanout.batch_followers >= 1 && settings.fanout.lane_workers >= 1);
    // It stands in SQL.
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    assert!(settings.database.schema.chars().all(plain));
    let url = settings.public_url();
    assert!(url.starts_with("https://") == settings.is_https(), "{url}");
    assert!(
        !settings.domain().is_empty() && !settings.domain().contains('/'),
        "{url}"
    );
    assert!(
        settings.events.backend == EventsBackend::Postgres
            || settings.timelines.backend == TimelinesBackend::Redis
    );
}
