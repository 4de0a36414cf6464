//! What of a count may be told: no group smaller than [`SMALLEST_GROUP`], and none that the difference of what is told
//! would tell.
//!
//! Invariant: the groups that are kept back are none, or together as many as the smallest group that may be shown.

use crate::policy::SMALLEST_GROUP;

/// A part of a whole that may be told.
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

/// A part of a whole, unless the part or the rest is somebody. That it is nobody, or everybody, may be told.
pub fn share(part: u64, whole: u64) -> Option<Share> {
    let may_be_told = |count: u64| count == 0 || tells(count);
    (tells(whole) && part <= whole && may_be_told(part) && may_be_told(whole - part))
        .then_some(Share { part, whole })
}

/// Counts, most first, without those that are too small to be shown, and without the smallest of the others where what
/// they leave to the whole would tell one that is.
pub fn most_first<T>(counts: impl IntoIterator<Item = (T, u64)>, whole: u64) -> Vec<(T, u64)> {
    let shown = counts.into_iter().filter(|(_, count)| tells(*count));
    let mut shown = Vec::from_iter(shown);
    shown.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let told: u64 = shown.iter().map(|(_, count)| count).sum();
    if (1..SMALLEST_GROUP).contains(&whole.saturating_sub(told)) {
        shown.pop();
    }
    shown
}
