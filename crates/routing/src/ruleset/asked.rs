//! Which powers are asked, by benefits, blockages and rules.

use std::collections::BTreeSet;

use super::text::{Part, Slot};
use super::{Candidate, Power, PowerId, Rule, RuleId, Ruleset, Then};

impl Ruleset {
    pub(crate) fn powers(&self) -> &[Power] {
        &self.powers
    }

    /// The powers that benefits and blockages ask, each once.
    pub(crate) fn roots(&self) -> BTreeSet<PowerId> {
        let benefits = self.benefits.iter().flatten();
        let of_benefits = benefits.flat_map(|rule| [Some(rule.decides), rule.pays, rule.upstream]);
        let blockages = self.blockages.iter().flatten();
        let of_blockages = blockages.flat_map(|rule| [rule.first, rule.by_payer]);
        of_benefits.chain(of_blockages).flatten().collect()
    }

    /// The powers that are asked at all.
    pub(crate) fn asked_powers(&self) -> BTreeSet<PowerId> {
        let roots = self.roots().into_iter();
        roots.flat_map(|root| self.powers_behind(root)).collect()
    }

    /// The rules that may speak when a power is asked, in the order of the file.
    pub(crate) fn rules_behind(&self, power: PowerId) -> Vec<RuleId> {
        let powers = self.powers_behind(power);
        let ids = powers.iter().flat_map(|power| &self.power(*power).rules);
        ids.copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The powers that the rules of a power ask, in their sentences too.
    pub(crate) fn asked_by(&self, power: PowerId) -> Vec<PowerId> {
        let mut asked = Vec::new();
        for id in &self.powers[power.0].rules {
            let rule = &self.rules[id.0];
            match &rule.then {
                Then::As { power, .. } => asked.push(*power),
                Then::Ask { candidates, .. } | Then::Triage(candidates) => {
                    asked.extend(candidates.iter().filter_map(|candidate| match candidate {
                        Candidate::Power(power) => Some(*power),
                        Candidate::Body(_) => None,
                    }));
                }
                Then::Bodies(_) => {}
            }
            asked.extend(rule.powers_in_sentences());
        }
        asked.sort_unstable();
        asked.dedup();
        asked
    }

    fn powers_behind(&self, power: PowerId) -> BTreeSet<PowerId> {
        let mut found = BTreeSet::from([power]);
        let mut next = vec![power];
        while let Some(power) = next.pop() {
            next.extend(
                self.asked_by(power)
                    .into_iter()
                    .filter(|asked| found.insert(*asked)),
            );
        }
        found
    }
}

impl Rule {
    /// The powers whose bodies its sentences name.
    pub(crate) fn powers_in_sentences(&self) -> impl Iterator<Item = PowerId> {
        let sentences = self.reason.iter().chain(&self.would_change);
        sentences.flat_map(|text| &text.0).filter_map(|part| match part {
            Part::Slot(Slot::Power(power)) => Some(*power),
            _ => None,
        })
    }
}
