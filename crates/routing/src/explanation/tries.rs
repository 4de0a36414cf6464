//! The facts with one of them changed, and what the rules then say.

use jiff::civil::Date;

use super::{Change, MOST_TRIES, labels};
use crate::decide::{Decision, route};
use crate::facts::{AgriculturalStatus, FactName, Facts, Regime, Stage};
use crate::ruleset::Ruleset;
use crate::ruleset::condition::{Condition, SCHEMES};
use crate::territory::{AgencySlug, Departement};

/// Each other value of each fact that can be listed, in the order in which people would look for a mistake: who the
/// person is, what blocks, where, since when.
pub(super) fn of(facts: &Facts, rules: &Ruleset, decision: &Decision) -> Vec<Change> {
    let mut tries = Vec::with_capacity(MOST_TRIES);
    let mut add = |fact: FactName, value: &str, changed: Facts| {
        if tries.len() < MOST_TRIES {
            tries.push(tried(fact, value, &changed, rules));
        }
    };
    for regime in [Regime::General, Regime::Agricultural, Regime::Other] {
        if regime != facts.regime {
            add(
                FactName::Regime,
                regime.as_str(),
                Facts {
                    regime,
                    ..facts.clone()
                },
            );
        }
    }
    for stage in [Stage::Decision, Stage::Payment] {
        if facts.stage != Some(stage) {
            let stage_given = Facts {
                stage: Some(stage),
                ..facts.clone()
            };
            add(FactName::Stage, stage.as_str(), stage_given);
        }
    }
    for status in [AgriculturalStatus::SelfEmployed, AgriculturalStatus::Employee] {
        if facts.agricultural_status != Some(status) {
            let agricultural_status = Some(status);
            let changed = Facts {
                agricultural_status,
                ..facts.clone()
            };
            add(FactName::AgriculturalStatus, status.as_str(), changed);
        }
    }
    for flag in [true, false] {
        if facts.local_scheme != Some(flag) {
            let changed = Facts {
                local_scheme: Some(flag),
                ..facts.clone()
            };
            add(FactName::LocalScheme, &flag.to_string(), changed);
        }
        if facts.has_basic_pension != Some(flag) {
            let changed = Facts {
                has_basic_pension: Some(flag),
                ..facts.clone()
            };
            add(FactName::HasBasicPension, &flag.to_string(), changed);
        }
    }
    for scheme in known_schemes() {
        if facts.special_scheme.as_deref() != Some(scheme) {
            let special_scheme = Some(scheme.to_owned());
            let changed = Facts {
                special_scheme,
                ..facts.clone()
            };
            add(FactName::SpecialScheme, scheme, changed);
        }
    }
    for paying_body in bodies(facts, rules, decision, FactName::PayingBody) {
        let changed = Facts {
            paying_body: Some(paying_body),
            ..facts.clone()
        };
        add(FactName::PayingBody, paying_body.as_str(), changed);
    }
    for seized_body in bodies(facts, rules, decision, FactName::SeizedBody) {
        let changed = Facts {
            seized_body: Some(seized_body),
            ..facts.clone()
        };
        add(FactName::SeizedBody, seized_body.as_str(), changed);
    }
    for (fact, changed) in without(facts) {
        add(fact, "", changed);
    }
    if let Some(on_date) = next_day(facts, rules) {
        let changed = Facts {
            on_date,
            ..facts.clone()
        };
        add(FactName::OnDate, &on_date.to_string(), changed);
    }
    tries
}

/// The schemes that rules know by name.
fn known_schemes() -> impl Iterator<Item = &'static str> {
    let unnamed = ["not_given", "undescribed"];
    let schemes = SCHEMES.into_iter();
    schemes.filter(move |scheme| !unnamed.contains(scheme))
}

