//! Business time: how much of it lies between two instants, and when so much of it has passed.

use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{SignedDuration, Timestamp};

use crate::closures::{Closure, ClosureError, Closures, LONGEST_SHUT_DAYS, Part};
use crate::holidays::{Holiday, Region, holiday};
use crate::hours::{Opening, OpeningHours};

/// The calendar of a desk: its territory's holidays and time zone, its hours, its closures.
///
/// It has an open hour in every [`LONGEST_SHUT_DAYS`] days, so that every search for the next one ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    region: Region,
    time_zone: TimeZone,
    hours: OpeningHours,
    closures: Closures,
}

/// Why a day has no open hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayOff {
    /// A public holiday.
    Holiday(Holiday),
    /// The desk is shut that day.
    Closed,
    /// A day of the week without hours.
    Weekly,
}

/// More than a thousand years: a sum of business time that needs more days is given up as the last instant, and what
/// lies further apart is not counted.
const LONGEST_WALK_DAYS: usize = 400_000;

impl Calendar {
    /// A territory's calendar with the default hours and no closure.
    #[must_use]
    pub fn new(region: Region) -> Calendar {
        Calendar {
            region,
            time_zone: region.time_zone(),
            hours: OpeningHours::DEFAULT,
            closures: Closures::default(),
        }
    }

    /// The calendar of a département or collectivity by its code ("56", "2A", "971"). Codes without a calendar
    /// of their own get that of the metropole, where the national triage desk works.
    #[must_use]
    pub fn for_departement(code: &str) -> Calendar {
        Calendar::new(Region::of_departement(code).unwrap_or(Region::Metropole))
    }

    /// The same calendar with other opening hours.
    ///
    /// # Errors
    /// When its closures leave no open hour of these for more than a year.
    pub fn with_hours(self, hours: OpeningHours) -> Result<Calendar, ClosureError> {
        Calendar { hours, ..self }.opening_again()
    }

    /// The same calendar closed on these days, or halves of days, besides the holidays, in place of those it had.
    ///
    /// # Errors
    /// When there are too many, or they leave no open hour for more than a year.
    pub fn with_closures<C: Into<Closure>>(
        self,
        closures: impl IntoIterator<Item = C>,
    ) -> Result<Calendar, ClosureError> {
        let closures = Closures::new(closures.into_iter().map(Into::into))?;
        Calendar { closures, ..self }.opening_again()
    }

    /// The territory.
    #[must_use]
    pub fn region(&self) -> Region {
        self.region
    }

    /// The hours of an ordinary week.
    #[must_use]
    pub fn hours(&self) -> &OpeningHours {
        &self.hours
    }

