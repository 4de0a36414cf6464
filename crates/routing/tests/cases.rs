//! Every line of `cases.tsv` is a person somewhere in France and the body the law names: adding a case is
//! adding a line.

#[path = "cases/line.rs"]
mod line;

use declic_routing::{Facts, Outcome, Ruleset, route};
use jiff::civil::date;

use line::raw;

/// The differences between a line and what routing says of it.
fn check(line: &str) -> Option<String> {
    let cells: Vec<&str> = line.split('\t').collect();
    let [name, commune, regime, benefit, others, outcome, bodies, law] = cells[..] else {
        return Some(format!("{line}: not eight cells"));
    };
    let raw = raw(line, commune, regime, benefit, others);
    let facts = match Facts::parse(&raw, date(2026, 11, 22)) {
        Ok(facts) => facts,
        Err(errors) => return Some(format!("{name}: {errors}")),
    };
    let decision = route(&facts, Ruleset::embedded());
    let named = match decision.outcome {
        Outcome::Routed => &decision.agencies,
        Outcome::Question | Outcome::Triage => &decision.candidates,
    };
    let named: Vec<_> = named.iter().map(|slug| slug.as_str()).collect();
    let found = format!("{} {}", decision.outcome.as_str(), named.join(","));
    let wanted = format!("{outcome} {bodies}");
    let again = Facts::parse(&facts.to_raw(), date(1990, 1, 1)).expect("facts written back parse again");
    if again != facts {
        return Some(format!("{name}: facts written back differ"));
    }
    (found != wanted).then(|| {
        format!(
            "{name} ({law}):\n  wanted {wanted}\n  found  {found}\n  {}",
            decision.reasons.join("\n  ")
        )
    })
}

#[test]
fn every_case_reaches_the_body_the_law_names() {
    let cases = include_str!("cases.tsv");
    let failures: Vec<String> = cases.lines().skip(1).filter_map(check).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    assert!(cases.lines().count() > 150, "cases went missing");
}
