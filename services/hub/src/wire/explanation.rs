//! What is told beside a routing decision, made again from its facts and its rules.

use declic_domain::event::Orientation;
use declic_domain::opening;
use declic_domain::rulebook::InForce;
use declic_proto::v1;
use declic_routing::explanation::explain;
use declic_routing::{
    Change, Confidence, Decision, Explanation, Facts, KnownFact, Origin, Outcome, RawFacts, Ruleset,
    Territory, route,
};
use jiff::civil::Date;

use super::facts;

/// A decision just made, with its explanation.
pub fn fresh(parsed: &Facts, ruleset: &Ruleset) -> v1::RoutingDecision {
    let decision = route(parsed, ruleset);
    let explanation = explain(parsed, ruleset, &decision);
    let plain = facts::decision(&opening::orientation(&decision));
    with(plain, &decision, explanation)
}

/// A decision that a ticket keeps, with its explanation where the rules that made it are at hand: those in force there, or
/// those of the program. They make it again of its facts, and without the same decision nothing is explained; nor is a
/// choice made by hand.
pub fn kept(orientation: &Orientation, stored: &RawFacts, rules: &InForce) -> v1::RoutingDecision {
    let plain = facts::decision(orientation);
    // Stored facts carry the day for which they were read.
    let Ok(parsed) = Facts::parse(stored, Date::MIN) else {
        return plain;
    };
    let at_hand = [rules.of(&parsed, Territory::embedded()), Ruleset::embedded()];
    let Some(ruleset) = at_hand
        .into_iter()
        .find(|ruleset| ruleset.version() == orientation.ruleset)
    else {
        return plain;
    };
    let decision = route(&parsed, ruleset);
    let again = Orientation {
        triage: orientation.triage,
        intended: orientation.intended.clone(),
        ..opening::orientation(&decision)
    };
    if again != *orientation {
        return plain;
    }
    let explanation = explain(&parsed, ruleset, &decision);
    with(plain, &decision, explanation)
}

fn with(plain: v1::RoutingDecision, decision: &Decision, explanation: Explanation) -> v1::RoutingDecision {
    let question = decision.question.as_ref();
    v1::RoutingDecision {
        sentence: explanation.sentence,
        read_on: explanation.read_on.to_string(),
        facts: explanation.facts.into_iter().map(known).collect(),
        runner_up: explanation.runner_up.as_ref().map(change),
        changes: explanation.changes.iter().map(change).collect(),
        question_fact: question.map_or_else(String::new, |question| question.fact.to_string()),
        answers: explanation.answers.iter().map(change).collect(),
        confidence: confidence(decision.confidence).into(),
        ..plain
    }
}

fn known(fact: KnownFact) -> v1::KnownFact {
    let origin = match fact.origin {
        Origin::Given => v1::FactOrigin::Given,
        Origin::Derived => v1::FactOrigin::Derived,
        Origin::Default => v1::FactOrigin::Default,
    };
    v1::KnownFact {
        fact: fact.name.to_owned(),
        value: fact.value,
        label: fact.text_fr,
        origin: origin.into(),
        counted: fact.counted,
    }
}

fn confidence(confidence: Confidence) -> v1::RoutingConfidence {
    match confidence {
        Confidence::High => v1::RoutingConfidence::High,
        Confidence::Medium => v1::RoutingConfidence::Medium,
        Confidence::Low => v1::RoutingConfidence::Low,
    }
}

fn change(change: &Change) -> v1::RoutingChange {
    let outcome = match change.outcome {
        Outcome::Routed => v1::RoutingOutcome::Routed,
        Outcome::Question => v1::RoutingOutcome::Question,
        Outcome::Triage => v1::RoutingOutcome::Triage,
    };
    v1::RoutingChange {
        fact: change.fact.to_string(),
        value: change.value.clone(),
        label: change.text_fr(),
        outcome: outcome.into(),
        agencies: change.agencies.iter().map(ToString::to_string).collect(),
        candidates: change.candidates.iter().map(ToString::to_string).collect(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn opened() -> (Orientation, RawFacts) {
        let raw = RawFacts {
            commune: "56260".to_owned(),
            regime: "general".to_owned(),
            benefit: "AF".to_owned(),
            ..RawFacts::default()
        };
        let parsed = Facts::parse(&raw, date(2026, 11, 22)).expect("facts of a real commune");
        let decision = route(&parsed, Ruleset::embedded());
        (opening::orientation(&decision), parsed.to_raw())
    }

    #[test]
    fn a_kept_decision_is_explained_as_it_was_before_the_case_was_opened() {
        let (orientation, stored) = opened();
        let kept = kept(&orientation, &stored, &InForce::embedded());
        let parsed = Facts::parse(&stored, date(2026, 11, 22)).expect("stored facts are read");
        assert_eq!(kept, fresh(&parsed, Ruleset::embedded()));
        assert_eq!(kept.confidence(), v1::RoutingConfidence::High);
        let runner_up = kept.runner_up.expect("the MSA is near");
        assert_eq!(runner_up.label, "agricole\u{a0}: MSA Portes de Bretagne");
    }

    #[test]
    fn what_these_rules_did_not_decide_is_told_as_it_is_kept() {
        let (orientation, stored) = opened();
        let older = Orientation {
            ruleset: "2020.1+000000000000".to_owned(),
            ..orientation.clone()
        };
        let moved = Orientation {
            agencies: vec!["caf-35".to_owned()],
            ..orientation.clone()
        };
        for other in [older, moved] {
            let told = kept(&other, &stored, &InForce::embedded());
            assert_eq!(told, facts::decision(&other));
            assert!(told.facts.is_empty());
        }
    }
}
