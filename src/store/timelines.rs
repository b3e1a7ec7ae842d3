//! The home timeline as SQL has it: the truth that cached ones are compared with and rebuilt from.

use diesel::{
    QueryableByName,
    result::QueryResult,
    sql_types::{Array, BigInt, Bool},
};
use diesel_async::RunQueryDsl;

use super::{Connection, prepared::Prepared};
use crate::{
    cursor::Page,
    id::{TweetId, UserId},
};

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
}

/// The ids on one page of a user's home, newest first.
///
/// Each followed author gives their own newest by one index-only scan, so the cost grows with the
/// followings and the page, not with the tweets.
pub async fn home_ids(
    connection: &mut Connection,
    user: UserId,
    page: &Page,
) -> QueryResult<Vec<TweetId>> {
    let sql = if page.from_below() {
        "SELECT tweet.id FROM ( \
             SELECT $1 AS id UNION ALL SELECT followee_id FROM follows WHERE follower_id = $1 \
         ) author CROSS JOIN LATERAL ( \
             SELECT id FROM tweets WHERE author_id = author.id AND id < $2 AND id > $3 \
             ORDER BY id LIMIT $4 \
         ) tweet ORDER BY tweet.id LIMIT $4"
    } else {
        "SELECT tweet.id FROM ( \
             SELECT $1 AS id UNION ALL SELECT followee_id FROM follows WHERE follower_id = $1 \
         ) author CROSS JOIN LATERAL ( \
             SELECT id FROM tweets WHERE author_id = author.id AND id < $2 AND id > $3 \
             ORDER BY id DESC LIMIT $4 \
         ) tweet ORDER BY tweet.id DESC LIMIT $4"
    };
    let rows: Vec<Row> = Prepared(
        diesel::sql_query(sql)
            .bind::<BigInt, _>(user.get())
            .bind::<BigInt, _>(page.below())
            .bind::<BigInt, _>(page.above())
            .bind::<BigInt, _>(page.sql_limit()),
    )
    .load(connection)
    .await?;
    let ids = rows.into_iter().map(|row| row.id.into()).collect();
    Ok(page.newest_first(ids))
}

/// The newest `cap` ids of a user's home and the `home_version` they belong to, from one snapshot.
pub async fn whole_home(
    connection: &mut Connection,
    user: UserId,
    cap: usize,
) -> QueryResult<(i64, Vec<TweetId>)> {
    #[derive(QueryableByName)]
    struct Versioned {
        #[diesel(sql_type = BigInt)]
        home_version: i64,
        #[diesel(sql_type = diesel::sql_types::Nullable<BigInt>)]
        id: Option<i64>,
    }
    let rows: Vec<Versioned> = Prepared(
        diesel::sql_query(
            "SELECT users.home_version, tweet.id FROM users LEFT JOIN LATERAL ( \
                 SELECT newest.id FROM ( \
                     SELECT $1 AS id UNION ALL SELECT followee_id FROM follows WHERE follower_id = $1 \
                 ) author CROSS JOIN LATERAL ( \
                     SELECT id FROM tweets WHERE author_id = author.id ORDER BY id DESC LIMIT $2 \
                 ) newest ORDER BY newest.id DESC LIMIT $2 \
             ) tweet ON true WHERE users.id = $1 ORDER BY tweet.id DESC",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<BigInt, _>(i64::try_from(cap).unwrap_or(i64::MAX)),
    )
    .load(connection)
    .await?;
    let version = rows.as_slice().first().map_or(0, |row| row.home_version);
    let ids = rows
        .into_iter()
        .filter_map(|row| row.id.map(TweetId::from))
        .collect();
    Ok((version, ids))
}

/// Those of `ids` that stand in a user's home, in no order.
pub async fn at_home(
    connection: &mut Connection,
    user: UserId,
    ids: &[TweetId],
) -> QueryResult<Vec<TweetId>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let rows: Vec<Row> = Prepared(
        diesel::sql_query(
            "SELECT id FROM tweets WHERE id = ANY($2) AND (author_id = $1 OR EXISTS ( \
                 SELECT FROM follows WHERE follower_id = $1 AND followee_id = author_id))",
        )
        .bind::<BigInt, _>(user.get())
        .bind::<Array<BigInt>, _>(ids),
    )
    .load(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// Takes the lock that says "timelines of this database live in my memory", for as long as the connection
/// lives. False when another process has it.
pub async fn lock_memory(connection: &mut Connection, schema: &str) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Locked {
        #[diesel(sql_type = Bool)]
        locked: bool,
    }
    let row: Locked = diesel::sql_query(
        "SELECT pg_try_advisory_lock(hashtext('twitclone timelines in memory'), hashtext($1)) AS locked",
    )
    .bind::<diesel::sql_types::Text, _>(schema)
    .get_result(connection)
    .await?;
    Ok(row.locked)
}
