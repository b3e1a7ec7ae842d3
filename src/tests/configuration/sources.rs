//! Where settings come from and which one wins, asked of the real program: each source has a wrong value of
//! its own, and the message tells which was taken.

use std::{fs, path::Path};

use super::{SECRET, owned};
use crate::process::{Ended, Process};

/// What the program says to settings of which only the last is told: each source has a wrong number of its own.
async fn told(
    folder: &Path,
    file: Option<&str>,
    dotenv: Option<&str>,
    environment: &[(&str, &str)],
) -> Ended {
    let mut arguments = vec!["migrate", "--status"];
    if let Some(text) = file {
        fs::write(folder.join("own.toml"), text).unwrap();
        arguments.extend(["--config", "own.toml"]);
    }
    let path = folder.join(".env");
    match dotenv {
        Some(text) => fs::write(path, text).unwrap(),
        None => drop(fs::remove_file(path)),
    }
    let ended = Process::start_in(folder, &arguments, &owned(environment))
        .ended()
        .await;
    assert_eq!(ended.code, Some(2), "{ended:?}");
    ended
}

#[tokio::test]
async fn the_environment_wins_over_dotenv_over_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = Some("[redis]\nport = 100001");
    let secret = ("SECRET_KEY", SECRET);
    let long = ("TWITCLONE__REDIS__PORT", "100005");
    for (file, dotenv, environment, wins) in [
        (file, None, &[secret][..], "100001"),
        (file, Some("REDIS_PORT=100002"), &[secret], "100002"),
        (
            file,
            Some("TWITCLONE__REDIS__PORT=100003\nREDIS_PORT=100002"),
            &[secret],
            "100003",
        ),
        // Whichever name each uses.
        (
            file,
            Some("TWITCLONE__REDIS__PORT=100003"),
            &[secret, ("REDIS_PORT", "100004")],
            "100004",
        ),
        (
            file,
            Some("REDIS_PORT=100002"),
            &[secret, ("REDIS_PORT", "100004"), long],
            "100005",
        ),
        // Empty is not set.
        (
            None,
            Some("REDIS_PORT=100002"),
            &[secret, ("REDIS_PORT", "")],
            "100002",
        ),
        (file, Some("REDIS_PORT="), &[secret], "100001"),
        (
            None,
            Some(&format!("SECRET_KEY={SECRET}\nREDIS_PORT='100006'")),
            &[],
            "100006",
        ),
    ] {
        let ended = told(folder.path(), file, dotenv, environment).await;
        let expected = format!("`redis.port` (REDIS_PORT) is \"{wins}\"");
        let expected = if wins == "100001" {
            expected.replace('"', "")
        } else {
            expected
        };
        assert!(ended.stderr.contains(&expected), "{wins}: {}", ended.stderr);
    }
}

/// Someone else's file higher up, in /tmp say, must not set anything.
#[tokio::test]
async fn only_the_working_folders_dotenv_is_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join(".env"),
        format!("SECRET_KEY={SECRET}\nREDIS_PORT=no"),
    )
    .unwrap();
    let below = folder.path().join("below");
    fs::create_dir(&below).unwrap();
    let ended = Process::start_in(&below, &["serve"], &[]).ended().await;
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .contains("`auth.secret_key` (SECRET_KEY) is missing"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_named_and_its_secrets_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let quiet = "a-secret-that-nobody-may-see-0123456789";
    for (file, dotenv, words) in [
        (
            None,
            Some(format!("REDIS_PORT=1\nSECRET_KEY=\"{quiet}")),
            ".env cannot be read: line 2",
        ),
        (
            None,
            Some(format!("SECRET_KEY {quiet}")),
            ".env cannot be read: line 1",
        ),
        (
            Some(format!("[auth]\nsecret_key = {quiet}")),
            None,
            "own.toml cannot be read: TOML parse error at line 2",
        ),
        (
            Some(format!("[auth]\nsecret_kay = \"{quiet}\"")),
            None,
            "`auth.secret_kay` is not a setting",
        ),
        (
            Some(format!("[auth]\nsecret_key = [\"{quiet}\"]")),
            None,
            "`auth.secret_key` (SECRET_KEY) must be text",
        ),
        (
            None,
            Some(format!(
                "SECRET_KEY={quiet}\nTWITCLONE__AUTH__SECRET={quiet}"
            )),
            "TWITCLONE__AUTH__SECRET is not",
        ),
    ] {
        let ended = told(folder.path(), file.as_deref(), dotenv.as_deref(), &[]).await;
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
        assert!(!ended.stderr.contains(quiet), "{}", ended.stderr);
    }
    let ended = Process::start(&["serve", "--config", "nowhere.toml"], &[])
        .ended()
        .await;
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("nowhere.toml cannot be read"),
        "{}",
        ended.stderr
    );
}

#[tokio::test]
async fn a_log_level_that_is_none_is_refused() {
    let variables = owned(&[("SECRET_KEY", SECRET), ("TWITCLONE__LOG__LEVEL", "a=b=c")]);
    let ended = Process::start(&["serve"], &variables).ended().await;
    assert_eq!(ended.code, Some(2));
    for words in [
        "`log.level` is \"a=b=c\"",
        "error, warn, info, debug, trace",
    ] {
        assert!(ended.stderr.contains(words), "{}", ended.stderr);
    }
}