    /// The closures, in the order of days.
    pub fn closures(&self) -> impl Iterator<Item = Closure> + '_ {
        self.closures.iter()
    }

    /// The time zone of the territory.
    #[must_use]
    pub fn time_zone(&self) -> &TimeZone {
        &self.time_zone
    }

    /// The day it is at this instant, in the territory's time zone.
    #[must_use]
    pub fn date_of(&self, instant: Timestamp) -> Date {
        self.time_zone.to_datetime(instant).date()
    }

    /// Whether a day is a business day: one with an open hour.
    #[must_use]
    pub fn is_business_day(&self, day: Date) -> bool {
        self.day_off(day).is_none()
    }

    /// Why a day has no open hour; none when it has one.
    #[must_use]
    pub fn day_off(&self, day: Date) -> Option<DayOff> {
        if self.hours.on(day.weekday()).is_empty() {
            return Some(DayOff::Weekly);
        }
        if let Some(holiday) = holiday(self.region, day) {
            return Some(DayOff::Holiday(holiday));
        }
        let part = self.closures.on(day)?;
        let remains = |opening: &Opening| part.leaves(*opening).is_some();
        let open = self.hours.on(day.weekday()).iter().any(remains);
        (!open).then_some(DayOff::Closed)
    }

    /// How much of a day a closure takes, on a day that would else be open.
    #[must_use]
    pub fn closure_on(&self, day: Date) -> Option<Part> {
        let is_ordinary = !self.hours.on(day.weekday()).is_empty() && holiday(self.region, day).is_none();
        self.closures.on(day).filter(|_| is_ordinary)
    }

    /// Whether an instant is within business hours; the closing time itself is outside.
    #[must_use]
    pub fn is_open(&self, instant: Timestamp) -> bool {
        self.openings_of(self.date_of(instant))
            .any(|(opens, closes)| opens <= instant && instant < closes)
    }

    /// The instant itself within business hours, else the next opening.
    #[must_use]
    pub fn next_open(&self, instant: Timestamp) -> Timestamp {
        self.openings(instant)
            .find(|(_, closes)| instant < *closes)
            .map_or(Timestamp::MAX, |(opens, _)| opens.max(instant))
    }

    /// Business time from one instant to a later one; none when `to` is not after `from`.
    #[must_use]
    pub fn business_duration(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let mut total = SignedDuration::ZERO;
        for (opens, closes) in self.openings(from) {
            if opens >= to {
                break;
            }
            let open = closes.min(to).duration_since(opens.max(from));
            total = total.saturating_add(open.max(SignedDuration::ZERO));
        }
        total
    }

    /// Whole business seconds from one instant to a later one; 0 when `to` is not after `from`.
    #[must_use]
    pub fn business_between(&self, from: Timestamp, to: Timestamp) -> u64 {
        u64::try_from(self.business_duration(from, to).as_secs()).unwrap_or_default()
    }

    /// The first instant by which so much business time has passed; outside business hours, none or less gives the
    /// next opening.
    #[must_use]
    pub fn add_business(&self, from: Timestamp, duration: SignedDuration) -> Timestamp {
        let mut left = duration.max(SignedDuration::ZERO);
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

    /// The first instant by which so many business seconds have passed; outside business hours, 0 gives the
    /// next opening.
    #[must_use]
    pub fn add_business_seconds(&self, from: Timestamp, seconds: u64) -> Timestamp {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        self.add_business(from, SignedDuration::from_secs(seconds))
    }

    /// The first instant by which so many business hours have passed.
    #[must_use]
    pub fn add_business_hours(&self, from: Timestamp, hours: u32) -> Timestamp {
        self.add_business_seconds(from, u64::from(hours) * 3_600)
    }

    /// The same time of day so many business days later: from Friday at 16:00, two days is Tuesday at 16:00.
    /// Outside business hours it counts from the next opening; when the desk is shut at that time of that day, the
    /// next opening after it.
    #[must_use]
    pub fn add_business_days(&self, from: Timestamp, days: u32) -> Timestamp {
        let start = self.next_open(from);
        if days == 0 || start == Timestamp::MAX {
            return start;
        }
        let local = self.time_zone.to_datetime(start);
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
        let due = self.instant(day.to_datetime(local.time()));
        due.map_or(Timestamp::MAX, |due| self.next_open(due))
    }

    /// The same calendar, when it opens again within a year of each closure.
    fn opening_again(self) -> Result<Calendar, ClosureError> {
        let mut open_on = Date::MIN;
        for Closure { day, .. } in self.closures.iter() {
            if day <= open_on {
                continue;
            }
            let mut days = std::iter::successors(Some(day), |day| day.tomorrow().ok());
            let longest = usize::try_from(LONGEST_SHUT_DAYS).unwrap_or_default();
            match days
                .by_ref()
                .take(longest + 1)
                .find(|day| self.is_business_day(*day))
            {
                Some(open) => open_on = open,
                None => return Err(ClosureError::NeverOpen { from: day }),
            }
        }
        Ok(self)
    }

    /// Openings of a day, as instants in the order of time.
    ///
    /// On the night of a change of hour, a time that is skipped is the instant of the change, and a time that comes
    /// twice is the first of the two: an opening lasts as long as really passes between them.
    fn openings_of(&self, day: Date) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        let shut = holiday(self.region, day).is_some();
        let openings = if shut { &[] } else { self.hours.on(day.weekday()) };
        let part = self.closures.on(day);
        openings.iter().filter_map(move |opening| {
            let opening = part.map_or(Some(*opening), |part| part.leaves(*opening))?;
            let opens = self.instant(day.to_datetime(opening.opens()))?;
            let closes = self.instant(day.to_datetime(opening.closes()))?;
            (opens < closes).then_some((opens, closes))
        })
    }

    /// The openings from the day of an instant on.
    fn openings(&self, from: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp)> + '_ {
        let days = std::iter::successors(Some(self.date_of(from)), |day| day.tomorrow().ok());
        days.take(LONGEST_WALK_DAYS).flat_map(|day| self.openings_of(day))
    }

    fn instant(&self, local: DateTime) -> Option<Timestamp> {
        let ambiguous = self.time_zone.to_ambiguous_timestamp(local);
        let is_skipped = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
        let instant = ambiguous.compatible().ok()?;
        if is_skipped {
            // The first of the skipped hour becomes the very instant of the change, which is not before itself.
            let just_after = instant.checked_add(SignedDuration::from_nanos(1)).ok()?;
            let change = self.time_zone.preceding(just_after).next();
            return change.map(|change| change.timestamp());
        }
        Some(instant)
    }
}
