//! Where a page of a newest-first listing begins and how long it is: Mastodon's `max_id`, `since_id`,
//! `min_id` and `limit`, over one-column keyset cursors.

/// One page of a listing that is sorted by descending id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Only rows with a smaller id.
    pub max_id: Option<i64>,
    /// Only rows with a larger id, of which the newest are given.
    pub since_id: Option<i64>,
    /// Only rows with a larger id, of which the ones just above it are given.
    pub min_id: Option<i64>,
    /// How many rows at most; at least 1.
    pub limit: usize,
}

impl Page {
    /// The newest `limit` rows.
    pub fn first(limit: usize) -> Self {
        Self {
            max_id: None,
            since_id: None,
            min_id: None,
            limit,
        }
    }

    /// The `limit` rows that come after `max_id` when scrolling down.
    pub fn before(max_id: i64, limit: usize) -> Self {
        Self {
            max_id: Some(max_id),
            ..Self::first(limit)
        }
    }

    /// The ids that may be on this page lie below this.
    pub fn below(&self) -> i64 {
        self.max_id.unwrap_or(i64::MAX)
    }

    /// The ids that may be on this page lie above this.
    pub fn above(&self) -> i64 {
        match (self.since_id, self.min_id) {
            (Some(since), Some(min)) => since.max(min),
            (since, min) => since.or(min).unwrap_or(i64::MIN),
        }
    }

    /// Whether the rows nearest to the lower bound are asked for, rather than the newest.
    pub fn from_below(&self) -> bool {
        self.min_id.is_some()
    }

    /// Rows as the database gave them, beginning at the end that was asked for, in the listing's order.
    pub fn newest_first<T>(&self, mut rows: Vec<T>) -> Vec<T> {
        if self.from_below() {
            rows.reverse();
        }
        rows
    }

    pub fn contains(&self, id: i64) -> bool {
        self.above() < id && id < self.below()
    }

    /// `limit` as SQL takes it.
    pub fn sql_limit(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX)
    }
}
