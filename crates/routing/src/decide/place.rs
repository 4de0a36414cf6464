//! By which commune a power is looked for: residence, domicile de secours, elected domicile.

use crate::facts::{FactName, FactSet, Facts};
use crate::reasons;
use crate::ruleset::{BenefitRule, Domicile, PowerId, Ruleset};
use crate::territory::Resolved;

use super::case::Case;

/// The case as the holder of a power sees it; none where the commune's territory has no known bodies.
pub(crate) fn case<'a>(
    facts: &'a Facts,
    rules: &'a Ruleset,
    rule: &BenefitRule,
    power: Option<PowerId>,
) -> Option<Case<'a>> {
    let (place, _) = place(facts, rules, rule, power);
    Case::new(facts, rules, place.commune)
}

/// The place by which the holder of a power is looked for.
pub(crate) fn of(facts: &Facts, rules: &Ruleset, rule: &BenefitRule, power: Option<PowerId>) -> Resolved {
    place(facts, rules, rule, power).0
}

/// Of the places of who decides and who pays, the first whose territory no table describes.
pub(crate) fn undescribed(facts: &Facts, rules: &Ruleset, rule: &BenefitRule) -> Resolved {
    let territory = rules.territory();
    [Some(rule.decides), rule.pays]
        .map(|power| place(facts, rules, rule, power).0)
        .into_iter()
        .find(|place| territory.departement_of(place.commune).is_none())
        .unwrap_or(facts.commune)
}

/// Says which commune counts and why.
pub(crate) fn explain(
    facts: &Facts,
    rules: &Ruleset,
    rule: &BenefitRule,
    power: Option<PowerId>,
    reasons: &mut Vec<String>,
    used: &mut FactSet,
) {
    let (place, fact) = place(facts, rules, rule, power);
    used.add(fact);
    reasons.push(reasons::place(fact, &place, rules.territory()));
    let passed_over = by_relief(rules, rule, power) && facts.relief_domicile.is_some();
    if fact == FactName::ElectedDomicile && passed_over {
        used.add(FactName::ReliefDomicile);
        reasons.push("Le domicile élu prime sur le domicile de secours donné (CASF L264-1).".to_owned());
    }
}

/// The place that was not given and would change the answer.
pub(crate) fn change(
    facts: &Facts,
    rules: &Ruleset,
    rule: &BenefitRule,
    power: Option<PowerId>,
) -> Option<String> {
    let missing =
        by_relief(rules, rule, power) && facts.relief_domicile.is_none() && facts.elected_domicile.is_none();
    missing.then(|| "domicile de secours ailleurs (moins de 3 mois de résidence, ou entrée en établissement)\u{a0}: les organismes de ce domicile (CASF L122-2)".to_owned())
}

fn place(facts: &Facts, rules: &Ruleset, rule: &BenefitRule, power: Option<PowerId>) -> (Resolved, FactName) {
    match (facts.elected_domicile, facts.relief_domicile) {
        (Some(elected), _) => (elected, FactName::ElectedDomicile),
        (None, Some(relief)) if by_relief(rules, rule, power) => (relief, FactName::ReliefDomicile),
        _ => (facts.commune, FactName::Commune),
    }
}

/// The domicile de secours tells who decides disability rights and who pays social aid, never who pays family
/// benefits.
fn by_relief(rules: &Ruleset, rule: &BenefitRule, power: Option<PowerId>) -> bool {
    rule.domicile == Domicile::Relief && power.is_some_and(|power| rules.power(power).by_relief)
}
