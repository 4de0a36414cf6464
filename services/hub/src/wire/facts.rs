//! Facts and routing decisions.

use declic_domain::event::Orientation;
use declic_proto::v1;
use declic_routing::{Facts, RawFacts};
use jiff::civil::Date;

use super::Violations;

/// Longest word of a fact that is a word of its own and no code of a table, in characters.
const LONGEST_WORD: usize = 40;

/// Facts as they came, for routing to parse: it tells all problems with their fields. Told here is what routing does not
/// get to see: a value the contract does not have, and a sentence where a word belongs, because facts are stored and
/// shown as they are, without the seal that texts have.
pub fn raw(violations: &mut Violations, facts: v1::Facts, urgent: bool) -> RawFacts {
    let regime = known(violations, "regime", facts.regime).map_or("", |regime| match regime {
        v1::Regime::Unspecified => "",
        v1::Regime::General => "general",
        v1::Regime::Agricultural => "agricultural",
        v1::Regime::Other => "other",
        v1::Regime::Unknown => "unknown",
    });
    let stage = known(violations, "stage", facts.stage).map_or("", |stage| match stage {
        v1::Stage::Unspecified => "",
        v1::Stage::Decision => "DECISION",
        v1::Stage::Payment => "PAYMENT",
    });
    let status = known(violations, "agricultural_status", facts.agricultural_status);
    let status = status.map_or("", |status| match status {
        v1::AgriculturalStatus::Unspecified => "",
        v1::AgriculturalStatus::SelfEmployed => "self_employed",
        v1::AgriculturalStatus::Employee => "employee",
    });
    check_word(violations, "special_scheme", &facts.special_scheme);
    check_word(violations, "life_event", &facts.life_event);
    RawFacts {
        regime: regime.to_owned(),
        stage: given(stage.to_owned()),
        agricultural_status: given(status.to_owned()),
        commune: facts.commune,
        benefit: facts.benefit,
        blockage: given(facts.blockage),
        relief_domicile: given(facts.relief_domicile),
        elected_domicile: given(facts.elected_domicile),
        paying_body: given(facts.paying_body),
        seized_body: given(facts.seized_body),
        local_scheme: facts.local_scheme,
        has_basic_pension: facts.has_basic_pension,
        special_scheme: given(facts.special_scheme),
        life_event: given(facts.life_event),
        urgent,
        on_date: given(facts.on_date),
    }
}

/// Adds what routing says of these facts, so that it is told together with the other fields; what was told of a field
/// before is told once.
pub fn check(violations: &mut Violations, facts: &RawFacts, today: Date) {
    let Err(wrong) = Facts::parse(facts, today) else {
        return;
    };
    for error in wrong.0 {
        let field = format!("facts.{}", error.field.as_str());
        if !violations.tells(&field) {
            violations.add(field, error.problem.to_string());
        }
    }
}

/// Facts as they go out.
pub fn render(facts: &RawFacts) -> v1::Facts {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let regime = regime(&facts.regime);
    let stage = match facts.stage.as_deref() {
        Some("DECISION") => v1::Stage::Decision,
        Some("PAYMENT") => v1::Stage::Payment,
        _ => v1::Stage::Unspecified,
    };
    let status = match facts.agricultural_status.as_deref() {
        Some("self_employed") => v1::AgriculturalStatus::SelfEmployed,
        Some("employee") => v1::AgriculturalStatus::Employee,
        _ => v1::AgriculturalStatus::Unspecified,
    };
    v1::Facts {
        commune: facts.commune.clone(),
        regime: regime.into(),
        benefit: facts.benefit.clone(),
        blockage: text(&facts.blockage),
        stage: stage.into(),
        relief_domicile: text(&facts.relief_domicile),
        elected_domicile: text(&facts.elected_domicile),
        paying_body: text(&facts.paying_body),
        seized_body: text(&facts.seized_body),
        agricultural_status: status.into(),
        local_scheme: facts.local_scheme,
        has_basic_pension: facts.has_basic_pension,
        special_scheme: text(&facts.special_scheme),
        life_event: text(&facts.life_event),
        on_date: text(&facts.on_date),
    }
}

/// Why a ticket went where it went, as it is kept.
pub fn decision(orientation: &Orientation) -> v1::RoutingDecision {
    v1::RoutingDecision {
        outcome: super::enums::routing_outcome(orientation.outcome).into(),
        agencies: orientation.agencies.clone(),
        candidates: orientation.candidates.clone(),
        question: orientation.question.clone(),
        ruleset: orientation.ruleset.clone(),
        rules: orientation.rules.clone(),
        reasons: orientation.reasons.clone(),
        would_change: orientation.would_change.clone(),
        ..v1::RoutingDecision::default()
    }
}

/// The regime of a redirect's correction.
pub fn regime_of(value: i32) -> Option<declic_routing::Regime> {
    Some(match v1::Regime::try_from(value).ok()? {
        v1::Regime::General => declic_routing::Regime::General,
        v1::Regime::Agricultural => declic_routing::Regime::Agricultural,
        v1::Regime::Other => declic_routing::Regime::Other,
        v1::Regime::Unspecified | v1::Regime::Unknown => return None,
    })
}

/// A value the contract has.
fn known<E: TryFrom<i32>>(violations: &mut Violations, field: &str, value: i32) -> Option<E> {
    violations.required(&format!("facts.{field}"), E::try_from(value).ok())
}

fn check_word(violations: &mut Violations, field: &str, text: &str) {
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if text.chars().count() > LONGEST_WORD || !text.chars().all(is_word) {
        let problem = format!(
            "is one word of at most {LONGEST_WORD} letters, digits, - and _: texts go in the explanation"
        );
        violations.add(format!("facts.{field}"), problem);
    }
}

fn regime(word: &str) -> v1::Regime {
    match word {
        "general" => v1::Regime::General,
        "agricultural" => v1::Regime::Agricultural,
        "other" => v1::Regime::Other,
        "unknown" => v1::Regime::Unknown,
        _ => v1::Regime::Unspecified,
    }
}

fn given(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_outside_the_contract_and_no_sentence_passes_as_a_fact() {
        let mut violations = Violations::default();
        let facts = v1::Facts {
            regime: 99,
            stage: 77,
            agricultural_status: -1,
            special_scheme: "chez Mme Morvan".to_owned(),
            life_event: "x".repeat(LONGEST_WORD + 1),
            ..v1::Facts::default()
        };
        raw(&mut violations, facts, false);
        let refused = format!("{:?}", violations.finish().expect_err("five wrong fields"));
        for field in [
            "regime",
            "stage",
            "agricultural_status",
            "special_scheme",
            "life_event",
        ] {
            assert!(refused.contains(&format!("facts.{field}")), "{field}: {refused}");
        }
        let mut violations = Violations::default();
        let facts = v1::Facts {
            special_scheme: "indépendants".to_owned(),
            life_event: "separation".to_owned(),
            ..v1::Facts::default()
        };
        raw(&mut violations, facts, false);
        violations.finish().expect("words are facts");
    }
}
