//! Comparing cached timelines with SQL.
//!
//! Deliveries go on meanwhile, so a difference counts only if no delivery in flight explains it. The list is looked
//! at, then SQL is read, then the list is looked at again. An id is *extra* if it was in the list both times and SQL,
//! in between, did not have it: deliveries put in only what was committed before. An id is *missing* if SQL had it, it
//! was in the list neither time, and it is older than [`GRACE`], so that its delivery should be over. If the followings
//! changed between the looks, nothing is said.

use std::collections::HashSet;

use chrono::TimeDelta;

use super::{Inspected, Reason, State, Version, rebuild};
use crate::{
    app::App,
    error::Result,
    id::{TweetId, UserId},
    store::{pulled, timelines, users},
};

/// A tweet that is younger may still be on its way.
pub const GRACE: TimeDelta = TimeDelta::seconds(10);

/// What is wrong with one cached timeline.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// SQL has them above the list's end, the list has not.
    pub missing: Vec<TweetId>,
    /// The list has them, SQL has not: deleted, of somebody who is not followed, or no tweets at all.
    pub extra: Vec<TweetId>,
    /// A newer one stands below an older one.
    pub misplaced: Vec<TweetId>,
    /// There more than once.
    pub duplicate: Vec<TweetId>,
    /// Entries that are no ids.
    pub strangers: usize,
}

/// What an audit of one timeline found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not cached, or to be rebuilt at its next read anyway.
    NotUsed,
    /// As SQL has it.
    Right,
    Wrong(Findings),
}

impl Findings {
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    pub fn count(&self) -> usize {
        self.by_kind().map(|(_, count)| count).iter().sum()
    }

    /// How many of each kind.
    pub fn by_kind(&self) -> [(&'static str, usize); 4] {
        [
            ("missing", self.missing.len()),
            ("extra", self.extra.len() + self.strangers),
            ("misplaced", self.misplaced.len()),
            ("duplicate", self.duplicate.len()),
        ]
    }
}

/// Compares one user's cached timeline with SQL. Changes nothing.
///
/// # Errors
/// [`crate::error::Error::Unavailable`] when the database or the cache is away.
pub async fn audit(app: &App, user: UserId) -> Result<Verdict> {
    let cap = app.settings.timelines.cap;
    let Some((first, version)) = warm(app, user).await? else {
        return Ok(Verdict::NotUsed);
    };
    let mut connection = app.db.get().await?;
    let (now_version, truth) = timelines::whole_home(&mut connection, user, cap).await?;
    if Version(now_version) != version {
        return Ok(Verdict::NotUsed);
    }
    let visible = timelines::at_home(&mut connection, user, &first.cached.ids).await?;
    let Some((second, _)) = warm(app, user)
        .await?
        .filter(|(_, again)| *again == version)
    else {
        return Ok(Verdict::NotUsed);
    };
    let mut findings = compare(
        &first,
        &second,
        &truth,
        &visible.into_iter().collect(),
        (app.clock.now() - GRACE).timestamp_millis() << 16,
    );
    if !findings.missing.is_empty() {
        // What is merged at read may be there or not.
        let pulled = pulled::among(&mut connection, &findings.missing).await?;
        findings.missing.retain(|id| !pulled.contains(id));
    }
    Ok(if findings.is_empty() {
        Verdict::Right
    } else {
        Verdict::Wrong(findings)
    })
}

/// Audits and, where something is wrong, rebuilds.
///
/// # Errors
/// As [`audit`].
pub async fn repair(app: &App, user: UserId) -> Result<Verdict> {
    let verdict = audit(app, user).await?;
    if matches!(verdict, Verdict::Wrong(_)) {
        rebuild(app, user, Reason::Audit).await?;
    }
    Ok(verdict)
}

/// Audits and repairs a few timelines of people who were here lately, from one by chance on; how many were wrong.
///
/// # Errors
/// As [`audit`].
pub async fn audit_some(app: &App, limit: i64) -> Result<usize> {
    let Some((first, last)) = users::ends(&mut *app.db.get().await?).await? else {
        return Ok(0);
    };
    audit_from(app, rand::random_range(first - 1..last), limit).await
}

/// The same from the user after `from` on. Findings are logged and counted.
///
/// # Errors
/// As [`audit`].
pub async fn audit_from(app: &App, from: i64, limit: i64) -> Result<usize> {
    let since = app.clock.now() - app.timelines_idle();
    let ids = users::page_of_ids(&mut *app.db.get().await?, from, Some(since), limit).await?;
    let mut wrong = 0;
    for user in ids {
        let verdict = repair(app, user).await?;
        if verdict != Verdict::NotUsed {
            app.metrics.audited.inc();
        }
        if let Verdict::Wrong(findings) = verdict {
            wrong += 1;
            tracing::error!(%user, ?findings, "a cached timeline was not as SQL has it; it was rebuilt");
            for (kind, count) in findings.by_kind() {
                app.metrics.count_findings(kind, count);
            }
        }
    }
    Ok(wrong)
}

async fn warm(app: &App, user: UserId) -> Result<Option<(Inspected, Version)>> {
    let inspected = app.timelines.inspect(user).await?;
    Ok(
        inspected.and_then(|inspected| match inspected.cached.state {
            State::Warm(version) => Some((inspected, version)),
            State::Cold(_) => None,
        }),
    )
}

/// `truth`: the newest ids that SQL has, as many as the cap, newest first. `visible`: those of the first look's ids
/// that SQL has. Ids from `young` on may be in flight.
fn compare(
    first: &Inspected,
    second: &Inspected,
    truth: &[TweetId],
    visible: &HashSet<TweetId>,
    young: i64,
) -> Findings {
    let in_first: HashSet<TweetId> = first.cached.ids.iter().copied().collect();
    let in_second: HashSet<TweetId> = second.cached.ids.iter().copied().collect();
    let mut findings = Findings {
        strangers: first.strangers.min(second.strangers),
        ..Findings::default()
    };
    // A part says nothing of what lies below its end, which is the smallest id of those that belong there.
    let end = match in_second.intersection(visible).min() {
        Some(smallest) if !second.cached.is_whole => *smallest,
        _ => TweetId::from(0),
    };
    for id in truth {
        let is_known = in_first.contains(id) || in_second.contains(id);
        if *id >= end && id.get() < young && !is_known {
            findings.missing.push(*id);
        }
    }
    let mut seen = HashSet::new();
    let mut lowest: Option<TweetId> = None;
    for id in &second.cached.ids {
        if !seen.insert(*id) {
            findings.duplicate.push(*id);
            continue;
        }
        if in_first.contains(id) && !visible.contains(id) {
            findings.extra.push(*id);
        }
        match lowest {
            Some(lowest) if *id > lowest => findings.misplaced.push(*id),
            _ => lowest = Some(*id),
        }
    }
    findings
}
