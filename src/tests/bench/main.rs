//! `scripts/bench`: what the timeline engine does in a second, each figure beside a ceiling measured in the same run.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::as_conversions,
    reason = "a measurement that fails has no figures to give"
)]

mod ceiling;
mod crowd;
mod delivering;
mod embedded;
mod lag;
mod latency;
mod load;
mod names;
mod posting;
mod reading;
mod seed;
mod stage;
mod table;
mod vast;

use std::path::PathBuf;

use clap::Parser;

use crate::{stage::Stage, table::Table};

/// Seeds a data set, measures, and prints one table.
#[derive(Debug, Parser)]
pub struct Options {
    /// The program to measure.
    #[arg(long)]
    program: PathBuf,
    /// Where files of this run may be kept.
    #[arg(long)]
    folder: PathBuf,
    /// People, each of whom follows fifty others and is followed by fifty
    #[arg(long, default_value_t = 10_000)]
    people: i64,
    /// Followers of the one author whose followers all have a timeline
    #[arg(long, default_value_t = 10_000)]
    followers: i64,
    /// Followers of an author behind whose tweets others must not wait; few of them have a timeline
    #[arg(long, default_value_t = 100_000)]
    vast: i64,
    /// Tweets
    #[arg(long, default_value_t = 1_000_000)]
    tweets: i64,
    /// How often each figure is taken; the median is told
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Seconds of each load
    #[arg(long, default_value_t = 4)]
    seconds: u32,
    /// Connections of each load
    #[arg(long, default_value_t = 32)]
    connections: usize,
    /// Work factor of password hashes, as people have it by default
    #[arg(long, default_value_t = 12)]
    hash_cost: u32,
    /// Measure only these parts (reading, posting, delivering, vast, latency, crowd, names, embedded), with commas
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

impl Options {
    fn wants(&self, part: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == part)
    }
}

fn main() {
    // A process of its own, so that it shares nothing with what is compared to it.
    if let Some(told) = ceiling::told() {
        return ceiling::serve(&told);
    }
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let table = runtime.block_on(measure(&options));
    println!("{table}");
    if table.has_misses() {
        println!("Figures marked with ✗ miss what they are to reach.");
    }
}

async fn measure(options: &Options) -> Table {
    let mut table = Table::default();
    let mut stage = Stage::full(options).await;
    seed::seed(&stage, options).await;
    seed::warm(&stage, options).await;
    stage.start().await;
    if options.wants("reading") {
        reading::measure(&stage, options, &mut table).await;
    }
    if options.wants("posting") {
        posting::measure(&stage, options, &mut table).await;
    }
    if options.wants("delivering") {
        delivering::measure(&stage, options, &mut table).await;
    }
    if options.wants("vast") {
        vast::measure(&mut stage, options, &mut table).await;
    }
    if options.wants("latency") {
        latency::measure(&stage, options, &mut table).await;
    }
    if options.wants("crowd") {
        crowd::measure(&stage, options, &mut table).await;
    }
    stage.memory(&mut table);
    if options.wants("names") {
        names::measure(&stage, options, &mut table).await;
    }
    stage.stop();
    if options.wants("embedded") {
        embedded::measure(options, &stage, &mut table).await;
    }
    table
}
