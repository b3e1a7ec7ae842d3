//! Posting, beside the same statement by pgbench; and how much of it can go on for good, fan-out included.

use std::time::Instant;

use twitclone::store::posting;

use crate::{
    Options,
    load::{Figures, Request, pgbench},
    seed,
    stage::Stage,
    table::{Table, Target, median},
};

const TEXT: &str = "A tweet that was written to be measured, as long as tweets usually are, and then some more words.";

pub async fn measure(stage: &Stage, options: &Options, table: &mut Table) {
    measure_profile(stage, options, "", table).await;
}

pub async fn measure_profile(stage: &Stage, options: &Options, profile: &str, table: &mut Table) {
    let people = seed::people(stage, 1, options.people).await;
    let body = format!("status={}", TEXT.replace(' ', "+"));
    let request = Request::post(stage, "/api/v1/statuses", &body, &people);
    let script = script(stage, options);
    request
        .send(stage.port, options.connections, 1)
        .await
        .all_well();
    stage.drained().await;
    let (mut ours, mut ceiling, mut sustained) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        let begun = Instant::now();
        let figures = request
            .send(stage.port, options.connections, options.seconds)
            .await
            .all_well();
        stage.drained().await;
        sustained.push(figures.requests as f64 / begun.elapsed().as_secs_f64());
        ours.push(figures);
        ceiling.push(pgbench(stage, "post.sql", &script, options).await);
        // What pgbench posted has events, too.
        stage.drained().await;
    }
    let of = |take: fn(&Figures) -> f64| median(&ours.iter().map(take).collect::<Vec<f64>>());
    table.compare(
        &format!("post{profile}: requests/s"),
        "/s",
        of(|figures| figures.per_second),
        &format!(
            "the same statement by pgbench, {} clients",
            options.connections
        ),
        median(&ceiling),
        &Target::Share(0.5),
    );
    table.tell(
        &format!("post{profile}: p50"),
        "ms",
        of(|figures| figures.p50),
        &Target::None,
    );
    table.tell(
        &format!("post{profile}: p99"),
        "ms",
        of(|figures| figures.p99),
        &Target::AtMost(25.0),
    );
    table.tell(
        &format!("post{profile} to 50 active followers, delivered, backlog zero"),
        "/s",
        median(&sustained),
        &Target::AtLeast(2000.0),
    );
}

/// The statement with pgbench's variables in the place of parameters.
fn script(stage: &Stage, options: &Options) -> String {
    let post = posting::POST
        .replace("$1", "ARRAY[:author]")
        .replace("$2", &format!("ARRAY['{TEXT}']"))
        .replace("$3", "ARRAY[NULL]")
        .replace("$4", "ARRAY[]")
        .replace("$5", "ARRAY[]")
        .replace("$6", &stage.app.settings.fanout.push_limit.to_string());
    // As seed.rs makes ids: milliseconds of the n-th minute of 2025, shifted by 16 bits, and n.
    format!(
        "\\set n random(1, {})\n\\set author ((1735689600000 + :n * 60000) * 65536 + :n)\n{post};\n",
        options.people
    )
}
