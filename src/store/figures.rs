//! How many there are of what, for those who look at the server from outside.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    result::QueryResult,
    sql_types::{BigInt, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Connection, prepared::Prepared};

/// So many are counted. Where there are more, what PostgreSQL's own statistics say is near enough, and costs the same
/// however many there are.
const COUNTED: i64 = 10_000;

/// People, tweets, and people who were here lately.
#[derive(Clone, Copy, Debug, QueryableByName)]
pub struct Figures {
    #[diesel(sql_type = BigInt)]
    pub users: i64,
    #[diesel(sql_type = BigInt)]
    pub tweets: i64,
    #[diesel(sql_type = BigInt)]
    pub active: i64,
}

/// Materialized, since what is counted is mentioned thrice, and would be counted for each.
const FIGURES: &str = "WITH counted AS MATERIALIZED ( \
         SELECT (SELECT count(*) FROM (SELECT FROM users LIMIT $2) few) AS users, \
             (SELECT count(*) FROM (SELECT FROM tweets LIMIT $2) few) AS tweets \
     ), here AS ( \
         SELECT count(*) AS sessions, count(DISTINCT user_id) AS users \
         FROM (SELECT user_id FROM sessions WHERE last_used_at >= $1 LIMIT $2) few \
     ), known AS ( \
         SELECT oid, greatest(reltuples, 0)::bigint AS rows FROM pg_class \
         WHERE oid IN ('users'::regclass, 'tweets'::regclass, 'sessions'::regclass) \
     ), each AS ( \
         SELECT abs(coalesce(min(n_distinct), -1)) AS part FROM pg_stats \
         WHERE tablename = 'sessions' AND attname = 'user_id' AND schemaname = current_schema() \
     ) \
     SELECT CASE WHEN counted.users < $2 THEN counted.users ELSE greatest(counted.users, \
             (SELECT rows FROM known WHERE oid = 'users'::regclass)) END AS users, \
         CASE WHEN counted.tweets < $2 THEN counted.tweets ELSE greatest(counted.tweets, \
             (SELECT rows FROM known WHERE oid = 'tweets'::regclass)) END AS tweets, \
         CASE WHEN here.sessions < $2 THEN here.users ELSE greatest(here.users, \
             CASE WHEN each.part > 1 THEN each.part \
                 ELSE each.part * (SELECT rows FROM known WHERE oid = 'sessions'::regclass) END::bigint \
             ) END AS active \
     FROM counted, here, each";

/// How many people and tweets there are, and how many people were here since `since`. About, where there are many.
pub async fn figures(connection: &mut Connection, since: DateTime<Utc>) -> QueryResult<Figures> {
    Prepared(
        diesel::sql_query(FIGURES)
            .bind::<Timestamptz, _>(since)
            .bind::<BigInt, _>(COUNTED),
    )
    .get_result(connection)
    .await
}
