//! Lists of a rule: not empty where one is needed, no value twice.

use std::collections::BTreeSet;

use crate::ruleset::PowerId;
use crate::ruleset::problem::Problem;
use crate::ruleset::source::{self, List};

use super::Reader;
use super::bounds::MOST_POWERS;

impl Reader<'_> {
    /// The powers a rule is of, each once.
    pub(super) fn powers_of(&mut self, written: &source::Rule) -> Vec<PowerId> {
        let words = written.power.get_ref();
        if words.is_empty() {
            self.fault(written.power.span(), Problem::NoPower);
        }
        self.repeated(&written.power);
        let powers = words.iter().take(MOST_POWERS);
        powers.filter_map(|word| self.power(word)).collect()
    }

    /// Tells the first value that a list repeats, at its second place.
    pub(super) fn repeated(&mut self, list: &List) {
        let mut known = BTreeSet::new();
        let words = list.get_ref().iter();
        let repeated = words.into_iter().find(|word| !known.insert(word.get_ref()));
        if let Some(word) = repeated {
            let problem = Problem::Repeated {
                word: word.get_ref().clone(),
            };
            self.fault(word.span(), problem);
        }
    }
}
