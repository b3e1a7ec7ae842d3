//! The last few of a run of figures, for whoever looks at them now and then.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

const MANY: usize = 128;

/// A ring that any thread may add to without waiting.
#[derive(Debug)]
pub struct Recent {
    next: AtomicUsize,
    /// The bits of each.
    figures: [AtomicU64; MANY],
}

impl Default for Recent {
    fn default() -> Self {
        Self {
            next: AtomicUsize::new(0),
            figures: std::array::from_fn(|_| AtomicU64::new(f64::NAN.to_bits())),
        }
    }
}

impl Recent {
    pub fn add(&self, figure: f64) {
        let at = self.next.fetch_add(1, Ordering::Relaxed) % MANY;
        if let Some(place) = self.figures.get(at) {
            place.store(figure.to_bits(), Ordering::Relaxed);
        }
    }

    /// The median of the last ones; `None` before the first.
    pub fn median(&self) -> Option<f64> {
        let mut figures: Vec<f64> = self
            .figures
            .iter()
            .map(|bits| f64::from_bits(bits.load(Ordering::Relaxed)))
            .filter(|figure| !figure.is_nan())
            .collect();
        figures.sort_unstable_by(f64::total_cmp);
        figures.get(figures.len() / 2).copied()
    }
}
