//! One commune of each jurisdiction stands for all of France: the classes are whole, and no rule looks further.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use declic_routing::total::{Total, jurisdictions};
use declic_routing::{Benefit, Decision, Facts, RawFacts, Regime, Ruleset, Stage, Territory, route};
use jiff::civil::date;

const REGIMES: [Regime; 4] = [
    Regime::General,
    Regime::Agricultural,
    Regime::Other,
    Regime::Unknown,
];
const STAGES: [Stage; 2] = [Stage::Decision, Stage::Payment];

/// Benefits, regimes and stages, all of them.
fn combinations() -> Vec<(&'static Benefit, Regime, Stage)> {
    let benefits = Benefit::all().iter();
    benefits
        .flat_map(|benefit| REGIMES.map(|regime| (benefit, regime)))
        .flat_map(|(benefit, regime)| STAGES.map(|stage| (benefit, regime, stage)))
        .collect()
}

fn facts(code: &str) -> Facts {
    let raw = RawFacts {
        commune: code.to_owned(),
        regime: "unknown".to_owned(),
        benefit: "AF".to_owned(),
        ..RawFacts::default()
    };
    Facts::parse(&raw, date(2026, 11, 22)).expect("the code is of the territory")
}

/// All that a decision says, but for the names of places in its sentences.
fn mark(decision: &Decision) -> u64 {
    let mut hasher = DefaultHasher::new();
    let slugs = |slugs: &[declic_routing::AgencySlug]| slugs.to_vec();
    (
        decision.outcome,
        slugs(&decision.agencies),
        slugs(&decision.candidates),
    )
        .hash(&mut hasher);
    let question = decision.question.as_ref();
    question
        .map(|question| (question.fact, &question.text_fr))
        .hash(&mut hasher);
    (&decision.rules, decision.reasons.len(), &decision.would_change).hash(&mut hasher);
    (decision.confidence, &decision.facts_used).hash(&mut hasher);
    hasher.finish()
}

fn decided(facts: &mut Facts, (benefit, regime, stage): (&'static Benefit, Regime, Stage)) -> Decision {
    (facts.benefit, facts.regime, facts.stage) = (benefit, regime, Some(stage));
    route(facts, Ruleset::embedded())
}

#[test]
fn every_commune_and_every_former_code_is_of_one_jurisdiction() {
    let territory = Territory::embedded();
    let codes = territory.communes().iter().map(|commune| commune.code);
    let all: BTreeSet<&str> = codes.chain(territory.other_codes()).collect();
    assert!(all.len() > 39_000, "{}", all.len());
    let jurisdictions = jurisdictions(Ruleset::embedded());
    let held: Vec<&str> = jurisdictions
        .iter()
        .flat_map(|jurisdiction| jurisdiction.codes.iter().copied())
        .collect();
    assert_eq!(
        held.len(),
        all.len(),
        "a code is of two jurisdictions, or of none"
    );
    assert_eq!(held.into_iter().collect::<BTreeSet<_>>(), all);
}

#[test]
fn every_code_of_a_jurisdiction_gets_the_same_decisions() {
    let combinations = combinations();
    for jurisdiction in jurisdictions(Ruleset::embedded()) {
        let [first, others @ ..] = jurisdiction.codes.as_slice() else {
            panic!("a jurisdiction without a code");
        };
        let mut there = facts(first);
        let wanted: Vec<u64> = combinations
            .iter()
            .map(|combination| mark(&decided(&mut there, *combination)))
            .collect();
        // Together, those of a large jurisdiction go through every combination many times; of a small one, each does.
        let share = if others.len() < 64 { 1 } else { 16 };
        for (number, code) in others.iter().enumerate() {
            let mut here = facts(code);
            let of_share = combinations.iter().zip(&wanted).skip(number % share);
            for (combination, wanted) in of_share.step_by(share) {
                let decision = decided(&mut here, *combination);
                assert_eq!(
                    mark(&decision),
                    *wanted,
                    "{code} is not decided as {first}: {combination:?}\n{decision:#?}\n{:#?}",
                    decided(&mut there, *combination)
                );
            }
        }
    }
}

#[test]
fn no_jurisdiction_has_a_hole() {
    let rules = Ruleset::embedded();
    let (mut whole, mut decisions) = (Total::default(), 0);
    for jurisdiction in jurisdictions(rules) {
        let mut total = Total::default();
        let code = jurisdiction.codes[0];
        total
            .add(rules, code, date(2026, 11, 22))
            .expect("the code is of the territory");
        decisions += total.decisions * jurisdiction.codes.len() as u64;
        whole.merge(total);
    }
    assert_eq!(whole.holes, []);
    assert_eq!(whole.decisions, whole.routed + whole.questions + whole.triage);
    let codes = Territory::embedded().communes().len() + Territory::embedded().other_codes().count();
    // Each commune stands for its jurisdiction: these are all of them, some 23 million.
    assert_eq!(decisions, (codes * combinations().len()) as u64);
}

#[test]
fn rules_that_name_a_commune_make_it_a_jurisdiction() {
    let file = Ruleset::embedded_file();
    let more = "[[rule]]\nname = \"vannes\"\npower = \"social\"\nrank = 1\nwhen = { commune = \"56260\" }\nbody = \"caf\"\nreason = \"x\"\n";
    let rules = Ruleset::parse(&format!("{file}\n{more}")).expect("the rule is right");
    let before = jurisdictions(Ruleset::embedded()).len();
    let after = jurisdictions(&rules);
    assert_eq!(after.len(), before + 1);
    assert!(after.iter().any(|jurisdiction| jurisdiction.codes == ["56260"]));
}
