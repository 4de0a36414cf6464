//! Business time: how much of it lies between two instants, and when so much of it has passed.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::holidays::{Region, holiday};
use crate::hours::OpeningHours;

/// The calendar of a desk: its territory's holidays and time zone, its hours, its closures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    region: Region,
    time_zone: TimeZone,
    hours: OpeningHours,
    closures: BTreeSet<Date>,
}

/// More than a thousand years: a sum of business time that needs more days is given up as the last instant.
const LONGEST_WALK_DAYS: usize = 400_000;

impl Calendar {
    /// A territory's calendar with the default hours and no closure.
    #[must_use]
    pub fn new(region: Region) -> Calendar {
        Calendar {
            region,
            time_zone: region.time_zone(),
            hours: OpeningHours::DEFAULT,
            closures: BTreeSet::new(),
        }
    }

    /// The calendar of a département or collectivity by its code ("56", "2A", "971"). Codes without a calendar
    /// of their own get that of the metropole, where the national triage desk works.
    #[must_use]
    pub fn for_departement(code: &str) -> Calendar {
        Calendar::new(Region::of_departement(code).unwrap_or(Region::Metropole))
    }

    /// The same calendar with other opening hours.
    #[must_use]
    pub fn with_hours(self, hours: OpeningHours) -> Calendar {
        Calendar { hours, ..self }
    }

    /// The same calendar with these days closed besides the holidays.
    #[must_use]
    pub fn with_closures(self, days: impl IntoIterator<Item = Date>) -> Calendar {
        Calendar {
            closures: days.into_iter().collect(),
            ..self
        }
    }

    /// The territory.
    #[must_use]
    pub fn region(&self) -> Region {
        self.region
    }

    /// The time zone of the territory.
    #[must_use]
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// The day it is at this instant, in the territory's time zone.
    #[must_use]
    pub fn date_of(&self, instant: Timestamp) -> Date {
        instant.to_zoned(self.time_zone().clone()).date()
    }

    /// Whether a day is a business day: an open day of the week, no holiday, no closure.
    #[must_use]
    pub fn is_business_day(&self, day: Date) -> bool {
        self.hours.on(day.weekday()).is_some()
            && holiday(self.region, day).is_none()
            && !self.closures.contains(&day)
    }

    /// Whether an instant is within business hours; the closing time itself is outside.
    #[must_use]
    pub fn is_open(&self, instant: Timestamp) -> bool {
        self.opening(self.day(instant))
            .is_some_and(|(opens, closes)| opens <= instant && instant < closes)
    }

    /// The instant itself within business hours, else the next opening.
    #[must_use]
    pub fn next_open(&self, instant: Timestamp) -> Timestamp {
        for (opens, closes) in self.openings(instant) {
            if instant < closes {
                return opens.max(instant);
            }
        }
        Timestamp::MAX
    }

    /// Business seconds from one instant to a later one; 0 when `to` is not after `from`.
    #[must_use]
    pub fn business_between(&self, from: Timestamp, to: Timestamp) -> u64 {
        let mut total = SignedDuration::ZERO;
        for (opens, closes) in self.openings(from) {
            if opens >= to {
                break;
            }
            let open = closes.min(to).duration_since(opens.max(from));
            total = total.saturating_add(open.max(SignedDuration::ZERO));
        }
        u64::try_from(total.as_secs()).unwrap_or_default()
    }

    /// The first instant by which so many business seconds have passed; outside business hours, 0 gives the
    /// next opening.
    #[must_use]
    pub fn add_business_seconds(&self, from: Timestamp, seconds: u64) -> Timestamp {
        let mut left = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
        for (opens, closes) in self.openings(from) {
            if from >= closes {
                continue;
            }
            let start = opens.max(from);
            let open = closes.duration_since(start);
            if left <= open {
                return start.saturating_add(left).unwrap_or(Timestamp::MAX);
            }
            left = left.saturating_sub(open);
        }
        Timestamp::MAX
    }

    /// The first instant by which so many business hours have passed.
    #[must_use]
    pub fn add_business_hours(&self, from: Timestamp, hours: u32) -> Timestamp {
        self.add_business_seconds(from, u64::from(hours) * 3_600)
    }

    /// The same time of day so many business days later: from Friday at 16:00, two days is Tuesday at 16:00.
    /// Outside business hours it counts from the next opening.
    #[must_use]
    pub fn add_business_days(&self, from: Timestamp, days: u32) -> Timestamp {
        let start = self.next_open(from);
        if days == 0 || start == Timestamp::MAX {
            return start;
        }
        let local = start.to_zoned(self.time_zone.clone());
        let mut counted = 0;
        let mut day = local.date();
        while counted < days {
            let Ok(next) = day.tomorrow() else {
                return Timestamp::MAX;
            };
            day = next;
            if self.is_business_day(day) {
                counted += 1;
            }
        }
        self.time_zone
            .to_ambiguous_timestamp(day.to_datetime(local.time()))
            .compatible()
            .unwrap_or(Timestamp::MAX)
    }

    fn day(&self, instant: Timestamp) -> Date {
        self.time_zone.to_datetime(instant).date()
    }

    /// Opening and closing instants of a day; none when closed.
    fn opening(&self, day: Date) -> Option<(Timestamp, Timestamp)> {
        if !self.is_business_day(day) {
            return None;
        }
        let (opens, closes) = self.hours.on(day.weekday())?;
        let instant = |time| {
            self.time_zone
                .to_ambiguous_timestamp(day.to_datetime(time))
                .compatible()
                .ok()
        };
        Some((instant(opens)?, instant(closes)?))
    }

    /// The openings from the day of an instant on.
    fn openings(&self, from: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> {
        let first = self.day(from);
        let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
        days.take(LONGEST_WALK_DAYS).filter_map(|day| self.opening(day))
    }
}
