//! What a process wrote into the outbox and hands to its own relay, which then need not look for it there.

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{doorbell::Doorbell, store::outbox::Waiting};

/// So many events wait here at most. While Kafka is away there are more: they are looked for when it is back.
const MOST: usize = 4096;

/// Events that this process has written and its relay has not taken up; clones share them.
#[derive(Clone, Debug, Default)]
pub struct Handed(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    doorbell: Doorbell,
}

#[derive(Debug, Default)]
struct State {
    events: Vec<Waiting>,
    /// Whether there were more than there is room for.
    is_over: bool,
}

/// What there is to take.
#[derive(Debug)]
pub enum Taken {
    /// All that was handed over since the last time.
    Events(Vec<Waiting>),
    /// More was than is remembered: what there is to do stands in the outbox alone.
    TooMany,
}

impl Handed {
    /// Hands over events that have been committed.
    pub fn hand(&self, events: impl IntoIterator<Item = Waiting>) {
        let mut state = self.state();
        for event in events {
            if state.events.len() < MOST {
                state.events.push(event);
            } else {
                state.is_over = true;
            }
        }
        drop(state);
        self.0.doorbell.ring();
    }

    /// Waits until something has been handed over since it was waited for last.
    pub async fn arrived(&self) {
        self.0.doorbell.rung().await;
    }

    /// Takes all there is; nothing stays.
    pub fn take(&self) -> Taken {
        let State { events, is_over } = mem::take(&mut *self.state());
        if is_over {
            Taken::TooMany
        } else {
            Taken::Events(events)
        }
    }

    /// A push or a take cannot be half done.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
