//! Rises: what blocks somewhere far oftener than it used to.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::counts::Counts;
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

    /// The rises, the largest first, 20 at most.
    pub fn rises(self, arrivals: &Counts<Arrival>) -> Vec<Rise> {
        let mut counted: BTreeMap<(&AgencyId, &str), (u64, u64)> = BTreeMap::new();
        for (arrival, tickets) in arrivals.iter() {
            let counts = counted.entry((&arrival.agency, &arrival.blockage)).or_default();
            if (self.since..=self.until).contains(&arrival.day) {
                counts.0 += tickets;
            } else if (self.before..self.since).contains(&arrival.day) {
                counts.1 += tickets;
            }
        }
        let risen = counted.into_iter().filter(|(_, (now, before))| {
            // As whole numbers: of 8 weeks one is the usual.
            tells(*now) && now * u64::from(BEFORE.unsigned_abs()) >= TIMES * before
        });
        let rises = risen.map(|((agency, blockage), (now, before))| Rise {
            agency: agency.clone(),
            blockage: blockage.to_owned(),
            tickets: rounded(now),
            before: (before == 0 || tells(before)).then(|| rounded(before)),
        });
        let mut rises: Vec<Rise> = rises.collect();
        rises.sort_by_key(|rise| std::cmp::Reverse(rise.tickets));
        rises.truncate(MOST);
        rises
    }
}
