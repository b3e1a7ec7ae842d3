//! People.

use chrono::{DateTime, Utc};
use diesel::{
    Selectable,
    pg::Pg,
    prelude::*,
    result::{DatabaseErrorKind, Error as Diesel, QueryResult},
    sql_types::{Array, BigInt, Text},
};
use diesel_async::RunQueryDsl;

use super::{
    Connection,
    committed::committed_row,
    prepared::Prepared,
    schema::{sessions, users},
};
use crate::{id::UserId, text::email::Email};

/// A row of `users`, without what only logging in needs.
#[derive(Clone, Debug, Queryable, QueryableByName, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct User {
    #[diesel(deserialize_as = i64)]
    pub id: UserId,
    pub username: String,
    pub display_name: String,
    pub bio: String,
    pub tweet_count: i64,
    pub follower_count: i64,
    pub following_count: i64,
    /// Changes with every change of whom this user follows.
    pub home_version: i64,
    /// None while nobody has shown that the address is theirs.
    pub email_confirmed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

impl User {
    /// What to call them: the display name, or the username where there is none.
    pub fn name(&self) -> &str {
        if self.display_name.is_empty() {
            &self.username
        } else {
            &self.display_name
        }
    }
}

/// What log-in compares a password with.
#[derive(Debug)]
pub struct Credentials {
    pub user_id: UserId,
    pub password_hash: String,
}

/// Adds a user; none when the name is taken.
pub async fn insert(
    connection: &mut Connection,
    username: &str,
    email: &Email,
    password_hash: &str,
) -> QueryResult<Option<User>> {
    let insert = diesel::insert_into(users::table)
        .values((
            users::username.eq(username),
            users::email.eq(email.as_str()),
            users::canonical_email.eq(email.canonical().as_str()),
            users::password_hash.eq(password_hash),
        ))
        .returning(User::as_returning());
    match committed_row(insert.load(connection).await) {
        Ok(user) => Ok(Some(user)),
        Err(Diesel::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Sets a password whatever the old one was.
pub async fn replace_password(
    connection: &mut Connection,
    id: UserId,
    hash: &str,
) -> QueryResult<usize> {
    diesel::update(users::table.find(id.get()))
        .set(users::password_hash.eq(hash))
        .execute(connection)
        .await
}

/// Whether a password is still the one of this hash. In a transaction, it stays that until the end.
pub async fn holds_password(
    connection: &mut Connection,
    id: UserId,
    hash: &str,
) -> QueryResult<bool> {
    let found: Option<i64> = users::table
        .find(id.get())
        .filter(users::password_hash.eq(hash))
        .select(users::id)
        .for_share()
        .first(connection)
        .await
        .optional()?;
    Ok(found.is_some())
}

diesel::define_sql_function! {
    /// A username in ASCII lower case, whatever the locale of the database.
    fn username_key(name: Text) -> Text;
}

pub async fn by_id(connection: &mut Connection, id: UserId) -> QueryResult<Option<User>> {
    users::table
        .find(id.get())
        .select(User::as_select())
        .first(connection)
        .await
        .optional()
}

/// Those of `ids` that exist, in no order.
pub async fn by_ids(connection: &mut Connection, ids: &[UserId]) -> QueryResult<Vec<User>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    users::table
        .filter(users::id.eq_any(ids))
        .select(User::as_select())
        .load(connection)
        .await
}

pub async fn by_username(connection: &mut Connection, name: &str) -> QueryResult<Option<User>> {
    users::table
        .filter(username_key(users::username).eq(name.to_ascii_lowercase()))
        .select(User::as_select())
        .first(connection)
        .await
        .optional()
}

pub async fn credentials(
    connection: &mut Connection,
    username: &str,
) -> QueryResult<Option<Credentials>> {
    let row: Option<(i64, String)> = users::table
        .filter(username_key(users::username).eq(username.to_ascii_lowercase()))
        .select((users::id, users::password_hash))
        .first(connection)
        .await
        .optional()?;
    Ok(row.map(|(id, password_hash)| Credentials {
        user_id: id.into(),
        password_hash,
    }))
}

/// Changes a password if its hash is still the one that was seen; whether it was.
pub async fn set_password(
    connection: &mut Connection,
    id: UserId,
    old_hash: &str,
    new_hash: &str,
) -> QueryResult<bool> {
    let same = users::table
        .find(id.get())
        .filter(users::password_hash.eq(old_hash));
    let changed = diesel::update(same)
        .set(users::password_hash.eq(new_hash))
        .execute(connection)
        .await?;
    Ok(changed > 0)
}

/// Those of the names that somebody has, as they write them. For the `@names` in tweets.
pub async fn existing_names(
    connection: &mut Connection,
    lower_case_names: &[String],
) -> QueryResult<Vec<(UserId, String)>> {
    let rows: Vec<(i64, String)> = users::table
        .filter(username_key(users::username).eq_any(lower_case_names))
        .select((users::id, users::username))
        .load(connection)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| (id.into(), name))
        .collect())
}

/// What [`search`] asks. Both conditions have a trigram index.
pub const SEARCH: &str = "SELECT * FROM users \
     WHERE lower(username) LIKE $1 OR lower(display_name) LIKE $1 \
     ORDER BY (lower(username) LIKE $2 OR lower(display_name) LIKE $2) DESC, follower_count DESC, id \
     LIMIT $3 OFFSET $4";

