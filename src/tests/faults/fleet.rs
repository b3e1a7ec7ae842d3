//! Several processes of each role, at ports that stay theirs, so that one that was killed is found again.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::Value;

use super::{Run, crowd::Crowd};
use crate::{
    process::{Environment, Process},
    servers::free_port,
    system::System,
    test_app::Profile,
};

/// The first author's tweets are delivered in pieces, as those of authors with many followers are.
const SETTINGS: [(&str, &str); 6] = [
    ("TWITCLONE__KAFKA__PARTITIONS", "12"),
    ("TWITCLONE__FANOUT__BATCH_FOLLOWERS", "400"),
    ("TWITCLONE__FANOUT__PIECE_FOLLOWERS", "200"),
    // It would put right what is to be seen.
    ("TWITCLONE__TIMELINES__AUDIT_SECONDS", "0"),
    // A run is longer than a token lasts by default.
    ("ACCESS_TOKEN_EXPIRE_MINUTES", "600"),
    ("TWITCLONE__DATABASE__STATEMENT_TIMEOUT_MS", "1500"),
];

pub struct Fleet {
    pub system: System,
    pub serves: Vec<Process>,
    pub fanouts: Vec<Process>,
    ports: Vec<u16>,
}

impl Fleet {
    /// `more` are settings that differ, such as those that lead to a server of the run's own.
    pub async fn start(serves: usize, fanouts: usize, more: &[(&str, &str)]) -> Self {
        let settings = [&SETTINGS, more].concat();
        let mut fleet = Self {
            system: System::prepared(Profile::Full, &settings).await,
            serves: Vec::new(),
            fanouts: Vec::new(),
            ports: Vec::new(),
        };
        for at in 0..serves {
            fleet.ports.push(free_port().await);
            let process = fleet.new_serve(at);
            fleet.serves.push(process);
        }
        for _ in 0..fanouts {
            fleet.fanouts.push(fleet.system.start(&["fanout"]));
        }
        for serve in &fleet.serves {
            serve.address().await;
        }
        for fanout in &fleet.fanouts {
            fanout.logged("\"partitions assigned\"").await;
        }
        fleet
    }

    pub fn addresses(&self) -> Vec<String> {
        let address = |port| format!("http://127.0.0.1:{port}");
        self.ports.iter().map(address).collect()
    }

    /// People whose timelines are all warm.
    pub async fn crowd(&self, run: &Run, authors: usize, followers: usize) -> Arc<Crowd> {
        let crowd = Crowd::gather(&self.system, &mut run.chance(0), authors, followers).await;
        self.warm(&crowd).await;
        crowd
    }

    /// Everybody reads their home.
    pub async fn warm(&self, crowd: &Crowd) {
        let addresses = self.addresses();
        let members: Vec<_> = crowd.members().collect();
        for some in members.chunks(16) {
            join_all(some.iter().enumerate().map(async |(at, member)| {
                member.at(&addresses[at % addresses.len()]).home().await;
            }))
            .await;
        }
    }

    /// Prints how the logs of all processes end, for whoever looks into a fault.
    pub fn tell_logs(&self) {
        for process in self.serves.iter().chain(&self.fanouts) {
            let log = process.log();
            let lines: Vec<&str> = log.lines().collect();
            println!("{}\n", lines[lines.len().saturating_sub(20)..].join("\n"));
        }
    }

    /// A `serve` at the port of the one that was there. It does not wait until it serves.
    pub fn new_serve(&self, at: usize) -> Process {
        self.new_serve_with(at, &[])
    }

    /// The same with more in its environment.
    pub fn new_serve_with(&self, at: usize, more: &Environment) -> Process {
        let mut environment = [self.system.environment.as_slice(), more].concat();
        let port = self.ports[at].to_string();
        environment.push(("TWITCLONE__SERVER__PORT".to_owned(), port));
        Process::start(&["serve"], &environment)
    }
}

/// Whether this `fanout` has ever had partitions.
pub fn has_partitions(fanout: &Process) -> bool {
    let has = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap_or_default();
        line["message"] == "partitions assigned" && line["partitions"].as_u64() > Some(0)
    };
    fanout.log().lines().any(has)
}
