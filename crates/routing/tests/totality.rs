//! Exactly one outcome for every combination of facts, always with bodies that exist.

use declic_routing::total::jurisdictions;
use declic_routing::{
    AgriculturalStatus, Benefit, Blockage, Confidence, Decision, FactName, Facts, Outcome, RawFacts, Regime,
    Ruleset, Stage, Territory, route,
};
use jiff::civil::date;

/// Communes where something is particular, with an arrondissement and former codes.
const COMMUNES: [&str; 42] = [
    "56260", "75056", "75116", "13203", "69123", "69383", "69264", "67482", "68066", "57463", "2A004",
    "2B033", "40273", "40272", "59350", "59606", "62041", "64445", "76540", "77288", "92050", "93008",
    "66136", "09122", "48095", "33063", "97105", "97209", "97302", "97411", "97611", "97502", "97701",
    "97801", "98735", "98411", "50602", "38143", "98511", "97123", "97127", "20004",
];
const REGIMES: [Regime; 4] = [
    Regime::General,
    Regime::Agricultural,
    Regime::Other,
    Regime::Unknown,
];
const STAGES: [Option<Stage>; 3] = [None, Some(Stage::Decision), Some(Stage::Payment)];

fn facts(commune: &str) -> Facts {
    let raw = RawFacts {
        commune: commune.to_owned(),
        regime: "unknown".to_owned(),
        benefit: "AF".to_owned(),
        ..RawFacts::default()
    };
    Facts::parse(&raw, date(2026, 11, 22)).expect("the commune exists")
}

/// What holds for every decision.
fn assert_whole(facts: &Facts, decision: &Decision) {
    let territory = Territory::embedded();
    let seen = || format!("{facts:?}\n{decision:#?}");
    assert_eq!(
        decision.outcome == Outcome::Routed,
        !decision.agencies.is_empty(),
        "{}",
        seen()
    );
    assert_eq!(
        decision.outcome == Outcome::Question,
        decision.question.is_some(),
        "{}",
        seen()
    );
    assert!(
        decision.outcome != Outcome::Routed || decision.candidates.is_empty(),
        "{}",
        seen()
    );
    assert!(
        !decision.reasons.is_empty() && !decision.reasons.iter().any(String::is_empty),
        "{}",
        seen()
    );
    assert_eq!(decision.ruleset, Ruleset::embedded().version());
    assert_eq!(
        decision.outcome == Outcome::Triage,
        decision.confidence == Confidence::Low,
        "{}",
        seen()
    );
    let mut named: Vec<_> = decision.agencies.iter().chain(&decision.candidates).collect();
    for slug in &named {
        let agency = territory.agency(slug.as_str());
        assert!(
            agency.is_some_and(|agency| agency.kind.as_str() != "TRIAGE"),
            "{}",
            seen()
        );
    }
    named.sort_unstable();
    named.dedup();
    let total = decision.agencies.len() + decision.candidates.len();
    assert_eq!(named.len(), total, "an agency is named twice: {}", seen());
    assert!(total <= 8, "{}", seen());
    let told = decision.reasons.join(" ");
    for fact in facts.given() {
        let heard = decision.facts_used.contains(&fact) || told.contains("Sans effet sur cette orientation");
        assert!(heard, "{fact} was passed over in silence: {}", seen());
    }
    if let Some(question) = &decision.question {
        assert!(
            !facts.given().any(|fact| fact == question.fact),
            "asked for what was given: {}",
            seen()
        );
        assert!(
            question.fact != FactName::Regime || facts.regime == Regime::Unknown,
            "{}",
            seen()
        );
    }
}

#[test]
fn every_benefit_regime_stage_and_blockage_has_one_outcome_in_each_jurisdiction() {
    let rules = Ruleset::embedded();
    let jurisdictions = jurisdictions(rules);
    assert!(jurisdictions.len() > 100, "{}", jurisdictions.len());
    for jurisdiction in jurisdictions {
        let mut facts = facts(jurisdiction.codes[0]);
        for benefit in Benefit::all() {
            facts.benefit = benefit;
            for regime in REGIMES {
                facts.regime = regime;
                for stage in STAGES {
                    facts.stage = stage;
                    for blockage in [None].into_iter().chain(Blockage::all().iter().map(Some)) {
                        facts.blockage = blockage;
                        assert_whole(&facts, &route(&facts, rules));
                    }
                }
            }
        }
    }
}

