//! What is worth a look for somebody who knows nobody yet. What is looked at is bounded, so that it costs the same
//! however many people and tweets there are.

use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{BigInt, Nullable, Text},
};
use diesel_async::RunQueryDsl;

use super::{
    Connection, Tweet, User,
    prepared::Prepared,
    schema::{tweets, users},
};
use crate::id::UserId;

/// One look for each of them, since PostgreSQL would else walk through all people. For `$1`, who may be nobody: first those whom most of the people that `$1` follows follow, then those with most
/// followers among who tweeted lately and who is new.
pub const PEOPLE: &str = "WITH followed AS ( \
         SELECT followee_id FROM follows WHERE follower_id = $1 LIMIT 100 \
     ), friends_of_friends AS ( \
         SELECT second.followee_id AS id, count(*) AS friends FROM followed JOIN LATERAL ( \
             SELECT followee_id FROM follows WHERE follower_id = followed.followee_id LIMIT 50 \
         ) second ON true GROUP BY 1 ORDER BY 2 DESC LIMIT 50 \
     ), seen AS ( \
         SELECT id, friends FROM friends_of_friends \
         UNION ALL SELECT author_id, 0 FROM (SELECT author_id FROM tweets ORDER BY id DESC LIMIT 500) lately \
         UNION ALL SELECT id, 0 FROM (SELECT id FROM users ORDER BY id DESC LIMIT 50) new \
     ), each AS ( \
         SELECT id, max(friends) AS friends FROM seen GROUP BY id \
     ) \
     SELECT person.* FROM each JOIN LATERAL (SELECT * FROM users WHERE users.id = each.id LIMIT 1) person ON true \
     WHERE each.id IS DISTINCT FROM $1 AND NOT EXISTS ( \
         SELECT FROM follows WHERE follower_id = $1 AND followee_id = each.id) \
     ORDER BY friends DESC, follower_count DESC, each.id DESC LIMIT $2";

/// People to follow.
pub async fn people(
    connection: &mut Connection,
    viewer: Option<UserId>,
    limit: i64,
) -> QueryResult<Vec<User>> {
    Prepared(
        diesel::sql_query(PEOPLE)
            .bind::<Nullable<BigInt>, _>(viewer.map(UserId::get))
            .bind::<BigInt, _>(limit),
    )
    .load(connection)
    .await
}

/// The newest tweets of everybody, with their authors.
pub async fn latest(connection: &mut Connection, limit: i64) -> QueryResult<Vec<(Tweet, User)>> {
    tweets::table
        .inner_join(users::table)
        .order(tweets::id.desc())
        .limit(limit)
        .select((Tweet::as_select(), User::as_select()))
        .load(connection)
        .await
}

/// Tags that begin with this, in the order of the alphabet. A look into the index for each, however many tweets have them.
pub async fn tags(
    connection: &mut Connection,
    beginning: &str,
    limit: i64,
) -> QueryResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        tag: String,
    }
    let rows: Vec<Row> = Prepared(
        diesel::sql_query(
            "WITH RECURSIVE found (tag, place) AS ( \
                 (SELECT tag, 1 FROM tweet_tags WHERE tag >= $1 ORDER BY tag LIMIT 1) \
                 UNION ALL SELECT ( \
                     SELECT tag FROM tweet_tags WHERE tag > found.tag ORDER BY tag LIMIT 1 \
                 ), place + 1 FROM found WHERE starts_with(tag, $1) AND place < $2 \
             ) SELECT tag FROM found WHERE starts_with(tag, $1)",
        )
        .bind::<Text, _>(beginning)
        .bind::<BigInt, _>(limit),
    )
    .load(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.tag).collect())
}
