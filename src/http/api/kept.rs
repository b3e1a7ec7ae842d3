//! Statuses as text that is made once and kept beside the rows: a home page is then put together from parts.
//!
//! A status holds its author's account, whose counters change, so it is kept in two halves around that.

use std::sync::Arc;

use super::present::{Around, Presenter};
use crate::{
    app::App,
    error::{Error, Result},
    timeline::Shown,
};

/// What is needed for the parts that are not kept yet; nothing, usually.
///
/// # Errors
/// [`Error::Unavailable`] when something is needed and the database is away.
pub async fn around(app: &App, tweets: &[Shown]) -> Result<Around> {
    let authors: Vec<_> = tweets
        .iter()
        .filter(|shown| shown.author.json.get().is_none())
        .map(|shown| Arc::clone(&shown.author))
        .collect();
    let tweets: Vec<_> = tweets
        .iter()
        .filter(|shown| shown.tweet.json.get().is_none())
        .map(|shown| Arc::clone(&shown.tweet))
        .collect();
    if authors.is_empty() && !tweets.iter().any(|tweet| tweet.row.text.contains('@')) {
        return Ok(Around::default());
    }
    app.run(|app| async move {
        let people = authors.iter().map(|author| &author.row);
        let tweets = tweets.iter().map(|tweet| &tweet.row);
        Around::of(&mut *app.db.get().await?, people, tweets).await
    })
    .await
}

/// A JSON array of statuses.
///
/// # Errors
/// When a status does not serialise, which none does.
pub fn statuses(app: &App, presenter: &Presenter<'_>, tweets: &[Shown]) -> Result<String> {
    let mut array = String::with_capacity(tweets.iter().map(length).sum::<usize>() + 2);
    array.push('[');
    for (at, shown) in tweets.iter().enumerate() {
        if at > 0 {
            array.push(',');
        }
        push_status(&mut array, app, presenter, shown)?;
    }
    array.push(']');
    Ok(array)
}

/// Of a status and a comma, about, if it has to be made.
fn length(shown: &Shown) -> usize {
    let halves = shown
        .tweet
        .json
        .get()
        .map_or(1000, |(before, after)| before.len() + after.len());
    halves
        + shown
            .author
            .json
            .get()
            .map_or(1200, |account| account.len())
        + 1
}

fn push_status(
    array: &mut String,
    app: &App,
    presenter: &Presenter<'_>,
    shown: &Shown,
) -> Result<()> {
    let made;
    let (before, after) = match shown.tweet.json.get() {
        Some(kept) => kept,
        None => {
            let parts = halves(presenter, shown)?;
            if presenter.knows_all_in(&shown.tweet.row.text) {
                let kept = shown.tweet.json.get_or_init(|| parts);
                app.rows.weigh_tweet(&shown.tweet);
                kept
            } else {
                made = parts;
                &made
            }
        }
    };
    array.push_str(before);
    match shown.author.json.get() {
        Some(kept) => array.push_str(kept),
        None => {
            let account = text(&presenter.account(&shown.author.row))?;
            array.push_str(shown.author.json.get_or_init(|| account.into()));
            app.rows.weigh_user(&shown.author);
        }
    }
    array.push_str(after);
    Ok(())
}

fn halves(presenter: &Presenter<'_>, shown: &Shown) -> Result<(Box<str>, Box<str>)> {
    let status = presenter.status(&shown.tweet.row, &shown.author.row);
    let (whole, account) = (text(&status)?, text(&status.account)?);
    // Nothing that a user wrote stands before the account, so the first place is the place.
    let (before, after) = whole
        .split_once(&account)
        .ok_or_else(|| Error::internal("a status without its account"))?;
    Ok((before.into(), after.into()))
}

fn text(entity: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(entity).map_err(Error::internal)
}
