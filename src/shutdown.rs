//! Stopping in order: a token that says "stop" and a tracker of the tasks that must end first.

use std::{io, time::Duration};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Shared by everything that runs until the process stops.
#[derive(Clone, Debug, Default)]
pub struct Shutdown {
    /// Cancelled once, when the process is to stop.
    pub token: CancellationToken,
    /// Cancelled when the web has stopped: now the background tasks are to end.
    pub workers: CancellationToken,
    /// The background tasks; [`Shutdown::drain`] waits for them.
    pub tasks: TaskTracker,
}

impl Shutdown {
    /// Says "stop" at the first SIGTERM or SIGINT. A second one ends the process at once, as people who
    /// press Ctrl-C twice expect.
    ///
    /// # Errors
    /// When the process may not handle signals.
    pub fn on_signals(&self) -> io::Result<()> {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let token = self.token.clone();
        tokio::spawn(async move {
            let name = tokio::select! {
                _ = terminate.recv() => "SIGTERM",
                _ = interrupt.recv() => "SIGINT",
            };
            tracing::info!(signal = name, "stopping");
            token.cancel();
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            tracing::warn!("stopped at once: asked twice");
            std::process::exit(1);
        });
        Ok(())
    }

    /// Tells the background tasks to end and waits, so long at most. False when some did not end: what they still have
    /// in hand stays in the outbox or on the topic.
    pub async fn drain(&self, grace: Duration) -> bool {
        self.token.cancel();
        self.workers.cancel();
        self.tasks.close();
        let drained = tokio::time::timeout(grace, self.tasks.wait()).await.is_ok();
        if !drained {
            tracing::error!(
                left = self.tasks.len(),
                "background tasks did not end in time"
            );
        }
        drained
    }
}
