//! The stream `changes`: announcements of rows that changed, for every process that keeps rows.

use std::{collections::HashMap, sync::Arc};

use deadpool_redis::redis::{Cmd, FromRedisValue, ParsingError, Value};

use super::{Timelines, connection::Run, single};
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
        self.add(changes).await.map(|_| ())
    }

    /// What changed after a place, without a timeline.
    pub async fn news_since(&self, since: Option<&Place>) -> Result<News> {
        let look = single(self.look(since));
        let ((announced,), run): ((Vec<Entry>,), Run) =
            self.servers.run(&self.changes, &look).await?;
        self.news(since, &run, announced).await
    }

    /// Asks for what came after a place, and for the entry at the place itself: if that is gone, more may be.
    pub(super) fn look(&self, since: Option<&Place>) -> Cmd {
        let mut range = super::redis::cmd("XRANGE");
        range.arg(&self.changes);
        match since {
            Some(Place { last, .. }) => range.arg(format!("{}-{}", last.0, last.1)),
            // Nothing is known: the end is what is wanted.
            None => range.arg("+"),
        };
        range.arg("+").arg("COUNT").arg(MOST);
        range
    }

    /// What the answer to [`Timelines::look`] means.
    pub(super) async fn news(
        &self,
        since: Option<&Place>,
        Run(run): &Run,
        entries: Vec<Entry>,
    ) -> Result<News> {
        let is_known = since.is_some_and(|since| {
            since.run == *run && entries.first().is_some_and(|first| first.id == since.last)
        });
        let end = match entries.last() {
            Some(last) => last.id,
            // There is no stream. Without an end it would be taken for gone at every reading.
            None => self.add(&[]).await?,
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

    async fn add(&self, changes: &[Change]) -> Result<EntryId> {
        let text: Vec<String> = changes.iter().map(ToString::to_string).collect();
        let mut add = super::redis::cmd("XADD");
        add.arg(&self.changes).arg("MAXLEN").arg("~").arg(KEPT);
        add.arg("*").arg(FIELD).arg(text.join(" "));
        let ((id,), _): ((String,), Run) = self.servers.run(&self.changes, &single(add)).await?;
        Ok(entry_id(&id))
    }
}

/// `1526919030474-55`
fn entry_id(text: &str) -> EntryId {
    let (millis, number) = text.split_once('-').unwrap_or((text, "0"));
    (
        millis.parse().unwrap_or_default(),
        number.parse().unwrap_or_default(),
    )
}
