//! Changing many timelines at once: a round trip to each server, or several where there is very much to do.

use deadpool_redis::redis::{self, Cmd, ErrorKind, Pipeline, RedisError};
use futures_util::{
    future::join_all,
    stream::{self, StreamExt as _, TryStreamExt as _},
};

use super::{
    cluster::{self, Cluster},
    connection::{Node, Run, unavailable},
    slots::Slot,
};
use crate::{
    error::{Error, Result},
    id::TweetId,
};

/// Deliveries in one call of a function: large enough to be cheap, small enough not to hold up
/// readers (500 take Redis about 2 ms).
const CHUNK: usize = 500;
/// Calls in one round trip. Each round trip is waited for only so long, and a delivery that belongs far down its list costs
/// several times what it costs at the head, as after an outage.
const CALLS: usize = 4;
/// Round trips to one server that are under way at a time: it does the next one while the last one's answer is read.
const ROUND_TRIPS: usize = 2;
/// Calls for one key each that are under way at a time.
const SINGLES: usize = 50;

/// The key of a timeline, and an id.
pub type Delivery = (String, TweetId);

/// A function that takes a key and an id for each delivery.
#[derive(Clone, Copy)]
pub struct Change {
    pub function: &'static str,
    /// What it takes before them.
    pub first: Option<usize>,
}

impl Change {
    /// All deliveries at one server; what the function gave, added up.
    pub async fn at(self, node: &Node, deliveries: &[Delivery]) -> Result<usize> {
        let (changed, elsewhere) = self.calls(node, deliveries).await.map_err(unavailable)?;
        match elsewhere.first() {
            None => Ok(changed),
            Some(at) => Err(unavailable(refused(deliveries.get(*at)))),
        }
    }

    /// All deliveries at the masters that have their keys.
    ///
    /// # Errors
    /// [`Error::Partial`] when some of the masters are away; the deliveries of the others are made.
    pub async fn across(self, cluster: &Cluster, left: Vec<Delivery>) -> Result<usize> {
        match self.attempt_across(cluster, left).await {
            Ok(changed) => Ok(changed),
            // Whatever answered here: all of this batch may have been for one that is away.
            Err(error) => match cluster.ping().await {
                Err(Error::Unavailable { .. }) => Err(unavailable(error)),
                _ => Err(Error::Partial(error.into())),
            },
        }
    }

    async fn attempt_across(
        self,
        cluster: &Cluster,
        mut left: Vec<Delivery>,
    ) -> Result<usize, RedisError> {
        let mut changed = 0;
        let mut failed = None;
        // Where the keys were at the last look, and where those are that had moved since.
        for is_second in [false, true] {
            let map = match is_second {
                false => cluster.map().await?,
                true => cluster.look(None).await?,
            };
            let mut groups = vec![Vec::new(); map.nodes().len()];
            for delivery in std::mem::take(&mut left) {
                let place = map.place(Slot::of(&delivery.0));
                match place.and_then(|at| groups.get_mut(at)) {
                    Some(group) => group.push(delivery),
                    None => left.push(delivery),
                }
            }
            let calls = map.nodes().iter().zip(&groups);
            let answers = join_all(calls.map(|(node, group)| self.calls(node, group))).await;
            for (group, answer) in groups.into_iter().zip(answers) {
                match answer {
                    Ok((more, elsewhere)) => {
                        changed += more;
                        left.extend(elsewhere.iter().filter_map(|at| group.get(*at).cloned()));
                    }
                    Err(error) if !is_second && cluster::is_gone(&error) => left.extend(group),
                    Err(error) => failed = Some(error),
                }
            }
            if left.is_empty() {
                break;
            }
        }
        // Their slots are on the way from one master to another, which is found out for each key.
        for some in left.chunks(SINGLES) {
            let calls = some.iter().map(|delivery| self.single(cluster, delivery));
            for done in join_all(calls).await {
                match done {
                    Ok(more) => changed += more,
                    Err(error) => failed = Some(error),
                }
            }
        }
        failed.map_or(Ok(changed), Err)
    }

    /// What the function gave, added up, and which of the deliveries are of keys that this server has not.
    async fn calls(
        self,
        node: &Node,
        deliveries: &[Delivery],
    ) -> Result<(usize, Vec<usize>), RedisError> {
        let round_trips: Vec<_> = deliveries
            .chunks(CALLS * CHUNK)
            .map(|some| self.round_trip(node, some))
            .collect();
        let answers: Vec<_> = stream::iter(round_trips)
            .buffered(ROUND_TRIPS)
            .try_collect()
            .await?;
        let mut changed = 0;
        let mut elsewhere = Vec::new();
        for (answer, first) in answers.iter().flatten().zip((0..).step_by(CHUNK)) {
            let mut numbers = answer.iter();
            changed += numbers.next().unwrap_or(&0);
            elsewhere.extend(numbers.map(|number| first + number));
        }
        Ok((changed, elsewhere))
    }

    async fn round_trip(
        self,
        node: &Node,
        deliveries: &[Delivery],
    ) -> Result<Vec<Vec<usize>>, RedisError> {
        let mut pipeline = Pipeline::new();
        for chunk in deliveries.chunks(CHUNK) {
            pipeline.add_command(self.call(None, chunk));
        }
        let (answers, _): (_, Run) = node.run(&pipeline).await?;
        Ok(answers)
    }

    async fn single(self, cluster: &Cluster, delivery: &Delivery) -> Result<usize, RedisError> {
        let mut pipeline = Pipeline::new();
        pipeline.add_command(self.call(Some(&delivery.0), std::slice::from_ref(delivery)));
        let ((answer,), _): ((Vec<usize>,), Run) = cluster.run(&delivery.0, &pipeline).await?;
        match answer.as_slice() {
            [changed] => Ok(*changed),
            _ => Err(refused(Some(delivery))),
        }
    }

    /// `declared` is a key by which a node of a cluster sees whether the call is for it.
    fn call(self, declared: Option<&str>, deliveries: &[Delivery]) -> Cmd {
        let mut call = redis::cmd("FCALL");
        call.arg(self.function);
        call.arg(usize::from(declared.is_some())).arg(declared);
        call.arg(self.first);
        for (key, id) in deliveries {
            call.arg(key).arg(id.get());
        }
        call
    }
}

fn refused(delivery: Option<&Delivery>) -> RedisError {
    let key = delivery.map_or(String::new(), |(key, _)| key.clone());
    RedisError::from((ErrorKind::Client, "the server refuses a key", key))
}
