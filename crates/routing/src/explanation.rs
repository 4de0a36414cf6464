//! What people and programs are told beside a decision: what was known and from where, what each other fact would have
//! led to, and what each answer to a question would.
//!
//! All of it is told by deciding again with one fact changed: never by a second opinion on the rules. At most
//! [`MOST_TRIES`] facts are tried.

mod labels;
mod tries;

use jiff::civil::Date;

use crate::decide::{Decision, Outcome};
use crate::facts::{FactName, Facts};
use crate::ruleset::Ruleset;
use crate::territory::{AgencySlug, Grouping, Resolved, Territory};

/// Most facts that one explanation tries.
pub const MOST_TRIES: usize = 48;

/// What is told beside a decision. The same facts on the same ruleset give the same explanation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The short sentence: why these agencies, this question, or triage.
    pub sentence: String,
    /// The day for which the rules were read.
    pub read_on: Date,
    /// What was known, in the order of the input, what follows from a fact after it.
    pub facts: Vec<KnownFact>,
    /// The other agency that is nearest, and the one fact that would make it competent.
    pub runner_up: Option<Change>,
    /// Each single fact that would change the result; those of an open question stand in `answers`.
    pub changes: Vec<Change>,
    /// Of a question: each answer that can be listed, with where it leads. Empty without a question.
    pub answers: Vec<Change>,
}

/// Something known of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownFact {
    /// Field of the input, or "departement" and "grouping", which follow from the commune that counts.
    pub name: &'static str,
    /// The value, as in the input; empty when it is assumed that there is none.
    pub value: String,
    /// Fact and value, in French.
    pub text_fr: String,
    /// From where it is known.
    pub origin: Origin,
    /// Whether the decision asked for it.
    pub counted: bool,
}

/// From where a fact is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Somebody said it.
    Given,
    /// It follows from another fact: a département from its commune, a regime from a special scheme, a stage from what
    /// blocks.
    Derived,
    /// Nobody said it, and the rules assume it.
    Default,
}

/// One fact with another value, and where that leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The fact.
    pub fact: FactName,
    /// Its other value, as in the input; empty when it would not be given.
    pub value: String,
    /// The other value, in French ("agricole").
    pub label_fr: String,
    /// What the rules then say.
    pub outcome: Outcome,
    /// The agencies then competent.
    pub agencies: Vec<AgencySlug>,
    /// The agencies then possible.
    pub candidates: Vec<AgencySlug>,
}

impl Origin {
    /// "GIVEN", "DERIVED" or "DEFAULT".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Given => "GIVEN",
            Origin::Derived => "DERIVED",
            Origin::Default => "DEFAULT",
        }
    }
}

impl Change {
    /// "agricole : MSA Portes de Bretagne"; names of several agencies are joined.
    #[must_use]
    pub fn text_fr(&self) -> String {
        let territory = Territory::embedded();
        let named: &[AgencySlug] = match self.outcome {
            Outcome::Routed => &self.agencies,
            Outcome::Question | Outcome::Triage => &self.candidates,
        };
        let names: Vec<&str> = named.iter().map(|slug| territory.name_of(*slug)).collect();
        let names = names.join(", ");
        let label = &self.label_fr;
        match (self.outcome, names.is_empty()) {
            (Outcome::Routed, _) => format!("{label}\u{a0}: {names}"),
            (Outcome::Question, true) => format!("{label}\u{a0}: une autre question se pose"),
            (Outcome::Question, false) => format!("{label}\u{a0}: une autre question se pose ({names})"),
            (Outcome::Triage, true) => format!("{label}\u{a0}: orientation à la main"),
            (Outcome::Triage, false) => format!("{label}\u{a0}: orientation à la main ({names})"),
        }
    }
}

/// Explains the decision that [`crate::route`] made of these facts on this ruleset.
#[must_use]
pub fn explain(facts: &Facts, rules: &Ruleset, decision: &Decision) -> Explanation {
    let asked = decision.question.as_ref().map(|question| question.fact);
    let mut answers = Vec::new();
    let mut changes = Vec::new();
    for tried in tries::of(facts, rules, decision) {
        if Some(tried.fact) == asked && !tried.value.is_empty() {
            answers.push(tried);
        } else if differs(&tried, decision) {
            changes.push(tried);
        }
    }
    let first = decision.agencies.first();
    let runner_up = changes.iter().chain(&answers).find(|change| {
        change.outcome == Outcome::Routed
            && change
                .agencies
                .first()
                .is_some_and(|slug| Some(slug) != first && !decision.agencies.contains(slug))
    });
    Explanation {
        sentence: decision.because().to_owned(),
        read_on: facts.on_date,
        facts: known(facts, rules, decision),
        runner_up: runner_up.filter(|_| decision.outcome == Outcome::Routed).cloned(),
        changes,
        answers,
    }
}

