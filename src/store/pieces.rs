//! Pieces of work beside the usual deliveries: see the migration.

use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName,
    prelude::*,
    result::QueryResult,
    sql_types::{Array, BigInt, Bool, Double, Integer, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Connection, prepared::Prepared};
use crate::id::{TweetId, UserId};

/// One that failed waits, less than five minutes. If it seems to wait for longer, PostgreSQL's clock has been set back; and
/// one that has not failed is due, whatever the clock was when it was written.
const IS_DUE: &str = "(attempts = 0 \
     OR due_at NOT BETWEEN clock_timestamp() AND clock_timestamp() + interval '5 minutes')";

/// What somebody has in hand: a piece of the deliveries of some tweets, a row for each.
#[derive(Clone, Debug)]
pub struct Piece {
    rows: Vec<i64>,
    pub lane: String,
    pub tweets: Vec<TweetId>,
    pub author_id: UserId,
    /// Followers with larger ids.
    pub after_id: i64,
    /// Up to this one.
    pub until_id: i64,
    pub is_cut: bool,
    /// How often it has failed.
    pub attempts: i32,
}

/// One of its rows.
#[derive(QueryableByName)]
struct PieceRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    tweet_id: TweetId,
}

/// How much waits in a lane.
#[derive(Debug, QueryableByName)]
pub struct Depth {
    #[diesel(sql_type = Text)]
    pub lane: String,
    #[diesel(sql_type = BigInt)]
    pub pieces: i64,
    /// Seconds since the oldest was written.
    #[diesel(sql_type = Double)]
    pub age: f64,
}

/// Writes a piece for all followers of each author, to be cut by whoever takes it.
pub async fn add_bulk(
    connection: &mut Connection,
    tweets: &[(TweetId, UserId)],
) -> QueryResult<usize> {
    let ids: Vec<i64> = tweets.iter().map(|(tweet, _)| tweet.get()).collect();
    let authors: Vec<i64> = tweets.iter().map(|(_, author)| author.get()).collect();
    Prepared(
        diesel::sql_query(
            "INSERT INTO pieces (lane, tweet_id, author_id) \
             SELECT 'bulk', tweet_id, author_id FROM unnest($1::bigint[], $2::bigint[]) AS new (tweet_id, author_id)",
        )
        .bind::<Array<BigInt>, _>(ids)
        .bind::<Array<BigInt>, _>(authors),
    )
    .execute(connection)
    .await
}

/// Writes down an event whose delivery failed, to be tried again after `delay` seconds.
pub async fn add_retry(
    connection: &mut Connection,
    tweet: TweetId,
    author: UserId,
    cause: &str,
    delay: f64,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query(
            "INSERT INTO pieces (lane, tweet_id, author_id, attempts, cause, due_at) \
             VALUES ('retry', $1, $2, 1, $3, clock_timestamp() + make_interval(secs => $4))",
        )
        .bind::<BigInt, _>(tweet.get())
        .bind::<BigInt, _>(author.get())
        .bind::<Text, _>(cause)
        .bind::<Double, _>(delay),
    )
    .execute(connection)
    .await
}

/// The lanes in which something is due.
pub async fn lanes_due(connection: &mut Connection) -> QueryResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        lane: String,
    }
    let rows: Vec<Row> = Prepared(diesel::sql_query(format!(
        "SELECT lane FROM unnest(ARRAY['delete', 'retry', 'bulk']) AS known (lane) WHERE EXISTS ( \
             SELECT FROM pieces WHERE pieces.lane = known.lane AND {IS_DUE})",
    )))
    .load(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.lane).collect())
}

