//! A server that did not answer is left alone for a moment, so that not everybody waits in vain for the same thing.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Short, since in a server that is well again a moment ago's silence means nothing.
const PAUSE: Duration = Duration::from_millis(300);

/// Begins when somebody waited in vain. Then one at a time finds out whether it is over.
#[derive(Debug, Default)]
pub struct Pause(Mutex<Option<Instant>>);

/// Leave to ask the server, until it is known whether it answers.
#[derive(Debug)]
pub struct Leave<'a> {
    pause: &'a Pause,
    is_alone: bool,
}

impl Pause {
    /// Leave to ask the server. In a pause only one has it, with `patience`; others when that is over, too.
    pub fn leave(&self, patience: Duration) -> Option<Leave<'_>> {
        let mut until = self.until();
        let now = Instant::now();
        let is_alone = match *until {
            Some(end) if now < end => return None,
            Some(_) => {
                *until = Some(now + patience + PAUSE);
                true
            }
            None => false,
        };
        Some(Leave {
            pause: self,
            is_alone,
        })
    }

    fn until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave<'_> {
    /// It did not answer in time.
    pub fn in_vain(mut self) {
        self.is_alone = false;
        *self.pause.until() = Some(Instant::now() + PAUSE);
    }

    /// It answered.
    pub fn answered(mut self) {
        self.is_alone = false;
        *self.pause.until() = None;
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        // Given up before anything was found out, as when another server was faster: the next one may ask.
        if self.is_alone {
            *self.pause.until() = Some(Instant::now());
        }
    }
}
