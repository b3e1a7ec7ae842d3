//! The full profile under load, broken on purpose: afterwards every acknowledged tweet is in every follower's home,
//! once. Small here; `scripts/faults` has the same at full size.

mod crowd;
mod fleet;
mod load;
mod small_disk;
mod topic;
mod verify;
mod wire;

mod alter;
mod clock;
mod cut;
mod disk_full;
mod endurance;
mod hang;
mod interleavings;
mod kafka;
mod kill;
mod poison;
mod power_cut;
mod redis;
mod replay;
mod stop;
mod storm;

use std::{
    env,
    fs::OpenOptions,
    io::{self, Write},
};

use rand::{SeedableRng, rngs::StdRng};

/// One run: what chance decides in it, and how large it is.
pub struct Run {
    name: &'static str,
    seed: u64,
    is_full: bool,
}

impl Run {
    /// Under the seed of the environment, or else one that is chosen here and printed.
    pub fn begin(name: &'static str) -> Self {
        let seed = match env::var("TWITCLONE_FAULTS_SEED") {
            Ok(seed) => seed.parse().expect("TWITCLONE_FAULTS_SEED is a number"),
            Err(_) => rand::random::<u32>().into(),
        };
        println!("{name}: seed {seed}");
        Self {
            name,
            seed,
            is_full: env::var("TWITCLONE_FAULTS_SIZE").is_ok_and(|size| size == "full"),
        }
    }

    /// Of this size in `scripts/faults`, of that in `scripts/test`.
    pub fn size(&self, full: usize, small: usize) -> usize {
        if self.is_full { full } else { small }
    }

    /// Whether it is long enough to look at times and at memory.
    pub fn is_full(&self) -> bool {
        self.is_full
    }

    /// Chance. Each user of it has a stream of its own, so that one does not change what another gets.
    pub fn chance(&self, stream: u64) -> StdRng {
        StdRng::seed_from_u64(self.seed ^ stream.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// Tells, where nobody overlooks it, that it cannot be done here.
    pub fn not_run(&self, why: &str) {
        // What a test that passes prints is not shown; this is.
        let mut stderr = io::stderr();
        writeln!(stderr, "{}: NOT RUN: {why}", self.name).unwrap();
        self.end("NOT RUN", why);
    }

    /// Tells what was done and what was found, for the table of `scripts/faults`.
    pub fn end(&self, done: &str, found: &str) {
        println!("{}: {done}: {found}", self.name);
        if let Ok(report) = env::var("TWITCLONE_FAULTS_REPORT") {
            let mut file = OpenOptions::new()
                .create(true)
                .append(true)
                .open(report)
                .unwrap();
            writeln!(file, "{}\t{done}\t{found}", self.seed).unwrap();
        }
    }
}
