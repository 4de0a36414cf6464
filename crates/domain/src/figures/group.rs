//! Sums by group, as they are kept ready: a case is put in, and taken out again when it changes.

use std::collections::BTreeMap;
use std::fmt;

use declic_calendar::Calendar;
use jiff::civil::Date;

use super::counts::NotContained;
use super::record::Record;
use super::tally::Tally;
use crate::name::AgencyId;

/// A month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i16,
    month: i8,
}

/// What the figures can be asked by: the tickets of a group are always asked for together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// Code of the département of the residence; empty abroad.
    pub departement: String,
    /// The month in which the case was opened, where its person lives.
    pub month: Month,
    /// The agency.
    pub agency: AgencyId,
    /// Code of the benefit.
    pub benefit: String,
    /// Code of the blockage; empty when nobody gave one.
    pub blockage: String,
}

/// Sums of records, by group. A group that nothing is left of sums to nothing.
pub type Sums = BTreeMap<Group, Tally>;

impl Month {
    /// That of a day.
    pub fn of(day: Date) -> Self {
        Self {
            year: day.year(),
            month: day.month(),
        }
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        Date::constant(self.year, self.month, 1)
    }

    /// Year and month in one number, which grows with the months: 202611.
    pub fn number(self) -> i32 {
        i32::from(self.year) * 100 + i32::from(self.month)
    }

    /// The month of such a number; none when it is none's.
    pub fn from_number(number: i32) -> Option<Self> {
        let (year, month) = (
            i16::try_from(number / 100).ok()?,
            i8::try_from(number % 100).ok()?,
        );
        Date::new(year, month, 1).ok().map(Self::of)
    }
}

impl fmt::Display for Month {
    /// "2026-11".
    fn fmt(&self, form: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(form, "{:04}-{:02}", self.year, self.month)
    }
}

impl Group {
    /// That of a record.
    pub fn of(record: &Record) -> Self {
        let calendar = Calendar::for_departement(&record.departement);
        Self {
            departement: record.departement.clone(),
            month: Month::of(calendar.date_of(record.case_opened_at)),
            agency: record.agency.clone(),
            benefit: record.benefit.clone(),
            blockage: record.blockage.clone(),
        }
    }
}

/// The sums of these records.
pub fn sums<'a>(records: impl IntoIterator<Item = &'a Record>) -> Sums {
    let mut sums = Sums::new();
    for record in records {
        sums.entry(Group::of(record)).or_default().one(record);
    }
    sums
}

/// Whether something is open in these sums, which will be measured otherwise later.
pub fn has_open(sums: &Sums) -> bool {
    sums.values().any(|tally| tally.backlog.open() > 0)
}

/// Takes out of sums what a case was counted with, and puts in what it is counted with now. Groups that nothing is left
/// of stay, empty.
///
/// # Errors
/// [`NotContained`] when the case was not counted so: the sums are of no use then.
pub fn exchange(sums: &mut Sums, before: &Sums, after: &Sums) -> Result<(), NotContained> {
    for (group, tally) in before {
        let there = sums.get_mut(group).ok_or(NotContained)?;
        *there = std::mem::take(there).without(tally)?;
    }
    for (group, tally) in after {
        sums.entry(group.clone()).or_default().add(tally);
    }
    Ok(())
}
