//! Everything that can happen, by lot, one thing after the other, under load that goes on.

use std::{
    fs,
    time::{Duration, Instant},
};

use rand::{RngExt, rngs::StdRng};
use tokio::time::sleep;

use super::{
    Run,
    fleet::Fleet,
    load::{Load, Rate},
    verify::verify,
};
use crate::{process::Process, servers::Server, system::until};

const RATE: Rate = Rate {
    posters: 3,
    readers: 4,
    every: Duration::from_millis(200),
};
/// Of the whole time: caches have filled, and everything has been away once.
const WARM_UP: f64 = 0.3;

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Fault {
    KillServe,
    KillFanout,
    StopServe,
    StopFanout,
    PostgresLosesPower,
    PostgresStarts,
    PostgresHangs,
    RedisIsEmptied,
    RedisLosesPower,
    RedisHangs,
    KafkaLosesPower,
    KafkaHangs,
}

const FAULTS: [Fault; 12] = [
    Fault::KillServe,
    Fault::KillFanout,
    Fault::StopServe,
    Fault::StopFanout,
    Fault::PostgresLosesPower,
    Fault::PostgresStarts,
    Fault::PostgresHangs,
    Fault::RedisIsEmptied,
    Fault::RedisLosesPower,
    Fault::RedisHangs,
    Fault::KafkaLosesPower,
    Fault::KafkaHangs,
];

struct Site {
    fleet: Fleet,
    postgres: Server,
    redis: Server,
    kafka: Server,
}

/// What the first `serve` and the first `fanout` use, which live through all of it.
#[derive(Clone, Copy, Debug)]
struct Use {
    at: f64,
    memory: [usize; 2],
    files: [usize; 2],
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_it_is_right_in_the_end_and_takes_no_more_than_before() {
    let run = Run::begin("endurance");
    let mut site = Site::start().await;
    let crowd = site.fleet.crowd(&run, 12, 24).await;
    let mut load = Load::start(&run, &crowd, &site.fleet.addresses(), RATE);
    let mut chance = run.chance(1);
    let duration = Duration::from_secs(u64::try_from(run.size(1200, 10)).unwrap());
    let begun = Instant::now();
    let mut count = 0;
    let mut uses: Vec<Use> = Vec::new();
    while begun.elapsed() < duration {
        let fault = FAULTS[chance.random_range(0..FAULTS.len())];
        site.suffer(fault, &mut chance).await;
        count += 1;
        let quiet = if run.is_full() { 3000..8000 } else { 0..1000 };
        sleep(Duration::from_millis(chance.random_range(quiet))).await;
        site.is_well().await;
        uses.push(Use::of(
            &site.fleet,
            begun.elapsed().div_duration_f64(duration),
        ));
        if run.is_full() {
            println!(
                "{:?} after {:.0} s: {:?}",
                fault,
                begun.elapsed().as_secs_f64(),
                uses[uses.len() - 1]
            );
        }
    }
    let record = load.stop().await;
    let found = verify(&site.fleet, &crowd, &record).await;
    assert_eq!(record.answers().disordered, 0);
    let told = if run.is_full() {
        flat(&uses)
    } else {
        "not long enough to compare memory".to_owned()
    };
    run.end(
        &format!("{count} faults in {:.0} s of load", duration.as_secs_f64()),
        &format!("{told}; {found}"),
    );
}

impl Site {
    async fn start() -> Self {
        let (postgres, redis, kafka) = tokio::join!(
            Server::start("postgres"),
            Server::start("redis"),
            Server::start("kafka")
        );
        let settings = [postgres.setting(), redis.setting(), kafka.setting()];
        let mut settings: Vec<(&str, &str)> = settings
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        // Full early, so that it does not look as if something grew.
        settings.push(("TWITCLONE__ROWS__MEGABYTES", "2"));
        Self {
            fleet: Fleet::start(3, 3, &settings).await,
            postgres,
            redis,
            kafka,
        }
    }

