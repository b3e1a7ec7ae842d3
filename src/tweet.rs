//! What someone says: posting, deleting, and what is in a tweet's text.

pub mod entities;
pub mod posting;
mod text;

pub use text::TweetText;

use entities::Names;

use crate::{
    account::may_write,
    app::App,
    error::{Error, Result},
    id::TweetId,
    language::message,
    rows::{self, Change},
    store::{Connection, Tweet, User, posting::Asked, tweets, users},
};

const LONGEST_KEY: usize = 200;

/// Posts a tweet. The tweet, its event and the author's counter are one transaction; the followers'
/// timelines follow by the event. Under the same `idempotency_key` only the first one is posted; it is what
/// the others get, too. With it its author, their counters at most a minute old but for that of their tweets.
///
/// # Errors
/// [`Error::Invalid`] for the field `text`; [`Error::Unavailable`] when the database is away, after which the
/// same key makes it safe to try again.
pub async fn post(
    app: &App,
    author: &User,
    text: &str,
    idempotency_key: Option<&str>,
) -> Result<(Tweet, User)> {
    may_write(app, author)?;
    let text = TweetText::parse(text, app.settings.tweets.max_chars)
        .map_err(|said| Error::invalid("text", said))?;
    let key = idempotency_key.map(str::trim).filter(|key| !key.is_empty());
    if key.is_some_and(|key| key.len() > LONGEST_KEY || key.chars().any(char::is_control)) {
        return Err(Error::BadRequest(
            message("idempotency-key-unfit").with("most", LONGEST_KEY),
        ));
    }
    let asked = Asked {
        author: author.id,
        tags: entities::tags(text.as_str()),
        text: text.into(),
        idempotency_key: key.map(str::to_owned),
    };
    let (tweet, tweet_count) = posting::post(app, asked).await?;
    let author = match tweet_count {
        Some(tweet_count) => User {
            tweet_count,
            ..author.clone()
        },
        None => users::by_id(&mut *app.db.get().await?, author.id)
            .await?
            .unwrap_or_else(|| author.clone()),
    };
    Ok((tweet, author))
}

/// Deletes an own tweet. Its id may stay in cached timelines; what is gone is left out when they are read.
///
/// # Errors
/// [`Error::NotFound`] when there is no such tweet, [`Error::Forbidden`] when it is someone else's.
pub async fn delete(app: &App, author: &User, id: TweetId) -> Result<()> {
    let mut connection = app.db.get().await?;
    if let Some(was_pulled) = tweets::delete(&mut connection, author.id, id).await? {
        drop(connection);
        app.lanes.ring();
        let mut changed = vec![Change::Tweet(id), Change::User(author.id)];
        changed.extend(was_pulled.then_some(Change::Pulled(author.id)));
        rows::announce(app, &changed).await;
        if let Err(error) = app.timelines.remove(&[(author.id, id)]).await {
            tracing::debug!(%error, "a deleted tweet stays in the cache and out of sight");
        }
        // Nobody is to be shown it after this is acknowledged, from nowhere.
        app.replicas.settle().await;
        return Ok(());
    }
    match tweets::by_id(&mut connection, id).await? {
        Some(_) => Err(Error::Forbidden(message("not-the-author"))),
        None => Err(gone()),
    }
}

/// A tweet and its author.
///
/// # Errors
/// [`Error::NotFound`] when there is no such tweet.
pub async fn find(connection: &mut Connection, id: TweetId) -> Result<(Tweet, User)> {
    tweets::by_id(connection, id).await?.ok_or_else(gone)
}

/// Who the `@names` in some texts are, in one query; in none where nobody is named.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away.
pub async fn names<'t>(
    connection: &mut Connection,
    texts: impl IntoIterator<Item = &'t str>,
) -> Result<Names> {
    let mentioned = entities::mentioned(texts);
    if mentioned.is_empty() {
        return Ok(Names::new());
    }
    let found = users::existing_names(connection, &mentioned).await?;
    Ok(found
        .into_iter()
        .map(|(id, name)| (name.to_lowercase(), (id, name)))
        .collect())
}

/// What is said of a tweet that does not exist.
pub fn gone() -> Error {
    Error::NotFound(message("no-such-tweet"))
}
