//! What of a count may be told: no group smaller than [`SMALLEST_GROUP`], none that the difference of what is told would
//! tell, and every number only as near as the smallest group: two that are told differ by nobody or by five.
//!
//! Invariant: the groups that are kept back are none, or together as many as the smallest group that may be shown; every
//! number that leaves this module is a multiple of it.

use crate::policy::SMALLEST_GROUP;

/// A part of a whole that may be told, each [`rounded`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The part.
    pub part: u64,
    /// The whole, at least [`SMALLEST_GROUP`].
    pub whole: u64,
}

/// Whether a group of this size may be told.
pub fn tells(count: u64) -> bool {
    count >= SMALLEST_GROUP
}

/// A count as it is told: the nearest multiple of the smallest group. Whoever compares two that are told, of periods that
/// differ by a month or of two days, cannot tell one from none by it.
pub fn rounded(count: u64) -> u64 {
    (count + SMALLEST_GROUP / 2) / SMALLEST_GROUP * SMALLEST_GROUP
}

/// A part of a whole, unless the part or the rest is somebody. That it is nobody, or everybody, may be told.
pub fn share(part: u64, whole: u64) -> Option<Share> {
    let may_be_told = |count: u64| count == 0 || tells(count);
    (tells(whole) && part <= whole && may_be_told(part) && may_be_told(whole - part)).then(|| Share {
        part: rounded(part),
        whole: rounded(whole),
    })
}

/// The groups that may be told, in the order given, each as it was counted: without those that are too small, and without
/// the smallest of the others where what they leave to the whole would tell one that is.
pub fn shown<T>(counts: impl IntoIterator<Item = (T, u64)>, whole: u64) -> Vec<(T, u64)> {
    let shown = counts.into_iter().filter(|(_, count)| tells(*count));
    let mut shown = Vec::from_iter(shown);
    let told: u64 = shown.iter().map(|(_, count)| count).sum();
    if (1..SMALLEST_GROUP).contains(&whole.saturating_sub(told)) {
        let smallest = (0..shown.len()).rev().min_by_key(|place| shown[*place].1);
        smallest.map(|place| shown.remove(place));
    }
    shown
}

/// The groups that may be told, [`rounded`], most first; those that are told alike stay in the order given.
pub fn most_first<T>(counts: impl IntoIterator<Item = (T, u64)>, whole: u64) -> Vec<(T, u64)> {
    let told = shown(counts, whole).into_iter();
    let mut told: Vec<(T, u64)> = told.map(|(what, count)| (what, rounded(count))).collect();
    told.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    told
}
