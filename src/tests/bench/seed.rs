//! The data set: people who follow each other, tweets, one author with very many followers, and everybody logged in.

use chrono::{TimeDelta, Utc};
use diesel::{
    QueryableByName,
    sql_types::{BigInt, Text},
};
use diesel_async::RunQueryDsl;
use twitclone::{
    id::{SessionId, UserId},
    timeline,
};

use crate::{Options, stage::Stage};

/// So many others everybody follows, and is followed by.
const FOLLOWED: i64 = 50;
/// Distance of two of them in the circle of all people.
const STEP: i64 = 197;

/// An author whose followers all have a timeline.
pub const BIG: &str = "big";
/// An author with so many followers that most have none.
pub const VAST: &str = "vast";
/// Somebody who follows a thousand people and whose timeline is built again and again.
pub const KEEN: &str = "keen";
const KEEN_FOLLOWINGS: i64 = 1000;

/// By SQL. Person n is `un`, and joined in the n-th minute of 2025; the first `people` have tweets and timelines.
pub async fn seed(stage: &Stage, options: &Options) {
    let Options {
        people,
        followers,
        vast,
        tweets,
        ..
    } = options;
    let all = people.max(followers).max(vast);
    // Who follows whom, and who wrote which tweet, is arithmetic.
    let id =
        |n: &str| format!("id_at('2025-01-01'::timestamptz + ({n}) * interval '1 minute', {n})");
    let (user, other) = (id("n"), id(&format!("1 + (n - 1 + {STEP} * k) % {people}")));
    let author = id(&format!("1 + (t * 7919::bigint) % {people}"));
    let [big_id, vast_id, keen_id] = [1, 2, 3].map(|more| id(&(all + more).to_string()));
    stage
        .sql(&format!(
            "INSERT INTO users (id, username, email, display_name, bio, password_hash, tweet_count, \
                 follower_count, following_count) \
             SELECT {user}, 'u' || n, 'u' || n || '@example.org', 'Person ' || n, 'Made to be measured.', 'none', \
                 CASE WHEN n <= {people} THEN {tweets} / {people} ELSE 0 END, \
                 CASE WHEN n <= {people} THEN {FOLLOWED} ELSE 0 END, \
                 CASE WHEN n <= {people} THEN {FOLLOWED} ELSE 0 END \
             FROM generate_series(1, {all}) n; \
             INSERT INTO users (id, username, email, password_hash, follower_count, following_count) VALUES \
                 ({big_id}, '{BIG}', 'big@example.org', 'none', {followers}, 0), \
                 ({vast_id}, '{VAST}', 'vast@example.org', 'none', {vast}, 0), \
                 ({keen_id}, '{KEEN}', 'keen@example.org', 'none', 0, {KEEN_FOLLOWINGS}); \
             INSERT INTO follows (follower_id, followee_id) \
             SELECT {user}, {other} FROM generate_series(1, {people}) n, generate_series(1, {FOLLOWED}) k; \
             INSERT INTO follows (follower_id, followee_id) \
             SELECT {user}, {big_id} FROM generate_series(1, {followers}) n; \
             INSERT INTO follows (follower_id, followee_id) \
             SELECT {user}, {vast_id} FROM generate_series(1, {vast}) n; \
             INSERT INTO follows (follower_id, followee_id) \
             SELECT {keen_id}, {user} FROM generate_series(1, {KEEN_FOLLOWINGS}) n; \
             INSERT INTO tweets (id, author_id, text, created_at) \
             SELECT id_at(at, t), {author}, 'Tweet number ' || t || ' of many, as long as tweets usually are: it \
                 says what somebody had for breakfast, and then some more.', at \
             FROM (SELECT t, now() - ({tweets} - t + 60) * interval '10 seconds' AS at \
                   FROM generate_series(1, {tweets}) t) made; \
             INSERT INTO sessions (user_id, user_agent) SELECT id, 'bench' FROM users",
        ))
        .await;
    stage.sql("VACUUM ANALYZE").await;
}

/// Builds the timelines of the first people and of those who follow the big author, as if all had been here lately.
pub async fn warm(stage: &Stage, options: &Options) {
    let mut all = people(stage, 1, options.people.max(options.followers)).await;
    all.push(named(stage, KEEN).await);
    for person in all {
        timeline::rebuild(&stage.app, person.id, timeline::Reason::Backfill)
            .await
            .unwrap();
    }
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Someone {
    pub id: UserId,
    pub token: String,
}

/// The people `from` to `to`, counted from 1, in the order of their numbers.
pub async fn people(stage: &Stage, from: i64, to: i64) -> Vec<Someone> {
    let wanted = format!(
        "username IN (SELECT 'u' || n FROM generate_series({from}, {to}) n) ORDER BY users.id"
    );
    logged_in(stage, &wanted).await
}

/// One of those with a name of their own.
pub async fn named(stage: &Stage, name: &str) -> Someone {
    logged_in(stage, &format!("username = '{name}'"))
        .await
        .remove(0)
}

pub async fn logged_in_as(stage: &Stage, id: UserId) -> Someone {
    logged_in(stage, &format!("users.id = {id}"))
        .await
        .remove(0)
}

/// The followers of somebody, by id, but for the one whose timeline comes and goes.
pub async fn followers(stage: &Stage, of: UserId) -> Vec<UserId> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        follower_id: i64,
    }
    let mut connection = stage.app.db.dedicated().await.unwrap();
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT follower_id FROM follows JOIN users ON id = follower_id \
         WHERE followee_id = $1 AND username <> $2 ORDER BY 1",
    )
    .bind::<BigInt, _>(of.get())
    .bind::<Text, _>(KEEN)
    .load(&mut connection)
    .await
    .unwrap();
    rows.into_iter().map(|row| row.follower_id.into()).collect()
}

async fn logged_in(stage: &Stage, which: &str) -> Vec<Someone> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        user_id: i64,
        #[diesel(sql_type = BigInt)]
        session_id: i64,
    }
    let query = format!(
        "SELECT users.id AS user_id, sessions.id AS session_id FROM users JOIN sessions ON user_id = users.id \
         WHERE {which}"
    );
    let mut connection = stage.app.db.dedicated().await.unwrap();
    let rows: Vec<Row> = diesel::sql_query(query)
        .load(&mut connection)
        .await
        .unwrap();
    let token = |row: &Row| {
        let session = SessionId::from(row.session_id);
        let issued = stage.app.tokens.issue(
            row.user_id.into(),
            session,
            Utc::now() - TimeDelta::seconds(1),
        );
        issued.unwrap()
    };
    rows.iter()
        .map(|row| Someone {
            id: row.user_id.into(),
            token: token(row),
        })
        .collect()
}
