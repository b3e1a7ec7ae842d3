//! The disk under PostgreSQL is full.

use std::time::{Duration, Instant};

use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use rand::RngExt;

use super::{
    Run,
    fleet::Fleet,
    load::{Load, Rate},
    small_disk::SmallDisk,
    verify::verify,
};
use crate::{servers::Server, system::until};

const RATE: Rate = Rate {
    posters: 6,
    readers: 3,
    every: Duration::from_millis(20),
};
const MEGABYTES: usize = 160;

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_acknowledged_that_a_full_disk_did_not_take() {
    let run = Run::begin("disk_full");
    let postgres = Server::start("postgres").await;
    postgres.stop().await;
    let Some(disk) = SmallDisk::under(&postgres, MEGABYTES) else {
        return run.not_run("a disk of its own for PostgreSQL takes root");
    };
    postgres.start_by(&disk.inside()).await;
    let (variable, value) = postgres.setting();
    let fleet = Fleet::start(2, 2, &[(variable, &value)]).await;
    let crowd = fleet.crowd(&run, 10, 20).await;
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    let mut chance = run.chance(1);
    let rounds = run.size(10, 2);
    let (mut refused, mut ended) = (0, 0);
    for round in 0..rounds {
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..1000))).await;
        let mut superuser = superuser(&postgres).await;
        disk.fill();
        if round % 2 == 1 {
            // Tables have no room for more rows; this time the log has none either, which PostgreSQL does not survive:
            // whatever is written next needs a new file of 16 MB.
            let _ = superuser.batch_execute("SELECT pg_switch_wal()").await;
        }
        let failures = load.record.answers().failures();
        until("posting fails", async || {
            load.record.answers().failures() > failures + 10
        })
        .await;
        disk.free();
        refused += load.record.answers().failures() - failures;
        let accepted = load.record.count();
        let begun = Instant::now();
        while load.record.count() < accepted + 10 {
            if !postgres.runs() {
                ended += 1;
                postgres.start_by(&disk.inside()).await;
            }
            let took = begun.elapsed();
            assert!(
                took < Duration::from_secs(30),
                "nothing is accepted {took:?} after there is room again"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let record = load.stop().await;
    let found = verify(&fleet, &crowd, &record).await;
    let answers = record.answers();
    assert_eq!(answers.disordered, 0);
    // Nothing is said to be our fault, and whoever comes is told to come again.
    let strange = answers
        .posts
        .keys()
        .find(|status| ![200, 503].contains(*status));
    assert_eq!(strange, None, "{answers:?}");
    run.end(
        &format!("{rounds} × the disk under PostgreSQL full, which ended it {ended} times"),
        &format!("{refused} requests refused, 0 false acknowledgements; {found}"),
    );
}

async fn superuser(postgres: &Server) -> AsyncPgConnection {
    let url = format!("postgresql://postgres@127.0.0.1:{}/postgres", postgres.port);
    AsyncPgConnection::establish(&url).await.unwrap()
}
