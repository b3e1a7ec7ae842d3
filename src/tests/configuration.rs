//! Settings: every one can be set, and what does not fit is refused.

mod refused;
mod sources;

use std::{fs, path::Path};

use config::{Config, File, FileFormat};
use secrecy::ExposeSecret;
use serde_json::Value;
use twitclone::config::{EventsBackend, Kind, SETTINGS, Setting, Settings, TimelinesBackend};

const SECRET: &str = "0123456789-0123456789-0123456789";

fn owned(variables: &[(&str, &str)]) -> Vec<(String, String)> {
    variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

/// Settings from a right secret and these variables.
fn load(variables: &[(&str, &str)]) -> Result<Settings, String> {
    let mut all = owned(&[("SECRET_KEY", SECRET)]);
    all.extend(owned(variables));
    Settings::from_sources(None, all)
}

/// Settings from a right secret and a file.
fn load_file(text: &str) -> Result<Settings, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    fs::write(&path, text).unwrap();
    Settings::from_sources(Some(&path), owned(&[("SECRET_KEY", SECRET)]))
}

/// The defaults as they stand in `config/default.toml`, in its order.
fn defaults() -> Vec<(String, Value)> {
    let text = fs::read_to_string(root().join("config/default.toml")).unwrap();
    let tree: Value = Config::builder()
        .add_source(File::from_str(&text, FileFormat::Toml))
        .build()
        .unwrap()
        .try_deserialize()
        .unwrap();
    let mut section = String::new();
    let mut found = Vec::new();
    for line in text.lines() {
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name.to_owned();
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| !line.starts_with('#')) {
            let value = tree[&section][name].clone();
            assert!(!value.is_null(), "{section}.{name}");
            found.push((format!("{section}.{name}"), value));
        }
    }
    let all = tree.as_object().unwrap().values();
    let count: usize = all.map(|section| section.as_object().unwrap().len()).sum();
    assert_eq!(found.len(), count, "every key was found");
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn long_name(setting: &Setting) -> String {
    format!(
        "TWITCLONE__{}",
        setting.key.to_uppercase().replace('.', "__")
    )
}

#[test]
fn the_table_has_the_keys_of_the_defaults_in_their_order() {
    let keys: Vec<String> = defaults().into_iter().map(|(key, _)| key).collect();
    let table: Vec<&str> = SETTINGS.iter().map(|setting| setting.key).collect();
    assert_eq!(table, keys);
}

#[test]
fn the_defaults_alone_lack_only_the_secret() {
    let error = Settings::from_sources(None, Vec::new()).unwrap_err();
    assert!(
        error.starts_with("`auth.secret_key` (SECRET_KEY) is missing"),
        "{error}"
    );
    assert!(error.contains("openssl rand -hex 32"), "{error}");
    let settings = load(&[]).unwrap();
    assert_eq!(settings.events.backend, EventsBackend::Postgres);
    assert_eq!(settings.timelines.backend, TimelinesBackend::Memory);
}

/// A value that differs from the default and is right.
fn other_value(key: &str, default: &Value) -> String {
    match key {
        "server.public_url" => "https://example.org".to_owned(),
        "server.trusted_proxies" => "10.0.0.0/8, 192.0.2.1".to_owned(),
        "auth.secret_key" => "another-secret-that-is-long-enough".to_owned(),
        "auth.algorithm" => "HS256".to_owned(),
        "database.replica_urls" => "postgresql://u@one/d, postgresql://u@two/d".to_owned(),
        "database.url" => "postgresql://somebody@elsewhere:5433/other".to_owned(),
        "events.backend" => "kafka".to_owned(),
        "timelines.backend" => "redis".to_owned(),
        "kafka.bootstrap_servers" => "one:9092,two:9092".to_owned(),
        "redis.cluster_nodes" => "one:7000,two:7000".to_owned(),
        "sign_up.mode" => "closed".to_owned(),
        "sign_up.email" => "confirmed".to_owned(),
        "mail.smtp_url" => "smtps://u@mail.example.org".to_owned(),
        "mail.from" => "other@example.org".to_owned(),
        "log.format" => "json".to_owned(),
        _ => match default {
            Value::Number(number) => (number.as_i64().unwrap() + 1).to_string(),
            _ => "other".to_owned(),
        },
    }
}

/// Everything that is set, secrets too.
fn shown(settings: &Settings) -> String {
    format!(
        "{settings:?} {} {} {} {}",
        settings.mail.smtp_url.expose_secret(),
        settings.auth.secret_key.expose_secret(),
        settings.database.replica_urls.expose_secret(),
        settings.database.url.expose_secret()
    )
}

