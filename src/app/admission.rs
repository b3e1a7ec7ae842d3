//! How much is taken on at once, and how long one request may take in all.

use std::{
    cell::Cell,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

/// Every request is answered within two seconds, by a 503 if need be.
const LONGEST: Duration = Duration::from_millis(1800);

tokio::task_local! {
    static REQUEST: Request;
}

/// What is known of a request while it is answered.
struct Request {
    /// For its operations.
    left: Cell<Duration>,
    has_begun: Cell<bool>,
}

/// Runs what answers one request: its operations together get as long as one alone would. Time in between, which
/// hashing a password takes, is not counted.
pub async fn as_one_request<F: Future>(answering: F) -> F::Output {
    let request = Request {
        left: Cell::new(LONGEST),
        has_begun: Cell::new(false),
    };
    REQUEST.scope(request, answering).await
}

/// Whether an operation is the first of its request, which may be refused. Refusing a later one would waste what was
/// done.
pub(super) fn is_first() -> bool {
    let had_begun = REQUEST.try_with(|request| request.has_begun.replace(true));
    !had_begun.unwrap_or(false)
}

/// Runs one operation, and notes how long it took; `None` when there is no time left.
pub(super) async fn within_patience<F: Future>(operation: F) -> Option<F::Output> {
    let left = REQUEST.try_with(|request| request.left.get());
    let left = left.unwrap_or(LONGEST);
    let begun = Instant::now();
    let done = tokio::time::timeout(left, operation).await.ok();
    // Outside of a request there is nothing to note.
    let _ = REQUEST.try_with(|request| request.left.set(left.saturating_sub(begun.elapsed())));
    done
}

/// Counts the operations under way, those that nobody waits for any more among them.
#[derive(Debug)]
pub(super) struct Gate {
    under_way: Arc<AtomicUsize>,
    most: usize,
}

/// One operation under way.
pub(super) struct Pass(Arc<AtomicUsize>);

impl Gate {
    pub(super) fn new(most: usize) -> Self {
        Self {
            under_way: Arc::default(),
            most,
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) >= self.most
    }

    pub(super) fn pass(&self) -> Pass {
        self.under_way.fetch_add(1, Ordering::Relaxed);
        Pass(Arc::clone(&self.under_way))
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
