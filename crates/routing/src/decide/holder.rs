//! Who holds a power: the first of its rules that speaks in the case.

use crate::ruleset::{Candidate, PowerId, RuleId, Then};
use crate::territory::AgencySlug;

use super::case::{Answer, Case, Finding};

/// The body that holds a power in a case.
pub(crate) fn holder(case: &Case<'_>, power: PowerId) -> Finding {
    let rules = case.rules;
    let speaks = |id: &&RuleId| rules.rule(**id).when.holds(&case.seen);
    let Some(id) = rules.power(power).rules.iter().find(speaks) else {
        let reason = format!(
            "Aucune règle ne dit qui est compétent ici («\u{a0}{}\u{a0}»).",
            rules.power(power).about
        );
        let nobody = Answer::Unsettled {
            candidates: Vec::new(),
        };
        return Finding::said("power.no-rule", nobody, reason);
    };
    let rule = rules.rule(*id);
    let mut used = rule.used;
    if rule.when.asks_former_body() {
        used.add(case.seen.former_fact());
    }
    let finding = match &rule.then {
        Then::Bodies(bodies) => {
            let found: Vec<_> = bodies.iter().filter_map(|body| case.body(*body)).collect();
            Finding::new(if found.len() == bodies.len() {
                Answer::Bodies(found)
            } else {
                Answer::Unsettled { candidates: found }
            })
        }
        Then::Ask { fact, candidates } => Finding::new(Answer::Ask {
            fact: *fact,
            candidates: named(case, candidates),
        }),
        Then::Triage(candidates) => Finding::new(Answer::Unsettled {
            candidates: named(case, candidates),
        }),
        Then::As { power, and } => {
            let mut finding = holder(case, *power).using(used).at_most(rule.confidence);
            let joining = and.and_then(|body| case.body(body));
            match (&mut finding.answer, joining) {
                // Whoever joins is there already: nothing more to say.
                (Answer::Bodies(slugs), Some(slug)) if !slugs.contains(&slug) => slugs.push(slug),
                (_, Some(_)) => return finding,
                (_, None) => {}
            }
            finding.chain.push(*id);
            return finding;
        }
    };
    let mut finding = finding.using(used).at_most(rule.confidence);
    finding.chain.push(*id);
    finding
}

/// Bodies that may be competent, each once.
fn named(case: &Case<'_>, candidates: &[Candidate]) -> Vec<AgencySlug> {
    let mut found = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        match candidate {
            Candidate::Body(body) => found.extend(case.body(*body)),
            Candidate::Power(power) => found.extend_from_slice(holder(case, *power).named()),
        }
    }
    let mut seen = Vec::with_capacity(found.len());
    found.retain(|slug| {
        let first = !seen.contains(slug);
        seen.push(*slug);
        first
    });
    found
}
