//! What happens when: a queue of deeds, those of the same few minutes together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use jiff::{SignedDuration, Timestamp};

/// Deeds so near to each other happen at once.
const TOGETHER: SignedDuration = SignedDuration::from_mins(5);

/// Things to do, by time; of one time in the order they were put.
pub struct Agenda<T> {
    queue: BinaryHeap<Reverse<Entry<T>>>,
    put: u64,
}

struct Entry<T> {
    at: Timestamp,
    number: u64,
    what: T,
}

impl<T> Agenda<T> {
    pub fn new() -> Self {
        Self {
            queue: BinaryHeap::new(),
            put: 0,
        }
    }

    pub fn put(&mut self, at: Timestamp, what: T) {
        self.put += 1;
        let number = self.put;
        self.queue.push(Reverse(Entry { at, number, what }));
    }

    /// When the next is.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.queue.peek().map(|Reverse(entry)| entry.at)
    }

    /// All that is to be done now, as of the next time.
    pub fn take(&mut self) -> Option<(Timestamp, Vec<T>)> {
        let at = self.next_at()?;
        let mut taken = Vec::new();
        while let Some(next) = self.next_at()
            && next.duration_since(at) < TOGETHER
            && let Some(Reverse(entry)) = self.queue.pop()
        {
            taken.push(entry.what);
        }
        Some((at, taken))
    }
}

impl<T> PartialEq for Entry<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl<T> Eq for Entry<T> {}

impl<T> PartialOrd for Entry<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Entry<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_comes_together_and_the_rest_in_order() {
        let at = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let mut agenda = Agenda::new();
        for (minutes, what) in [(30, "c"), (0, "a"), (4, "b"), (0, "z")] {
            agenda.put(at(minutes), what);
        }
        assert_eq!(agenda.take(), Some((at(0), vec!["a", "z", "b"])));
        assert_eq!(agenda.take(), Some((at(30), vec!["c"])));
        assert_eq!(agenda.take(), None);
    }
}
