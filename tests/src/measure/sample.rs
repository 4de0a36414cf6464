//! What was measured of a load: calls per second, and how long they took.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The longest call that is told from longer ones, in microseconds.
const LONGEST_US: u64 = 60_000_000;

/// Beyond it, the floors of one run were not taken on the same machine, so to speak.
const DISTURBED: f64 = 1.3;

/// How long calls took, to three digits.
#[derive(Debug, Clone)]
pub struct Latencies(Histogram<u64>);

impl Latencies {
    /// Of no call yet.
    pub fn new() -> Self {
        let histogram = Histogram::new_with_bounds(1, LONGEST_US, 3);
        Self(histogram.expect("these bounds are in order"))
    }

    /// One call more.
    pub fn record(&mut self, took: Duration) {
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(LONGEST_US);
        self.0.saturating_record(microseconds.max(1));
    }

    /// Those of others too.
    pub fn add(&mut self, others: &Self) {
        self.0.add(&others.0).expect("all have the same bounds");
    }

    /// How many calls.
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// What was measured, when all calls took so long together.
    pub fn over(&self, elapsed: Duration) -> Sample {
        let milliseconds =
            |quantile| Duration::from_micros(self.0.value_at_quantile(quantile)).as_secs_f64() * 1e3;
        Sample {
            calls: self.count(),
            per_second: self.count() as f64 / elapsed.as_secs_f64(),
            p50_ms: milliseconds(0.5),
            p99_ms: milliseconds(0.99),
        }
    }
}

impl Default for Latencies {
    fn default() -> Self {
        Self::new()
    }
}

/// What one round measured, or the median of several, each column by itself.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Sample {
    /// Calls that were answered.
    pub calls: u64,
    /// Of them, per second.
    pub per_second: f64,
    /// Half of the calls took no longer, in milliseconds.
    pub p50_ms: f64,
    /// One call in a hundred took longer, in milliseconds.
    pub p99_ms: f64,
}

/// The median of each column.
///
/// # Panics
/// When there is no round.
pub fn median(rounds: &[Sample]) -> Sample {
    Sample {
        calls: rounds.iter().map(|round| round.calls).sum(),
        per_second: middle(rounds.iter().map(|round| round.per_second)),
        p50_ms: middle(rounds.iter().map(|round| round.p50_ms)),
        p99_ms: middle(rounds.iter().map(|round| round.p99_ms)),
    }
}

/// The middle one of these values.
///
/// # Panics
/// When there is none.
pub fn middle(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Whether these rounds of one floor differ by more than 30 %: something else was at work.
pub fn is_disturbed(rounds: &[Sample]) -> bool {
    let rates = || rounds.iter().map(|round| round.per_second);
    rates().fold(f64::MIN, f64::max) > DISTURBED * rates().fold(f64::MAX, f64::min)
}
