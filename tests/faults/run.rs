//! One run: its seed, how long it is, and the line that tells what was seen.

use std::sync::Arc;
use std::time::{Duration, Instant};

use declic_tests::oracle::Findings;

use crate::history::History;
use crate::seeds::{self, Chance};

/// The variable by which `cargo xtask faults` asks for the long form, and says how long the longest run takes.
const MINUTES: &str = "DECLIC_FAULTS_MINUTES";

/// The longest wait for work to go on.
const AT_MOST: Duration = Duration::from_secs(60);

/// How much a test does: in the run of all tests, or when the faults are what is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    minutes: Option<u32>,
}

/// A run.
pub struct Run {
    /// What everything random in it is drawn from.
    pub chance: Chance,
    /// What was asked and answered.
    pub history: Arc<History>,
    name: String,
    seed: u64,
    begun: Instant,
}

impl Form {
    /// As it was asked for.
    pub fn asked() -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place where the long form is asked for"
        )]
        let asked = std::env::var(MINUTES).ok();
        let minutes = asked.map(|text| text.parse().expect("a whole number of minutes"));
        Self { minutes }
    }

    /// Whether it is the long one.
    pub fn is_long(self) -> bool {
        self.minutes.is_some()
    }

    /// So many in the run of all tests, so many else.
    pub fn of(self, short: usize, long: usize) -> usize {
        if self.is_long() { long } else { short }
    }

    /// So long in the run of all tests, as long as was asked for else.
    pub fn lasting(self, short: Duration) -> Duration {
        self.minutes
            .map_or(short, |minutes| Duration::from_secs(60) * minutes)
    }
}

impl Run {
    /// A run of this fault, with the test's own seed unless another is asked for.
    pub fn new(fault: &str, own_seed: u64) -> Self {
        let seed = seeds::seed(own_seed);
        println!("{fault}, seed {seed}");
        Self {
            chance: Chance::new(seed),
            history: Arc::default(),
            name: fault.to_owned(),
            seed,
            begun: Instant::now(),
        }
    }

    /// Waits until so many more calls are answered.
    pub async fn answered(&self, more: usize) {
        let mut progress = self.history.progress();
        let end = *progress.borrow_and_update() + more;
        let reached = tokio::time::timeout(AT_MOST, progress.wait_for(|answered| *answered >= end)).await;
        assert!(
            reached.is_ok(),
            "nothing is answered: {:?}",
            self.history.counts()
        );
    }

    /// The line of the table: what was done and seen, what people did meanwhile, and what is there in the end.
    pub fn tell(&self, seen: &str, findings: &Findings) {
        let counts = self.history.counts();
        println!(
            "{} | {seen} | {} cases, {} events, {} checkpoints; {} calls of people, {} retries (most of one call {}), \
             {} unknown outcomes, all resolved ({} calls had been done before their retry), longest call {:.1?} | \
             seed {}, {:.0?} in all",
            self.name,
            findings.cases.len(),
            findings.events.len(),
            findings.ledger.checkpoints.len(),
            counts.calls,
            counts.retries,
            counts.most_retries,
            counts.unknown,
            counts.already_done,
            counts.longest,
            self.seed,
            self.begun.elapsed(),
        );
    }
}