/// The oldest piece of a lane that is due and that nobody has in hand, for its tweet alone; locked until the transaction
/// ends. What the transaction does need not be on disk at its end: should PostgreSQL crash, the piece is done once more.
pub async fn claim(connection: &mut Connection, lane: &str) -> QueryResult<Option<Piece>> {
    #[derive(QueryableByName)]
    struct Claimed {
        #[diesel(embed)]
        first: PieceRow,
        #[diesel(sql_type = BigInt, deserialize_as = i64)]
        author_id: UserId,
        #[diesel(sql_type = BigInt)]
        after_id: i64,
        #[diesel(sql_type = BigInt)]
        until_id: i64,
        #[diesel(sql_type = Bool)]
        is_cut: bool,
        #[diesel(sql_type = Integer)]
        attempts: i32,
    }
    let claimed: Option<Claimed> = Prepared(
        diesel::sql_query(format!(
            "SELECT id, tweet_id, author_id, after_id, until_id, is_cut, attempts, \
                 set_config('synchronous_commit', 'off', true) FROM pieces \
             WHERE lane = $1 AND {IS_DUE} ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED",
        ))
        .bind::<Text, _>(lane),
    )
    .get_result(connection)
    .await
    .optional()?;
    Ok(claimed.map(|claimed| Piece {
        rows: vec![claimed.first.id],
        lane: lane.to_owned(),
        tweets: vec![claimed.first.tweet_id],
        author_id: claimed.author_id,
        after_id: claimed.after_id,
        until_id: claimed.until_id,
        is_cut: claimed.is_cut,
        attempts: claimed.attempts,
    }))
}

/// Takes along what the next rows have for the same followers, as far as it has not failed and nobody has it in hand; so
/// many tweets at most, locked as the piece is.
pub async fn take_along(
    connection: &mut Connection,
    piece: &mut Piece,
    limit: i64,
) -> QueryResult<()> {
    // Those that were written together lie together; one that is further away has its own turn.
    const NEXT: i64 = 200;
    let rows: Vec<PieceRow> = Prepared(
        diesel::sql_query(
            "SELECT id, tweet_id FROM pieces \
             WHERE lane = $1 AND id > $2 AND id <= $2 + $3 AND attempts = 0 AND author_id = $4 \
                 AND after_id = $5 AND until_id = $6 AND is_cut = $7 \
             ORDER BY id LIMIT $8 FOR UPDATE SKIP LOCKED",
        )
        .bind::<Text, _>(&piece.lane)
        .bind::<BigInt, _>(piece.rows.last().copied().unwrap_or(i64::MAX))
        .bind::<BigInt, _>(NEXT)
        .bind::<BigInt, _>(piece.author_id.get())
        .bind::<BigInt, _>(piece.after_id)
        .bind::<BigInt, _>(piece.until_id)
        .bind::<Bool, _>(piece.is_cut)
        .bind::<BigInt, _>(limit),
    )
    .load(connection)
    .await?;
    piece.rows.extend(rows.iter().map(|row| row.id));
    piece.tweets.extend(rows.iter().map(|row| row.tweet_id));
    Ok(())
}

/// Puts pieces of at most `size` followers each in the place of one that is not cut. From one end to the next PostgreSQL
/// steps through the index, which takes less than half of what numbering all followers does.
pub async fn cut(connection: &mut Connection, piece: &Piece, size: i64) -> QueryResult<()> {
    let tweets: Vec<i64> = piece.tweets.iter().map(|tweet| tweet.get()).collect();
    Prepared(
        diesel::sql_query(
            "WITH RECURSIVE begins (after_id) AS ( \
                 SELECT $4::bigint \
                 UNION ALL SELECT next.follower_id FROM begins CROSS JOIN LATERAL ( \
                     SELECT follower_id FROM follows \
                     WHERE followee_id = $2 AND follower_id > begins.after_id AND follower_id <= $5 \
                     ORDER BY follower_id OFFSET $6 - 1 LIMIT 1) next \
             ), ranges AS MATERIALIZED ( \
                 SELECT after_id, coalesce(next, $5) AS until_id, CASE WHEN next IS NOT NULL THEN $6 ELSE ( \
                     SELECT count(*) FROM follows \
                     WHERE followee_id = $2 AND follower_id > after_id AND follower_id <= $5) END AS followers \
                 FROM (SELECT after_id, lead(after_id) OVER (ORDER BY after_id) AS next FROM begins) each \
             ) \
             INSERT INTO pieces (lane, tweet_id, author_id, after_id, until_id, is_cut, followers) \
             SELECT $3, tweet_id, $2, after_id, until_id, true, followers \
             FROM ranges, unnest($1::bigint[]) AS tweets (tweet_id) ORDER BY after_id, tweet_id",
        )
        .bind::<Array<BigInt>, _>(tweets)
        .bind::<BigInt, _>(piece.author_id.get())
        .bind::<Text, _>(&piece.lane)
        .bind::<BigInt, _>(piece.after_id)
        .bind::<BigInt, _>(piece.until_id)
        .bind::<BigInt, _>(size),
    )
    .execute(connection)
    .await?;
    finish(connection, piece).await?;
    Ok(())
}

