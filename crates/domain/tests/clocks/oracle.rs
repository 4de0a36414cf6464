//! An oracle that knows nothing of tickets or calendars but what stands on a sheet of paper: it goes hour by hour.

use std::collections::BTreeMap;

use declic_calendar::{Region, holidays};
use declic_domain::clock::timeline::Part;
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};

/// Where a ticket stands on the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// Waits to be taken.
    New,
    /// Is treated.
    Taken,
    /// Waits for a reply.
    Asked,
    /// Has its outcome.
    Answered,
    /// Has ended, or was sent on: nobody holds it.
    Gone,
}

/// A line of the sheet: from this hour on, a ticket stands there, in this epoch.
#[derive(Debug, Clone)]
pub struct Line {
    pub hour: i64,
    pub ticket: usize,
    pub epoch: u32,
    pub triage: bool,
    pub place: Place,
}

/// What the sheet says of one epoch of a ticket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Used {
    /// Open hours before it was taken.
    pub before: i64,
    /// Open hours in which the agency could work on it.
    pub agency: i64,
}

/// A chain as its sheet tells it.
#[derive(Debug, Default)]
pub struct Sheet {
    /// In the order of time.
    pub lines: Vec<Line>,
    /// Epochs of tickets that were sent on by a redirect.
    pub sent_on: Vec<(usize, u32)>,
}

impl Sheet {
    /// Hours by part, and open hours by ticket and epoch, until an hour.
    pub fn read(&self, until: i64, hours: &Hours) -> (BTreeMap<Part, i64>, BTreeMap<(usize, u32), Used>) {
        let (mut parts, mut used) = (BTreeMap::new(), BTreeMap::<(usize, u32), Used>::new());
        for line in &self.lines {
            used.entry((line.ticket, line.epoch)).or_default();
        }
        let mut next = 0;
        let mut current: Option<&Line> = None;
        let first = self.lines.first().map_or(until, |line| line.hour);
        for hour in first..until {
            while self.lines.get(next).is_some_and(|line| line.hour <= hour) {
                current = Some(&self.lines[next]);
                next += 1;
            }
            let Some(line) = current.filter(|line| line.place != Place::Gone) else {
                continue;
            };
            let wrong = self.sent_on.contains(&(line.ticket, line.epoch)) && !line.triage;
            let part = match line.place {
                _ if wrong => Part::WrongAgency,
                Place::Asked => Part::AwaitingReply,
                Place::Answered => Part::ToBeConfirmed,
                _ if line.triage => Part::Triage,
                Place::New => Part::BeforeAcknowledgement,
                Place::Taken | Place::Gone => Part::AtAgency,
            };
            *parts.entry(part).or_default() += 1;
            let used = used.entry((line.ticket, line.epoch)).or_default();
            if hours.is_open(hour) {
                used.before += i64::from(line.place == Place::New);
                used.agency += i64::from(matches!(line.place, Place::New | Place::Taken));
            }
        }
        (parts, used)
    }
}

/// Which hours of two years are open: 9 to 17 on the wall, Monday to Friday, no holiday.
pub struct Hours {
    first: i64,
    open: Vec<bool>,
}

impl Hours {
    pub fn new(region: Region, first: i64, count: usize) -> Self {
        let zone = region.time_zone();
        let feasts: Vec<Date> = (2025..=2029)
            .flat_map(|year| holidays(region, year))
            .map(|(day, _)| day)
            .collect();
        let is_open = |hour: i64| {
            let wall = instant(hour).to_zoned(zone.clone()).datetime();
            let weekend = matches!(wall.weekday(), Weekday::Saturday | Weekday::Sunday);
            (9..17).contains(&wall.hour()) && !weekend && !feasts.contains(&wall.date())
        };
        let hours = first..first + i64::try_from(count).expect("a few years");
        Self {
            first,
            open: hours.map(is_open).collect(),
        }
    }

    fn is_open(&self, hour: i64) -> bool {
        let place = usize::try_from(hour - self.first).expect("within the table");
        self.open[place]
    }
}

/// An hour since 1970.
pub fn instant(hour: i64) -> Timestamp {
    Timestamp::from_second(hour * 3_600).expect("an hour of these years")
}
