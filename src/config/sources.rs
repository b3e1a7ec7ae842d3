//! Where settings come from, and merging them.

use std::{fs, io, path::Path};

use config::{Config, ConfigError, File, FileFormat};
use serde_json::Value;

use super::{
    Settings,
    table::{Kind, SETTINGS, Setting},
};

const DEFAULTS: &str = include_str!("../../config/default.toml");
const PREFIX: &str = "TWITCLONE__";
const DOTENV: &str = ".env";

/// The variables that set something: those of `.env` in the working directory, then the process's own,
/// which so win. In each of both, `TWITCLONE__SECTION__KEY` comes after the short name.
pub fn environment() -> Result<Vec<(String, String)>, String> {
    let mut variables = dotenv()?;
    let mut own = Vec::new();
    for (name, value) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|name| sets_something(name)) else {
            continue;
        };
        let value = value
            .into_string()
            .map_err(|_| format!("{name} in the environment is not UTF-8 text."))?;
        own.push((name.to_owned(), value));
    }
    own.sort_by_key(|(name, _)| name.starts_with(PREFIX));
    variables.extend(own);
    Ok(variables)
}

fn dotenv() -> Result<Vec<(String, String)>, String> {
    let text = match fs::read_to_string(DOTENV) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(format!(".env cannot be read: {error}.")),
    };
    let mut variables = dotenvy::from_read_iter(text.as_bytes())
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| match error {
            // Its own words repeat the line, which may hold a secret.
            dotenvy::Error::LineParse(line, _) => {
                let at = text.lines().position(|each| each.trim() == line.trim());
                let at = at.map_or(String::new(), |at| format!(" {}", at + 1));
                format!(".env cannot be read: line{at} is not NAME=value with quotes that end.")
            }
            error => format!(".env cannot be read: {error}."),
        })?;
    variables.sort_by_key(|(name, _)| name.starts_with(PREFIX));
    Ok(variables)
}

fn sets_something(name: &str) -> bool {
    name.starts_with(PREFIX) || setting_of(name).is_some()
}

fn setting_of(variable: &str) -> Option<&'static Setting> {
    SETTINGS
        .iter()
        .find(|setting| setting.variable == Some(variable))
}

/// Of variables that set the same, the later one wins.
pub fn merge(file: Option<&Path>, environment: Vec<(String, String)>) -> Result<Settings, String> {
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(path) = file {
        let text = fs::read_to_string(path)
            .map_err(|error| format!("{} cannot be read: {error}.", path.display()))?;
        let source = File::from_str(&text, FileFormat::Toml);
        Config::builder()
            .add_source(source.clone())
            .build()
            .map_err(|error| format!("{} cannot be read: {}.", path.display(), told(&error)))?;
        builder = builder.add_source(source);
    }
    for (name, value) in environment {
        if let Some(setting) = setting_of(&name) {
            // As in `SECRET_KEY=` of a form that was not filled in.
            if !value.is_empty() {
                builder = overridden(builder, setting, value)?;
            }
        } else if let Some(path) = name.strip_prefix(PREFIX) {
            let key = path.to_lowercase().replace("__", ".");
            let setting = Setting::of(&key).ok_or_else(|| unknown(&name, &key))?;
            builder = overridden(builder, setting, value)?;
        }
    }
    let merged = builder.build().map_err(|error| told(&error))?;
    let tree: Value = merged
        .clone()
        .try_deserialize()
        .map_err(|error| told(&error))?;
    check_types("", &tree)?;
    merged.try_deserialize().map_err(|error| told(&error))
}

type Builder = config::ConfigBuilder<config::builder::DefaultState>;

fn overridden(builder: Builder, setting: &Setting, value: String) -> Result<Builder, String> {
    builder
        .set_override(setting.key, value)
        .map_err(|error| told(&error))
}

/// Without the excerpt of the file, which may hold a secret.
fn told(error: &ConfigError) -> String {
    let text = error.to_string();
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| {
            !line
                .trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')
                .starts_with('|')
        })
        .filter(|line| !line.is_empty())
        .collect();
    lines.join(": ")
}

/// Every leaf is a setting and has what that may have.
fn check_types(key: &str, value: &Value) -> Result<(), String> {
    if let Some(setting) = Setting::of(key) {
        return check_type(setting, value);
    }
    let Value::Object(fields) = value else {
        return Err(unknown(&format!("`{key}`"), key));
    };
    for (name, inner) in fields {
        let inner_key = if key.is_empty() {
            name.clone()
        } else {
            format!("{key}.{name}")
        };
        check_types(&inner_key, inner)?;
    }
    Ok(())
}

fn check_type(setting: &Setting, value: &Value) -> Result<(), String> {
    let number = match value {
        Value::Number(number) => number.as_i64(),
        // What comes from the environment is text.
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    let (fits, may_have) = match setting.kind {
        Kind::Text => (value.is_string(), "text, in quotes".to_owned()),
        Kind::Secret => {
            if value.is_string() {
                return Ok(());
            }
            return Err(format!("{} must be text, in quotes.", setting.name()));
        }
        Kind::Whole(least, most) => (
            number.is_some_and(|number| (least..=most).contains(&number)),
            format!("a whole number from {least} to {most}"),
        ),
        Kind::OneOf(words) => (
            value.as_str().is_some_and(|text| words.contains(&text)),
            words
                .iter()
                .map(|word| format!("\"{word}\""))
                .collect::<Vec<_>>()
                .join(" or "),
        ),
    };
    if fits {
        return Ok(());
    }
    // What is inside is not told: it may be a secret under a heading that is not its own.
    let has = match value {
        Value::Object(_) => "a table".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        plain => plain.to_string(),
    };
    Err(format!(
        "{} is {has}; it may be {may_have}.",
        setting.name()
    ))
}

/// What it has is not told: it may be a secret under a mistyped name.
fn unknown(name: &str, key: &str) -> String {
    let section = key.split('.').next().unwrap_or_default();
    let in_section = |known: &str| known.split('.').next() == Some(section);
    let mut known: Vec<_> = SETTINGS
        .iter()
        .map(|setting| setting.key)
        .filter(|known| in_section(known))
        .collect();
    if known.is_empty() {
        known = SETTINGS
            .iter()
            .filter_map(|setting| setting.key.split('.').next())
            .collect();
        known.dedup();
        return format!(
            "{name} is not a setting. The sections are: {}.",
            known.join(", ")
        );
    }
    format!("{name} is not a setting. There are: {}.", known.join(", "))
}
