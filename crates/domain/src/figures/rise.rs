//! Rises: what blocks somewhere far oftener than it used to.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::counts::{Counts, NotContained};
use super::period::Period;
use crate::disclosure::{rounded, tells};
use crate::name::AgencyId;

/// Days that are looked at.
const DAYS: i32 = 7;

/// As many days before them, so many times, are the usual.
const BEFORE: i32 = 8;

/// A rise is at least so many times the usual.
const TIMES: u64 = 3;

/// Rises that a board tells at most.
const MOST: usize = 20;

/// Tickets of one blockage that came to one agency on one day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Arrival {
    /// The agency.
    pub agency: AgencyId,
    /// Code of the blockage; empty when nobody gave one.
    pub blockage: String,
    /// The day, where the person lives.
    pub day: Date,
}

/// A blockage of an agency that came three times as often as usual at least, in 7 days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rise {
    /// The agency.
    pub agency: AgencyId,
    /// Code of the blockage; empty when nobody gave one.
    pub blockage: String,
    /// Tickets of the last 7 days.
    pub tickets: u64,
    /// Tickets of the 8 weeks before, together; none when they are few.
    pub before: Option<u64>,
}

/// The weeks of a period that are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weeks {
    /// First day of the weeks before.
    before: Date,
    /// First day of the last 7.
    since: Date,
    /// Last of them.
    until: Date,
}

impl Weeks {
    /// The last 7 whole days of a period and the 8 weeks before; none when the period is shorter. Today is no whole day yet.
    pub fn of(period: Period, today: Date) -> Option<Self> {
        let yesterday = today.yesterday().unwrap_or(today);
        let until = period.until().min(yesterday);
        let since = until.saturating_sub((DAYS - 1).days());
        let before = since.saturating_sub((DAYS * BEFORE).days());
        (before >= period.since()).then_some(Self { before, since, until })
    }

    /// First and last of the days that are looked at.
    pub fn days(self) -> (Date, Date) {
        (self.since, self.until)
    }

    /// The rises of these arrivals, the largest first, 20 at most.
    pub fn rises(self, arrivals: &Counts<Arrival>) -> Vec<Rise> {
        let mut rising = Rising::new(self);
        rising.add(arrivals);
        rising.rises()
    }

    fn coming(self, day: Date, tickets: u64) -> Coming {
        let within = |is: bool| if is { tickets } else { 0 };
        Coming {
            now: within((self.since..=self.until).contains(&day)),
            before: within((self.before..self.since).contains(&day)),
        }
    }
}

/// What may have risen in some weeks: of what came to each agency for each reason, how much did in the last 7 days and in the
/// weeks before. Two counts in the place of one for each day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rising {
    weeks: Weeks,
    counted: BTreeMap<AgencyId, BTreeMap<String, Coming>>,
}

/// Tickets of one blockage that came to one agency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Coming {
    now: u64,
    before: u64,
}

impl Rising {
    /// Of nothing yet.
    pub fn new(weeks: Weeks) -> Self {
        Self {
            weeks,
            counted: BTreeMap::new(),
        }
    }

    /// Those of these arrivals that came in the weeks as well.
    pub fn add(&mut self, arrivals: &Counts<Arrival>) {
        for (arrival, tickets) in arrivals.iter() {
            let coming = self.weeks.coming(arrival.day, tickets);
            if coming == Coming::default() {
                continue;
            }
            let blockages = self.counted.entry(arrival.agency.clone()).or_default();
            let there = blockages.entry(arrival.blockage.clone()).or_default();
            there.now += coming.now;
            there.before += coming.before;
        }
    }

    /// Without these arrivals.
    ///
    /// # Errors
    /// [`NotContained`] when they were not counted.
    pub fn take_out(&mut self, arrivals: &Counts<Arrival>) -> Result<(), NotContained> {
        for (arrival, tickets) in arrivals.iter() {
            let coming = self.weeks.coming(arrival.day, tickets);
            if coming == Coming::default() {
                continue;
            }
            let blockages = self.counted.get_mut(&arrival.agency).ok_or(NotContained)?;
            let there = blockages.get_mut(&arrival.blockage).ok_or(NotContained)?;
            there.now = there.now.checked_sub(coming.now).ok_or(NotContained)?;
            there.before = there.before.checked_sub(coming.before).ok_or(NotContained)?;
            if *there == Coming::default() {
                blockages.remove(&arrival.blockage);
            }
            if blockages.is_empty() {
                self.counted.remove(&arrival.agency);
            }
        }
        Ok(())
    }

    /// How many agencies and reasons are counted.
    pub fn things(&self) -> usize {
        self.counted.values().map(BTreeMap::len).sum()
    }

    /// The rises, the largest first, 20 at most.
    pub fn rises(&self) -> Vec<Rise> {
        let counted = self.counted.iter().flat_map(|(agency, blockages)| {
            let blockages = blockages.iter();
            blockages.map(move |(blockage, coming)| (agency, blockage, coming))
        });
        let risen = counted.filter(|(_, _, coming)| {
            // As whole numbers: of 8 weeks one is the usual.
            tells(coming.now) && coming.now * u64::from(BEFORE.unsigned_abs()) >= TIMES * coming.before
        });
        let rises = risen.map(|(agency, blockage, coming)| Rise {
            agency: agency.clone(),
            blockage: blockage.clone(),
            tickets: rounded(coming.now),
            before: (coming.before == 0 || tells(coming.before)).then(|| rounded(coming.before)),
        });
        let mut rises: Vec<Rise> = rises.collect();
        rises.sort_by_key(|rise| std::cmp::Reverse(rise.tickets));
        rises.truncate(MOST);
        rises
    }
}
