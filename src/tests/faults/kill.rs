//! Processes killed while they work.

use std::time::{Duration, Instant};

use rand::RngExt;
use twitclone::store::outbox;

use super::{
    Run,
    fleet::{Fleet, has_partitions},
    load::{Load, Rate},
    verify::verify,
};
use crate::system::{Lock, until};

/// Workers are dead for most of the run, since the broker misses each for ten seconds before another gets its
/// partitions: what waits for them at the end has to fit into the bound.
const RATE: Rate = Rate {
    posters: 4,
    readers: 2,
    every: Duration::from_millis(200),
};

const HELD: Duration = Duration::from_millis(900);

/// `serve`, one whose relay has work, and `fanout` in turn, under load.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_killed_nothing_is_lost_and_nothing_doubled() {
    let run = Run::begin("kill");
    let mut fleet = Fleet::start(2, 4, &[]).await;
    let crowd = fleet.crowd(&run, 20, 40).await;
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    let mut chance = run.chance(1);
    let kills = run.size(200, 12);
    for kill in 0..kills {
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..200))).await;
        if kill % 3 == 2 {
            kill_a_worker(&mut fleet, kill % 6 == 2).await;
            continue;
        }
        if kill % 3 == 1 {
            outbox_is_not_empty(&fleet).await;
        }
        let at = kill / 3 % 2;
        fleet.serves[at].kill();
        fleet.serves[at] = fleet.new_serve(at);
        fleet.serves[at].address().await;
    }
    let record = load.stop().await;
    let found = verify(&fleet, &crowd, &record).await;
    assert_eq!(record.answers().disordered, 0);
    run.end(
        &format!("{kills} × kill -9 over serve, relay, fanout"),
        &found,
    );
}

/// One that has partitions. Others get them when the broker takes it for dead, after ten seconds. Every other one is held
/// in the middle of its batch for longer than until its offsets would be committed, had they been stored too early.
async fn kill_a_worker(fleet: &mut Fleet, is_held: bool) {
    until("a worker has partitions", async || {
        fleet.fanouts.iter().any(has_partitions)
    })
    .await;
    let at = fleet.fanouts.iter().position(has_partitions).unwrap();
    let mut lock = None;
    if is_held {
        lock = Some(Lock::of(&fleet.system.app, "follows").await);
        tokio::time::sleep(HELD).await;
    }
    fleet.fanouts[at].kill();
    if let Some(lock) = lock {
        lock.release().await;
    }
    fleet.fanouts[at] = fleet.system.start(&["fanout"]);
}

/// Waits for the moment when a relay has something in hand, which lasts for milliseconds: not for long.
async fn outbox_is_not_empty(fleet: &Fleet) {
    let begun = Instant::now();
    let mut connection = fleet.system.app.db.get().await.unwrap();
    while outbox::depth(&mut connection).await.unwrap().0 == 0
        && begun.elapsed() < Duration::from_secs(1)
    {}
}
