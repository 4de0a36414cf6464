//! When a desk is open in an ordinary week.

use std::borrow::Cow;

use jiff::civil::{Time, Weekday, time};
use thiserror::Error;

/// Most openings of one day.
pub const MOST_OPENINGS: usize = 8;

/// An opening: from a time of the day to a later one of the same day. The closing time itself is outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Opening {
    opens: Time,
    closes: Time,
}

/// Opening hours of a week, each weekday its own, in the local time of the territory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OpeningHours {
    /// From Monday; each in the order of time, none over another.
    days: [Cow<'static, [Opening]>; 7],
}

/// Why hours cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum HoursError {
    /// A time with parts of a second.
    #[error("give hours in whole seconds")]
    TooPrecise,
    /// An opening ends at or before it begins.
    #[error("a day must close after it opens: {opens} to {closes}")]
    Backwards {
        /// Given opening.
        opens: Time,
        /// Given closing.
        closes: Time,
    },
    /// Two openings of a day lie over each other.
    #[error("two openings of a day lie over each other: one ends at {closes}, the next begins at {opens}")]
    Overlap {
        /// End of the first.
        closes: Time,
        /// Beginning of the second.
        opens: Time,
    },
    /// More openings in a day than [`MOST_OPENINGS`].
    #[error("a day has at most {MOST_OPENINGS} openings")]
    TooMany,
    /// No open hour in the week: no deadline would ever come.
    #[error("at least one day of the week must be open")]
    NeverOpen,
}

const OFFICE_DAY: &[Opening] = &[Opening {
    opens: time(9, 0, 0, 0),
    closes: time(17, 0, 0, 0),
}];

impl Opening {
    /// From one time of the day to another, in whole seconds.
    ///
    /// # Errors
    /// When it would close at or before it opens, or a time has parts of a second.
    pub fn new(opens: Time, closes: Time) -> Result<Opening, HoursError> {
        if closes <= opens {
            return Err(HoursError::Backwards { opens, closes });
        }
        if opens.subsec_nanosecond() != 0 || closes.subsec_nanosecond() != 0 {
            return Err(HoursError::TooPrecise);
        }
        Ok(Opening { opens, closes })
    }

    /// When it begins.
    #[must_use]
    pub fn opens(self) -> Time {
        self.opens
    }

    /// When it ends.
    #[must_use]
    pub fn closes(self) -> Time {
        self.closes
    }
}

impl OpeningHours {
    /// 9 to 17, Monday to Friday.
    pub const DEFAULT: OpeningHours = OpeningHours {
        days: [
            Cow::Borrowed(OFFICE_DAY),
            Cow::Borrowed(OFFICE_DAY),
            Cow::Borrowed(OFFICE_DAY),
            Cow::Borrowed(OFFICE_DAY),
            Cow::Borrowed(OFFICE_DAY),
            Cow::Borrowed(&[]),
            Cow::Borrowed(&[]),
        ],
    };

    /// The same hours, without a break, on each of these days.
    ///
    /// # Errors
    /// When a day would close before it opens, or none is open.
    pub fn new(opens: Time, closes: Time, open_days: &[Weekday]) -> Result<OpeningHours, HoursError> {
        let opening = Opening::new(opens, closes)?;
        let mut open_days = open_days.to_vec();
        open_days.sort_by_key(|day| place(*day));
        open_days.dedup();
        OpeningHours::of_week(open_days.into_iter().map(|day| (day, opening)))
    }

    /// The openings of a week, in any order; a day may have several, with breaks between them.
    ///
    /// # Errors
    /// When two openings of a day lie over each other, a day has too many, or the week has none.
    pub fn of_week(
        openings: impl IntoIterator<Item = (Weekday, Opening)>,
    ) -> Result<OpeningHours, HoursError> {
        let mut days: [Vec<Opening>; 7] = Default::default();
        for (day, opening) in openings {
            let of_day = &mut days[place(day)];
            if of_day.len() == MOST_OPENINGS {
                return Err(HoursError::TooMany);
            }
            of_day.push(opening);
        }
        for day in &mut days {
            day.sort_unstable();
            let over = day.windows(2).find(|pair| pair[1].opens < pair[0].closes);
            if let Some(pair) = over {
                return Err(HoursError::Overlap {
                    closes: pair[0].closes,
                    opens: pair[1].opens,
                });
            }
        }
        if days.iter().all(Vec::is_empty) {
            return Err(HoursError::NeverOpen);
        }
        Ok(OpeningHours {
            days: days.map(Cow::Owned),
        })
    }

    /// The openings of a day of the week, in the order of time; none when closed.
    #[must_use]
    pub fn on(&self, day: Weekday) -> &[Opening] {
        &self.days[place(day)]
    }

    /// Every opening of the week, from Monday: what [`OpeningHours::of_week`] makes the same hours of.
    pub fn week(&self) -> impl Iterator<Item = (Weekday, Opening)> + '_ {
        let days = Weekday::Monday.cycle_forward().take(7);
        days.flat_map(|day| self.on(day).iter().map(move |opening| (day, *opening)))
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
