//! How those who work in the background learn that there is something to do.

use std::sync::Arc;

use tokio::sync::Notify;

/// Wakes whoever works in this process when there is something to do; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Doorbell(Arc<Notify>);

impl Doorbell {
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits until it has been rung since it was waited for last.
    pub async fn rung(&self) {
        self.0.notified().await;
    }
}
