//! By which commune and regime a power is looked for: residence, domicile de secours, elected domicile.

use crate::explain;
use crate::facts::{FactName, Facts, Regime};
use crate::ruleset::{BenefitRule, Domicile, Power, Ruleset};
use crate::territory::{Resolved, Territory};

use super::case::{Case, Scheme};

/// The case as the holder of a power sees it; none where the commune's territory has no known bodies.
pub fn case<'a>(facts: &'a Facts, rules: &'a Ruleset, rule: &BenefitRule, power: Power) -> Option<Case<'a>> {
    let (place, _) = place(facts, rule, power);
    let mut case = Case {
        facts,
        rules,
        place: place.commune,
        departement: rules.territory().departement_of(place.commune)?,
        regime: facts.regime,
    };
    if facts.regime == Regime::Unknown {
        let special = matches!(
            case.scheme(),
            Scheme::Own("enim" | "sre" | "cnracl") | Scheme::Unknown(_)
        );
        if facts.agricultural_status.is_some() && !special {
            case.regime = Regime::Agricultural;
        } else if facts.agricultural_status.is_none()
            && (special || matches!(case.scheme(), Scheme::Independent))
        {
            case.regime = Regime::Other;
        }
    }
    Some(case)
}

/// Of the places of who decides and who pays, the first whose territory no table describes.
pub fn undescribed(facts: &Facts, rule: &BenefitRule, territory: &Territory) -> Resolved {
    [rule.decides, rule.pays]
        .map(|power| place(facts, rule, power).0)
        .into_iter()
        .find(|place| territory.departement_of(place.commune).is_none())
        .unwrap_or(facts.commune)
}

/// Says which commune counts and why.
pub fn explain(
    facts: &Facts,
    rule: &BenefitRule,
    power: Power,
    territory: &Territory,
    reasons: &mut Vec<String>,
    used: &mut Vec<FactName>,
) {
    let (place, fact) = place(facts, rule, power);
    used.push(fact);
    reasons.push(explain::place(fact, &place, territory));
    if fact == FactName::ElectedDomicile && by_relief(rule, power) && facts.relief_domicile.is_some() {
        used.push(FactName::ReliefDomicile);
        reasons.push("Le domicile élu prime sur le domicile de secours donné (CASF L264-1).".to_owned());
    }
}

/// The place that was not given and would change the answer.
pub fn change(facts: &Facts, rule: &BenefitRule, power: Power) -> Option<String> {
    let missing =
        by_relief(rule, power) && facts.relief_domicile.is_none() && facts.elected_domicile.is_none();
    missing.then(|| "domicile de secours ailleurs (moins de 3 mois de résidence, ou entrée en établissement)\u{a0}: les organismes de ce domicile (CASF L122-2)".to_owned())
}

fn place(facts: &Facts, rule: &BenefitRule, power: Power) -> (Resolved, FactName) {
    match (facts.elected_domicile, facts.relief_domicile) {
        (Some(elected), _) => (elected, FactName::ElectedDomicile),
        (None, Some(relief)) if by_relief(rule, power) => (relief, FactName::ReliefDomicile),
        _ => (facts.commune, FactName::Commune),
    }
}

/// The domicile de secours tells who decides disability rights and who pays social aid, never who pays family
/// benefits.
fn by_relief(rule: &BenefitRule, power: Power) -> bool {
    rule.domicile == Domicile::Relief && matches!(power, Power::Mdph | Power::Social | Power::CardMaker)
}
