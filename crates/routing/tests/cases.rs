//! Every line of `cases.tsv` is a person somewhere in France and the body the law names: adding a case is
//! adding a line.

use declic_routing::{Facts, Outcome, RawFacts, Ruleset, route};
use jiff::civil::date;

fn raw(line: &str, commune: &str, regime: &str, benefit: &str, others: &str) -> RawFacts {
    let mut raw = RawFacts {
        commune: commune.to_owned(),
        regime: regime.to_owned(),
        benefit: benefit.to_owned(),
        ..RawFacts::default()
    };
    for other in others.split_whitespace() {
        let (name, value) = other.split_once('=').expect("a fact is written name=value");
        let value = Some(value.to_owned());
        let flag = || value.as_deref() == Some("true");
        match name {
            "blockage" => raw.blockage = value,
            "stage" => raw.stage = value,
            "relief_domicile" => raw.relief_domicile = value,
            "elected_domicile" => raw.elected_domicile = value,
            "paying_body" => raw.paying_body = value,
            "seized_body" => raw.seized_body = value,
            "agricultural_status" => raw.agricultural_status = value,
            "special_scheme" => raw.special_scheme = value,
            "on_date" => raw.on_date = value,
            "local_scheme" => raw.local_scheme = Some(flag()),
            "has_basic_pension" => raw.has_basic_pension = Some(flag()),
            _ => panic!("no such fact: {name} in {line}"),
        }
    }
    raw
}

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