#[test]
fn every_commune_and_every_old_code_has_one_outcome() {
    let rules = Ruleset::embedded();
    let territory = Territory::embedded();
    let codes = territory.communes().iter().map(|commune| commune.code);
    for code in codes.chain(territory.other_codes()) {
        let mut facts = facts(code);
        let described = territory.departement_of(facts.commune.commune).is_some();
        for benefit in ["AF", "RSA", "RETRAITE", "APA_DOM"] {
            facts.benefit = Benefit::find(benefit).expect("the benefit is in the catalogue");
            for regime in [Regime::General, Regime::Agricultural] {
                facts.regime = regime;
                facts.stage = Some(Stage::Decision);
                let decision = route(&facts, rules);
                assert_whole(&facts, &decision);
                let mayotte = facts.commune.commune.departement == "976" && benefit == "RETRAITE";
                let settled = described && !(mayotte && regime == Regime::Agricultural);
                assert_eq!(
                    decision.outcome == Outcome::Routed,
                    settled,
                    "{code} {benefit}: {decision:?}"
                );
            }
        }
    }
}

#[test]
fn a_question_is_only_asked_where_the_answers_differ() {
    let rules = Ruleset::embedded();
    for commune in COMMUNES {
        let mut facts = facts(commune);
        for benefit in Benefit::all() {
            facts.benefit = benefit;
            facts.regime = Regime::Unknown;
            let unknown = route(&facts, rules);
            let asked = unknown
                .question
                .as_ref()
                .is_some_and(|question| question.fact == FactName::Regime);
            if !asked {
                continue;
            }
            let mut answers: Vec<_> = [Regime::General, Regime::Agricultural]
                .into_iter()
                .map(|regime| {
                    facts.regime = regime;
                    let decision = route(&facts, rules);
                    (decision.outcome.as_str(), decision.agencies)
                })
                .collect();
            answers.dedup();
            assert!(answers.len() > 1, "{commune} {}: {answers:?}", benefit.code);
        }
    }
}

#[test]
fn an_unknown_regime_is_routed_only_where_every_regime_leads_to_the_same_body() {
    let rules = Ruleset::embedded();
    for commune in COMMUNES {
        let mut facts = facts(commune);
        for (benefit, stage) in Benefit::all()
            .iter()
            .flat_map(|benefit| STAGES.map(|stage| (benefit, stage)))
        {
            (facts.benefit, facts.stage) = (benefit, stage);
            (facts.regime, facts.agricultural_status) = (Regime::Unknown, None);
            let unknown = route(&facts, rules);
            if unknown.outcome != Outcome::Routed {
                continue;
            }
            let farmer = Some(AgriculturalStatus::SelfEmployed);
            let known = [
                (Regime::General, None),
                (Regime::Agricultural, None),
                (Regime::Agricultural, farmer),
            ];
            for (regime, status) in known {
                (facts.regime, facts.agricultural_status) = (regime, status);
                let decision = route(&facts, rules);
                assert_eq!(
                    decision.agencies, unknown.agencies,
                    "{commune} {} {stage:?} {regime:?} {status:?}",
                    benefit.code
                );
            }
        }
    }
}

#[test]
fn another_regime_or_stage_is_told_only_where_it_changes_the_body() {
    let rules = Ruleset::embedded();
    for commune in COMMUNES {
        let mut facts = facts(commune);
        for benefit in [
            "PCH",
            "APA_DOM",
            "RQTH",
            "CEJ",
            "ADAPT_LOGEMENT",
            "CHEQUE_ENERGIE",
        ] {
            facts.benefit = Benefit::find(benefit).expect("the benefit is in the catalogue");
            for blockage in [None].into_iter().chain(Blockage::all().iter().map(Some)) {
                facts.blockage = blockage;
                let told = route(&facts, rules).would_change;
                let by_regime = told.iter().any(|line| {
                    let (cause, _) = line.split_once('\u{a0}').unwrap_or((line, ""));
                    cause.ends_with("agricole") || cause.ends_with("général")
                });
                assert!(!by_regime, "{commune} {benefit} {blockage:?}: {told:?}");
            }
        }
    }
}

#[test]
fn the_same_facts_give_the_same_decision_and_texts_are_well_spaced() {
    let rules = Ruleset::embedded();
    for commune in COMMUNES {
        let mut facts = facts(commune);
        for benefit in Benefit::all() {
            facts.benefit = benefit;
            let decision = route(&facts, rules);
            assert_eq!(decision, route(&facts, rules));
            let told = decision.reasons.join(" ");
            assert!(
                !told.contains("Aucune règle ne décrit"),
                "{} has no rule",
                benefit.code
            );
            for line in decision.reasons.iter().chain(&decision.would_change) {
                assert!(!line.contains("  ") && !line.contains(".."), "{line}");
                let bare = [" :", " ;", " ?", " !", " »", "« "]
                    .iter()
                    .any(|mark| line.contains(mark));
                assert!(!bare, "a breakable space before a mark: {line}");
            }
        }
    }
}
