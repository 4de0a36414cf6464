//! From when until when.

use std::ops::RangeInclusive;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::group::Month;

/// Days before today when none is asked for.
const DAYS: i32 = 90;

/// Whole months of cases, by the day on which each was opened where its person lives: the difference of two days could be
/// somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
}
