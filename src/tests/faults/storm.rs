//! Workers that come and go all the time.

use std::{collections::VecDeque, time::Duration};

use rand::RngExt;

use super::{
    Run,
    fleet::{Fleet, has_partitions},
    load::{Load, Rate},
    verify::verify,
};
use crate::{process::Process, system::until};

const RATE: Rate = Rate {
    posters: 4,
    readers: 2,
    every: Duration::from_millis(80),
};
/// At a time.
const MOST_WORKERS: usize = 8;
const SETTINGS: [(&str, &str); 2] = [
    ("TWITCLONE__KAFKA__PARTITIONS", "16"),
    // PostgreSQL is to have connections for all of them.
    ("TWITCLONE__DATABASE__POOL_SIZE", "4"),
];

#[tokio::test(flavor = "multi_thread")]
async fn workers_that_join_and_leave_lose_nothing_and_double_nothing() {
    let run = Run::begin("storm");
    let mut fleet = Fleet::start(2, 2, &SETTINGS).await;
    let crowd = fleet.crowd(&run, 20, 40).await;
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    let mut chance = run.chance(1);
    let workers = run.size(60, 8);
    let mut stopping: VecDeque<Process> = VecDeque::new();
    let (mut joined, mut killed, mut had_partitions) = (0, 0, 0);
    // Until as many as joined have left again.
    while joined < workers || fleet.fanouts.len() > 2 {
        tokio::time::sleep(Duration::from_millis(chance.random_range(50..600))).await;
        let count = fleet.fanouts.len();
        let joins = count < 2 || (count < MOST_WORKERS && chance.random_bool(0.55));
        if joins && joined < workers {
            fleet.fanouts.push(fleet.system.start(&["fanout"]));
            joined += 1;
            continue;
        }
        // Half of those who leave have something in hand; of the others many are about to join.
        let at = if chance.random_bool(0.5) {
            with_partitions(&fleet).await
        } else {
            chance.random_range(0..count)
        };
        let mut leaves = fleet.fanouts.remove(at);
        had_partitions += usize::from(has_partitions(&leaves));
        if chance.random_bool(0.15) {
            leaves.kill();
            killed += 1;
        } else {
            leaves.signal("TERM");
            stopping.push_back(leaves);
        }
    }
    while let Some(mut leaves) = stopping.pop_front() {
        let ended = leaves.ended().await;
        assert_eq!(ended.code, Some(0), "{ended:?}");
    }
    with_partitions(&fleet).await;
    let record = load.stop().await;
    let found = verify(&fleet, &crowd, &record).await;
    run.end(
        &format!(
            "{workers} workers joined and left ({killed} by kill -9, {had_partitions} with partitions) on 16 \
             partitions, 2 serve"
        ),
        &found,
    );
}

/// One who has partitions, when there is one.
async fn with_partitions(fleet: &Fleet) -> usize {
    until("a worker has partitions", async || {
        fleet.fanouts.iter().any(has_partitions)
    })
    .await;
    fleet.fanouts.iter().position(has_partitions).unwrap()
}
