//! Rows for a page, with all that showing them takes, in a fixed number of queries.

use std::collections::HashSet;

use super::paging::{self, Pager};
use crate::{
    cursor::Page,
    error::Result,
    http::present::{PersonRow, TweetCard},
    id::UserId,
    store::{Connection, Tweet, User, follows},
    tweet::entities::Names,
};

/// One page of tweets.
#[derive(Default)]
pub struct Tweets {
    pub rows: Vec<(Tweet, User)>,
    pub has_older: bool,
    pub names: Names,
}

impl Tweets {
    pub fn cards(&self) -> Vec<TweetCard<'_>> {
        self.rows
            .iter()
            .map(|(tweet, author)| TweetCard::new(tweet, author, &self.names))
            .collect()
    }

    pub fn pager(&self, path: &str, page: &Page) -> Pager {
        let last = self.rows.last().filter(|_| self.has_older);
        Pager::by_cursor(path, page, last.map(|(tweet, _)| tweet.id.get()))
    }
}

/// One page of people.
#[derive(Default)]
pub struct People {
    pub rows: Vec<User>,
    pub has_more: bool,
    pub followed: HashSet<UserId>,
}

impl People {
    /// `rows` may have one more than `limit`, which tells that there are more.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn new(
        connection: &mut Connection,
        viewer: Option<&User>,
        mut rows: Vec<User>,
        limit: usize,
    ) -> Result<Self> {
        let has_more = paging::cut(&mut rows, limit);
        let ids: Vec<UserId> = rows.iter().map(|user| user.id).collect();
        let followed = match viewer {
            Some(viewer) if !ids.is_empty() => {
                follows::followed_among(connection, viewer.id, &ids).await?
            }
            _ => HashSet::new(),
        };
        Ok(Self {
            rows,
            has_more,
            followed,
        })
    }

    pub fn rows<'r>(&'r self, viewer: Option<&User>) -> Vec<PersonRow<'r>> {
        self.rows
            .iter()
            .map(|user| PersonRow::new(user, viewer, &self.followed))
            .collect()
    }

    pub fn pager(&self, path: &str, page: &Page) -> Pager {
        let last = self.rows.last().filter(|_| self.has_more);
        Pager::by_cursor(path, page, last.map(|user| user.id.get()))
    }
}
