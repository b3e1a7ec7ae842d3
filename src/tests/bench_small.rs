//! `scripts/bench` with little of everything: that it still seeds, loads and looks at the system, and finds there what
//! it asks for. Its figures say nothing here, where others use the machine.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::servers::Server;

const FEW: &[&str] = &[
    "--people=1100",
    "--followers=300",
    "--vast=600",
    "--tweets=10000",
    "--rounds=1",
    "--seconds=1",
    // A debug build keeps up with so many on a machine that others use.
    "--connections=2",
    "--hash-cost=4",
    // The others need a machine of their own.
    "--only=reading,posting,delivering,vast,names,embedded",
];
/// A figure of each part.
const FIGURES: &[&str] = &[
    "home JSON, 40 tweets: requests/s",
    "home HTML, 100 tweets: p99",
    "post: requests/s",
    "post to 50 active followers, delivered, backlog zero",
    "fan-out",
    "Redis memory of a timeline of 800, on average",
    "a tweet to 600 followers: the median active one has it",
    "the last one, when one of two workers is killed on the way",
    "memory of both",
    "a wrong password for a name that somebody has: p50",
    "a forgotten password for an address that somebody has: p50",
    "signing up with an address that somebody has: p50",
    "embedded",
];

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_measured_is_there() {
    let (postgres, redis, kafka) = tokio::join!(
        Server::start("postgres"),
        Server::start("redis"),
        Server::start("kafka")
    );
    let folder = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_twitclone"));
    let measured = Command::new(bench())
        .args(["--program".as_ref(), program.as_os_str()])
        .args(["--folder".as_ref(), folder.path().as_os_str()])
        .args(FEW)
        .env("TWITCLONE_BENCH_DATABASE_URL", postgres.setting().1)
        .env("TWITCLONE_BENCH_REDIS_PORT", redis.setting().1)
        .env("TWITCLONE_BENCH_KAFKA", kafka.setting().1)
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let table = String::from_utf8(measured.stdout).unwrap();
    let told = String::from_utf8_lossy(&measured.stderr);
    assert!(measured.status.success(), "{told}");
    for figure in FIGURES {
        assert!(table.contains(figure), "no {figure}: {table}");
    }
    assert!(!table.contains("NaN") && !table.contains("inf"), "{table}");
}

/// The program that measures. A build of everything has made it beside the tests. It is not built here: cargo gives tests
/// variables with which it would compile a few packages anew, and everything that uses them.
fn bench() -> PathBuf {
    let program = Path::new(env!("CARGO_BIN_EXE_twitclone"));
    let bench = program.parent().unwrap().join("examples/bench");
    assert!(
        bench.exists(),
        "{} is missing: run scripts/test without --test",
        bench.display()
    );
    bench
}
