//! Sums by what was counted.

use std::collections::BTreeMap;

/// Sums that are not in the sums they are taken out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("these sums are no part of those")]
pub struct NotContained;

/// How often each of several things was counted; a thing that was not is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts<K>(BTreeMap<K, u64>);

impl<K> Default for Counts<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Ord> FromIterator<(K, u64)> for Counts<K> {
    /// Of things that are each there once, and were counted.
    fn from_iter<I: IntoIterator<Item = (K, u64)>>(counts: I) -> Self {
        Self(counts.into_iter().collect())
    }
}

impl<K: Ord + Clone> Counts<K> {
    /// One more.
    pub fn one(&mut self, what: K) {
        self.many(what, 1);
    }

    /// So many more.
    pub fn many(&mut self, what: K, count: u64) {
        if count > 0 {
            *self.0.entry(what).or_default() += count;
        }
    }

    /// Those of another as well.
    pub fn add(&mut self, other: &Self) {
        for (what, count) in &other.0 {
            // Most things were counted before: their names are not copied for it.
            match self.0.get_mut(what) {
                Some(there) => *there += count,
                None => self.many(what.clone(), *count),
            }
        }
    }

    /// Without those of another.
    ///
    /// # Errors
    /// [`NotContained`] when the other counted what this one did not.
    pub fn without(mut self, other: &Self) -> Result<Self, NotContained> {
        for (what, count) in &other.0 {
            let left = self.0.get(what).and_then(|there| there.checked_sub(*count));
            match left.ok_or(NotContained)? {
                0 => self.0.remove(what),
                left => self.0.insert(what.clone(), left),
            };
        }
        Ok(self)
    }

    /// How often this was counted.
    pub fn of(&self, what: &K) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    /// How many things were counted.
    pub fn things(&self) -> usize {
        self.0.len()
    }

    /// All of them together.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }

    /// Each, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, u64)> {
        self.0.iter().map(|(what, count)| (what, *count))
    }
}
