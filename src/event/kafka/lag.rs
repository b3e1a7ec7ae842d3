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
    /// Offset of the first record.
    start: i64,
    /// Offset behind the last record.
    end: i64,
    /// Offset behind the last record that was delivered, once librdkafka has told it.
    done: Option<i64>,
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
            if figures.fetch_state != "active" {
                continue;
            }
            let known = before.get(id);
            let end = figures.hi_offset.max(known.map_or(-1, |known| known.end));
            if end < 0 {
                continue;
            }
            let start = figures.lo_offset.max(known.map_or(0, |known| known.start));
            let delivered = figures.stored_offset.max(figures.committed_offset);
            // Nothing yet: it is read from its first record.
            let done = Some(if delivered < 0 { start } else { delivered });
            partitions.insert(*id, Partition { start, end, done });
        }
        self.show(&partitions);
    }

    /// Takes in where a partition begins and ends, as the broker said. One that has not been read yet tells neither by
    /// itself.
    pub fn reaches(&self, id: i32, start: i64, end: i64) {
        let mut partitions = self.partitions();
        let partition = partitions.entry(id).or_insert(Partition {
            start,
            end,
            done: None,
        });
        partition.end = partition.end.max(end);
        self.show(&partitions);
    }

    fn show(&self, partitions: &HashMap<i32, Partition>) {
        let behind = |partition: &Partition| Some((partition.end - partition.done?).max(0));
        self.shown.set(partitions.values().filter_map(behind).sum());
    }

    fn partitions(&self) -> MutexGuard<'_, HashMap<i32, Partition>> {
        self.partitions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
