//! Whether everything that was acknowledged is where it belongs, once, and nothing else is.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use futures_util::future::join_all;
use twitclone::{
    error::Result,
    id::TweetId,
    store::{outbox, pieces, timelines},
    timeline::{State, Version},
};

use super::{
    crowd::{Crowd, Member},
    fleet::Fleet,
    load::Record,
    topic::progress,
};
use crate::system::System;

/// Everything is in place by then.
pub const WITHIN: Duration = Duration::from_secs(30);

/// Waits until all lists that are in use are as SQL has them, at most [`WITHIN`], then reads everybody's home to its
/// end by HTTP and compares it with the record, and has `backfill --check --all` look as well. What it found, in words;
/// it panics at a fault. Nothing may be posted meanwhile.
pub async fn verify(fleet: &Fleet, crowd: &Crowd, record: &Record) -> String {
    verify_within(WITHIN, fleet, crowd, record).await
}

/// The same with another limit than [`WITHIN`].
pub async fn verify_within(
    within: Duration,
    fleet: &Fleet,
    crowd: &Crowd,
    record: &Record,
) -> String {
    let system = &fleet.system;
    let begun = Instant::now();
    // Nobody reads here, which would build anew what lacks something.
    let (mut used, mut wrong) = lists(system, crowd).await;
    let mut late = None;
    while !wrong.is_empty() {
        if begun.elapsed() >= within && late.is_none() {
            fleet.tell_logs();
            late = Some(format!(
                "{} of {used} lists are not as SQL has them after {within:?} ({}): {}",
                wrong.len(),
                what_waits(system).await,
                wrong.join("; ")
            ));
        }
        // What is late is told from what is lost.
        if begun.elapsed() >= within * 3 {
            panic!("lost: {}", late.unwrap_or_default());
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        (used, wrong) = lists(system, crowd).await;
    }
    let took = begun.elapsed();
    if let Some(late) = late {
        panic!("right only after {took:?}: {late}");
    }
    let acknowledged = no_tweet_twice(system, record).await;
    homes_are_as_acknowledged(fleet, crowd, record).await;
    let checked = system.run(&["backfill", "--check", "--all"]).await;
    assert_eq!(checked.code, Some(0), "backfill --check --all: {checked:?}");
    format!(
        "{acknowledged} tweets acknowledged; {used} lists right after {:.1} s, {} homes read to the end: 0 missing, \
         0 doubled",
        took.as_secs_f64(),
        crowd.members().count()
    )
}

/// What has not been delivered yet.
pub async fn what_waits(system: &System) -> String {
    let mut connection = system.app.db.get().await.unwrap();
    let (waiting, _) = outbox::depth(&mut connection).await.unwrap();
    let pieces = pieces::depths(&mut connection).await.unwrap();
    let kafka = &system.app.settings.kafka;
    let topic = match progress(kafka, &kafka.group).await {
        Ok((done, all)) => format!("{done} of {all} on the topic delivered"),
        Err(error) => error.to_string(),
    };
    format!("{waiting} events in the outbox, {pieces:?}, {topic}")
}

/// How many lists are in use, and what is wrong with those that are not as SQL has them.
async fn lists(system: &System, crowd: &Crowd) -> (usize, Vec<String>) {
    let mut used = 0;
    let mut wrong = Vec::new();
    for member in crowd.members() {
        let told = match list_and_truth(system, member).await {
            Ok(None) => continue,
            Ok(Some((ids, truth))) if ids == truth => None,
            Ok(Some((ids, truth))) => Some(difference(&ids, &truth)),
            // Too busy with deliveries: looked at again.
            Err(error) => Some(error.to_string()),
        };
        used += 1;
        wrong.extend(told.map(|told| format!("{}: {told}", member.user.username)));
    }
    (used, wrong)
}

/// A cached list and what SQL says that it should be; `None` when it is not answered from.
pub async fn list_and_truth(
    system: &System,
    member: &Member,
) -> Result<Option<(Vec<TweetId>, Vec<TweetId>)>> {
    let app = &system.app;
    let Some(inspected) = app.timelines.inspect(member.id()).await? else {
        return Ok(None);
    };
    let cap = app.settings.timelines.cap;
    let mut connection = app.db.get().await?;
    let (version, mut truth) = timelines::whole_home(&mut connection, member.id(), cap).await?;
    if inspected.cached.state != State::Warm(Version(version)) {
        return Ok(None);
    }
    assert_eq!(inspected.strangers, 0);
    let ids = inspected.cached.ids;
    if !inspected.cached.is_whole {
        // It says nothing of what lies below its end.
        truth.truncate(ids.len());
    }
    Ok(Some((ids, truth)))
}

/// No key made two tweets, and nothing is there that nobody posted.
async fn no_tweet_twice(system: &System, record: &Record) -> usize {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let mut connection = system.app.db.get().await.unwrap();
    let rows: Vec<Row> = diesel::sql_query("SELECT id FROM tweets ORDER BY id DESC")
        .load(&mut connection)
        .await
        .unwrap();
    let kept: Vec<TweetId> = rows.into_iter().map(|row| row.id.into()).collect();
    let acknowledged = newest_first(record.tweets().into_iter().map(|(_, tweet)| tweet));
    assert!(
        kept == acknowledged,
        "the tweets in SQL are not those acknowledged: {}",
        difference(&kept, &acknowledged)
    );
    acknowledged.len()
}

/// Everybody's home, scrolled to its end, has what they are to see, once, newest first.
async fn homes_are_as_acknowledged(fleet: &Fleet, crowd: &Crowd, record: &Record) {
    let tweets = record.tweets();
    let addresses = fleet.addresses();
    let members: Vec<&Member> = crowd.members().collect();
    for some in members.chunks(4) {
        let read = some.iter().enumerate().map(async |(at, member)| {
            let shown = tweets
                .iter()
                .filter(|(author, _)| crowd.shows(*author, member.id()));
            let expected = newest_first(shown.map(|(_, tweet)| *tweet));
            let home = member
                .at(&addresses[at % addresses.len()])
                .whole_home(40)
                .await;
            assert!(
                home == expected,
                "the home of {} is wrong: {}",
                member.user.username,
                difference(&home, &expected)
            );
        });
        join_all(read).await;
    }
}

fn newest_first(ids: impl Iterator<Item = TweetId>) -> Vec<TweetId> {
    let mut ids: Vec<TweetId> = ids.collect();
    ids.sort_by(|a, b| b.cmp(a));
    ids
}

/// What is wrong with a list of ids, in words.
pub fn difference(found: &[TweetId], expected: &[TweetId]) -> String {
    let (in_found, in_expected): (HashSet<_>, HashSet<_>) =
        (found.iter().collect(), expected.iter().collect());
    let missing: Vec<_> = expected
        .iter()
        .filter(|id| !in_found.contains(id))
        .collect();
    let strange: Vec<_> = found
        .iter()
        .filter(|id| !in_expected.contains(id))
        .collect();
    format!(
        "{} of {} missing {:?}, {} doubled, {} strange {:?}",
        missing.len(),
        expected.len(),
        &missing[..missing.len().min(5)],
        found.len() - in_found.len(),
        strange.len(),
        &strange[..strange.len().min(5)]
    )
}
