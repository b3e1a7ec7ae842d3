//! `twitclone backfill`: builds cached timelines from PostgreSQL.

use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use tokio::runtime::Handle;

use super::start;
use crate::{
    app::App,
    clock::Clock,
    config::{Settings, TimelinesBackend},
    error::{Error, Result},
    fanout::backfill::{Scope, backfill as run},
    shutdown::Shutdown,
};

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Options {
    /// One user's timeline
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Everybody's timelines
    #[arg(long)]
    all: bool,
    /// The timelines of people who were here within timelines.idle_days
    #[arg(long)]
    active: bool,
}

impl Options {
    fn scope(self) -> Scope {
        match (self.user, self.all) {
            (Some(name), _) => Scope::User(name),
            (None, true) => Scope::All,
            (None, false) => Scope::Active,
        }
    }
}

pub async fn backfill(settings: Settings, clock: Clock, options: Options) -> Result<()> {
    let shutdown = Shutdown::default();
    shutdown.on_signals().map_err(Error::internal)?;
    let app = App::new(settings, clock, Handle::current())?;
    start::postgres(&app, &shutdown.token).await?;
    if app.settings.timelines.backend == TimelinesBackend::Redis {
        start::wait(&app, &shutdown.token, "Redis", || app.timelines.ping()).await?;
    } else {
        eprintln!(
            "Timelines live in the memory of serve: they are marked, and built at their next read."
        );
    }
    let bar = ProgressBar::new(0).with_style(style()?);
    let scope = options.scope();
    let work = run(&app, &scope, |done, total| {
        bar.set_length(u64::try_from(total).unwrap_or_default());
        bar.set_position(u64::try_from(done).unwrap_or_default());
    });
    let report = tokio::select! {
        report = work => report?,
        () = shutdown.token.cancelled() => {
            bar.abandon();
            return Err(Error::Internal("Stopped. The same command goes on from here.".into()));
        }
    };
    bar.finish();
    if report.resumed_at > 0 {
        println!(
            "went on after the {} timelines of an interrupted run",
            report.resumed_at
        );
    }
    println!("{} timelines", report.done);
    Ok(())
}

fn style() -> Result<ProgressStyle> {
    ProgressStyle::with_template("{bar:40} {pos}/{len} timelines, {per_sec}, {eta} left")
        .map_err(Error::internal)
}
