//! What a file of rules may hold, so that reading and asking it always comes to an end soon.

use crate::ruleset::problem::Problem;
use crate::ruleset::source::File;

use super::Reader;

/// Bytes of a file.
pub(in crate::ruleset) const MOST_BYTES: usize = 1 << 20;
/// Powers of a file.
pub(super) const MOST_POWERS: usize = 128;
/// Rules of a file.
const MOST_RULES: usize = 1_000;
/// Values of one condition or list, those of the lists it names among them.
pub(super) const MOST_VALUES: usize = 1_000;
/// Powers that are asked, one through another, when one is asked.
pub(super) const MOST_ASKED: u64 = 100;
/// Problems that are told; what comes after them is not read.
pub(super) const MOST_FAULTS: usize = 100;

/// A file that is too long to be read at all.
pub(super) fn too_long(text: &str) -> Option<Problem> {
    too_many("bytes", text.len(), MOST_BYTES)
}

impl Reader<'_> {
    /// Tells what the file holds too much of, at the first that is too many.
    pub(super) fn bounds(&mut self, file: &File) {
        let mut powers: Vec<usize> = file.power.keys().map(|name| name.span().start).collect();
        powers.sort_unstable();
        if let Some(problem) = too_many("powers", powers.len(), MOST_POWERS) {
            self.fault(powers[MOST_POWERS]..powers[MOST_POWERS], problem);
        }
        if let Some(problem) = too_many("rules", file.rule.len(), MOST_RULES) {
            self.fault(file.rule[MOST_RULES].span(), problem);
        }
    }

    /// Whether so many problems are known that others need not be looked for.
    pub(super) fn enough(&self) -> bool {
        self.faults.len() >= MOST_FAULTS
    }
}

/// The problem of so many, when they are too many.
pub(super) fn too_many(what: &'static str, count: usize, most: usize) -> Option<Problem> {
    (count > most).then_some(Problem::TooMany { what, count, most })
}
