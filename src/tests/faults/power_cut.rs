//! PostgreSQL loses its power, again and again.

use std::time::{Duration, Instant};

use rand::RngExt;

use super::{
    Run,
    fleet::Fleet,
    load::{Line, Load, Rate, Record},
    verify::verify,
};
use crate::servers::Server;

const RATE: Rate = Rate {
    posters: 6,
    readers: 3,
    every: Duration::from_millis(40),
};
/// From the moment when PostgreSQL takes connections again.
const SERVING_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_outlives_power_cuts_of_postgres() {
    let run = Run::begin("power_cut");
    let postgres = Server::start("postgres").await;
    let (variable, value) = postgres.setting();
    let fleet = Fleet::start(2, 2, &[(variable, &value)]).await;
    let crowd = fleet.crowd(&run, 10, 20).await;
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    let mut chance = run.chance(1);
    let cuts = run.size(50, 4);
    let (mut before, mut slowest) = (0, Duration::ZERO);
    for cut in 0..cuts {
        // Also at a moment when it has only just come back.
        tokio::time::sleep(Duration::from_millis(chance.random_range(0..1000))).await;
        postgres.kill().await;
        before += load.record.count();
        postgres.start_again().await;
        let begun = Instant::now();
        for (at, address) in fleet.addresses().iter().enumerate() {
            // Not counted among the answers to the load, but what is posted counts.
            let line = Line::new(std::slice::from_ref(address), 0);
            let author = crowd.author(&mut chance);
            let key = format!("after cut {cut} by {at}");
            let tweet = loop {
                if let Some(tweet) = line.try_post(&Record::default(), author, &key).await {
                    break tweet;
                }
                let took = begun.elapsed();
                assert!(
                    took < SERVING_WITHIN,
                    "{address} does not serve {took:?} after cut {cut}"
                );
                tokio::time::sleep(Duration::from_millis(20)).await;
            };
            load.record.acknowledged(author.id(), tweet);
        }
        slowest = slowest.max(begun.elapsed());
    }
    assert!(before > 0, "nothing was acknowledged before a cut");
    let record = load.stop().await;
    let found = verify(&fleet, &crowd, &record).await;
    assert_eq!(record.answers().disordered, 0);
    run.end(
        &format!("{cuts} × PostgreSQL stopped in immediate mode"),
        &format!(
            "serving again after {:.1} s at most; {found}",
            slowest.as_secs_f64()
        ),
    );
}
