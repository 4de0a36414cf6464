//! What the story took: how many, how long, and the ledger it left.

use std::time::Duration;

use declic_words::{Arg, Lang};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::audit::Audit;
use super::story::Happened;
use crate::screen::Manner;

/// Steps of a ticket that are timed, from the sending or the reopening that began its turn.
const STEPS: [(&str, &str); 4] = [
    ("DELIVERY_CONFIRMED", "delivery"),
    ("ACKNOWLEDGED", "acknowledgement"),
    ("RESOLVED", "resolution"),
    ("CLOSED", "closing"),
];

/// The figures of a demo.
pub struct Summary {
    cases: usize,
    tickets: usize,
    moves: usize,
    took: Duration,
    /// Of each step: how many, and the median.
    steps: [(usize, Duration); 4],
    size: u64,
    root: String,
    checkpoints: usize,
    /// Where the auditor's copy of the ledger is.
    copy: String,
}

impl Summary {
    pub fn new(happened: &Happened, audit: &Audit, took: Duration) -> Self {
        Self {
            cases: happened.cases.len(),
            tickets: happened.cases.iter().map(|case| case.tickets.len()).sum(),
            moves: happened.events.len(),
            took,
            steps: STEPS.map(|(kind, _)| median(delays(happened, kind))),
            size: audit.report.leaves,
            root: audit.report.root.to_base64(),
            checkpoints: audit.report.checkpoints.len(),
            copy: audit.copy.display().to_string(),
        }
    }

    pub fn to_json(&self) -> Value {
        let steps = STEPS.iter().zip(&self.steps).map(|((_, name), (count, median))| {
            (
                (*name).to_owned(),
                json!({ "count": count, "median_seconds": rounded(*median) }),
            )
        });
        json!({
            "cases": self.cases,
            "tickets": self.tickets,
            "moves": self.moves,
            "seconds": rounded(self.took),
            "steps": steps.collect::<serde_json::Map<_, _>>(),
            "ledger": {
                "verified": true,
                "size": self.size,
                "root": self.root,
                "checkpoints": self.checkpoints,
            },
        })
    }

    pub fn to_text(&self, manner: &Manner) -> String {
        let took = seconds(manner.lang, self.took);
        let args = [
            ("cases", number(self.cases)),
            ("tickets", number(self.tickets)),
            ("moves", number(self.moves)),
            ("took", Arg::Text(&took)),
        ];
        let mut page = format!("\n{}\n", manner.heading(&manner.text("demo-summary", &args)));
        page.push_str(&format!("{}\n", manner.text("demo-medians", &[])));
        for ((_, name), (count, median)) in STEPS.iter().zip(&self.steps) {
            let label = manner.text(&format!("demo-step-{name}"), &[]);
            let missing = 20_usize.saturating_sub(label.chars().count());
            let median = seconds(manner.lang, *median);
            let counted = manner.text("demo-counted", &[("count", number(*count))]);
            page.push_str(&format!(
                "  {label}{}{median:>8}  {counted}\n",
                " ".repeat(missing)
            ));
        }
        let size = Arg::Number(i64::try_from(self.size).unwrap_or(i64::MAX));
        let verified = manner.text(
            "ledger-verified",
            &[("size", size), ("root", Arg::Text(&self.root))],
        );
        page.push_str(&format!("{}\n", manner.heading(&verified)));
        page.push_str(&format!(
            "{}\n",
            manner.text("demo-audited", &[("place", Arg::Text(&self.copy))])
        ));
        page
    }
}

/// How long each ticket waited for this, from the opening or reopening before it. The first time of each turn counts.
fn delays(happened: &Happened, kind: &str) -> Vec<Duration> {
    let mut delays = Vec::new();
    let mut begun: Option<(&str, Timestamp)> = None;
    for event in &happened.events {
        if matches!(event.kind.as_str(), "OPENED" | "REOPENED") {
            begun = Some((&event.ticket, event.at));
        } else if event.kind == kind
            && let Some((_, at)) = begun.take_if(|(ticket, _)| *ticket == event.ticket)
        {
            delays.push(event.at.duration_since(at).unsigned_abs());
        }
    }
    delays
}

fn median(mut delays: Vec<Duration>) -> (usize, Duration) {
    delays.sort();
    let middle = delays.len() / 2;
    let median = match delays.as_slice() {
        [] => Duration::ZERO,
        even if even.len() % 2 == 0 => (even[middle - 1] + even[middle]) / 2,
        odd => odd[middle],
    };
    (delays.len(), median)
}

fn number(count: usize) -> Arg<'static> {
    Arg::Number(i64::try_from(count).unwrap_or(i64::MAX))
}

/// "0,35 s".
fn seconds(lang: Lang, time: Duration) -> String {
    let text = format!("{:.2}\u{a0}s", time.as_secs_f64());
    match lang {
        Lang::Fr => text.replace('.', ","),
        Lang::En => text,
    }
}

fn rounded(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::super::story::Event;
    use super::*;

    #[test]
    fn each_turn_of_a_ticket_is_timed_from_its_own_beginning() {
        let at = |ms: i64| Timestamp::from_millisecond(ms).expect("a time");
        let event = |ticket: &str, kind: &str, ms| Event {
            ticket: ticket.to_owned(),
            kind: kind.to_owned(),
            at: at(ms),
            id: Vec::new(),
        };
        let events = vec![
            event("a/1", "OPENED", 0),
            event("a/1", "RESOLVED", 100),
            event("a/1", "REOPENED", 900),
            event("a/1", "RESOLVED", 1_200),
            event("a/2", "OPENED", 1_000),
            event("a/2", "REDIRECTED", 1_500),
            event("a/3", "OPENED", 1_500),
            event("a/3", "RESOLVED", 2_300),
        ];
        let happened = Happened {
            cases: Vec::new(),
            events,
        };
        let delays = delays(&happened, "RESOLVED");
        assert_eq!(
            delays.iter().map(Duration::as_millis).collect::<Vec<_>>(),
            [100, 300, 800]
        );
        assert_eq!(median(delays), (3, Duration::from_millis(300)));
        assert_eq!(seconds(Lang::Fr, Duration::from_millis(1_250)), "1,25\u{a0}s");
    }
}
