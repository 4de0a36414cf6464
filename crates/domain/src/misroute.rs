//! Which rules send tickets where nobody can treat them: redirects, counted by the rule that had chosen the agency, with
//! the facts that would have told.

use std::collections::BTreeMap;

use declic_routing::RawFacts;

use crate::disclosure::{most_first, rounded};
use crate::event::{RedirectReason, RoutingOutcome};
use crate::name::AgencyId;
use crate::policy::SMALLEST_GROUP;
use crate::ticket::Ticket;

/// A redirect: the ticket that was sent on, the one that follows it, and why.
#[derive(Debug, Clone)]
pub struct Redirect<'a> {
    /// The ticket that was sent on.
    pub ticket: &'a Ticket,
    /// The one that follows it.
    pub successor: &'a Ticket,
    /// Why.
    pub reason: RedirectReason,
}

/// A fact that a redirect may correct.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// Commune of residence.
    Commune,
    /// Social-security regime.
    Regime,
    /// Decision or payment.
    Stage,
}

impl Fact {
    /// Its name in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::Regime => "regime",
            Self::Stage => "stage",
        }
    }
}

/// What is told of a rule, [`rounded`]. A count below [`SMALLEST_GROUP`] is left out: it could be somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misroute {
    /// The rule that had the last word.
    pub rule: String,
    /// Redirects.
    pub redirects: u64,
    /// By reason, most first.
    pub reasons: Vec<(RedirectReason, u64)>,
    /// Facts that agencies corrected, most often first: had they been right, the rule had not spoken.
    pub corrected: Vec<(Fact, u64)>,
    /// Agencies that the tickets went to, most first.
    pub agencies: Vec<(AgencyId, u64)>,
}

/// What is told of many redirects, [`rounded`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Misroutes {
    /// Those of rules, most redirects first.
    pub rules: Vec<Misroute>,
    /// Redirects of rules that have fewer than [`SMALLEST_GROUP`]; 0 when they are fewer together.
    pub others: u64,
    /// Redirects of tickets that no one rule had sent there: by a person, from a triage desk, or to one of several agencies; 0
    /// when they are fewer than [`SMALLEST_GROUP`].
    pub no_rule: u64,
}

#[derive(Default)]
struct Count {
    redirects: u64,
    reasons: Vec<(RedirectReason, u64)>,
    corrected: BTreeMap<Fact, u64>,
    agencies: BTreeMap<AgencyId, u64>,
}

/// Counts redirects.
pub fn count<'a>(redirects: impl IntoIterator<Item = Redirect<'a>>) -> Misroutes {
    let mut by_rule: BTreeMap<&str, Count> = BTreeMap::new();
    let mut misroutes = Misroutes::default();
    for redirect in redirects {
        let orientation = &redirect.ticket.orientation;
        let is_one_rules = orientation.outcome == RoutingOutcome::Routed
            && orientation.agencies.len() == 1
            && orientation.triage.is_none();
        let Some(rule) = orientation.rules.last().filter(|_| is_one_rules) else {
            misroutes.no_rule += 1;
            continue;
        };
        let count = by_rule.entry(rule).or_default();
        count.redirects += 1;
        match count
            .reasons
            .iter_mut()
            .find(|(reason, _)| *reason == redirect.reason)
        {
            Some((_, times)) => *times += 1,
            None => count.reasons.push((redirect.reason, 1)),
        }
        for fact in corrected(&redirect.ticket.facts, &redirect.successor.facts) {
            *count.corrected.entry(fact).or_default() += 1;
        }
        let intended = redirect.successor.orientation.intended.as_ref();
        let agency = intended.unwrap_or(redirect.successor.agency());
        *count.agencies.entry(agency.clone()).or_default() += 1;
    }
    for (rule, count) in by_rule {
        if count.redirects < SMALLEST_GROUP {
            misroutes.others += count.redirects;
            continue;
        }
        misroutes.rules.push(Misroute {
            rule: rule.to_owned(),
            redirects: rounded(count.redirects),
            reasons: most_first(count.reasons, count.redirects),
            corrected: most_first(count.corrected, count.redirects),
            agencies: most_first(count.agencies, count.redirects),
        });
    }
    for count in [&mut misroutes.others, &mut misroutes.no_rule] {
        *count = if *count < SMALLEST_GROUP {
            0
        } else {
            rounded(*count)
        };
    }
    misroutes
        .rules
        .sort_by_key(|rule| std::cmp::Reverse(rule.redirects));
    misroutes
}

/// The facts that a redirect corrected.
fn corrected<'f>(before: &'f RawFacts, after: &'f RawFacts) -> impl Iterator<Item = Fact> + use<'f> {
    let differs = move |fact: &Fact| match fact {
        Fact::Commune => before.commune != after.commune,
        Fact::Regime => before.regime != after.regime,
        Fact::Stage => before.stage != after.stage,
    };
    [Fact::Commune, Fact::Regime, Fact::Stage]
        .into_iter()
        .filter(differs)
}
