//! Whether a client still knows a broker.
//!
//! When a lone broker was held for longer than its session, the cluster says for a moment that it has none. librdkafka then
//! drops those it knows and is to begin again with `bootstrap.servers`; at times it does not
//! (<https://github.com/confluentinc/librdkafka/issues/5301>), and never finds a broker again. Such a client has to be
//! replaced.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use rdkafka::{ClientConfig, ClientContext, statistics::Statistics};

/// So many figures in a row, one a second, without a broker: it does not begin again by itself.
const ENOUGH: u32 = 3;

/// Learns from librdkafka's own figures; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Reach(Arc<AtomicU32>);

impl Reach {
    /// Has the figures told.
    pub fn watch(config: &mut ClientConfig) {
        config.set("statistics.interval.ms", "1000");
    }

    pub fn take_in(&self, figures: &Statistics) {
        // The others are librdkafka's own, such as one that stands for the group's coordinator.
        let is_broker = |source: &str| matches!(source, "configured" | "learned");
        if figures
            .brokers
            .values()
            .any(|broker| is_broker(&broker.source))
        {
            self.0.store(0, Ordering::Relaxed);
        } else {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub fn is_lost(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= ENOUGH
    }
}

/// For a client of which nothing else is to be known.
impl ClientContext for Reach {
    fn stats(&self, figures: Statistics) {
        self.take_in(&figures);
    }
}
