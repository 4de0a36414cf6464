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
    pub urgent: bool,
    pub place: Place,
}

/// Open hours that an agency has: to take a ticket, and for its outcome; each when urgent and when not.
#[derive(Debug, Clone, Copy)]
pub struct Hand {
    pub acknowledge: (i64, i64),
    pub resolve: (i64, i64),
}

/// Open hours of one clock, counted down one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    pub left: i64,
    pub late: i64,
    used: i64,
}

impl Budget {
    fn of(hours: i64) -> Self {
        Self {
            left: hours,
            late: 0,
            used: 0,
        }
    }

    fn spend(&mut self) {
        self.used += 1;
        match self.left {
            0 => self.late += 1,
            _ => self.left -= 1,
        }
    }

    /// Urgent: no more than that from now on. No longer urgent: what there would be, had it never been. What has run out
    /// has run out.
    fn change(&mut self, (urgently, ordinarily): (i64, i64), urgent: bool) {
        match (self.left, urgent) {
            (0, _) => {}
            (left, true) => self.left = left.min(urgently),
            (left, false) => self.left = left.max(ordinarily - self.used),
        }
    }
}

/// What the sheet says of one epoch of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// Until it was taken.
    pub acknowledge: Budget,
    /// In which the agency could work on it.
    pub resolve: Budget,
}

/// A chain as its sheet tells it.
#[derive(Debug, Default)]
pub struct Sheet {
    /// In the order of time.
    pub lines: Vec<Line>,
    /// Epochs of tickets that were sent on by a redirect.
    pub sent_on: Vec<(usize, u32)>,
    /// What the agency of each ticket has.
    pub hands: Vec<Hand>,
}

impl Sheet {
    /// Hours by part, and what is left by ticket and epoch, until an hour.
    pub fn read(&self, until: i64, hours: &Hours) -> (BTreeMap<Part, i64>, BTreeMap<(usize, u32), Used>) {
        let (mut parts, mut used) = (BTreeMap::new(), BTreeMap::<(usize, u32), Used>::new());
        let mut lines = self.lines.iter().peekable();
        let mut current: Option<&Line> = None;
        let first = self.lines.first().map_or(until, |line| line.hour);
        for hour in first..=until {
            while let Some(line) = lines.next_if(|line| line.hour <= hour) {
                let hand = self.hands[line.ticket - 1];
                let of = used.entry((line.ticket, line.epoch));
                let used = of.or_insert_with(|| Used::of(hand, line.urgent));
                if current.is_some_and(|before| before.urgent != line.urgent) {
                    used.change(hand, line);
                }
                current = Some(line);
            }
            let Some(line) = current.filter(|line| line.place != Place::Gone && hour < until) else {
                continue;
            };
            *parts.entry(self.part(line)).or_default() += 1;
            if let Some(used) = used
                .get_mut(&(line.ticket, line.epoch))
                .filter(|_| hours.is_open(hour))
            {
                if line.place == Place::New {
                    used.acknowledge.spend();
                }
                if matches!(line.place, Place::New | Place::Taken) {
                    used.resolve.spend();
                }
            }
        }
        (parts, used)
    }

    fn part(&self, line: &Line) -> Part {
        let wrong = self.sent_on.contains(&(line.ticket, line.epoch)) && !line.triage;
        match line.place {
            _ if wrong => Part::WrongAgency,
            Place::Asked => Part::AwaitingReply,
            Place::Answered => Part::ToBeConfirmed,
            _ if line.triage => Part::Triage,
            Place::New => Part::BeforeAcknowledgement,
            Place::Taken | Place::Gone => Part::AtAgency,
        }
    }
}

impl Used {
    fn of(hand: Hand, urgent: bool) -> Self {
        let of = |(urgently, ordinarily)| Budget::of(if urgent { urgently } else { ordinarily });
        Self {
            acknowledge: of(hand.acknowledge),
            resolve: of(hand.resolve),
        }
    }

    /// Only of what is still to be done.
    fn change(&mut self, hand: Hand, line: &Line) {
        if line.place == Place::New {
            self.acknowledge.change(hand.acknowledge, line.urgent);
        }
        if matches!(line.place, Place::New | Place::Taken | Place::Asked) {
            self.resolve.change(hand.resolve, line.urgent);
        }
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
