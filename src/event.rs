//! Tweet events: what is said when someone tweets, and who carries it to the fan-out.

pub mod handed;
pub mod kafka;
pub mod outbox;

use serde::{Deserialize, Serialize};

use crate::{
    error::Result,
    id::{TweetId, UserId},
};

/// Someone tweeted. On the topic: `{"tweet_id":"…","author_id":"…"}`, with the author's id as key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct NewTweet {
    pub tweet_id: TweetId,
    pub author_id: UserId,
}

impl NewTweet {
    /// What a record holds, or why it is not understood.
    ///
    /// # Errors
    /// A sentence with the parser's reason.
    pub fn parse(payload: &[u8]) -> Result<Self, String> {
        let event: Self = serde_json::from_slice(payload)
            .map_err(|error| format!("not a tweet event: {error}"))?;
        if event.tweet_id.get() <= 0 || event.author_id.get() <= 0 {
            return Err("not a tweet event: its ids are not positive".to_owned());
        }
        Ok(event)
    }

    pub fn to_json(self) -> Result<String> {
        serde_json::to_string(&self).map_err(crate::error::Error::internal)
    }
}

/// Who carries events from the outbox to the fan-out.
#[derive(Clone)]
pub enum EventLog {
    /// Nobody: the outbox is the log, and whoever reads it delivers.
    Postgres,
    /// The topic.
    Kafka(kafka::Producer),
}