/// Finds people by a part of username or display name, without regard to case: those whose name begins
/// with it first, then those with many followers. An empty query finds everybody, the newest account first: sorting
/// all by their followers would read the whole table, and an index of those would make every follow dearer.
pub async fn search(
    connection: &mut Connection,
    part: &str,
    limit: i64,
    offset: i64,
) -> QueryResult<Vec<User>> {
    if part.is_empty() {
        return newest(connection, limit, offset).await;
    }
    let part = like_literal(&part.to_lowercase());
    Prepared(
        diesel::sql_query(SEARCH)
            .bind::<Text, _>(format!("%{part}%"))
            .bind::<Text, _>(format!("{part}%"))
            .bind::<BigInt, _>(limit)
            .bind::<BigInt, _>(offset),
    )
    .load(connection)
    .await
}

async fn newest(connection: &mut Connection, limit: i64, offset: i64) -> QueryResult<Vec<User>> {
    // What is skipped is looked at in the index alone.
    let ids = users::table
        .select(users::id)
        .order(users::id.desc())
        .limit(limit)
        .offset(offset)
        .load::<i64>(connection)
        .await?;
    users::table
        .filter(users::id.eq_any(ids))
        .order(users::id.desc())
        .select(User::as_select())
        .load(connection)
        .await
}

/// [`search`] among those whom `follower` follows.
pub async fn search_followed(
    connection: &mut Connection,
    follower: UserId,
    part: &str,
    limit: i64,
    offset: i64,
) -> QueryResult<Vec<User>> {
    let part = like_literal(&part.to_lowercase());
    Prepared(
        diesel::sql_query(
            "SELECT users.* FROM users JOIN follows ON followee_id = id \
             WHERE follower_id = $5 AND (lower(username) LIKE $1 OR lower(display_name) LIKE $1) \
             ORDER BY (lower(username) LIKE $2 OR lower(display_name) LIKE $2) DESC, \
                      follower_count DESC, id \
             LIMIT $3 OFFSET $4",
        )
        .bind::<Text, _>(format!("%{part}%"))
        .bind::<Text, _>(format!("{part}%"))
        .bind::<BigInt, _>(limit)
        .bind::<BigInt, _>(offset)
        .bind::<BigInt, _>(follower.get()),
    )
    .load(connection)
    .await
}

/// Changes what is given and leaves the rest.
pub async fn update_profile(
    connection: &mut Connection,
    id: UserId,
    display_name: Option<&str>,
    bio: Option<&str>,
) -> QueryResult<User> {
    let update = Prepared(
        diesel::sql_query(
            "UPDATE users SET display_name = coalesce($2, display_name), bio = coalesce($3, bio) \
             WHERE id = $1 RETURNING *",
        )
        .bind::<BigInt, _>(id.get())
        .bind::<diesel::sql_types::Nullable<Text>, _>(display_name)
        .bind::<diesel::sql_types::Nullable<Text>, _>(bio),
    );
    committed_row(update.load(connection).await)
}

/// Users with an id above `after`, in order: all, or only those who were here since `active_since`.
pub async fn page_of_ids(
    connection: &mut Connection,
    after: i64,
    active_since: Option<DateTime<Utc>>,
    limit: i64,
) -> QueryResult<Vec<UserId>> {
    let ids: Vec<i64> = above(after, active_since)
        .select(users::id)
        .order(users::id)
        .limit(limit)
        .load(connection)
        .await?;
    Ok(ids.into_iter().map(UserId::from).collect())
}

/// The smallest and the largest id; `None` without anybody.
pub async fn ends(connection: &mut Connection) -> QueryResult<Option<(i64, i64)>> {
    use diesel::dsl::{max, min};
    let (first, last): (Option<i64>, Option<i64>) = users::table
        .select((min(users::id), max(users::id)))
        .get_result(connection)
        .await?;
    Ok(first.zip(last))
}

/// So many users by chance. Reads the whole table.
pub async fn sample(connection: &mut Connection, limit: i64) -> QueryResult<Vec<UserId>> {
    let ids: Vec<i64> = users::table
        .select(users::id)
        .order(diesel::dsl::sql::<diesel::sql_types::Double>("random()"))
        .limit(limit)
        .load(connection)
        .await?;
    Ok(ids.into_iter().map(UserId::from).collect())
}

/// How many [`page_of_ids`] would give in all.
pub async fn count(
    connection: &mut Connection,
    after: i64,
    active_since: Option<DateTime<Utc>>,
) -> QueryResult<i64> {
    above(after, active_since)
        .count()
        .get_result(connection)
        .await
}

fn above(after: i64, active_since: Option<DateTime<Utc>>) -> users::BoxedQuery<'static, Pg> {
    let query = users::table.filter(users::id.gt(after)).into_boxed();
    let Some(since) = active_since else {
        return query;
    };
    query.filter(diesel::dsl::exists(
        sessions::table
            .filter(sessions::user_id.eq(users::id))
            .filter(sessions::last_used_at.ge(since)),
    ))
}

/// Makes every cached timeline of these users stale, wherever it lives. Rows are locked in the order of
/// their ids, as following does, so that neither waits for the other for ever.
pub async fn bump_home_version(connection: &mut Connection, ids: &[UserId]) -> QueryResult<usize> {
    let ids: Vec<i64> = ids.iter().map(|id| id.get()).collect();
    Prepared(
        diesel::sql_query(
            "WITH locked AS MATERIALIZED ( \
                 SELECT id FROM users WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE \
             ) \
             UPDATE users SET home_version = home_version + 1 WHERE id IN (SELECT id FROM locked)",
        )
        .bind::<Array<BigInt>, _>(ids),
    )
    .execute(connection)
    .await
}

/// `text` as LIKE takes it literally.
fn like_literal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
