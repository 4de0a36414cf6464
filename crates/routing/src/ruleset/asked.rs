//! Which powers are asked, by benefits, blockages and rules.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::Stage;

use super::condition::{STAGES, stage_bit};
use super::text::{Part, Slot};
use super::{Candidate, Power, PowerId, Rule, RuleId, Ruleset, Then};

/// When a power is asked by benefits and blockages: for each stage, the benefits, one bit for each; without, and with, a
/// body given that pays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Reach([[u128; 2]; STAGES.len()]);

impl Reach {
    fn add(&mut self, benefit: u128, stages: u32, without_payer: bool) {
        for (at, benefits) in self.0.iter_mut().enumerate() {
            if stages & (1 << at) != 0 {
                benefits[0] |= if without_payer { benefit } else { 0 };
                benefits[1] |= benefit;
            }
        }
    }

    /// The benefits of a stage, by its bit.
    pub(crate) fn at(&self, stage: u32, payer_given: bool) -> u128 {
        self.0[stage.trailing_zeros() as usize][usize::from(payer_given)]
    }

    /// The benefits of any stage.
    pub(crate) fn benefits(&self) -> u128 {
        self.0.iter().flatten().fold(0, |all, benefits| all | benefits)
    }

    /// The benefits of each stage, without and with a body that pays.
    pub(crate) fn each(&self) -> impl Iterator<Item = u128> {
        self.0.into_iter().flatten()
    }
}

impl Ruleset {
    pub(crate) fn powers(&self) -> &[Power] {
        &self.powers
    }

    /// Codes of the communes that rules name.
    pub(crate) fn communes_named(&self) -> impl Iterator<Item = &'static str> {
        self.rules
            .iter()
            .flat_map(|rule| rule.when.communes.iter().copied())
    }

    /// The powers that benefits and blockages ask, each once.
    pub(crate) fn roots(&self) -> BTreeSet<PowerId> {
        let benefits = self.benefits.iter().flatten();
        let of_benefits = benefits.flat_map(|rule| [Some(rule.decides), rule.pays, rule.upstream]);
        let blockages = self.blockages.iter().flatten();
        let of_blockages = blockages.flat_map(|rule| [rule.first, rule.by_payer]);
        of_benefits.chain(of_blockages).flatten().collect()
    }

    /// When each power is asked but by other powers.
    pub(crate) fn reaches(&self) -> BTreeMap<PowerId, Reach> {
        let (decision, payment) = (stage_bit(Some(Stage::Decision)), stage_bit(Some(Stage::Payment)));
        let mut reaches: BTreeMap<PowerId, Reach> = BTreeMap::new();
        let mut add = |power: Option<PowerId>, benefit: u128, stages: u32, always: bool| {
            if let Some(power) = power {
                reaches.entry(power).or_default().add(benefit, stages, always);
            }
        };
        let described = self.benefits.iter().enumerate();
        let described = described.filter_map(|(at, rule)| Some((1 << at, rule.as_ref()?)));
        for (benefit, rule) in described.clone() {
            // The other stage is answered by the other power.
            add(Some(rule.decides), benefit, !payment, true);
            add(rule.upstream, benefit, !payment, true);
            add(rule.pays, benefit, !decision, true);
        }
        for blockage in self.blockages.iter().flatten() {
            for (benefit, rule) in described.clone() {
                if blockage.first != Some(rule.decides) {
                    add(blockage.first, benefit, u32::MAX, true);
                }
                add(blockage.by_payer, benefit, u32::MAX, false);
            }
        }
        reaches
    }

    /// Of each power, the benefits for which it may be asked: one bit for each of the catalogue.
    pub(crate) fn benefits_of_powers(&self) -> Vec<u128> {
        let mut roots = vec![0_u128; self.powers.len()];
        for (power, reach) in self.reaches() {
            roots[power.0] |= reach.benefits();
        }
        let mut reached = vec![0_u128; self.powers.len()];
        for (root, benefits) in roots
            .into_iter()
            .enumerate()
            .filter(|(_, benefits)| *benefits != 0)
        {
            for power in self.powers_behind(PowerId(root)) {
                reached[power.0] |= benefits;
            }
        }
        reached
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
    fn asked_by(&self, power: PowerId) -> Vec<PowerId> {
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
