//! A Redis that loses everything, and one that dies, under load.

use std::time::{Duration, Instant};

use futures_util::future::join_all;

use super::{
    Run,
    crowd::{Crowd, Member},
    fleet::Fleet,
    load::{Load, Rate},
    verify::{difference, list_and_truth, verify, what_waits},
};
use crate::servers::Server;

const RATE: Rate = Rate {
    posters: 4,
    readers: 8,
    every: Duration::from_millis(50),
};
/// After somebody read their home, their list is whole again.
const WITHIN: Duration = Duration::from_secs(5);
/// How long people go on before and after each of the faults.
const MEANWHILE: Duration = Duration::from_millis(1500);

#[tokio::test(flavor = "multi_thread")]
async fn a_redis_that_forgets_or_dies_is_not_noticed() {
    let run = Run::begin("redis");
    let redis = Server::start("redis").await;
    let (variable, port) = redis.setting();
    let fleet = Fleet::start(2, 2, &[(variable, &port)]).await;
    let crowd = fleet.crowd(&run, 20, run.size(1000, 60)).await;
    let rounds = run.size(10, 2);
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    for _ in 0..rounds {
        tokio::time::sleep(MEANWHILE).await;
        redis.tell("FLUSHALL").await;
        tokio::time::sleep(MEANWHILE).await;
        redis.kill().await;
        tokio::time::sleep(MEANWHILE).await;
        redis.start_again().await;
    }
    tokio::time::sleep(MEANWHILE).await;
    let record = load.stop().await;
    let answers = record.answers();
    assert_eq!(answers.failures(), 0, "{answers:?}");
    assert_eq!(
        (answers.cut_posts, answers.cut_reads, answers.disordered),
        (0, 0, 0),
        "{answers:?}"
    );
    let slowest = all_lists_come_back(&fleet, &crowd).await;
    let found = verify(&fleet, &crowd, &record).await;
    run.end(
        &format!("{rounds} × FLUSHALL, {rounds} × Redis killed and started, under load"),
        &format!(
            "{} posts and {} pages, 0 answers from 500 on; the list of each of {} equals SQL at most {:.2} s after \
             its reader came; {found}",
            record.count(),
            answers.read(),
            crowd.members().count(),
            slowest.as_secs_f64()
        ),
    );
}

/// Everybody reads; how long it took until their list was as SQL has it, at most.
async fn all_lists_come_back(fleet: &Fleet, crowd: &Crowd) -> Duration {
    let addresses = fleet.addresses();
    let members: Vec<&Member> = crowd.members().collect();
    let mut slowest = Duration::ZERO;
    for some in members.chunks(8) {
        let each = some.iter().enumerate().map(async |(at, member)| {
            let begun = Instant::now();
            member.at(&addresses[at % addresses.len()]).home().await;
            loop {
                let list = list_and_truth(&fleet.system, member).await.ok().flatten();
                if list.as_ref().is_some_and(|(ids, truth)| ids == truth) {
                    return begun.elapsed();
                }
                assert!(
                    begun.elapsed() < WITHIN,
                    "the list of {} after {WITHIN:?} ({}): {:?}",
                    member.user.username,
                    what_waits(&fleet.system).await,
                    list.map(|(ids, truth)| difference(&ids, &truth))
                );
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        });
        slowest = join_all(each)
            .await
            .into_iter()
            .fold(slowest, Duration::max);
    }
    slowest
}