#[test]
fn every_setting_can_be_set_by_each_of_its_variables() {
    let plain = shown(&load(&[("TWITCLONE__TIMELINES__BACKEND", "redis")]).unwrap());
    for ((key, default), setting) in defaults().into_iter().zip(SETTINGS) {
        let other = other_value(&key, &default);
        let long = long_name(setting);
        for name in [Some(long.as_str()), setting.variable]
            .into_iter()
            .flatten()
        {
            let mut variables = vec![("TWITCLONE__TIMELINES__BACKEND", "redis")];
            if key == "timelines.backend" {
                variables.clear();
            }
            variables.push((name, other.as_str()));
            let settings = load(&variables).unwrap_or_else(|error| panic!("{name}: {error}"));
            let has = shown(&settings);
            let (expected, only_one) = match key.as_str() {
                "events.backend" => ("Kafka", false),
                "timelines.backend" => ("backend: Redis", true),
                "sign_up.mode" => ("Closed", true),
                "sign_up.email" => ("Confirmed", true),
                "auth.algorithm" => ("HS256", true),
                "log.format" => ("Json", false),
                _ => (other.as_str(), false),
            };
            assert!(has.contains(expected), "{name}={other}: {has}");
            assert!(only_one || has != plain, "{name}={other} changes nothing");
        }
    }
}

#[test]
fn every_setting_refuses_what_does_not_fit() {
    for setting in SETTINGS {
        let name = long_name(setting);
        let wrong: &[&str] = match setting.kind {
            Kind::Text => continue,
            Kind::Secret => &["short"],
            Kind::Whole(..) => &["many", "", "1.5", "true", "-1", "99999999999999999999"],
            Kind::OneOf(_) => &["HS512", "", "Kafka"],
        };
        for value in wrong {
            for name in [Some(name.as_str()), setting.variable]
                .into_iter()
                .flatten()
            {
                if value.is_empty() && setting.variable == Some(name) {
                    continue; // means that it is not set
                }
                let error = load(&[(name, value)]).expect_err(name);
                assert!(
                    error.starts_with(&format!("`{}`", setting.key)),
                    "{name}={value}: {error}"
                );
                let told = match setting.kind {
                    Kind::Whole(least, most) => format!("from {least} to {most}"),
                    Kind::OneOf(words) => format!("\"{}\"", words[0]),
                    _ => continue,
                };
                assert!(error.contains(&format!("is \"{value}\"")), "{error}");
                assert!(error.contains(&told), "{error}");
            }
        }
        if let Kind::Whole(least, most) = setting.kind {
            for edge in [least, most] {
                load(&[(&name, &edge.to_string())]).unwrap();
            }
            for beyond in [least - 1, most + 1] {
                let error = load(&[(&name, &beyond.to_string())]).unwrap_err();
                assert!(error.contains(setting.key), "{error}");
            }
        }
    }
}

/// The README is where people look a setting up; the table there is this one.
#[test]
fn the_readme_holds_the_table() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap_or_default();
    let rows: Vec<String> = defaults()
        .iter()
        .zip(SETTINGS)
        .map(|((key, default), setting)| {
            let default = match default {
                Value::String(text) if text.is_empty() => String::new(),
                Value::String(text) => format!("`{text}` "),
                number => format!("`{number}` "),
            };
            let variable = setting
                .variable
                .map_or(String::new(), |name| format!("`{name}` "));
            format!("| `{key}` | {default}| {variable}| {} |", setting.meaning)
        })
        .collect();
    let missing: Vec<&String> = rows
        .iter()
        .filter(|row| !readme.lines().any(|line| line == *row))
        .collect();
    assert!(
        missing.is_empty(),
        "README.md lacks {missing:#?}\n\nThe table is:\n\n| setting | default | variable | meaning |\n\
         | --- | --- | --- | --- |\n{}\n",
        rows.join("\n")
    );
    let known = |line: &str| rows.iter().any(|row| row == line);
    for line in readme.lines() {
        let is_setting = line.strip_prefix("| `").is_some_and(|rest| {
            let key = rest.split('`').next().unwrap_or_default();
            let section = key.split('.').next().unwrap_or_default();
            key.contains('.')
                && SETTINGS
                    .iter()
                    .any(|each| each.key.starts_with(&format!("{section}.")))
        });
        assert!(
            !is_setting || known(line),
            "README.md tells of no setting: {line}"
        );
    }
}
