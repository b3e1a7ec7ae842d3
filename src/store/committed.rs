//! The row of a statement that writes, once it is committed.
//!
//! A statement is its own transaction, and its rows come before its commit. diesel-async's `get_result` takes the first
//! row and does not look at what follows it, so it would tell of a tweet that was posted although the commit failed, or
//! although PostgreSQL lost its power just then. Whatever a writing statement gives is therefore read to the end.

use diesel::result::{Error, QueryResult};

/// The first of the rows of a writing statement, all of which have been loaded.
///
/// # Errors
/// [`Error::NotFound`] when there is none, else what went wrong with the statement or its commit.
pub fn committed_row<Row>(loaded: QueryResult<Vec<Row>>) -> QueryResult<Row> {
    loaded?.into_iter().next().ok_or(Error::NotFound)
}
