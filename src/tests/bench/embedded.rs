//! The embedded profile: one process, PostgreSQL alone.

use std::{fs, time::Instant};

use crate::{
    Options, latency, posting, reading,
    stage::Stage,
    table::{Table, Target, median, percentile},
};

const PROFILE: &str = " (embedded)";
const STARTS: usize = 10;

pub async fn measure(options: &Options, cached: &Stage, table: &mut Table) {
    let mut stage = Stage::embedded(options);
    at_rest(&mut stage, options, table).await;
    for way in reading::WAYS.iter().take(2) {
        reading::measure_way(&stage, cached, options, way, PROFILE, table).await;
    }
    posting::measure_profile(&stage, options, PROFILE, table).await;
    let visible = latency::posted_to_visible(&stage, options).await;
    table.tell(
        "posted→visible (embedded): p50",
        "ms",
        median(&visible),
        &Target::AtMost(3.0),
    );
    table.tell(
        "posted→visible (embedded): p99",
        "ms",
        percentile(&visible, 0.99),
        &Target::AtMost(15.0),
    );
    let memory = stage.serve.as_ref().unwrap().resident();
    table.tell(
        "memory of serve after the run (embedded)",
        "MiB",
        memory,
        &Target::None,
    );
}

/// Leaves it running.
async fn at_rest(stage: &mut Stage, options: &Options, table: &mut Table) {
    let (mut starts, mut memory) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        stage.stop();
        let begun = Instant::now();
        stage.start().await;
        starts.push(begun.elapsed().as_secs_f64() * 1000.0);
        memory.push(stage.serve.as_ref().unwrap().resident());
    }
    let size = fs::metadata(&options.program).unwrap().len() as f64 / 1e6;
    table.tell(
        "resident memory at rest (embedded)",
        "MiB",
        median(&memory),
        &Target::AtMost(30.0),
    );
    table.tell(
        "start to ready (embedded)",
        "ms",
        median(&starts),
        &Target::AtMost(100.0),
    );
    table.tell("size of the binary", "MB", size, &Target::AtMost(30.0));
}
