//! From when until when.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::group::Month;
use crate::disclosure::tells;

/// Days before today when none is asked for.
const DAYS: i32 = 90;

/// Whole months of cases, by the day on which each was opened where its person lives: the difference of two days could be
/// somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    since: Date,
    until: Date,
}

/// Why a period cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// It begins after today.
    #[error("is in the future: give a day that has begun")]
    SinceInFuture,
    /// It ends after today.
    #[error("is in the future: give a day that has begun, or none for today")]
    UntilInFuture,
    /// It ends before it begins.
    #[error("is before the beginning of the period: exchange them")]
    Reversed,
}

impl Period {
    /// From the month of a day to the month of another: by default from that of 90 days ago, or of the last day when that is
    /// earlier, until today.
    ///
    /// # Errors
    /// [`PeriodError`] for days in the future or in the wrong order.
    pub fn new(since: Option<Date>, until: Option<Date>, today: Date) -> Result<Self, PeriodError> {
        let last = until.unwrap_or(today);
        let first = since.unwrap_or_else(|| today.saturating_sub(DAYS.days()).min(last));
        if first > today {
            return Err(PeriodError::SinceInFuture);
        }
        if last > today {
            return Err(PeriodError::UntilInFuture);
        }
        if last < first {
            return Err(PeriodError::Reversed);
        }
        Ok(Self {
            since: first.first_of_month(),
            until: last.last_of_month().min(today),
        })
    }

    /// Its first day.
    pub fn since(self) -> Date {
        self.since
    }

    /// Its last day.
    pub fn until(self) -> Date {
        self.until
    }

    /// Its months, the first and the last.
    pub fn months(self) -> RangeInclusive<Month> {
        Month::of(self.since)..=Month::of(self.until)
    }

    /// Itself, begun earlier and ended later where its first or last months could not be told alone: a month of too few of
    /// these tickets is told only together with those before it until they are enough, and the last ones with what is before
    /// them. Which months go together depends on the tickets alone, not on the period: so the difference of two periods is
    /// of none, or of enough.
    pub fn widened(self, tickets: &BTreeMap<Month, u64>, today: Date) -> Self {
        let (mut first, mut last) = self.months().into_inner();
        // A month that has begun overseas alone cannot be asked for yet.
        for together in together(tickets.range(..=Month::of(today))) {
            if *together.start() <= last && *together.end() >= first {
                first = first.min(*together.start());
                last = last.max(*together.end());
            }
        }
        Self {
            since: first.first_day(),
            until: last.first_day().last_of_month().min(today),
        }
    }
}

/// Months that are told together, each with tickets at its two ends.
fn together<'m>(tickets: impl Iterator<Item = (&'m Month, &'m u64)>) -> Vec<RangeInclusive<Month>> {
    let mut all: Vec<RangeInclusive<Month>> = Vec::new();
    let mut begun: Option<(Month, Month, u64)> = None;
    for (month, count) in tickets.filter(|(_, count)| **count > 0) {
        let (first, counted) = begun.map_or((*month, 0), |(first, _, counted)| (first, counted));
        begun = Some((first, *month, counted + count));
        if tells(counted + count) {
            all.push(first..=*month);
            begun = None;
        }
    }
    if let Some((first, last, _)) = begun {
        let first = all.pop().map_or(first, |before| *before.start());
        all.push(first..=last);
    }
    all
}