/// The next followers within a piece's range, after `after`, in one row: with a row for each, reading them
/// was half of what the worker did.
pub async fn followers(
    connection: &mut Connection,
    piece: &Piece,
    after: i64,
    limit: i64,
) -> QueryResult<Vec<UserId>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Array<BigInt>)]
        followers: Vec<i64>,
    }
    let row: Row = Prepared(
        diesel::sql_query(
            "SELECT ARRAY( \
                 SELECT follower_id FROM follows WHERE followee_id = $1 AND follower_id > $2 AND follower_id <= $3 \
                 ORDER BY follower_id LIMIT $4) AS followers",
        )
        .bind::<BigInt, _>(piece.author_id.get())
        .bind::<BigInt, _>(after)
        .bind::<BigInt, _>(piece.until_id)
        .bind::<BigInt, _>(limit),
    )
    .get_result(connection)
    .await?;
    Ok(row.followers.into_iter().map(UserId::from).collect())
}

/// Takes a piece away that is done.
pub async fn finish(connection: &mut Connection, piece: &Piece) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query("DELETE FROM pieces WHERE id = ANY($1)")
            .bind::<Array<BigInt>, _>(&piece.rows),
    )
    .execute(connection)
    .await
}

/// Notes that a piece failed: it is due again after `delay` seconds, in the given lane, each tweet for itself.
pub async fn fail(
    connection: &mut Connection,
    piece: &Piece,
    lane: &str,
    cause: &str,
    delay: f64,
) -> QueryResult<usize> {
    Prepared(
        diesel::sql_query(
            "UPDATE pieces SET lane = $2, cause = $3, attempts = attempts + 1, \
             due_at = clock_timestamp() + make_interval(secs => $4) WHERE id = ANY($1)",
        )
        .bind::<Array<BigInt>, _>(&piece.rows)
        .bind::<Text, _>(lane)
        .bind::<Text, _>(cause)
        .bind::<Double, _>(delay),
    )
    .execute(connection)
    .await
}

/// An event that was given up.
#[derive(Debug, QueryableByName)]
pub struct SetAside {
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub tweet_id: TweetId,
    #[diesel(sql_type = BigInt, deserialize_as = i64)]
    pub author_id: UserId,
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    #[diesel(sql_type = Text)]
    pub cause: String,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
}

/// The oldest events that were set aside.
pub async fn set_aside(connection: &mut Connection, limit: i64) -> QueryResult<Vec<SetAside>> {
    Prepared(
        diesel::sql_query(
            "SELECT tweet_id, author_id, attempts, coalesce(cause, '') AS cause, created_at FROM pieces \
             WHERE lane = 'aside' ORDER BY id LIMIT $1",
        )
        .bind::<BigInt, _>(limit),
    )
    .load(connection)
    .await
}

/// Has everything that was set aside tried again, a piece as that piece, an event whole; how many.
pub async fn send_again(connection: &mut Connection) -> QueryResult<usize> {
    Prepared(diesel::sql_query(
        "UPDATE pieces SET lane = CASE WHEN is_cut THEN 'bulk' ELSE 'retry' END, attempts = 0, \
         due_at = clock_timestamp() WHERE lane = 'aside'",
    ))
    .execute(connection)
    .await
}

/// Those of these tweets of whose delivery no piece is left.
pub async fn delivered(
    connection: &mut Connection,
    tweets: &[TweetId],
) -> QueryResult<Vec<TweetId>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        tweet_id: i64,
    }
    let tweets: Vec<i64> = tweets.iter().map(|id| id.get()).collect();
    let rows: Vec<Row> = Prepared(
        diesel::sql_query(
            "SELECT tweet_id FROM unnest($1::bigint[]) AS asked (tweet_id) WHERE NOT EXISTS ( \
                 SELECT FROM pieces WHERE pieces.tweet_id = asked.tweet_id AND lane <> 'delete')",
        )
        .bind::<Array<BigInt>, _>(tweets),
    )
    .load(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.tweet_id.into()).collect())
}

/// How much waits in each lane that is not empty.
pub async fn depths(connection: &mut Connection) -> QueryResult<Vec<Depth>> {
    Prepared(diesel::sql_query(
        "SELECT lane, count(*) AS pieces, \
         extract(epoch FROM clock_timestamp() - min(created_at))::float8 AS age FROM pieces GROUP BY lane",
    ))
    .load(connection)
    .await
}
