//! The command line: help, exit codes and `migrate`.

use crate::{
    process::{Ended, run},
    system::System,
    test_app::{PATIENCE, Profile, from_script},
};

const COMMANDS: [&str; 4] = ["serve", "fanout", "migrate", "backfill"];

fn secret() -> Vec<(String, String)> {
    vec![(
        "SECRET_KEY".to_owned(),
        "only-for-tests-0123456789-0123456789".to_owned(),
    )]
}

/// It ended in this way, and said so on that stream alone.
fn check(ended: &Ended, code: i32, words: &[&str]) {
    assert_eq!(ended.code, Some(code), "{ended:?}");
    let said = if code == 0 {
        &ended.stdout
    } else {
        &ended.stderr
    };
    for words in words {
        assert!(said.contains(words), "{words:?} is not in:\n{said}");
    }
}

#[tokio::test]
async fn help_and_version_need_nothing() {
    let version = run(&["--version"], &[]).await;
    check(&version, 0, &[]);
    let expected = format!("twitclone {}", env!("CARGO_PKG_VERSION"));
    assert_eq!(version.stdout.trim(), expected);
    let help = run(&["--help"], &[]).await;
    check(&help, 0, &COMMANDS);
    // What someone needs for a first run, and what the exit codes mean.
    check(
        &help,
        0,
        &[
            "A microblog server",
            "--config <FILE>",
            "TWITCLONE__SECTION__KEY",
            "DATABASE_URL",
            "SECRET_KEY",
            "twitclone migrate",
            "0 done, 1 failed, 2",
        ],
    );
}

