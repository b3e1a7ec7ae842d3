//! How far a consumer is behind the end of its partitions.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use rdkafka::statistics::Topic;

use crate::metrics::Gauge;

/// What is known of one partition.
#[derive(Clone, Copy, Debug)]
struct Partition {
    /// Offset behind the last record.
    end: i64,
    /// Offset behind the last record that was delivered.
    done: i64,
}

/// Adds up what is not delivered and shows it. Learns from librdkafka's own figures, so asking costs the broker nothing.
#[derive(Debug)]
pub struct Lag {
    shown: Gauge,
    partitions: Mutex<HashMap<i32, Partition>>,
}

impl Lag {
    pub fn new(shown: Gauge) -> Self {
        Self {
            shown,
            partitions: Mutex::default(),
        }
    }

    /// Takes in the figures of the topic. They have the partitions of other consumers, too, which are not read here.
    pub fn take_in(&self, topic: &Topic) {
        let mut partitions = self.partitions();
        let before = std::mem::take(&mut *partitions);
        for (id, figures) in &topic.partitions {
            if figures.fetch_state != "active" || figures.hi_offset < 0 {
                continue;
            }
            let known = before.get(id).map_or(0, |partition| partition.end);
            let delivered = figures.stored_offset.max(figures.committed_offset);
            let done = if delivered < 0 {
                // Nothing yet: it is read from its first record.
                figures.lo_offset.max(0)
            } else {
                delivered
            };
            let end = figures.hi_offset.max(known);
            partitions.insert(*id, Partition { end, done });
        }
        self.show(&partitions);
    }

    /// Takes in where a partition ends, as the broker said.
    pub fn ends_at(&self, id: i32, end: i64) {
        let mut partitions = self.partitions();
        if let Some(partition) = partitions.get_mut(&id) {
            partition.end = partition.end.max(end);
        }
        self.show(&partitions);
    }

    fn show(&self, partitions: &HashMap<i32, Partition>) {
        let behind = |partition: &Partition| (partition.end - partition.done).max(0);
        self.shown.set(partitions.values().map(behind).sum());
    }

    fn partitions(&self) -> MutexGuard<'_, HashMap<i32, Partition>> {
        self.partitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