fn differs(change: &Change, decision: &Decision) -> bool {
    (change.outcome, &change.agencies, &change.candidates)
        != (decision.outcome, &decision.agencies, &decision.candidates)
}

/// What was known, and from where.
fn known(facts: &Facts, rules: &Ruleset, decision: &Decision) -> Vec<KnownFact> {
    let counted = |name: FactName| decision.facts_used.contains(&name);
    let place = place(facts, decision);
    let mut known = Vec::with_capacity(12);
    for name in FactName::ALL {
        if name == FactName::OnDate {
            continue;
        }
        match labels::value_of(facts, name) {
            Some(value) => known.push(fact(name, value, Origin::Given, counted(name))),
            None => known.extend(assumed(name, facts, rules, decision)),
        }
        if name == FactName::Regime && decision.regime != facts.regime {
            let value = decision.regime.as_str().to_owned();
            known.push(fact(name, value, Origin::Derived, true));
        }
        let is_place = matches!(
            name,
            FactName::Commune | FactName::ElectedDomicile | FactName::ReliefDomicile
        );
        if is_place && place.1 == name {
            known.extend(of_place(&place.0, tries::grouping_counts(facts, rules, decision)));
        }
    }
    known
}

/// What the rules take a fact for that nobody gave; none where it did not count.
fn assumed(name: FactName, facts: &Facts, rules: &Ruleset, decision: &Decision) -> Option<KnownFact> {
    match name {
        FactName::Stage => {
            let stage = decision.stage?.as_str().to_owned();
            Some(fact(name, stage, Origin::Derived, true))
        }
        FactName::ReliefDomicile if tries::relief_counts(facts, rules, decision) => {
            let code = facts.commune.commune.code.to_owned();
            Some(fact(name, code, Origin::Default, true))
        }
        _ if decision.question.as_ref().is_some_and(|asked| asked.fact == name) => None,
        _ if decision.facts_used.contains(&name) => Some(fact(name, String::new(), Origin::Default, true)),
        _ => None,
    }
}

/// The place that counted, and the fact that gave it.
fn place(facts: &Facts, decision: &Decision) -> (Resolved, FactName) {
    let counted = |name: FactName| decision.facts_used.contains(&name);
    match (facts.elected_domicile, facts.relief_domicile) {
        (Some(elected), _) => (elected, FactName::ElectedDomicile),
        (None, Some(relief)) if counted(FactName::ReliefDomicile) => (relief, FactName::ReliefDomicile),
        _ => (facts.commune, FactName::Commune),
    }
}

/// What follows from a place: the commune of today, its département, its grouping when a rule asked for it.
fn of_place(place: &Resolved, with_grouping: bool) -> Vec<KnownFact> {
    let commune = place.commune;
    let derived = |name: &'static str, value: &str, text_fr: String| KnownFact {
        name,
        value: value.to_owned(),
        text_fr,
        origin: Origin::Derived,
        counted: true,
    };
    let mut known = Vec::with_capacity(3);
    if place.given != commune.code {
        let text = format!("commune d’aujourd’hui\u{a0}: {} ({})", commune.name, commune.code);
        known.push(derived("commune", commune.code, text));
    }
    let departement = Territory::embedded().departement_of(commune);
    let name = departement.map_or(commune.departement, |row| row.name);
    let text = format!(
        "département ou collectivité\u{a0}: {name} ({})",
        commune.departement
    );
    known.push(derived("departement", commune.departement, text));
    let grouping = commune
        .grouping
        .filter(|_| with_grouping)
        .map(|grouping| match grouping {
            Grouping::MetropoleLyon => ("metropole-lyon", "Métropole de Lyon"),
            Grouping::MetropoleEuropeenneLille => {
                ("metropole-europeenne-lille", "Métropole européenne de Lille")
            }
            Grouping::Metropole(name) => ("metropole", name),
            Grouping::Seignanx => ("seignanx", "Seignanx"),
        });
    if let Some((value, name)) = grouping {
        known.push(derived("grouping", value, format!("groupement\u{a0}: {name}")));
    }
    known
}

fn fact(name: FactName, value: String, origin: Origin, counted: bool) -> KnownFact {
    let text_fr = labels::fact(name, &value, origin);
    KnownFact {
        name: name.as_str(),
        value,
        text_fr,
        origin,
        counted,
    }
}
