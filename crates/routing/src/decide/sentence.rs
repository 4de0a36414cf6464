//! The sentences of a finding: those of the rules that spoke, with the names and dates of the case.

use crate::reasons;
use crate::ruleset::text::{Part, Slot, Text};
use crate::ruleset::{Rule, RuleId};
use crate::territory::{AgencySlug, Grouping};

use super::case::{Case, Finding};
use super::holder::holder;

/// Why: one French line, with the law.
pub(crate) fn reason(case: &Case<'_>, finding: &Finding) -> String {
    match &finding.said {
        Some(said) => said.reason.clone(),
        None => reason_of(case, finding, &finding.chain),
    }
}

/// What would change the answer: a line is left out when what it names is not there, or is the answer already.
pub(crate) fn changes(case: &Case<'_>, finding: &Finding) -> Vec<String> {
    let rules = finding.chain.iter().map(|id| case.rules.rule(*id));
    let lines = rules.flat_map(|rule| rule.would_change.iter().map(move |text| (rule, text)));
    lines
        .filter_map(|(rule, text)| change(case, finding, rule, text))
        .collect()
}

fn reason_of(case: &Case<'_>, finding: &Finding, chain: &[RuleId]) -> String {
    let Some((last, before)) = chain.split_last() else {
        return String::new();
    };
    let rule = case.rules.rule(*last);
    let Some(text) = &rule.reason else {
        return reason_of(case, finding, before);
    };
    let mut line = String::with_capacity(160);
    for part in &text.0 {
        match part {
            Part::Words(words) => line.push_str(words),
            Part::Slot(Slot::Reason) => line.push_str(&reason_of(case, finding, before)),
            Part::Slot(slot) => line.push_str(&filled(case, finding, rule, *slot)),
        }
    }
    line
}

fn change(case: &Case<'_>, finding: &Finding, rule: &Rule, text: &Text) -> Option<String> {
    let mut line = String::with_capacity(80);
    for part in &text.0 {
        match part {
            Part::Words(words) => line.push_str(words),
            Part::Slot(slot @ (Slot::Named(_) | Slot::Agency(_) | Slot::Power(_))) => {
                let body = body_of(case, *slot).filter(|body| Some(*body) != subject(finding))?;
                line.push_str(case.name(body));
            }
            Part::Slot(slot) => line.push_str(&filled(case, finding, rule, *slot)),
        }
    }
    Some(line)
}

/// What stands for a slot; empty where the case has nothing for it.
fn filled(case: &Case<'_>, finding: &Finding, rule: &Rule, slot: Slot) -> String {
    match slot {
        Slot::Body => name(case, subject(finding)),
        Slot::Place => case.place.name.to_owned(),
        Slot::Departement => case.departement.name.to_owned(),
        Slot::Grouping => match case.place.grouping {
            Some(Grouping::Metropole(name)) => name.to_owned(),
            Some(Grouping::MetropoleEuropeenneLille) => "Métropole européenne de Lille".to_owned(),
            Some(Grouping::MetropoleLyon) => "Métropole de Lyon".to_owned(),
            Some(Grouping::Seignanx) => "Seignanx".to_owned(),
            None => String::new(),
        },
        Slot::Law => rule.law.clone(),
        Slot::Date => reasons::day(case.facts.on_date),
        Slot::Until => rule.until().map(reasons::day).unwrap_or_default(),
        Slot::Scheme => case.facts.special_scheme.clone().unwrap_or_default(),
        Slot::Named(_) | Slot::Agency(_) | Slot::Power(_) => name(case, body_of(case, slot)),
        Slot::Reason => String::new(),
    }
}

/// The one body that a slot names.
fn body_of(case: &Case<'_>, slot: Slot) -> Option<AgencySlug> {
    match slot {
        Slot::Named(of) => case.body_of(of),
        Slot::Agency(slug) => Some(slug),
        Slot::Power(power) => match holder(case, power).named() {
            [only] => Some(*only),
            _ => None,
        },
        _ => None,
    }
}

/// The body that the sentences of a finding speak of.
fn subject(finding: &Finding) -> Option<AgencySlug> {
    finding.subject.or(finding.named().first().copied())
}

fn name(case: &Case<'_>, body: Option<AgencySlug>) -> String {
    body.map(|body| case.name(body).to_owned()).unwrap_or_default()
}

/// Stable names of the rules that spoke, the one that was asked first.
pub(crate) fn names(case: &Case<'_>, finding: &Finding) -> Vec<String> {
    match &finding.said {
        Some(said) => vec![said.name.to_owned()],
        None => {
            let asked_first = finding.chain.iter().rev();
            asked_first.map(|id| case.rules.rule(*id).name.clone()).collect()
        }
    }
}