/// Whether another domicile de secours would change the result, where none is given.
pub(super) fn relief_counts(facts: &Facts, rules: &Ruleset, decision: &Decision) -> bool {
    let home = facts.commune.commune.departement;
    let elsewhere = if home == "75" { "13055" } else { "75056" };
    let elsewhere = rules.territory().commune(elsewhere).ok();
    let may = facts.elected_domicile.is_none() && elsewhere.is_some();
    may && {
        let relief_domicile = elsewhere;
        let other = route(
            &Facts {
                relief_domicile,
                ..facts.clone()
            },
            rules,
        );
        (&other.agencies, &other.candidates) != (&decision.agencies, &decision.candidates)
    }
}

/// Whether a rule that spoke asks for the grouping of the commune.
pub(super) fn grouping_counts(facts: &Facts, rules: &Ruleset, decision: &Decision) -> bool {
    let Some(benefit) = rules.benefit(facts.benefit) else {
        return false;
    };
    let powers = [Some(benefit.decides), benefit.pays].into_iter().flatten();
    let mut behind = powers.flat_map(|power| rules.rules_behind(power));
    behind.any(|id| {
        let rule = rules.rule(id);
        rule.when.groupings != Condition::NONE.groupings && decision.rules.contains(&rule.name)
    })
}

fn tried(fact: FactName, value: &str, changed: &Facts, rules: &Ruleset) -> Change {
    let decision = route(changed, rules);
    Change {
        fact,
        value: value.to_owned(),
        label_fr: labels::supposed(fact, value),
        outcome: decision.outcome,
        agencies: decision.agencies,
        candidates: decision.candidates,
    }
}

/// The bodies that may be the answer when a body is asked for: those that the rules think of, else those of the place.
fn bodies(facts: &Facts, rules: &Ruleset, decision: &Decision, fact: FactName) -> Vec<AgencySlug> {
    if decision.question.as_ref().is_none_or(|asked| asked.fact != fact) {
        return Vec::new();
    }
    let mut bodies = decision.candidates.clone();
    if fact == FactName::SeizedBody {
        let place = facts.elected_domicile.unwrap_or(facts.commune);
        let departement = rules.territory().departement_of(place.commune);
        bodies.extend(departement.into_iter().flat_map(of_departement));
    }
    let mut once: Vec<AgencySlug> = Vec::with_capacity(bodies.len());
    bodies.retain(|body| {
        let first = !once.contains(body);
        once.push(*body);
        first
    });
    bodies
}

fn of_departement(row: &Departement) -> impl Iterator<Item = AgencySlug> {
    let maybe = [row.msa, row.health];
    let always = [row.family, row.retirement, row.mdph, row.social_authority];
    always.into_iter().chain(maybe.into_iter().flatten())
}

/// The facts without one that was given.
fn without(facts: &Facts) -> Vec<(FactName, Facts)> {
    let mut less = Vec::new();
    if facts.elected_domicile.is_some() {
        let changed = Facts {
            elected_domicile: None,
            ..facts.clone()
        };
        less.push((FactName::ElectedDomicile, changed));
    }
    if facts.relief_domicile.is_some() {
        let changed = Facts {
            relief_domicile: None,
            ..facts.clone()
        };
        less.push((FactName::ReliefDomicile, changed));
    }
    if facts.paying_body.is_some() {
        let changed = Facts {
            paying_body: None,
            ..facts.clone()
        };
        less.push((FactName::PayingBody, changed));
    }
    if facts.seized_body.is_some() {
        let changed = Facts {
            seized_body: None,
            ..facts.clone()
        };
        less.push((FactName::SeizedBody, changed));
    }
    less
}

/// The next day on which a rule that this benefit asks begins, or has ended.
fn next_day(facts: &Facts, rules: &Ruleset) -> Option<Date> {
    let benefit = rules.benefit(facts.benefit)?;
    let powers = [Some(benefit.decides), benefit.pays].into_iter().flatten();
    let ids = powers.flat_map(|power| rules.rules_behind(power));
    let days = ids.flat_map(|id| {
        let when = &rules.rule(id).when;
        let ended = when.until.and_then(|until| until.tomorrow().ok());
        [when.from, ended]
    });
    days.flatten().filter(|day| *day > facts.on_date).min()
}
