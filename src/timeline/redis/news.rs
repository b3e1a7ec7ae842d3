//! The stream `changes`: announcements of rows that changed, for every process that keeps rows.

use std::{collections::HashMap, sync::Arc};

use deadpool_redis::redis::{
    Cmd, FromRedisValue, ParsingError, Pipeline, RedisError, Value, aio::MultiplexedConnection,
};

use super::{Timelines, connection::Server};
use crate::{
    error::Result,
    rows::{Change, News, Place},
};

/// So many announcements are kept, about; who has read none of them forgets everything.
const KEPT: usize = 10_000;
/// So many are read at once.
const MOST: usize = 500;
const FIELD: &str = "changed";

/// The id of an entry.
pub type EntryId = (u64, u64);

/// One entry of the stream.
pub struct Entry {
    id: EntryId,
    changes: Vec<Change>,
}

impl FromRedisValue for Entry {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        let (id, fields): (String, HashMap<String, String>) =
            FromRedisValue::from_redis_value(value)?;
        let changes = fields.get(FIELD).map(String::as_str).unwrap_or_default();
        Ok(Self {
            id: entry_id(&id),
            // A kind of a later version is about rows that this one does not keep.
            changes: changes
                .split(' ')
                .filter_map(|change| change.parse().ok())
                .collect(),
        })
    }
}

impl Timelines {
    pub async fn announce(&self, changes: &[Change]) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let mut pipeline = Pipeline::new();
        pipeline.add_command(add(&self.changes, changes)).ignore();
        self.connection.run::<()>(&pipeline).await
    }

    /// What changed after a place, without a timeline.
    pub async fn look(&self, since: Option<&Place>) -> Result<News> {
        let mut pipeline = Pipeline::new();
        self.ask(&mut pipeline, since);
        let ((announced,), server): ((Vec<Entry>,), Server) =
            self.connection.run_where(&pipeline).await?;
        self.news(since, &server, announced).await
    }

    /// Asks for what came after a place, and for the entry at the place itself: if that is gone, more may be.
    pub(super) fn ask(&self, pipeline: &mut Pipeline, since: Option<&Place>) {
        let mut range = super::redis::cmd("XRANGE");
        range.arg(&self.changes);
        match since {
            Some(Place { last, .. }) => range.arg(format!("{}-{}", last.0, last.1)),
            // Nothing is known: the end is what is wanted.
            None => range.arg("+"),
        };
        range.arg("+").arg("COUNT").arg(MOST);
        pipeline.add_command(range);
    }

    /// What the answer to [`Timelines::ask`] means.
    pub(super) async fn news(
        &self,
        since: Option<&Place>,
        server: &Server,
        entries: Vec<Entry>,
    ) -> Result<News> {
        let run = &server.run.0;
        let is_known = since.is_some_and(|since| {
            since.run == *run && entries.first().is_some_and(|first| first.id == since.last)
        });
        let end = match (entries.last(), since) {
            (Some(last), _) => last.id,
            (None, None) => server.end,
            // The stream is gone. Without an end it would be taken for gone at every reading.
            (None, Some(_)) => {
                let mut pipeline = Pipeline::new();
                pipeline.add_command(add(&self.changes, &[]));
                let (id,): (String,) = self.connection.run(&pipeline).await?;
                entry_id(&id)
            }
        };
        let place = Place {
            run: Arc::clone(run),
            last: end,
        };
        if !is_known {
            return Ok(News::Lost(place));
        }
        let is_part = entries.len() >= MOST;
        let changes = entries
            .into_iter()
            .skip(1)
            .flat_map(|entry| entry.changes)
            .collect();
        Ok(if is_part {
            News::Part(place, changes)
        } else {
            News::Changes(place, changes)
        })
    }
}

/// Makes sure that the stream has an end, and tells it.
///
/// # Errors
/// When Redis is away.
pub async fn end(connection: &mut MultiplexedConnection, key: &str) -> Result<EntryId, RedisError> {
    let id: String = add(key, &[]).query_async(connection).await?;
    Ok(entry_id(&id))
}

fn add(key: &str, changes: &[Change]) -> Cmd {
    let text: Vec<String> = changes.iter().map(ToString::to_string).collect();
    let mut add = super::redis::cmd("XADD");
    add.arg(key).arg("MAXLEN").arg("~").arg(KEPT).arg("*");
    add.arg(FIELD).arg(text.join(" "));
    add
}

/// `1526919030474-55`
fn entry_id(text: &str) -> EntryId {
    let (millis, number) = text.split_once('-').unwrap_or((text, "0"));
    (
        millis.parse().unwrap_or_default(),
        number.parse().unwrap_or_default(),
    )
}
