//! From when until when.

use declic_calendar::Calendar;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

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

    /// Whether an instant is in it, by the days of a calendar.
    pub fn contains(self, instant: Timestamp, calendar: &Calendar) -> bool {
        // Where the day begins earlier than in the metropole, today's cases may be of tomorrow.
        let last = self.until.last_of_month();
        (self.since..=last).contains(&calendar.date_of(instant))
    }

    /// The instants between which every case of it was opened, whatever the time zone.
    pub fn around(self) -> (Timestamp, Timestamp) {
        let midnight = |day: Date, otherwise| {
            let zoned = day.to_zoned(jiff::tz::TimeZone::UTC);
            zoned.map_or(otherwise, |zoned| zoned.timestamp())
        };
        let first = self.since.saturating_sub(1.day());
        let last = self.until.last_of_month().saturating_add(2.days());
        (midnight(first, Timestamp::MIN), midnight(last, Timestamp::MAX))
    }
}