    /// One thing happens, and is over.
    async fn suffer(&mut self, fault: Fault, chance: &mut StdRng) {
        let moment = Duration::from_millis(chance.random_range(100..3000));
        let fleet = &mut self.fleet;
        let one = chance.random_range(1..3);
        match fault {
            Fault::KillServe => {
                fleet.serves[one].kill();
                fleet.serves[one] = fleet.new_serve(one);
            }
            Fault::KillFanout => {
                fleet.fanouts[one].kill();
                fleet.fanouts[one] = fleet.system.start(&["fanout"]);
            }
            Fault::StopServe => {
                stops(&mut fleet.serves[one]).await;
                fleet.serves[one] = fleet.new_serve(one);
            }
            Fault::StopFanout => {
                stops(&mut fleet.fanouts[one]).await;
                fleet.fanouts[one] = fleet.system.start(&["fanout"]);
            }
            Fault::PostgresLosesPower => {
                self.postgres.kill().await;
                sleep(moment).await;
                self.postgres.start_again().await;
            }
            Fault::PostgresStarts => {
                self.postgres.stop().await;
                sleep(moment).await;
                self.postgres.start_again().await;
            }
            Fault::PostgresHangs => hangs(&self.postgres, moment).await,
            Fault::RedisIsEmptied => self.redis.tell("FLUSHALL").await,
            Fault::RedisLosesPower => {
                self.redis.kill().await;
                sleep(moment).await;
                self.redis.start_again().await;
            }
            Fault::RedisHangs => hangs(&self.redis, moment).await,
            Fault::KafkaLosesPower => {
                self.kafka.kill().await;
                sleep(moment).await;
                self.kafka.start_again().await;
            }
            Fault::KafkaHangs => hangs(&self.kafka, moment).await,
        }
    }

    /// Waits until all processes find everything in order, by themselves.
    async fn is_well(&self) {
        for address in self.fleet.addresses() {
            until("everything is ok again", async || {
                let answer = reqwest::get(format!("{address}/health/ready")).await;
                let Ok(answer) = answer else { return false };
                let report: serde_json::Value = answer.json().await.unwrap_or_default();
                report["status"] == "ok"
            })
            .await;
        }
    }
}

async fn hangs(server: &Server, moment: Duration) {
    server.freeze();
    sleep(moment).await;
    server.thaw();
}

async fn stops(process: &mut Process) {
    let ended = process.stop("TERM").await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.after < Duration::from_secs(10), "{ended:?}");
}

impl Use {
    fn of(fleet: &Fleet, at: f64) -> Self {
        let processes = [&fleet.serves[0], &fleet.fanouts[0]];
        Self {
            at,
            memory: processes.map(|process| process.figure("VmRSS")),
            files: processes.map(|process| {
                fs::read_dir(format!("/proc/{}/fd", process.id()))
                    .unwrap()
                    .count()
            }),
        }
    }
}

/// One of the figures of all that were taken in a time.
type Figure = fn(&[Use]) -> usize;

/// Compares what was used after the warm-up with what was at the end: of memory the middle, of files, which come and go
/// with the connections to a server, the fewest, since what leaks does not go.
fn flat(uses: &[Use]) -> String {
    let between = |from: f64, to: f64| -> Vec<Use> {
        uses.iter()
            .filter(|one| (from..to).contains(&one.at))
            .copied()
            .collect()
    };
    let (early, late) = (between(WARM_UP, WARM_UP + 0.2), between(0.8, 2.0));
    let figures: [(&str, &str, Figure); 4] = [
        ("serve", "kB", |some| {
            middle(some.iter().map(|one| one.memory[0]))
        }),
        ("serve", "files", |some| {
            some.iter().map(|one| one.files[0]).min().unwrap()
        }),
        ("fanout", "kB", |some| {
            middle(some.iter().map(|one| one.memory[1]))
        }),
        ("fanout", "files", |some| {
            some.iter().map(|one| one.files[1]).min().unwrap()
        }),
    ];
    let mut told = Vec::new();
    for (role, what, figure) in figures {
        let (before, after) = (figure(&early), figure(&late));
        told.push(format!("{role} {before} → {after} {what}"));
        // By a twentieth, or by one connection to each of the three servers: each kind of fault happens so often that
        // what it leaks is more.
        let most = before + (before / 20).max(3);
        assert!(after <= most, "it grew: {}", told.join(", "));
    }
    told.join(", ")
}

fn middle(figures: impl Iterator<Item = usize>) -> usize {
    let mut all: Vec<usize> = figures.collect();
    all.sort_unstable();
    all[all.len() / 2]
}
