//! The slow background audit: a few cached timelines now and then, compared with SQL and put right.

use std::time::Duration;

use crate::{app::App, shutdown::Shutdown, timeline::audit};

/// Timelines looked at each time.
const A_FEW: i64 = 20;

/// Runs in the process that delivers: `serve` with timelines in memory, else `fanout`.
pub fn start(app: &App, shutdown: &Shutdown) {
    let every = Duration::from_secs(app.settings.timelines.audit_seconds.into());
    if every.is_zero() {
        return;
    }
    let (app, stop) = (app.clone(), shutdown.workers.clone());
    shutdown.tasks.spawn(async move {
        loop {
            tokio::select! {
                () = tokio::time::sleep(every) => {}
                () = stop.cancelled() => return,
            }
            if let Err(error) = audit::audit_some(&app, A_FEW).await {
                tracing::debug!(%error, "the audit waits");
            }
        }
    });
}
