//! The rules of the layout, read from the sources: which package lives where, who may import whom, and how
//! long a file may be.

use std::{
    fs,
    path::{Path, PathBuf},
};

const LONGEST_FILE: usize = 400;

/// Each package and the only places that may name it.
const HOMES: &[(&str, &[&str])] = &[
    ("diesel", &["store"]),
    ("diesel_async", &["store"]),
    ("diesel_migrations", &["store"]),
    ("actix_web", &["http"]),
    ("tera", &["http"]),
    ("rdkafka", &["event/kafka"]),
    ("deadpool_redis", &["timeline/redis"]),
    ("crc", &["timeline/redis"]),
    ("bcrypt", &["account/password.rs"]),
    ("jsonwebtoken", &["account/token"]),
    ("webauthn_rs", &["account/passkey.rs", "app.rs"]),
    ("totp_rs", &["account/second_factor.rs"]),
    ("email_address", &["text/email.rs"]),
    ("idna", &["text/email.rs"]),
    ("lettre", &["mail/postman.rs", "config/check.rs"]),
    ("clap", &["cli"]),
    ("indicatif", &["cli"]),
    ("fluent_bundle", &["language.rs", "http/templates.rs"]),
    ("icu_datetime", &["language.rs"]),
    ("icu_decimal", &["language.rs"]),
    ("config", &["config"]),
];
/// What imports nothing of ours but each other.
const PRIMITIVES: &[&str] = &[
    "id", "cursor", "clock", "error", "language", "shutdown", "text", "metrics",
];
const FORBIDDEN_NAMES: &[&str] = &["mod.rs", "utils.rs", "util.rs", "common.rs", "helpers.rs"];

struct Source {
    /// Below `src/`, with `/`.
    path: String,
    lines: Vec<String>,
}

#[test]
fn each_package_has_one_home() {
    for source in sources() {
        for (package, homes) in HOMES {
            if homes.iter().any(|home| is_in(&source.path, home)) {
                continue;
            }
            for (at, line) in code(&source) {
                // `crate::config` is ours.
                let used = line.starts_with(&format!("use {package}::"))
                    || line.contains(&format!(" {package}::"))
                    || line.contains(&format!("({package}::"));
                let ours = line.contains("use crate::")
                    || (*package == "config" && source.path != "config.rs");
                assert!(
                    !used || ours,
                    "src/{}:{at} names {package}, which lives in {homes:?}",
                    source.path
                );
            }
        }
    }
}

#[test]
fn only_the_edges_import_the_edges() {
    for source in sources() {
        let is_edge =
            is_in(&source.path, "cli") || is_in(&source.path, "http") || source.path == "main.rs";
        let is_primitive = PRIMITIVES
            .iter()
            .any(|name| source.path == format!("{name}.rs"));
        for (at, line) in code(&source) {
            for edge in ["cli", "http"] {
                let imports = line.contains(&format!("crate::{edge}"));
                assert!(
                    is_edge || !imports,
                    "src/{}:{at} imports {edge}",
                    source.path
                );
                assert!(
                    !(is_in(&source.path, "http") && edge == "cli" && imports),
                    "src/{}:{at}: http imports cli",
                    source.path
                );
            }
            if is_primitive && let Some((_, rest)) = line.split_once("crate::") {
                let room = rest
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
                    .unwrap();
                assert!(
                    PRIMITIVES.contains(&room),
                    "src/{}:{at} imports {room}",
                    source.path
                );
            }
        }
    }
}

#[test]
fn the_stores_know_nothing_of_what_uses_them() {
    for source in sources()
        .iter()
        .filter(|source| is_in(&source.path, "store"))
    {
        for (at, line) in code(source) {
            for room in [
                "account",
                "tweet::",
                "graph",
                "timeline::",
                "fanout",
                "event",
                "app",
            ] {
                assert!(
                    !line.contains(&format!("crate::{room}")),
                    "src/{}:{at} imports {room}",
                    source.path
                );
            }
        }
    }
}

/// `lower()` depends on the locale and makes one name of two. It may find something to show, and decides nothing.
#[test]
fn postgresql_folds_no_name_that_decides() {
    for source in sources()
        .iter()
        .filter(|source| is_in(&source.path, "store"))
    {
        for (at, line) in code(source) {
            let folds = line.contains("lower(") && !line.contains("lower(display_name) LIKE");
            let is_rust = line.contains("_lower(") || line.contains("text::lower(");
            assert!(!folds || is_rust, "src/{}:{at}: {line}", source.path);
            assert!(
                !line.contains(".to_lowercase()") || line.contains("like_literal("),
                "src/{}:{at}: {line}",
                source.path
            );
        }
    }
}

#[test]
fn a_file_is_one_file() {
    for source in sources() {
        assert!(
            source.lines.len() <= LONGEST_FILE,
            "src/{} has {} lines: it is two files",
            source.path,
            source.lines.len()
        );
        let name = Path::new(&source.path)
            .file_name()
            .unwrap()
            .to_str()
            .unwrap();
        assert!(!FORBIDDEN_NAMES.contains(&name), "src/{}", source.path);
    }
}

#[test]
fn templates_trust_nothing_that_a_user_wrote() {
    let texts = root().join("templates/texts");
    for path in files(&root().join("templates")) {
        if path.starts_with(&texts) {
            continue;
        }
        assert_eq!(
            path.extension().unwrap(),
            "html",
            "only .html is escaped: {}",
            path.display()
        );
        let text = fs::read_to_string(&path).unwrap();
        for forbidden in [
            "| safe",
            "|safe",
            "autoescape",
            "style=\"",
            "<script>",
            "onclick",
        ] {
            assert!(
                !text.contains(forbidden),
                "{} has {forbidden}",
                path.display()
            );
        }
    }
}

#[test]
fn the_top_level_is_as_agreed() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "src",
        "migrations",
        "templates",
        "static",
        "config",
        "Dockerfile",
        "compose.yaml",
        "scripts",
        "README.md",
        "LICENSE",
        "target",
    ];
    for entry in fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name.starts_with('.') || allowed.contains(&name.as_str()),
            "{name} at the top level"
        );
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The program's own sources, without the tests.
fn sources() -> Vec<Source> {
    let src = root().join("src");
    let mut sources = Vec::new();
    for path in files(&src) {
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let below = path
            .strip_prefix(&src)
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        if below.starts_with("tests/") {
            continue;
        }
        let lines = fs::read_to_string(&path)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect();
        sources.push(Source { path: below, lines });
    }
    assert!(sources.len() > 40, "the sources were found");
    sources
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// `store` is `store.rs` and all below `store/`; `account/password.rs` is that file.
fn is_in(path: &str, home: &str) -> bool {
    path == home || path == format!("{home}.rs") || path.starts_with(&format!("{home}/"))
}

/// Lines that are not comments, counted from 1.
fn code(source: &Source) -> impl Iterator<Item = (usize, &str)> {
    source
        .lines
        .iter()
        .enumerate()
        .map(|(at, line)| (at + 1, line.trim_start()))
        .filter(|(_, line)| !line.starts_with("//"))
}
