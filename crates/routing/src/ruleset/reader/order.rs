//! In which order the rules of a power speak, and that powers do not ask each other for ever.

use crate::ruleset::condition::{BodySet, Condition};
use crate::ruleset::problem::{Fault, Problem};
use crate::ruleset::{PowerId, Rule, Ruleset};

use super::Reader;

/// Puts the rules of each power in the order of their ranks, and tells equal ranks and loops.
pub(super) fn sort(ruleset: &mut Ruleset, reader: &mut Reader<'_>) {
    let rules = &ruleset.rules;
    for power in &mut ruleset.powers {
        power.rules.sort_by_key(|id| (rules[id.0].rank, *id));
        for (at, later) in power.rules.iter().enumerate() {
            for earlier in &power.rules[..at] {
                equal_rank(&rules[earlier.0], &rules[later.0], reader);
            }
        }
    }
    loops(ruleset, reader);
}

fn equal_rank(first: &Rule, second: &Rule, reader: &mut Reader<'_>) {
    if first.rank != second.rank {
        return;
    }
    let Some(both) = first.when.and(&second.when) else {
        return;
    };
    let problem = Problem::EqualRank {
        rank: second.rank,
        other: first.name.clone(),
        line: first.line,
        example: super::super::words::example(&both, reader.territory),
    };
    reader.faults.push(Fault {
        line: second.line,
        column: 1,
        problem,
    });
}

fn loops(ruleset: &Ruleset, reader: &mut Reader<'_>) {
    for at in 0..ruleset.powers.len() {
        let mut path = vec![PowerId(at)];
        if let Some(chain) = comes_back(ruleset, &mut path) {
            let rule = ruleset.powers[at].rules.first();
            let line = rule.map_or(1, |id| ruleset.rules[id.0].line);
            let names: Vec<&str> = chain
                .iter()
                .map(|power| ruleset.powers[power.0].name.as_str())
                .collect();
            let problem = Problem::Loop {
                chain: names.join(" -> "),
            };
            reader.faults.push(Fault {
                line,
                column: 1,
                problem,
            });
            return;
        }
    }
}

/// A way from the last power of the path to one that is on it.
fn comes_back(ruleset: &Ruleset, path: &mut Vec<PowerId>) -> Option<Vec<PowerId>> {
    let last = *path.last()?;
    for next in ruleset.asked_by(last) {
        if let Some(from) = path.iter().position(|power| *power == next) {
            let mut chain = path[from..].to_vec();
            chain.push(next);
            return Some(chain);
        }
        path.push(next);
        let found = comes_back(ruleset, path);
        path.pop();
        if found.is_some() {
            return found;
        }
    }
    None
}

impl Condition {
    /// What both ask; none when no case meets both.
    pub(crate) fn and(&self, other: &Condition) -> Option<Condition> {
        let communes = match (self.communes.is_empty(), other.communes.is_empty()) {
            (true, _) => other.communes.clone(),
            (_, true) => self.communes.clone(),
            _ => {
                let shared = self.communes.iter().filter(|code| other.communes.contains(code));
                let shared: Vec<_> = shared.copied().collect();
                if shared.is_empty() {
                    return None;
                }
                shared
            }
        };
        let both = Condition {
            departements: self.departements & other.departements,
            groupings: self.groupings & other.groupings,
            communes,
            benefits: self.benefits & other.benefits,
            regime: self.regime & other.regime,
            scheme: self.scheme & other.scheme,
            agricultural_status: self.agricultural_status & other.agricultural_status,
            local_scheme: self.local_scheme & other.local_scheme,
            has_basic_pension: self.has_basic_pension & other.has_basic_pension,
            stage: self.stage & other.stage,
            paying_body: self.paying_body.and(&other.paying_body)?,
            seized_body: self.seized_body.and(&other.seized_body)?,
            former_body: self.former_body.and(&other.former_body)?,
            from: self.from.max(other.from),
            until: match (self.until, other.until) {
                (Some(one), Some(two)) => Some(one.min(two)),
                (one, two) => one.or(two),
            },
        };
        let asked = [
            both.groupings,
            both.regime,
            both.scheme,
            both.agricultural_status,
            both.local_scheme,
            both.has_basic_pension,
            both.stage,
        ];
        let dated = both
            .from
            .zip(both.until)
            .is_none_or(|(from, until)| from <= until);
        let holds = both.departements != 0 && both.benefits != 0 && !asked.contains(&0) && dated;
        holds.then_some(both)
    }
}

impl BodySet {
    /// The bodies of both; none when there is none. A body that one names and whose kind the other asks for is of both.
    fn and(&self, other: &BodySet) -> Option<BodySet> {
        let mut named: Vec<_> = self.named.iter().chain(&other.named).copied().collect();
        named.sort_unstable();
        named.dedup();
        named.retain(|slug| self.has(*slug) && other.has(*slug));
        let both = BodySet {
            kinds: self.kinds & other.kinds,
            named,
        };
        (both.kinds != 0 || !both.named.is_empty()).then_some(both)
    }
}
