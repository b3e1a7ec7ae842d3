//! Tweets of authors with very many followers, which are merged into homes when those are read.

use std::collections::HashMap;

use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{Array, BigInt},
};
use diesel_async::RunQueryDsl;

use super::{Connection, prepared::Prepared, schema::tweets};
use crate::id::{TweetId, UserId};

/// Everybody who has such tweets, by id. One look into the index for each of them, however many tweets they have.
pub async fn authors(connection: &mut Connection) -> QueryResult<Vec<i64>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        author_id: i64,
    }
    let rows: Vec<Row> = Prepared(diesel::sql_query(
        "WITH RECURSIVE author (author_id) AS ( \
             (SELECT author_id FROM tweets WHERE is_pulled ORDER BY author_id LIMIT 1) \
             UNION ALL SELECT ( \
                 SELECT author_id FROM tweets \
                 WHERE is_pulled AND author_id > author.author_id ORDER BY author_id LIMIT 1 \
             ) FROM author WHERE author_id IS NOT NULL \
         ) SELECT author_id FROM author WHERE author_id IS NOT NULL",
    ))
    .load(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.author_id).collect())
}

/// The newest such tweets of each of these people, newest first: an index-only scan each, in one round trip.
pub async fn newest(
    connection: &mut Connection,
    authors: &[UserId],
    limit: i64,
) -> QueryResult<HashMap<UserId, Vec<TweetId>>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        author_id: i64,
        #[diesel(sql_type = Array<BigInt>)]
        ids: Vec<i64>,
    }
    let authors: Vec<i64> = authors.iter().map(|id| id.get()).collect();
    let rows: Vec<Row> = Prepared(
        diesel::sql_query(
            "SELECT author.id AS author_id, ARRAY( \
                 SELECT id FROM tweets WHERE author_id = author.id AND is_pulled \
                 ORDER BY id DESC LIMIT $2 \
             ) AS ids FROM unnest($1::bigint[]) AS author (id)",
        )
        .bind::<Array<BigInt>, _>(authors)
        .bind::<BigInt, _>(limit),
    )
    .load(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let ids = row.ids.into_iter().map(TweetId::from).collect();
            (row.author_id.into(), ids)
        })
        .collect())
}

/// Those of `ids` that are pulled, in no order.
pub async fn among(connection: &mut Connection, ids: &[TweetId]) -> QueryResult<Vec<TweetId>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let found: Vec<i64> = tweets::table
        .filter(tweets::id.eq_any(ids))
        .filter(tweets::is_pulled)
        .select(tweets::id)
        .load(connection)
        .await?;
    Ok(found.into_iter().map(TweetId::from).collect())
}
