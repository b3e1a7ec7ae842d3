//! Where settings come from, and merging them.

use std::{io, path::Path};

use config::{Config, Environment, File, FileFormat, Map};
use serde_json::Value;

use super::{Settings, table};

const DEFAULTS: &str = include_str!("../../config/default.toml");
const PREFIX: &str = "TWITCLONE__";

/// The process's environment, with `.env` of the working directory behind it.
pub fn environment() -> Result<Vec<(String, String)>, String> {
    let mut variables: Vec<_> = match dotenvy::dotenv_iter() {
        Ok(lines) => lines
            .collect::<Result<_, _>>()
            .map_err(|error| format!(".env cannot be read: {error}. Each line is NAME=value."))?,
        Err(dotenvy::Error::Io(error)) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(format!(".env cannot be read: {error}")),
    };
    // The real environment comes last and so wins.
    variables.extend(std::env::vars_os().filter_map(|(name, value)| {
        let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
        Some((name, value))
    }));
    Ok(variables)
}

pub fn merge(file: Option<&Path>, environment: Vec<(String, String)>) -> Result<Settings, String> {
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(path) = file {
        builder = builder.add_source(File::from(path).format(FileFormat::Toml).required(true));
    }
    let merged = builder
        .add_source(
            Environment::with_prefix("TWITCLONE")
                .prefix_separator("__")
                .separator("__")
                .source(Some(prefixed(environment))),
        )
        .build()
        .map_err(|error| error.to_string())?;
    refuse_unknown(&merged)?;
    merged.try_deserialize().map_err(|error| {
        format!("{error}. What each setting may have stands in config/default.toml.")
    })
}

/// The variables that set something, the original names among them under their keys.
fn prefixed(environment: Vec<(String, String)>) -> Map<String, String> {
    let mut variables = Map::new();
    for (name, value) in &environment {
        let original = table::SETTINGS
            .iter()
            .find(|setting| setting.variable == Some(name.as_str()));
        if let Some(setting) = original
            && !value.is_empty()
        {
            let key = setting.key.to_uppercase().replace('.', "__");
            variables.insert(format!("{PREFIX}{key}"), value.clone());
        }
    }
    variables.extend(
        environment
            .into_iter()
            .filter(|(name, _)| name.starts_with(PREFIX)),
    );
    variables
}

fn refuse_unknown(merged: &Config) -> Result<(), String> {
    let tree: Value = merged
        .clone()
        .try_deserialize()
        .map_err(|error| error.to_string())?;
    let mut keys = Vec::new();
    flatten("", &tree, &mut keys);
    for (key, value) in keys {
        if table::SETTINGS.iter().any(|setting| setting.key == key) {
            continue;
        }
        let section = key.split('.').next().unwrap_or_default();
        let known: Vec<_> = table::SETTINGS
            .iter()
            .map(|setting| setting.key)
            .filter(|known| known.split('.').next() == Some(section))
            .collect();
        let known = if known.is_empty() {
            "The sections are those of config/default.toml.".to_owned()
        } else {
            format!("There are: {}.", known.join(", "))
        };
        return Err(format!(
            "`{key}` is not a setting (it has {value}). {known}"
        ));
    }
    Ok(())
}

fn flatten(prefix: &str, value: &Value, keys: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                let key = if prefix.is_empty() {
                    name.clone()
                } else {
                    format!("{prefix}.{name}")
                };
                flatten(&key, inner, keys);
            }
        }
        leaf => keys.push((prefix.to_owned(), leaf.to_string())),
    }
}
