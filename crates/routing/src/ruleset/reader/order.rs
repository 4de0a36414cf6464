//! In which order the rules of a power speak, and that of two that may both speak one comes first.

use std::cell::LazyCell;

use crate::ruleset::condition::{BodySet, Condition};
use crate::ruleset::problem::{Fault, Problem};
use crate::ruleset::situation::Possible;
use crate::ruleset::{RuleId, Ruleset};

use super::Reader;

/// Puts the rules of each power in the order of their ranks, and tells those of one rank that may both speak.
pub(super) fn sort(ruleset: &mut Ruleset, reader: &mut Reader<'_>) {
    let mut order: Vec<RuleId> = (0..ruleset.rules.len()).map(RuleId).collect();
    order.sort_by_key(|id| ruleset.rules[id.0].rank);
    let rules = &ruleset.rules;
    for power in &mut ruleset.powers {
        power.rules.sort_by_key(|id| (rules[id.0].rank, *id));
    }
    let mut of_rule = vec![0_u128; ruleset.rules.len()];
    for (at, power) in ruleset.powers.iter().enumerate() {
        power.rules.iter().for_each(|id| of_rule[id.0] |= 1 << at);
    }
    let benefits = ruleset.benefits_of_powers();
    let territory = ruleset.territory;
    let possible = LazyCell::new(|| Possible::new(territory));
    for of_rank in order.chunk_by(|one, two| rules[one.0].rank == rules[two.0].rank) {
        for (at, later) in of_rank.iter().enumerate() {
            if reader.enough() {
                return;
            }
            // One is enough for a rule: when it is mended, the next is told.
            let earlier = of_rank[..at].iter().find_map(|earlier| {
                let shared = of_rule[earlier.0] & of_rule[later.0];
                if shared == 0 {
                    return None;
                }
                let both = rules[earlier.0].when.and(&rules[later.0].when)?;
                let asking = benefits.iter().enumerate();
                let asking = asking.filter(|(power, _)| shared & (1 << power) != 0);
                let asking = asking.fold(0, |all, (_, benefits)| all | benefits);
                let example = possible.meeting(&both, asking)?;
                Some((&rules[earlier.0], example))
            });
            if let Some((earlier, example)) = earlier {
                let problem = Problem::EqualRank {
                    rule: rules[later.0].name.clone(),
                    rank: earlier.rank,
                    other: earlier.name.clone(),
                    line: earlier.line,
                    example: example.describe(),
                };
                reader.faults.push(Fault {
                    line: rules[later.0].line,
                    column: 1,
                    problem,
                });
            }
        }
    }
}

impl Condition {
    /// What both ask; none when no values meet both. That values meet both does not make a case that may exist.
    fn and(&self, other: &Condition) -> Option<Condition> {
        let communes = match (self.communes.is_empty(), other.communes.is_empty()) {
            (true, _) => other.communes.clone(),
            (_, true) => self.communes.clone(),
            _ => {
                let shared = self
                    .communes
                    .iter()
                    .filter(|code| other.communes.binary_search(code).is_ok());
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
        let dated = both
            .from
            .zip(both.until)
            .is_none_or(|(from, until)| from <= until);
        dated.then_some(both)
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
