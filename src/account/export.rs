//! Everything that somebody has here, to take away: as JSON, or table by table as CSV. It is read page by page while it is sent,
//! so that it takes the same memory however much there is.

use std::future::ready;

use chrono::SecondsFormat;
use futures_util::{
    StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use serde_json::{Value, json};

use super::{Viewer, session};
use crate::{
    app::App,
    cursor::Page,
    error::{Error, Result},
    id::UserId,
    store::{Tweet, User, follows, tweets},
};

const A_PAGE: usize = 500;

/// What there is a table of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Tweets,
    Following,
    Followers,
}

impl Table {
    /// By the name of its file.
    pub fn of_file(name: &str) -> Option<Self> {
        match name {
            "tweets.csv" => Some(Self::Tweets),
            "following.csv" => Some(Self::Following),
            "followers.csv" => Some(Self::Followers),
            _ => None,
        }
    }
}

/// One object: the account, its sessions, its tweets, whom it follows and who follows it.
///
/// # Errors
/// [`Error::Unavailable`] when the database is away; what is sent then ends early.
pub async fn everything(app: &App, viewer: &Viewer) -> Result<BoxStream<'static, Result<String>>> {
    let asking = viewer.clone();
    let sessions = app
        .run(move |app| async move { session::all(&app, &asking).await })
        .await?;
    let sessions: Vec<Value> = sessions
        .iter()
        .map(|session| {
            json!({
                "user_agent": session.user_agent,
                "address": session.address,
                "created_at": iso(session.created_at),
                "last_used_at": iso(session.last_used_at),
            })
        })
        .collect();
    let user = &viewer.user;
    let account = json!({
        "username": user.username,
        "display_name": user.display_name,
        "bio": user.bio,
        "created_at": iso(user.created_at),
    });
    let parts = [
        text(format!(
            "{{\"account\":{account},\"sessions\":{},\"tweets\":[",
            Value::from(sessions)
        )),
        array(tweets_of(app, user.id), |tweet| {
            json!({
                "id": tweet.id.to_string(),
                "text": tweet.text,
                "created_at": iso(tweet.created_at),
            })
        }),
        text("],\"following\":[".to_owned()),
        array(people_of(app, user.id, Table::Following), |person| {
            json!(person.username)
        }),
        text("],\"followers\":[".to_owned()),
        array(people_of(app, user.id, Table::Followers), |person| {
            json!(person.username)
        }),
        text("]}\n".to_owned()),
    ];
    Ok(stream::iter(parts).flatten().boxed())
}

/// One table, with a line of headings.
pub fn table(app: &App, user: UserId, table: Table) -> BoxStream<'static, Result<String>> {
    match table {
        Table::Tweets => lines(
            ["id", "created_at", "text"],
            tweets_of(app, user),
            |tweet| {
                [
                    tweet.id.to_string(),
                    iso(tweet.created_at),
                    tweet.text.clone(),
                ]
            },
        ),
        side => lines(
            ["username", "display_name", "created_at"],
            people_of(app, user, side),
            |person| {
                [
                    person.username.clone(),
                    person.display_name.clone(),
                    iso(person.created_at),
                ]
            },
        ),
    }
}

fn tweets_of(app: &App, author: UserId) -> BoxStream<'static, Result<Vec<Tweet>>> {
    let app = app.clone();
    let read = move |page: Page| {
        let app = app.clone();
        async move {
            app.run(move |app| async move {
                Ok(tweets::by_author(&mut *app.db.get().await?, author, &page).await?)
            })
            .await
        }
    };
    pages(read, |tweet| tweet.id.get())
}

fn people_of(app: &App, of: UserId, side: Table) -> BoxStream<'static, Result<Vec<User>>> {
    let app = app.clone();
    let read = move |page: Page| {
        let app = app.clone();
        async move {
            app.run(move |app| async move {
                let mut connection = app.db.get().await?;
                Ok(match side {
                    Table::Followers => follows::followers(&mut connection, of, &page).await?,
                    _ => follows::following(&mut connection, of, &page).await?,
                })
            })
            .await
        }
    };
    pages(read, |person| person.id.get())
}

/// Page after page, from the newest to the oldest.
fn pages<T: Send + 'static, F>(
    read: impl Fn(Page) -> F + Send + Sync + 'static,
    id: fn(&T) -> i64,
) -> BoxStream<'static, Result<Vec<T>>>
where
    F: Future<Output = Result<Vec<T>>> + Send + 'static,
{
    let read = std::sync::Arc::new(read);
    stream::try_unfold(Page::first(A_PAGE), move |page| {
        let read = std::sync::Arc::clone(&read);
        async move {
            let rows = read(page).await?;
            let next = rows.last().map(|last| Page::before(id(last), A_PAGE));
            Ok(next.map(|next| (rows, next)))
        }
    })
    .boxed()
}

fn text(text: String) -> BoxStream<'static, Result<String>> {
    stream::once(ready(Ok(text))).boxed()
}

/// The inside of a JSON array.
fn array<T: Send + 'static>(
    pages: BoxStream<'static, Result<Vec<T>>>,
    value: fn(&T) -> Value,
) -> BoxStream<'static, Result<String>> {
    pages
        .enumerate()
        .map(move |(at, rows)| {
            let values: Vec<String> = rows?.iter().map(|row| value(row).to_string()).collect();
            let comma = if at == 0 { "" } else { "," };
            Ok(format!("{comma}{}", values.join(",")))
        })
        .boxed()
}

/// Lines of CSV (RFC 4180).
fn lines<T: Send + 'static, const N: usize>(
    headings: [&str; N],
    pages: BoxStream<'static, Result<Vec<T>>>,
    values: fn(&T) -> [String; N],
) -> BoxStream<'static, Result<String>> {
    let headings = written([headings.map(str::to_owned)]);
    stream::once(ready(headings))
        .chain(pages.and_then(move |rows| {
            let rows = rows.iter().map(|row| values(row).map(harmless));
            ready(written(rows))
        }))
        .boxed()
}

fn written<const N: usize>(rows: impl IntoIterator<Item = [String; N]>) -> Result<String> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    for row in rows {
        writer.write_record(&row).map_err(Error::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| Error::internal(error.to_string()))?;
    String::from_utf8(bytes).map_err(Error::internal)
}

/// A spreadsheet takes text that begins like a formula for one, unless an apostrophe stands before it. Full-width signs
/// count as the others. A spreadsheet whose separator is not the comma does not see our quotes: for it a cell also begins
/// behind a semicolon, a tab or a line break. <https://owasp.org/www-community/attacks/CSV_Injection>
fn harmless(value: String) -> String {
    let mut kept = String::with_capacity(value.len());
    let mut begins = true;
    for c in value.chars() {
        if begins
            && matches!(
                c,
                '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r'
            )
        {
            kept.push('\'');
        }
        kept.push(c);
        begins = matches!(c, ';' | '\t' | '\r' | '\n');
    }
    kept
}

fn iso(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}
