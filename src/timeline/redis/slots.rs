//! The slots of a Redis Cluster: which a key is in, and which master has which.

use std::time::{Duration, Instant};

use crc::{CRC_16_XMODEM, Crc};
use deadpool_redis::redis::{ErrorKind, RedisError};

use super::connection::{Address, Node};

const SLOTS: u16 = 16_384;
const CHECKSUM: Crc<u16> = Crc::<u16>::new(&CRC_16_XMODEM);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot(u16);

impl Slot {
    /// By the checksum of the key, or of what stands between its first braces, if anything does.
    pub fn of(key: &str) -> Self {
        let tag = key
            .split_once('{')
            .and_then(|(_, rest)| rest.split_once('}'))
            .map(|(tag, _)| tag)
            .filter(|tag| !tag.is_empty());
        Self(CHECKSUM.checksum(tag.unwrap_or(key).as_bytes()) % SLOTS)
    }
}

/// Which master has which slots, as one node told it.
pub struct SlotMap {
    made: Instant,
    /// All masters, also those without slots.
    nodes: Vec<Node>,
    /// From the first to the second, and the place in `nodes`; in order.
    ranges: Vec<(Slot, Slot, usize)>,
}

impl SlotMap {
    /// Reads the answer to `CLUSTER NODES`, of which every line is like
    /// `07c3… 127.0.0.1:30004@31004,name master - 0 1426238317239 4 connected 0-5460 5462 [5461->-292f…]`: id, address,
    /// flags, master, ping, pong, epoch, link, slots. `host` is of the node that gave it; nodes that are known
    /// keep their connections.
    pub fn parse(text: &str, host: &str, known: Option<&Self>) -> Result<Self, RedisError> {
        let mut map = Self {
            made: Instant::now(),
            nodes: Vec::new(),
            ranges: Vec::new(),
        };
        for line in text.lines() {
            let mut fields = line.split(' ').skip(1);
            let (Some(address), Some(flags)) = (fields.next(), fields.next()) else {
                continue;
            };
            let address = address.split('@').next().and_then(Address::parse);
            let epoch = fields.nth(3).and_then(|epoch| epoch.parse().ok());
            let (Some(mut address), Some(epoch)) = (address, epoch) else {
                continue;
            };
            if address.port == 0 || !flags.split(',').any(|flag| flag == "master") {
                continue;
            }
            // A node that nobody has spoken to does not know its own.
            if address.host.is_empty() {
                host.clone_into(&mut address.host);
            }
            let at = map.nodes.len();
            // The link comes before the slots; a slot that is moving is in brackets.
            let ranges = fields.skip(1).filter_map(range);
            map.ranges
                .extend(ranges.map(|(first, last)| (first, last, at)));
            let same = known.and_then(|known| known.at(&address));
            map.nodes.push(match same {
                Some(node) if node.epoch() == Some(epoch) => node.clone(),
                _ => Node::new(address, Some(epoch))?,
            });
        }
        if map.ranges.is_empty() {
            return Err(failed("it belongs to no cluster", host));
        }
        map.ranges.sort_unstable();
        Ok(map)
    }

    pub fn age(&self) -> Duration {
        self.made.elapsed()
    }

    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    pub fn at(&self, address: &Address) -> Option<&Node> {
        self.nodes.iter().find(|node| node.address() == address)
    }

    /// The place in [`SlotMap::nodes`] of the master that has a slot.
    pub fn place(&self, slot: Slot) -> Option<usize> {
        let after = self.ranges.partition_point(|(first, ..)| *first <= slot);
        let (_, last, at) = self.ranges.get(after.checked_sub(1)?)?;
        (slot <= *last).then_some(*at)
    }

    pub fn master(&self, slot: Slot) -> Result<&Node, RedisError> {
        self.place(slot)
            .and_then(|at| self.nodes.get(at))
            .ok_or_else(|| failed("no master has the slot", slot.0))
    }

    /// Whether every slot has a master.
    pub fn is_whole(&self) -> Result<(), RedisError> {
        for slot in 0..SLOTS {
            self.master(Slot(slot))?;
        }
        Ok(())
    }
}

/// `0-5460` or `5462`
fn range(text: &str) -> Option<(Slot, Slot)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    Some((Slot(first.parse().ok()?), Slot(last.parse().ok()?)))
}

fn failed(what: &'static str, of: impl ToString) -> RedisError {
    RedisError::from((ErrorKind::Client, what, of.to_string()))
}