#[tokio::test]
async fn each_commands_help_says_what_it_does() {
    for (command, words) in [
        ("serve", &["pages, REST API", "events.backend"][..]),
        ("fanout", &["Deliver tweet events"]),
        (
            "migrate",
            &["--status", "--revert", "Safe to repeat", "is lost"],
        ),
        (
            "backfill",
            &[
                "--user <NAME>",
                "--all",
                "--active",
                "interrupted",
                "timelines.idle_days",
            ],
        ),
    ] {
        let help = run(&[command, "--help"], &[]).await;
        check(&help, 0, words);
        check(&help, 0, &["--config <FILE>"]);
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_the_usage() {
    for (arguments, words) in [
        (&[][..], "Usage: twitclone"),
        (&["sreve"], "unrecognized subcommand 'sreve'"),
        (&["serve", "--port", "1"], "unexpected argument '--port'"),
        (&["serve", "now"], "unexpected argument 'now'"),
        (&["migrate", "--status", "--revert"], "cannot be used with"),
        (&["backfill"], "--user <NAME>|--all|--active"),
        (&["backfill", "--all", "--active"], "cannot be used with"),
        (&["backfill", "--user"], "a value is required"),
        (&["serve", "--config"], "a value is required"),
    ] {
        let ended = run(arguments, &secret()).await;
        check(&ended, 2, &[words]);
        assert_eq!(ended.stdout, "", "{arguments:?}");
    }
}

#[tokio::test]
async fn every_command_refuses_wrong_settings() {
    for arguments in [
        &["serve"][..],
        &["fanout"],
        &["migrate"],
        &["backfill", "--all"],
    ] {
        let ended = run(arguments, &[]).await;
        check(
            &ended,
            2,
            &["twitclone: `auth.secret_key` (SECRET_KEY) is missing"],
        );
    }
}

/// A server that is away is a failure, not misuse, and is named.
#[tokio::test]
async fn without_postgres_every_command_fails_after_its_patience() {
    let mut environment = secret();
    for (name, value) in [
        (
            "DATABASE_URL",
            "postgresql://twitclone:hunter2@127.0.0.1:9/twitclone",
        ),
        ("TWITCLONE__STARTUP__WAIT_SECONDS", "1"),
        ("TWITCLONE__SERVER__PORT", "0"),
        ("TWITCLONE__TIMELINES__BACKEND", "redis"),
    ] {
        environment.push((name.to_owned(), value.to_owned()));
    }
    for arguments in [
        &["serve"][..],
        &["fanout"],
        &["migrate"],
        &["backfill", "--all"],
    ] {
        let ended = run(arguments, &environment).await;
        check(
            &ended,
            1,
            &[
                "waiting for PostgreSQL",
                "\"for_seconds\":1",
                "twitclone: The database cannot be used: ",
            ],
        );
        assert!(ended.after.as_secs_f64() >= 1.0, "{ended:?}");
        assert!(!ended.stderr.contains("hunter2"), "{ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn migrate_prepares_shows_repeats_and_takes_back() {
    let system = System::bare(Profile::Embedded, &[]).await;
    let status = system.run(&["migrate", "--status"]).await;
    check(&status, 0, &["pending  2026-11-22-000000_initial"]);
    assert!(!status.stdout.contains("applied"), "{status:?}");
    // Nothing of this schema yet, so nothing to take back.
    check(
        &system.run(&["migrate", "--revert"]).await,
        1,
        &["twitclone: "],
    );

    let migrations = status.stdout.lines().count();
    let first = system.run(&["migrate"]).await;
    check(&first, 0, &["applied 2026-11-22-000000_initial"]);
    assert_eq!(first.stdout.matches("applied").count(), migrations);
    let again = system.run(&["migrate"]).await;
    check(&again, 0, &["the schema is up to date"]);
    let status = system.run(&["migrate", "--status"]).await;
    assert_eq!(
        status.stdout.matches("applied").count(),
        migrations,
        "{status:?}"
    );
    assert!(!status.stdout.contains("pending"), "{status:?}");
    // Looking does not count as having been there.
    system.sql("SELECT 1 FROM tweets").await;

    for _ in 0..migrations {
        check(
            &system.run(&["migrate", "--revert"]).await,
            0,
            &["reverted "],
        );
    }
    let status = system.run(&["migrate", "--status"]).await;
    assert!(!status.stdout.contains("applied"), "{status:?}");
    check(
        &system.run(&["migrate", "--revert"]).await,
        1,
        &["nothing to revert"],
    );
    check(&system.run(&["migrate"]).await, 0, &["applied "]);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrating_several_times_at_once_does_it_once() {
    let system = System::bare(Profile::Full, &[]).await;
    let mut processes: Vec<_> = (0..4).map(|_| system.start(&["migrate"])).collect();
    let (mut applied, mut topics) = (0, Vec::new());
    for process in &mut processes {
        let ended = process.ended().await;
        check(&ended, 0, &[]);
        applied += ended
            .stdout
            .matches("applied 2026-11-22-000000_initial")
            .count();
        topics.extend(
            ended
                .stdout
                .lines()
                .filter_map(|line| line.strip_prefix("made topic "))
                .map(str::to_owned),
        );
    }
    assert_eq!(applied, 1);
    topics.sort();
    assert_eq!(
        topics,
        [system.name.clone(), format!("{}.dead", system.name)]
    );
    let again = system.run(&["migrate"]).await;
    check(&again, 0, &["the schema is up to date"]);
    assert!(!again.stdout.contains("made topic"), "{again:?}");
    assert_eq!(partitions(&system.name), 3, "as the setting says");
}

fn partitions(topic: &str) -> usize {
    use rdkafka::consumer::{BaseConsumer, Consumer};
    let consumer: BaseConsumer = rdkafka::ClientConfig::new()
        .set("bootstrap.servers", from_script("TWITCLONE_TEST_KAFKA"))
        .create()
        .unwrap();
    let metadata = consumer.fetch_metadata(Some(topic), PATIENCE).unwrap();
    metadata.topics()[0].partitions().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_and_fanout_refuse_a_schema_that_is_behind() {
    let system = System::bare(Profile::Full, &[("TWITCLONE__EVENTS__BACKEND", "postgres")]).await;
    for command in ["serve", "fanout"] {
        let ended = system.run(&[command]).await;
        check(
            &ended,
            1,
            &[
                "schema is behind this program by ",
                " migration(s). Run `twitclone migrate` first.",
            ],
        );
    }
    let ended = system.run(&["backfill", "--all"]).await;
    check(&ended, 1, &["Run `twitclone migrate` first."]);
}

#[tokio::test]
async fn fanout_refuses_timelines_that_it_cannot_reach() {
    let ended = run(&["fanout"], &secret()).await;
    check(
        &ended,
        2,
        &[
            "`timelines.backend` is \"memory\"",
            "`timelines.backend` = \"redis\"",
        ],
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_is_told_at_once() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let system = System::bare(
        Profile::Full,
        &[
            ("TWITCLONE__EVENTS__BACKEND", "postgres"),
            ("TWITCLONE__SERVER__PORT", &port),
            ("TWITCLONE__FANOUT__HEALTH_PORT", &port),
        ],
    )
    .await;
    for (command, key) in [
        ("serve", "`server.port`"),
        ("fanout", "`fanout.health_port`"),
    ] {
        let ended = system.run(&[command]).await;
        let told = format!("cannot listen on 127.0.0.1:{port}");
        check(&ended, 1, &[&told, &format!("Set {key} to a free port.")]);
    }
}
