//! Kafka is away for long, while people go on.

use std::time::{Duration, Instant};

use twitclone::store::outbox;

use super::{
    Run,
    fleet::Fleet,
    load::{Load, Rate},
    verify::verify_within,
};
use crate::servers::Server;

const RATE: Rate = Rate {
    posters: 4,
    readers: 2,
    every: Duration::from_millis(100),
};
/// Everything that waited is on the topic by then, and in the timelines.
const DRAINED_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn every_post_is_taken_while_kafka_is_away_and_goes_out_after() {
    let run = Run::begin("kafka");
    let kafka = Server::start("kafka").await;
    let (variable, address) = kafka.setting();
    let fleet = Fleet::start(2, 2, &[(variable, &address)]).await;
    let crowd = fleet.crowd(&run, 20, 40).await;
    let away = Duration::from_secs(run.size(600, 12).try_into().unwrap());
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    while load.record.count() < 20 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    kafka.kill().await;
    let before = load.record.count();
    tokio::time::sleep(away).await;
    let waiting = depth(&fleet).await;
    let posted = load.record.count() - before;
    assert!(waiting > 0 && posted > 0, "{waiting} wait of {posted}");
    kafka.start_again().await;
    let begun = Instant::now();
    // People go on until all that waited is gone.
    while depth(&fleet).await > i64::try_from(RATE.posters).unwrap() {
        assert!(
            begun.elapsed() < DRAINED_WITHIN,
            "{} wait after {DRAINED_WITHIN:?}",
            depth(&fleet).await
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let drained = begun.elapsed();
    let record = load.stop().await;
    let answers = record.answers();
    assert_eq!(
        (answers.failures(), answers.cut_posts, answers.cut_reads),
        (0, 0, 0),
        "{answers:?}"
    );
    let left = DRAINED_WITHIN.saturating_sub(begun.elapsed());
    let found = verify_within(left, &fleet, &crowd, &record).await;
    run.end(
        &format!("Kafka away for {} s under load", away.as_secs()),
        &format!(
            "{posted} posts meanwhile, all accepted; {waiting} waited and were gone {:.1} s after it was back; {found}",
            drained.as_secs_f64()
        ),
    );
}

async fn depth(fleet: &Fleet) -> i64 {
    let mut connection = fleet.system.app.db.get().await.unwrap();
    outbox::depth(&mut connection).await.unwrap().0
}
