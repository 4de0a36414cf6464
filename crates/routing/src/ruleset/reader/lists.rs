//! Lists of a rule: not empty where one is needed, no value twice.

use std::collections::BTreeSet;

use toml::Spanned;

use crate::ruleset::PowerId;
use crate::ruleset::problem::Problem;
use crate::ruleset::source::{self, List};

use super::Reader;
use super::bounds::MOST_POWERS;

impl Reader<'_> {
    /// The powers a rule is of, each once.
    pub(super) fn powers_of(&mut self, written: &source::Rule) -> Vec<PowerId> {
        let words = &written.power.get_ref().0;
        if words.is_empty() {
            self.fault(written.power.span(), Problem::NoPower);
        }
        self.repeated(&written.power);
        let mut powers = Vec::new();
        for word in words.iter().take(MOST_POWERS) {
            let found = self.power_named(word);
            powers.extend(self.known(written.power.span(), found));
        }
        powers
    }

    /// Tells the first value that a list repeats, at its second place.
    pub(super) fn repeated(&mut self, list: &Spanned<List>) {
        let mut known = BTreeSet::new();
        let Some(word) = list.get_ref().0.iter().find(|word| !known.insert(*word)) else {
            return;
        };
        let span = list.span();
        let written = self.text.get(span.clone()).unwrap_or_default();
        let quote = |at: Option<&u8>| at.is_some_and(|byte| matches!(byte, b'"' | b'\''));
        let bytes = written.as_bytes();
        let mut places = written.match_indices(word.as_str()).filter_map(|(at, _)| {
            let before = at.checked_sub(1)?;
            (quote(bytes.get(before)) && quote(bytes.get(at + word.len()))).then_some(before)
        });
        // A word with escapes is not found as it is read: the list is its place.
        let at = places.nth(1).unwrap_or(0);
        let problem = Problem::Repeated { word: word.clone() };
        self.fault(span.start + at..span.end, problem);
    }
}
