//! Tweets. How they are posted is in [`super::posting`].

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    Selectable,
    prelude::*,
    result::QueryResult,
    sql_types::{Array, BigInt, Bool},
};
use diesel_async::RunQueryDsl;

use super::{
    Connection, User,
    committed::committed_row,
    prepared::Prepared,
    schema::{follows, tweet_tags, tweets, users},
};
use crate::{
    cursor::Page,
    id::{TweetId, UserId},
};

/// A row of `tweets`. It never changes.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = tweets, check_for_backend(diesel::pg::Pg))]
pub struct Tweet {
    #[diesel(deserialize_as = i64)]
    pub id: TweetId,
    #[diesel(deserialize_as = i64)]
    pub author_id: UserId,
    pub text: String,
    pub created_at: DateTime<Utc>,
}

/// Deletes a tweet of this author, and writes down that it is to be taken out of timelines; its own transaction.
/// Whether it was pulled; `None` when there is none.
pub async fn delete(
    connection: &mut Connection,
    author: UserId,
    id: TweetId,
) -> QueryResult<Option<bool>> {
    #[derive(QueryableByName)]
    struct Gone {
        #[diesel(sql_type = Bool)]
        is_pulled: bool,
    }
    let delete = Prepared(
        diesel::sql_query(
            "WITH gone AS ( \
                 DELETE FROM tweets WHERE id = $1 AND author_id = $2 RETURNING id, is_pulled \
             ), counted AS ( \
                 UPDATE users SET tweet_count = tweet_count - 1 \
                 WHERE id = $2 AND EXISTS (SELECT FROM gone) \
             ), taken_out AS ( \
                 INSERT INTO pieces (lane, tweet_id, author_id) SELECT 'delete', id, $2 FROM gone \
             ) \
             SELECT is_pulled FROM gone",
        )
        .bind::<BigInt, _>(id.get())
        .bind::<BigInt, _>(author.get()),
    );
    let gone: Option<Gone> = committed_row(delete.load(connection).await).optional()?;
    Ok(gone.map(|gone| gone.is_pulled))
}

pub async fn by_id(connection: &mut Connection, id: TweetId) -> QueryResult<Option<(Tweet, User)>> {
    tweets::table
        .inner_join(users::table)
        .filter(tweets::id.eq(id.get()))
        .select((Tweet::as_select(), User::as_select()))
        .first(connection)
        .await
        .optional()
}

/// What an author posted under an idempotency key.
pub async fn by_key(
    connection: &mut Connection,
    author: UserId,
    idempotency_key: &str,
) -> QueryResult<Option<Tweet>> {
    tweets::table
        .filter(tweets::author_id.eq(author.get()))
        .filter(tweets::idempotency_key.eq(idempotency_key))
        .select(Tweet::as_select())
        .first(connection)
        .await
        .optional()
}

/// Those of these tweets that exist and are pushed, oldest first.
pub async fn pushed(connection: &mut Connection, ids: &[TweetId]) -> QueryResult<Vec<TweetId>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let pushed: Vec<i64> = tweets::table
        .filter(tweets::id.eq_any(ids))
        .filter(diesel::dsl::not(tweets::is_pulled))
        .order(tweets::id)
        .select(tweets::id)
        .load(connection)
        .await?;
    Ok(pushed.into_iter().map(TweetId::from).collect())
}

/// Those of `ids` that exist, in no order.
pub async fn by_ids(connection: &mut Connection, ids: &[TweetId]) -> QueryResult<Vec<Tweet>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    tweets::table
        .filter(tweets::id.eq_any(ids))
        .select(Tweet::as_select())
        .load(connection)
        .await
}

/// Those of `ids` that stand in the viewer's home: their own and those of people they follow, newest
/// first, with their authors.
pub async fn visible_at_home(
    connection: &mut Connection,
    viewer: UserId,
    ids: &[TweetId],
) -> QueryResult<Vec<(Tweet, User)>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    let followed = follows::table
        .filter(follows::follower_id.eq(viewer.get()))
        .filter(follows::followee_id.eq(tweets::author_id));
    tweets::table
        .inner_join(users::table)
        .filter(tweets::id.eq_any(ids))
        .filter(
            tweets::author_id
                .eq(viewer.get())
                .or(diesel::dsl::exists(followed)),
        )
        .order(tweets::id.desc())
        .select((Tweet::as_select(), User::as_select()))
        .load(connection)
        .await
}

/// An author's own tweets, newest first.
pub async fn by_author(
    connection: &mut Connection,
    author: UserId,
    page: &Page,
) -> QueryResult<Vec<Tweet>> {
    let query = tweets::table
        .filter(tweets::author_id.eq(author.get()))
        .filter(tweets::id.lt(page.below()))
        .filter(tweets::id.gt(page.above()))
        .select(Tweet::as_select())
        .limit(page.sql_limit());
    let rows = if page.from_below() {
        query.order(tweets::id.asc()).load(connection).await?
    } else {
        query.order(tweets::id.desc()).load(connection).await?
    };
    Ok(page.newest_first(rows))
}

/// The newest tweet of each of these people who has one: one index-only look-up each, in one round trip.
pub async fn newest_of(
    connection: &mut Connection,
    authors: &[UserId],
) -> QueryResult<HashMap<UserId, TweetId>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        author_id: i64,
        #[diesel(sql_type = BigInt)]
        id: i64,
    }
    let authors: Vec<i64> = authors.iter().map(|id| id.get()).collect();
    let rows: Vec<Row> = Prepared(
        diesel::sql_query(
            "SELECT author.id AS author_id, newest.id FROM unnest($1::bigint[]) AS author (id) \
             CROSS JOIN LATERAL ( \
                 SELECT id FROM tweets WHERE author_id = author.id ORDER BY id DESC LIMIT 1 \
             ) newest",
        )
        .bind::<Array<BigInt>, _>(authors),
    )
    .load(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.author_id.into(), row.id.into()))
        .collect())
}

/// The ids of an author's newest tweets, newest first.
pub async fn newest_ids(
    connection: &mut Connection,
    author: UserId,
    limit: i64,
) -> QueryResult<Vec<TweetId>> {
    let ids: Vec<i64> = tweets::table
        .filter(tweets::author_id.eq(author.get()))
        .order(tweets::id.desc())
        .select(tweets::id)
        .limit(limit)
        .load(connection)
        .await?;
    Ok(ids.into_iter().map(TweetId::from).collect())
}

/// Tweets that carry a tag (in lower case), newest first, with their authors.
pub async fn by_tag(
    connection: &mut Connection,
    tag: &str,
    page: &Page,
) -> QueryResult<Vec<(Tweet, User)>> {
    let ids: Vec<i64> = tweet_tags::table
        .filter(tweet_tags::tag.eq(tag))
        .filter(tweet_tags::tweet_id.lt(page.below()))
        .order(tweet_tags::tweet_id.desc())
        .select(tweet_tags::tweet_id)
        .limit(page.sql_limit())
        .load(connection)
        .await?;
    // In a statement of its own: joined, PostgreSQL now and then walks through all tweets instead.
    tweets::table
        .inner_join(users::table)
        .filter(tweets::id.eq_any(ids))
        .order(tweets::id.desc())
        .select((Tweet::as_select(), User::as_select()))
        .load(connection)
        .await
}
