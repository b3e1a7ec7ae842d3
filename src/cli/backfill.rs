//! `twitclone backfill`: builds cached timelines from PostgreSQL, or compares them with it.

mod check;
mod set_aside;

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
    language::Message,
    shutdown::Shutdown,
};

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    whose: Whose,
    /// Compare cached timelines with PostgreSQL and change nothing; exit code 1 when some differ
    #[arg(long)]
    check: bool,
    /// With --check: rebuild those that differ
    #[arg(long, requires = "check")]
    repair: bool,
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Whose {
    /// One user's timeline
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Everybody's timelines
    #[arg(long)]
    all: bool,
    /// The timelines of people who were here within timelines.idle_days
    #[arg(long)]
    active: bool,
    /// The timelines of so many people, by chance
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..))]
    sample: Option<i64>,
    /// Tell which events were set aside, since delivering them failed again and again, and why
    #[arg(long, conflicts_with = "check")]
    set_aside: bool,
    /// Have the events that were set aside tried again
    #[arg(long, conflicts_with = "check")]
    send_again: bool,
}

impl Whose {
    fn scope(self) -> Scope {
        match (self.user, self.all, self.sample) {
            (Some(name), ..) => Scope::User(name),
            (None, true, _) => Scope::All,
            (None, false, Some(count)) => Scope::Sample(count),
            (None, false, None) => Scope::Active,
        }
    }
}

pub async fn backfill(settings: Settings, clock: Clock, options: Options) -> Result<()> {
    let shutdown = Shutdown::default();
    shutdown.on_signals().map_err(Error::internal)?;
    let app = App::new(settings, clock, Handle::current())?;
    start::postgres(&app, &shutdown.token).await?;
    if options.whose.set_aside {
        return set_aside::list(&app).await;
    }
    if options.whose.send_again {
        return set_aside::send_again(&app).await;
    }
    if app.settings.timelines.backend == TimelinesBackend::Redis {
        start::wait(&app, &shutdown.token, "Redis", || app.timelines.ping()).await?;
    } else if options.check {
        return Err(Error::BadRequest(Message::in_english(
            "`timelines.backend` is \"memory\": timelines live inside serve, out of this command's reach. serve checks \
             them itself, a few every `timelines.audit_seconds`: see twitclone_audit_findings_total in its /metrics.",
        )));
    } else {
        eprintln!(
            "Timelines live in the memory of serve: they are marked, and built at their next read."
        );
    }
    let bar = ProgressBar::new(0).with_style(style()?);
    let scope = options.whose.scope();
    if options.check {
        let checked = check::check(&app, scope, options.repair, &bar);
        return tokio::select! {
            done = checked => done,
            () = shutdown.token.cancelled() => Err(Error::Internal("Stopped before the end.".into())),
        };
    }
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
