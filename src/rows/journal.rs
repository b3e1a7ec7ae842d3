//! The order of changes and readings.
//!
//! A row is read from SQL, then kept. If it changes between the two, its change may be announced, taken in and
//! done with before the old row is kept, which would then stay. So every change that is taken in gets a number,
//! the last ones are remembered, and a row is kept only if no change of it has come since the moment before it
//! was read.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::Change;

/// So many changes are remembered. A row that was read before the oldest of them is not kept.
const REMEMBERED: usize = 4096;

/// A moment between two changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(u64);

/// How far a stream of announcements was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Of the server that has the stream; another run may have lost entries.
    pub run: Arc<str>,
    /// The last entry: milliseconds and a number within them.
    pub last: (u64, u64),
}

/// What a reader found announced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// There is no stream: this process makes all changes itself.
    Local,
    /// All after the place asked for, in order, up to a new place.
    Changes(Place, Vec<Change>),
    /// The place asked for is not known any more, so anything may have changed; the stream ends here now.
    Lost(Place),
    /// There is more than one reading takes; this is the first part.
    Part(Place, Vec<Change>),
}

#[derive(Default)]
pub struct Journal(Mutex<State>);

#[derive(Default)]
struct State {
    place: Option<Place>,
    /// How many changes have been taken in.
    count: u64,
    /// The newest of them, the newest last.
    newest: VecDeque<Change>,
}

impl Journal {
    pub fn place(&self) -> Option<Place> {
        self.state().place.clone()
    }

    pub fn moment(&self) -> Moment {
        Moment(self.state().count)
    }

    /// As [`super::Rows::catch_up`]. `forget` and `forget_all` are called before anybody else can keep anything.
    pub fn catch_up(&self, news: &News, forget: impl Fn(&Change), forget_all: impl Fn()) -> bool {
        let (end, changes) = match news {
            News::Local => return true,
            News::Changes(end, changes) | News::Part(end, changes) => (end, changes.as_slice()),
            News::Lost(end) => {
                let mut state = self.state();
                state.lose_all();
                forget_all();
                state.place = Some(end.clone());
                return true;
            }
        };
        let mut state = self.state();
        let Some(place) = state.place.as_mut().filter(|place| place.run == end.run) else {
            return false;
        };
        // Others may have read on; what they took in already does no harm twice.
        if end.last > place.last {
            *place = end.clone();
            state.take_in(changes, forget);
        }
        matches!(news, News::Changes(..))
    }

    pub fn note(&self, changes: &[Change], forget: impl Fn(&Change)) {
        self.state().take_in(changes, forget);
    }

    /// Runs `keep` if none of a row's changes was taken in since `read_from`, and nothing else is taken in meanwhile.
    pub fn unless_changed(
        &self,
        read_from: Moment,
        is_its: impl Fn(&Change) -> bool,
        keep: impl FnOnce(),
    ) {
        let state = self.state();
        let since = usize::try_from(state.count - read_from.0).unwrap_or(usize::MAX);
        if since > state.newest.len() || state.newest.iter().rev().take(since).any(is_its) {
            return;
        }
        keep();
    }

    /// Runs something while no change is taken in and no row kept.
    pub fn meanwhile(&self, run: impl FnOnce()) {
        let _state = self.state();
        run();
    }

    /// A panic elsewhere leaves at worst a row too few.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take_in(&mut self, changes: &[Change], forget: impl Fn(&Change)) {
        for change in changes {
            self.count += 1;
            self.newest.push_back(*change);
            forget(change);
        }
        let surplus = self.newest.len().saturating_sub(REMEMBERED);
        self.newest.drain(..surplus);
    }

    /// Whatever was read before this is not kept.
    fn lose_all(&mut self) {
        self.count += 1;
        self.newest.clear();
    }
}
