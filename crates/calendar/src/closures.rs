//! Days on which a desk is shut besides the holidays, or half of which.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, time};
use thiserror::Error;

use crate::hours::Opening;

/// Most days with a closure that a calendar holds: ten years.
pub const MOST_CLOSURES: usize = 3_660;

/// Days a desk may be shut without a break, ordinary days off included.
pub const LONGEST_SHUT_DAYS: i32 = 366;

/// Where the halves of a day meet.
pub const NOON: Time = time(12, 0, 0, 0);

/// How much of a day is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All of it.
    Day,
    /// What lies before noon.
    Morning,
    /// What lies after noon.
    Afternoon,
}

/// A day, or half of one, on which a desk is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Closure {
    /// The day, in the territory's time.
    pub day: Date,
    /// How much of it.
    pub part: Part,
}

impl From<Date> for Closure {
    fn from(day: Date) -> Closure {
        Closure { day, part: Part::Day }
    }
}

/// Why closures cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ClosureError {
    /// More days than [`MOST_CLOSURES`].
    #[error("at most {MOST_CLOSURES} days may be closed")]
    TooMany,
    /// From this day on, no hour is open for more than [`LONGEST_SHUT_DAYS`] days: deadlines would never come.
    #[error("from {from} on no hour would be open for more than {LONGEST_SHUT_DAYS} days")]
    NeverOpen {
        /// First day without an open hour.
        from: Date,
    },
}

/// The closures of a desk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Closures {
    days: BTreeMap<Date, Part>,
}

impl Closures {
    pub(crate) fn new(closures: impl IntoIterator<Item = Closure>) -> Result<Closures, ClosureError> {
        let mut days: BTreeMap<Date, Part> = BTreeMap::new();
        for Closure { day, part } in closures {
            days.entry(day)
                // Two halves are a whole.
                .and_modify(|there| *there = if *there == part { part } else { Part::Day })
                .or_insert(part);
            if days.len() > MOST_CLOSURES {
                return Err(ClosureError::TooMany);
            }
        }
        Ok(Closures { days })
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Closure> + '_ {
        self.days.iter().map(|(day, part)| Closure {
            day: *day,
            part: *part,
        })
    }

    pub(crate) fn on(&self, day: Date) -> Option<Part> {
        // Most desks have none, and every day of every clock asks.
        if self.days.is_empty() {
            return None;
        }
        self.days.get(&day).copied()
    }
}

impl Part {
    /// What remains of an opening of such a day.
    pub(crate) fn leaves(self, opening: Opening) -> Option<Opening> {
        match self {
            Part::Day => None,
            Part::Morning => Opening::new(opening.opens().max(NOON), opening.closes()).ok(),
            Part::Afternoon => Opening::new(opening.opens(), opening.closes().min(NOON)).ok(),
        }
    }
}
