//! A set of fact names, small enough to be copied.

use super::FactName;

/// Facts that counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct FactSet(u16);

impl FactSet {
    pub(crate) const EMPTY: FactSet = FactSet(0);

    pub(crate) const fn of(facts: &[FactName]) -> FactSet {
        let mut set = FactSet::EMPTY;
        let mut at = 0;
        while at < facts.len() {
            set.0 |= 1 << facts[at] as u16;
            at += 1;
        }
        set
    }

    pub(crate) const fn and(self, other: FactSet) -> FactSet {
        FactSet(self.0 | other.0)
    }

    pub(crate) fn add(&mut self, fact: FactName) {
        *self = self.and(FactSet::of(&[fact]));
    }

    pub(crate) const fn contains(self, fact: FactName) -> bool {
        self.0 & (1 << fact as u16) != 0
    }

    /// In the order of the input.
    pub(crate) fn iter(self) -> impl Iterator<Item = FactName> {
        FactName::ALL.into_iter().filter(move |fact| self.contains(*fact))
    }
}
