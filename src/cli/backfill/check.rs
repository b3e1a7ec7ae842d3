//! `twitclone backfill --check`: compares cached timelines with SQL.

use indicatif::ProgressBar;

use crate::{
    app::App,
    error::{Error, Result},
    fanout::backfill::{Scope, Selection},
    timeline::audit::{Verdict, audit, repair},
};

/// Users looked up together.
const CHUNK: i64 = 100;

/// Compares, tells what differs, and repairs it if asked to.
///
/// # Errors
/// [`Error::Internal`] when differences are left, [`Error::NotFound`] when there is no such user.
pub async fn check(app: &App, scope: Scope, is_repairing: bool, bar: &ProgressBar) -> Result<()> {
    let mut selection = Selection::of(app, scope).await?;
    let total = selection.total(app).await?;
    bar.set_length(u64::try_from(total).unwrap_or_default());
    let (mut right, mut wrong, mut unused) = (0_u64, 0_u64, 0_u64);
    let mut totals = [
        ("missing", 0),
        ("extra", 0),
        ("misplaced", 0),
        ("duplicate", 0),
    ];
    loop {
        let ids = selection.next(app, CHUNK).await?;
        if ids.is_empty() {
            break;
        }
        for user in ids {
            let verdict = if is_repairing {
                repair(app, user).await?
            } else {
                audit(app, user).await?
            };
            match verdict {
                Verdict::NotUsed => unused += 1,
                Verdict::Right => right += 1,
                Verdict::Wrong(findings) => {
                    wrong += 1;
                    let mut told = Vec::new();
                    for ((kind, count), (_, total)) in findings.by_kind().iter().zip(&mut totals) {
                        *total += count;
                        if *count > 0 {
                            told.push(format!("{count} {kind}"));
                        }
                    }
                    bar.suspend(|| println!("user {user}: {}", told.join(", ")));
                }
            }
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    println!(
        "{right} timelines as SQL has them, {wrong} not, {unused} not cached or to be built at their next read"
    );
    if wrong == 0 {
        return Ok(());
    }
    let told: Vec<String> = totals
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"))
        .collect();
    println!("{}", told.join(", "));
    if is_repairing {
        println!("{wrong} timelines rebuilt");
        return Ok(());
    }
    Err(Error::Internal(
        format!("{wrong} cached timelines are not as SQL has them. The same command with --repair rebuilds them.").into(),
    ))
}
