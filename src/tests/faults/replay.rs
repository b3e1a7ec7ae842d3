//! The whole topic, delivered once more.

use std::time::Duration;

use rand::seq::IndexedRandom;
use twitclone::{
    id::{TweetId, UserId},
    store::pieces,
    timeline::Inspected,
};

use super::{
    Run,
    crowd::Crowd,
    fleet::Fleet,
    load::{Load, Rate},
    topic::progress,
    verify::verify,
};
use crate::{process::Process, system::until};

const RATE: Rate = Rate {
    posters: 8,
    readers: 2,
    every: Duration::from_millis(20),
};
/// Small, so that much of what comes again lies below it.
const CAP: &str = "100";

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_topic_delivered_again_changes_no_timeline() {
    let run = Run::begin("replay");
    let mut fleet = Fleet::start(1, 2, &[("TWITCLONE__TIMELINES__CAP", CAP)]).await;
    let crowd = fleet.crowd(&run, 20, 40).await;
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    let enough = run.size(20_000, 300);
    while load.record.count() < enough {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let record = load.stop().await;
    let found = verify(&fleet, &crowd, &record).await;
    let deleted = delete_some(&run, &fleet, &crowd, &record.tweets()).await;
    let before = lists(&fleet, &crowd).await;

    // To a new group nothing has been delivered.
    for fanout in &mut fleet.fanouts {
        assert_eq!(fanout.stop("TERM").await.code, Some(0));
    }
    let group = format!("{}_again", fleet.system.name);
    let mut environment = fleet.system.environment.clone();
    environment.push(("TWITCLONE__KAFKA__GROUP".to_owned(), group.clone()));
    fleet.fanouts = vec![
        Process::start(&["fanout"], &environment),
        Process::start(&["fanout"], &environment),
    ];
    let kafka = fleet.system.app.settings.kafka.clone();
    until("everything is delivered again", async || {
        let (done, all) = progress(&kafka, &group).await.unwrap();
        assert!(
            all >= i64::try_from(record.count()).unwrap(),
            "{all} events on the topic"
        );
        done == all
    })
    .await;
    nothing_in_the_lanes(&fleet).await;
    let after = lists(&fleet, &crowd).await;
    assert!(before == after, "the timelines are not as before");
    run.end(
        &format!(
            "{} events delivered again, {deleted} of them of deleted tweets",
            record.count()
        ),
        &format!(
            "{} lists equal before and after; before: {found}",
            before.len()
        ),
    );
}

/// Whose events come again later, to no effect.
async fn delete_some(
    run: &Run,
    fleet: &Fleet,
    crowd: &Crowd,
    tweets: &[(UserId, TweetId)],
) -> usize {
    let mut chance = run.chance(2);
    let count = run.size(200, 20);
    let address = &fleet.addresses()[0];
    for (author, tweet) in tweets.sample(&mut chance, count) {
        let author = crowd.authors.iter().find(|member| member.id() == *author);
        author.unwrap().at(address).delete_tweet(*tweet).await;
    }
    nothing_in_the_lanes(fleet).await;
    count
}

async fn nothing_in_the_lanes(fleet: &Fleet) {
    until("no pieces are left", async || {
        let mut connection = fleet.system.app.db.get().await.unwrap();
        pieces::depths(&mut connection).await.unwrap().is_empty()
    })
    .await;
}

async fn lists(fleet: &Fleet, crowd: &Crowd) -> Vec<Inspected> {
    let mut lists = Vec::new();
    for member in crowd.members() {
        let list = fleet.system.app.timelines.inspect(member.id()).await;
        lists.push(list.unwrap().expect("it is cached"));
    }
    lists
}
