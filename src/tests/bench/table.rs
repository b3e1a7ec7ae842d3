//! The one table that is printed.

use std::fmt::{self, Display};

/// Figures as they were taken, in the order of the table.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

struct Row {
    figure: String,
    ours: String,
    beside: String,
    to_reach: String,
    verdict: Option<bool>,
}

/// What a figure is compared with.
pub enum Target {
    /// At least this part of the ceiling.
    Share(f64),
    /// At most this many times what it is compared with.
    Times(f64),
    /// As much, give or take this part.
    Within(f64),
    AtMost(f64),
    AtLeast(f64),
    None,
}

impl Table {
    /// A figure that has a ceiling, in the same unit.
    pub fn compare(
        &mut self,
        figure: &str,
        unit: &str,
        ours: f64,
        what: &str,
        beside: f64,
        target: &Target,
    ) {
        let ratio = ours / beside;
        let (to_reach, verdict) = match target {
            Target::Share(least) => (format!("≥ {:.0} %", least * 100.0), Some(ratio >= *least)),
            Target::Times(most) => (format!("≤ {most} ×"), Some(ratio <= *most)),
            Target::Within(part) => (
                format!("± {:.0} %", part * 100.0),
                Some((ratio - 1.0).abs() <= *part),
            ),
            Target::AtMost(most) => (format!("≤ {most} {unit}"), Some(ours <= *most)),
            Target::AtLeast(least) => {
                (format!("≥ {} {unit}", number(*least)), Some(ours >= *least))
            }
            Target::None => (String::new(), None),
        };
        self.add(Row {
            figure: figure.to_owned(),
            ours: format!("{} {unit}", number(ours)),
            beside: format!("{what}: {} {unit}; {:.2} ×", number(beside), ratio),
            to_reach,
            verdict,
        });
    }

    /// A figure that stands alone.
    pub fn tell(&mut self, figure: &str, unit: &str, ours: f64, target: &Target) {
        let (to_reach, verdict) = match target {
            Target::AtMost(most) => (format!("≤ {} {unit}", number(*most)), Some(ours <= *most)),
            Target::AtLeast(least) => {
                (format!("≥ {} {unit}", number(*least)), Some(ours >= *least))
            }
            Target::Share(_) | Target::Times(_) | Target::Within(_) | Target::None => {
                (String::new(), None)
            }
        };
        self.add(Row {
            figure: figure.to_owned(),
            ours: format!("{} {unit}", number(ours)),
            beside: String::new(),
            to_reach,
            verdict,
        });
    }

    /// Told at once as well, since the table is long in coming.
    fn add(&mut self, row: Row) {
        eprintln!("{row}");
        self.rows.push(row);
    }

    pub fn has_misses(&self) -> bool {
        self.rows.iter().any(|row| row.verdict == Some(false))
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| figure | measured | beside | to reach | |")?;
        writeln!(f, "| --- | --- | --- | --- | --- |")?;
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        Ok(())
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = match self.verdict {
            Some(true) => "✓",
            Some(false) => "✗",
            None => "",
        };
        write!(
            f,
            "| {} | {} | {} | {} | {verdict} |",
            self.figure, self.ours, self.beside, self.to_reach
        )
    }
}

/// Three digits that count, and groups of thousands.
fn number(value: f64) -> String {
    if value.abs() >= 1000.0 {
        let digits = format!("{value:.0}");
        let mut grouped = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        grouped
    } else if value.abs() >= 100.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

/// The one in the middle.
pub fn median(samples: &[f64]) -> f64 {
    percentile(samples, 0.5)
}

/// The value that so many of the samples (0 to 1) do not exceed.
pub fn percentile(samples: &[f64], share: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = ((sorted.len() - 1) as f64 * share).round() as usize;
    sorted[at]
}
