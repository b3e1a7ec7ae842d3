//! Reading home, as JSON and as a page, beside a constant body of the same size after one `LRANGE`.

use crate::{
    Options,
    ceiling::Ceiling,
    load::Request,
    seed::{self, Someone},
    stage::Stage,
    table::{Table, Target, median},
};

/// So many people read, in turn.
const READERS: i64 = 1000;

/// A way of reading home and what it is to reach.
pub struct Way {
    pub name: &'static str,
    pub path: &'static str,
    pub tweets: usize,
    /// Occurs once for each tweet.
    pub mark: &'static str,
    pub share: f64,
    pub p99: f64,
}

pub const WAYS: [Way; 4] = [
    Way {
        name: "home JSON",
        path: "/api/v1/timelines/home?limit=40",
        tweets: 40,
        mark: "\"account\":",
        share: 0.65,
        p99: 10.0,
    },
    Way {
        name: "home JSON",
        path: "/api/v1/timelines/home?limit=100",
        tweets: 100,
        mark: "\"account\":",
        share: 0.5,
        p99: 10.0,
    },
    Way {
        name: "home HTML",
        path: "/?limit=40",
        tweets: 40,
        mark: "<article",
        share: 0.5,
        p99: 15.0,
    },
    Way {
        name: "home HTML",
        path: "/?limit=100",
        tweets: 100,
        mark: "<article",
        share: 0.4,
        p99: 15.0,
    },
];

pub async fn measure(stage: &Stage, options: &Options, table: &mut Table) {
    for way in &WAYS {
        measure_way(stage, stage, options, way, "", table).await;
    }
}

/// The ceiling's timelines are those of `cached`, which has some in Redis.
pub async fn measure_way(
    stage: &Stage,
    cached: &Stage,
    options: &Options,
    way: &Way,
    profile: &str,
    table: &mut Table,
) {
    let people = seed::people(stage, 1, options.people.min(READERS)).await;
    let (body, content_type) = example(stage, way, &people[0]).await;
    let ceiling = Ceiling::of(cached, &people, &body, &content_type, way.tweets).await;
    let request = Request::get(stage, way.path, &people);
    // The first readers fill what is kept.
    request
        .send(stage.port, options.connections, options.seconds.min(2))
        .await
        .all_well();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        ours.push(
            request
                .send(stage.port, options.connections, options.seconds)
                .await
                .all_well(),
        );
        theirs.push(
            ceiling
                .send(&request, options.connections, options.seconds)
                .await,
        );
    }
    let of = |all: &[crate::load::Figures], take: fn(&crate::load::Figures) -> f64| {
        median(&all.iter().map(take).collect::<Vec<f64>>())
    };
    let name = format!("{}, {} tweets{profile}", way.name, way.tweets);
    let kib = body.len() as f64 / 1024.0;
    table.compare(
        &format!("{name}: requests/s"),
        "/s",
        of(&ours, |figures| figures.per_second),
        &format!("constant body ({kib:.0} KiB) after LRANGE"),
        of(&theirs, |figures| figures.per_second),
        &Target::Share(way.share),
    );
    table.compare(
        &format!("{name}: p50"),
        "ms",
        of(&ours, |figures| figures.p50),
        "the same",
        of(&theirs, |figures| figures.p50),
        &Target::None,
    );
    table.compare(
        &format!("{name}: p99"),
        "ms",
        of(&ours, |figures| figures.p99),
        "the same",
        of(&theirs, |figures| figures.p99),
        &Target::AtMost(way.p99),
    );
}

/// An answer, which must hold as many tweets as were asked for.
async fn example(stage: &Stage, way: &Way, reader: &Someone) -> (Vec<u8>, String) {
    let response = reqwest::Client::new()
        .get(stage.url(way.path))
        .header("cookie", format!("access_token={}", reader.token))
        .send()
        .await
        .unwrap();
    let content_type = response.headers()["content-type"]
        .to_str()
        .unwrap()
        .to_owned();
    let body = response.text().await.unwrap();
    assert_eq!(body.matches(way.mark).count(), way.tweets, "{}", way.path);
    (body.into_bytes(), content_type)
}
