//! A server that did not answer is left alone for a moment, so that not everybody waits in vain for the same thing.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Short, since in a server that is well again a moment ago's silence means nothing.
const PAUSE: Duration = Duration::from_millis(300);

/// Begins when somebody waited in vain. Then one at a time finds out whether it is over.
#[derive(Debug, Default)]
pub struct Pause(Mutex<Option<Instant>>);

impl Pause {
    /// Whether to ask the server. In a pause only one may, who has `patience`; others when that is over, too.
    pub fn may_ask(&self, patience: Duration) -> bool {
        let mut until = self.until();
        let now = Instant::now();
        match *until {
            Some(end) if now < end => false,
            Some(_) => {
                *until = Some(now + patience + PAUSE);
                true
            }
            None => true,
        }
    }

    /// It did not answer in time.
    pub fn begin(&self) {
        *self.until() = Some(Instant::now() + PAUSE);
    }

    /// It answered.
    pub fn end(&self) {
        *self.until() = None;
    }

    fn until(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
