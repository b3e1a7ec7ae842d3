//! Lists that somebody else wrote into.

use std::{collections::BTreeSet, time::Duration};

use deadpool_redis::redis::{self, aio::MultiplexedConnection};
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};
use twitclone::{
    id::{TweetId, UserId},
    timeline::audit::GRACE,
};

use super::{
    Run,
    crowd::{Crowd, Member},
    fleet::Fleet,
    load::{Load, Rate},
    verify::{list_and_truth, verify},
};
use crate::{process::Ended, system::until, test_app::redis_connection};

const RATE: Rate = Rate {
    posters: 1,
    readers: 2,
    // So slowly that what is altered does not fall below the cap before it is looked for.
    every: Duration::from_millis(200),
};
/// Of each author, so that many lists end above the first tweet.
const TWEETS_BEFORE: usize = 60;
const CAP: &str = "300";

#[tokio::test(flavor = "multi_thread")]
async fn ids_taken_out_and_put_in_are_found_and_repaired() {
    let run = Run::begin("alter");
    let fleet = Fleet::start(1, 1, &[("TWITCLONE__TIMELINES__CAP", CAP)]).await;
    let mut chance = run.chance(0);
    let crowd = Crowd::gather(&fleet.system, &mut chance, 20, run.size(400, 60)).await;
    let before = tweets_of_an_hour_ago(&fleet).await;
    fleet.warm(&crowd).await;
    until("everybody has a list", async || {
        for member in crowd.members() {
            if !matches!(list_and_truth(&fleet.system, member).await, Ok(Some(_))) {
                return false;
            }
        }
        true
    })
    .await;
    let mut load = Load::start(&run, &crowd, &fleet.addresses(), RATE);
    for (author, tweet) in before {
        load.record.acknowledged(author, tweet);
    }

    let rounds = run.size(10, 2);
    let (mut altered, mut changes) = (0, 0);
    for _ in 0..rounds {
        let mut expected = BTreeSet::new();
        for member in crowd.members() {
            if chance.random_bool(0.3) {
                changes += alter(&fleet, member, &mut chance).await;
                expected.insert(member.id());
            }
        }
        let check = async |more: &[&str]| {
            let arguments = [&["backfill", "--check", "--all"], more].concat();
            fleet.system.run(&arguments).await
        };
        let found = check(&[]).await;
        assert_eq!(found.code, Some(1), "{found:?}");
        assert_eq!(told(&found), expected, "{found:?}");
        let repaired = check(&["--repair"]).await;
        assert_eq!(repaired.code, Some(0), "{repaired:?}");
        assert_eq!(told(&repaired), expected, "{repaired:?}");
        let after = check(&[]).await;
        assert_eq!(after.code, Some(0), "{after:?}");
        altered += expected.len();
    }
    let record = load.stop().await;
    assert_eq!(record.answers().failures(), 0);
    let found = verify(&fleet, &crowd, &record).await;
    run.end(
        &format!(
            "{changes} ids taken out of or put into {altered} lists, in {rounds} rounds, under load"
        ),
        &format!("the audit named just those lists and repaired them; {found}"),
    );
}

/// Takes ids out, puts ids in, at random, in the upper half: what is below the cap next is no fault.
async fn alter(fleet: &Fleet, member: &Member, chance: &mut StdRng) -> usize {
    let mut redis = redis_connection().await;
    let key = format!("{}:timeline:{}", fleet.system.name, member.id());
    let ids = entries(&mut redis, &key).await;
    // The audit says nothing of one that may still be on its way.
    let settled = fleet.system.app.clock.now() - GRACE;
    let is_young = |id: &&String| id.parse::<TweetId>().unwrap().made_at() > settled;
    let young = ids.iter().take_while(is_young).count();
    let changes = chance.random_range(1..=5);
    for _ in 0..changes {
        let at = &ids[young..ids.len() / 2].choose(chance).unwrap();
        let mut command = redis::cmd("LREM");
        if chance.random_bool(0.5) {
            command.arg(&key).arg(0).arg(at);
        } else {
            // One that there is no tweet of, or one that stands elsewhere in the list.
            let new = if chance.random_bool(0.5) {
                (at.parse::<i64>().unwrap() + 1).to_string()
            } else {
                ids.choose(chance).unwrap().clone()
            };
            command = redis::cmd("LINSERT");
            command.arg(&key).arg("BEFORE").arg(at).arg(new);
        }
        let _: i64 = command.query_async(&mut redis).await.unwrap();
    }
    changes
}

/// The ids of a list, without its mark.
async fn entries(redis: &mut MultiplexedConnection, key: &str) -> Vec<String> {
    let mut command = redis::cmd("LRANGE");
    command.arg(key).arg(0).arg(-2);
    command.query_async(redis).await.unwrap()
}

/// Whose lists the command says are wrong.
fn told(ended: &Ended) -> BTreeSet<UserId> {
    let user = |line: &str| {
        line.strip_prefix("user ")?
            .split(':')
            .next()?
            .parse::<i64>()
            .ok()
    };
    ended
        .stdout
        .lines()
        .filter_map(user)
        .map(UserId::from)
        .collect()
}

/// Old enough that the audit takes none of them for one that is on its way. The number after each is no tweet's.
async fn tweets_of_an_hour_ago(fleet: &Fleet) -> Vec<(UserId, TweetId)> {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        id: i64,
        #[diesel(sql_type = BigInt)]
        author_id: i64,
    }
    let mut connection = fleet.system.app.db.get().await.unwrap();
    let rows: Vec<Row> = diesel::sql_query(format!(
        "INSERT INTO tweets (id, author_id, text)
         SELECT id_at(now() - interval '1 hour' + n * interval '1 second', 2 * row_number() OVER ()), users.id, 'old ' || n
         FROM users, generate_series(1, {TWEETS_BEFORE}) n WHERE username LIKE 'author%'
         RETURNING id, author_id"
    ))
    .load(&mut connection)
    .await
    .unwrap();
    rows.into_iter()
        .map(|row| (row.author_id.into(), row.id.into()))
        .collect()
}
