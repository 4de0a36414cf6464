//! When a desk is open in an ordinary week.

use jiff::civil::{Time, Weekday, time};
use thiserror::Error;

/// Opening hours of a week: the same hours on every open day, in the local time of the territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpeningHours {
    opens: Time,
    closes: Time,
    /// From Monday.
    days: [bool; 7],
}

/// Why hours cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HoursError {
    /// A day closes at or before it opens.
    #[error("a day must close after it opens: {opens} to {closes}")]
    Backwards {
        /// Given opening.
        opens: Time,
        /// Given closing.
        closes: Time,
    },
    /// No open day: no deadline would ever come.
    #[error("at least one day of the week must be open")]
    NeverOpen,
}

impl OpeningHours {
    /// 9 to 17, Monday to Friday.
    pub const DEFAULT: OpeningHours = OpeningHours {
        opens: time(9, 0, 0, 0),
        closes: time(17, 0, 0, 0),
        days: [true, true, true, true, true, false, false],
    };

    /// The same hours on each of these days.
    ///
    /// # Errors
    /// When a day would close before it opens, or none is open.
    pub fn new(opens: Time, closes: Time, open_days: &[Weekday]) -> Result<OpeningHours, HoursError> {
        if closes <= opens {
            return Err(HoursError::Backwards { opens, closes });
        }
        let mut days = [false; 7];
        for day in open_days {
            days[place(*day)] = true;
        }
        if days.contains(&true) {
            Ok(OpeningHours { opens, closes, days })
        } else {
            Err(HoursError::NeverOpen)
        }
    }

    /// Opening and closing time of a day of the week; none when closed.
    #[must_use]
    pub fn on(&self, day: Weekday) -> Option<(Time, Time)> {
        self.days[place(day)].then_some((self.opens, self.closes))
    }
}

impl Default for OpeningHours {
    fn default() -> OpeningHours {
        OpeningHours::DEFAULT
    }
}

fn place(day: Weekday) -> usize {
    usize::from(day.to_monday_zero_offset().unsigned_abs()) % 7
}
