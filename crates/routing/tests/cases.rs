//! Every line of `cases.tsv` is a person somewhere in France and the body the law names: adding a case is
//! adding a line.

#[path = "cases/line.rs"]
mod line;

use declic_routing::explanation::{MOST_TRIES, explain};
use declic_routing::{Decision, Explanation, FactName, Facts, Origin, Outcome, RawFacts, Ruleset, route};
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

/// The facts of a line, decided and explained.
fn explained(line: &str) -> (RawFacts, Facts, Decision, Explanation) {
    let cells: Vec<&str> = line.split('\t').collect();
    let raw = raw(line, cells[1], cells[2], cells[3], cells[4]);
    let facts = Facts::parse(&raw, date(2026, 11, 22)).expect("the lines are read above");
    let decision = route(&facts, Ruleset::embedded());
    let explanation = explain(&facts, Ruleset::embedded(), &decision);
    (raw, facts, decision, explanation)
}

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("cases.tsv").lines().skip(1)
}

#[test]
fn what_another_fact_would_change_is_what_the_rules_say_of_it() {
    for line in lines() {
        let (given, _, decision, explanation) = explained(line);
        assert!(explanation.changes.len() + explanation.answers.len() <= MOST_TRIES);
        for change in explanation.changes.iter().chain(&explanation.answers) {
            let mut changed = given.clone();
            let value = Some(change.value.clone());
            let flag = Some(change.value == "true");
            match change.fact {
                FactName::Regime => changed.regime.clone_from(&change.value),
                FactName::Stage => changed.stage = value,
                FactName::AgriculturalStatus => changed.agricultural_status = value,
                FactName::LocalScheme => changed.local_scheme = flag,
                FactName::HasBasicPension => changed.has_basic_pension = flag,
                FactName::SpecialScheme => changed.special_scheme = value,
                FactName::PayingBody => changed.paying_body = value,
                FactName::SeizedBody => changed.seized_body = value,
                FactName::ElectedDomicile => changed.elected_domicile = value,
                FactName::ReliefDomicile => changed.relief_domicile = value,
                FactName::OnDate => changed.on_date = value,
                other => panic!("{line}: {other} is never changed"),
            }
            let facts = Facts::parse(&changed, date(2026, 11, 22)).expect("a change is a fact");
            let then = route(&facts, Ruleset::embedded());
            let told = (change.outcome, &change.agencies, &change.candidates);
            assert_eq!(
                told,
                (then.outcome, &then.agencies, &then.candidates),
                "{line}: {}",
                change.text_fr()
            );
            let before = (decision.outcome, &decision.agencies, &decision.candidates);
            assert!(
                explanation.answers.contains(change) || told != before,
                "{line}: nothing changes"
            );
        }
    }
}

#[test]
fn a_question_tells_where_its_answers_lead_and_one_of_them_settles_it() {
    for line in lines() {
        let (_, _, decision, explanation) = explained(line);
        let Some(question) = &decision.question else {
            assert!(explanation.answers.is_empty(), "{line}");
            continue;
        };
        let answers = &explanation.answers;
        assert!(
            answers.iter().all(|answer| answer.fact == question.fact),
            "{line}"
        );
        assert!(
            answers.iter().any(|answer| answer.outcome == Outcome::Routed),
            "{line}: no answer settles it"
        );
    }
}

#[test]
fn the_runner_up_is_another_agency_and_one_fact_makes_it_competent() {
    let (_, _, _, explanation) = explained("\t56260\tgeneral\tAF\t\tROUTED\tcaf-56\t");
    let runner_up = explanation.runner_up.expect("the MSA is near");
    assert_eq!(runner_up.text_fr(), "agricole\u{a0}: MSA Portes de Bretagne");
    let (_, _, _, explanation) = explained("\t93008\tgeneral\tRSA\tstage=DECISION\tROUTED\tcaf-93\t");
    let dated = explanation
        .changes
        .iter()
        .find(|change| change.fact == FactName::OnDate);
    let dated = dated.expect("the experiment ends");
    assert_eq!(dated.value, "2027-01-01");
    assert_eq!(
        dated.text_fr(),
        "à partir du 1er janvier 2027\u{a0}: Département de la Seine-Saint-Denis"
    );
    for line in lines() {
        let (_, _, decision, explanation) = explained(line);
        if let Some(runner_up) = explanation.runner_up {
            assert_eq!(decision.outcome, Outcome::Routed, "{line}");
            assert!(!decision.agencies.contains(&runner_up.agencies[0]), "{line}");
        }
    }
}

#[test]
fn each_fact_is_told_with_where_it_comes_from() {
    let rows = [
        // An arrondissement: the commune of today and its grouping follow from it.
        ("69381\tgeneral\tAPA_DOM\t", "commune", "69381", Origin::Given),
        ("69381\tgeneral\tAPA_DOM\t", "commune", "69123", Origin::Derived),
        (
            "69381\tgeneral\tAPA_DOM\t",
            "grouping",
            "metropole-lyon",
            Origin::Derived,
        ),
        ("69381\tgeneral\tAPA_DOM\t", "departement", "69", Origin::Derived),
        // A special scheme tells the regime, what blocks tells the stage.
        (
            "29232\tunknown\tRETRAITE\tspecial_scheme=sre",
            "regime",
            "other",
            Origin::Derived,
        ),
        (
            "35238\tgeneral\tRSA\tblockage=REFUSAL",
            "stage",
            "DECISION",
            Origin::Derived,
        ),
        (
            "35238\tgeneral\tRSA\tblockage=PAYMENT_INCIDENT",
            "stage",
            "PAYMENT",
            Origin::Derived,
        ),
        (
            "35238\tgeneral\tRSA\tstage=PAYMENT",
            "stage",
            "PAYMENT",
            Origin::Given,
        ),
        // Nobody gave another domicile de secours, nor who paid the deceased.
        (
            "31555\tgeneral\tAAH\tstage=DECISION",
            "relief_domicile",
            "31555",
            Origin::Default,
        ),
        ("35238\tgeneral\tREVERSION\t", "paying_body", "", Origin::Default),
    ];
    for (cells, name, value, origin) in rows {
        let (_, _, _, explanation) = explained(&format!("\t{cells}\t\t\t"));
        let found = explanation
            .facts
            .iter()
            .any(|fact| (fact.name, fact.value.as_str(), fact.origin) == (name, value, origin));
        assert!(
            found,
            "{cells}: {name} {value} {origin:?}\n{:#?}",
            explanation.facts
        );
    }
    let (_, _, _, explanation) =
        explained("\t31555\tgeneral\tAAH\tstage=PAYMENT relief_domicile=32013\t\t\t");
    let idle = explanation
        .facts
        .iter()
        .find(|fact| fact.name == "relief_domicile");
    assert!(
        !idle.expect("it was given").counted,
        "who pays the AAH is not found by it"
    );
}

#[test]
fn the_same_facts_give_the_same_explanation_also_when_read_back() {
    for line in lines() {
        let (_, facts, decision, explanation) = explained(line);
        let again = Facts::parse(&facts.to_raw(), date(1990, 1, 1)).expect("facts written back parse again");
        assert_eq!(
            explain(&again, Ruleset::embedded(), &decision),
            explanation,
            "{line}"
        );
    }
}
