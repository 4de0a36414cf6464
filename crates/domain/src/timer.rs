//! What the clock does to a ticket that nobody touches, and when: a function of the case and the ticket as they stand.
//!
//! Nothing of it is kept beside the state: a ticket that changes has other timers, and one of an older state does not
//! stand any more. Whoever fires one decides anew, at its own time: what is not due then is not done. The clock works in
//! the opening hours of whoever is late, also when nobody looked at its time: those of its agency where an agency is, else
//! those of the territory. So whoever is told something can act on it.
//!
//! Escalation is a ladder, and each clock of a ticket has its own: who holds the ticket when three quarters of a target have
//! passed, its desk and managers when all of it has, the supervision of the territory last. No rung is left out and none
//! is told twice.

use std::cmp::Reverse;

use declic_calendar::Calendar;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use crate::case::{Case, CaseFile};
use crate::clock::{self, Deadline};
use crate::decide::{Author, Change, Decision};
use crate::event::{Cause, Kind, Party, Rung};
use crate::name::{EventId, MemberId, TicketNumber};
use crate::refusal::Refusal;
use crate::text::Text;
use crate::ticket::{State, Ticket};

/// Business days after which the clock closes what was resolved and nobody confirmed.
pub const CONFIRMATION_DAYS: u32 = 10;
/// Business days between the opener's warning and the last day to reply.
pub const REPLY_WARNING_DAYS: usize = 2;
/// Months without any event after which the clock warns that a ticket is left alone.
pub const UNTOUCHED_MONTHS: i32 = 6;
/// Business days between two warnings that a ticket is left alone, and between the last one and its lapse.
pub const UNTOUCHED_WARNING_DAYS: u32 = 10;
/// Warnings before a ticket lapses.
pub const UNTOUCHED_WARNINGS: u8 = 2;

/// What the clock does. Of those that are due together it does the last one in this order: a warning of what happens
/// anyway helps nobody. Of two escalations the one that was due first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Says that nobody has touched the ticket for long.
    WarnUntouched,
    /// Tells who is late, or who stands above whom, that a target comes near or has passed.
    Escalate(Cause, Rung),
    /// Ends a ticket that nobody touched after the warnings.
    Lapse,
    /// Tells the opener that the last day to reply comes near.
    WarnOfReply,
    /// Goes on without the reply, whose last day has passed.
    TakeBack,
    /// Closes what was resolved and nobody confirmed.
    CloseUnconfirmed,
}

/// One deed and its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Not before this instant.
    pub at: Timestamp,
    /// What is done.
    pub deed: Deed,
}

/// What a firing is given from outside.
pub struct Firing<'a> {
    /// The hub's clock.
    pub now: Timestamp,
    /// Draws the random identifier of an event.
    pub event_id: &'a mut dyn FnMut() -> EventId,
}

/// The timers of a ticket as it stands, in no order; none once it has ended.
pub fn standing(case: &Case, ticket: &Ticket) -> Vec<Timer> {
    let mut timers = Vec::new();
    if !ticket.state.is_open() {
        return timers;
    }
    let hours = Hours::of(case, ticket);
    timers.extend(untouched(&hours, ticket));
    timers.extend(reply(&hours.territory, ticket));
    timers.extend(confirmation(&hours.territory, ticket));
    timers.extend(escalations(ticket));
    timers
}

/// When the clock has to look at a ticket next; never for one that has ended.
pub fn next(case: &Case, ticket: &Ticket) -> Option<Timestamp> {
    standing(case, ticket).into_iter().map(|timer| timer.at).min()
}

/// What the clock does to a ticket at this time, if anything.
pub fn due(case: &Case, ticket: &Ticket, now: Timestamp) -> Option<Timer> {
    let (timers, hours) = (standing(case, ticket).into_iter(), Hours::of(case, ticket));
    timers
        .filter(|timer| hours.fire_from(*timer, now) <= now)
        .max_by_key(|timer| (timer.deed.weight(), Reverse(timer.at)))
}

/// From when on something may be done to a ticket of which nothing more is due now: its next timer, or the next opening of
/// whoever is late for one whose time passed while nobody looked and that party was shut; never for one that has ended.
pub fn rests_until(case: &Case, ticket: &Ticket, now: Timestamp) -> Option<Timestamp> {
    let (timers, hours) = (standing(case, ticket).into_iter(), Hours::of(case, ticket));
    timers.map(|timer| hours.fire_from(timer, now)).min()
}

/// When who is late can act on what it is told.
struct Hours<'a> {
    territory: Calendar,
    /// Of the agency, as it was when the ticket was routed; none for tickets of before there were targets.
    agency: Option<&'a Calendar>,
    /// Whether the agency holds the ticket: it is who leaves it alone.
    held_by_agency: bool,
}

impl<'a> Hours<'a> {
    fn of(case: &Case, ticket: &'a Ticket) -> Self {
        Self {
            territory: Calendar::for_departement(&case.departement),
            agency: ticket.clocks.as_ref().map(|clocks| &clocks.terms.calendar),
            held_by_agency: !matches!(ticket.state, State::AwaitingReply | State::Resolved),
        }
    }

    /// Those of whoever is late by this deed.
    fn late(&self, deed: Deed) -> &Calendar {
        let of_agency = match deed {
            Deed::Escalate(..) => true,
            Deed::WarnUntouched | Deed::Lapse => self.held_by_agency,
            Deed::WarnOfReply | Deed::TakeBack | Deed::CloseUnconfirmed => false,
        };
        self.agency.filter(|_| of_agency).unwrap_or(&self.territory)
    }

    fn fire_from(&self, timer: Timer, now: Timestamp) -> Timestamp {
        self.late(timer.deed).next_open(timer.at.max(now))
    }
}

/// What firing the timers of a ticket does; none when nothing is due. What became due since comes with the next firing.
///
/// # Errors
/// [`Refusal::Unknown`] for a ticket that the case does not have; a deed that the ticket's state does not allow, which is
/// an error of this program.
pub fn fire(
    file: &CaseFile,
    number: TicketNumber,
    firing: &mut Firing<'_>,
) -> Result<Option<(Timer, Decision)>, Refusal> {
    let ticket = file.ticket(number).ok_or(Refusal::Unknown)?;
    let Some(timer) = due(&file.case, ticket, firing.now) else {
        return Ok(None);
    };
    let mut author = Author {
        actor: actor(),
        party: Party::Clock,
        now: firing.now,
        event_id: &mut *firing.event_id,
    };
    let mut change = Change::new(file);
    change.push_by(ticket.clone(), timer.deed.event(), Text::None, &mut author)?;
    Ok(Some((timer, change.decision())))
}

/// The name under which the clock acts. Its party tells it from a member of that name.
fn actor() -> MemberId {
    MemberId::parse("clock").expect("it has the form of a name")
}

impl Deed {
    /// Its name, for the log.
    pub fn name(self) -> &'static str {
        self.event().name()
    }

    /// Which of those that are due together is done: the greatest.
    fn weight(self) -> u8 {
        match self {
            Self::WarnUntouched => 0,
            Self::Escalate(..) => 1,
            Self::Lapse => 2,
            Self::WarnOfReply => 3,
            Self::TakeBack => 4,
            Self::CloseUnconfirmed => 5,
        }
    }

    fn event(self) -> Kind {
        match self {
            Self::Escalate(cause, to) => Kind::Escalated { cause, to },
            Self::WarnUntouched => Kind::UntouchedWarned,
            Self::Lapse => Kind::Lapsed,
            Self::WarnOfReply => Kind::ReplyWarned,
            Self::TakeBack => Kind::TakenBack,
            Self::CloseUnconfirmed => Kind::ClosedUnconfirmed,
        }
    }
}

fn untouched(hours: &Hours<'_>, ticket: &Ticket) -> Option<Timer> {
    let calendar = hours.late(Deed::WarnUntouched);
    let warnings = ticket.alerts.untouched;
    let at = if warnings == 0 {
        // What fell silent on one day is told at one opening.
        let day = calendar.date_of(ticket.updated_at);
        opening(calendar, day.checked_add(UNTOUCHED_MONTHS.months()).ok()?)?
    } else {
        calendar.add_business_days(ticket.updated_at, UNTOUCHED_WARNING_DAYS)
    };
    let deed = match warnings {
        0..UNTOUCHED_WARNINGS => Deed::WarnUntouched,
        _ => Deed::Lapse,
    };
    timer(at, deed)
}

/// The opener may answer to the end of the last day; the agency goes on when it opens again.
fn reply(calendar: &Calendar, ticket: &Ticket) -> impl Iterator<Item = Timer> {
    let due_on = ticket.information.as_ref().map(|information| information.due_on);
    let over = due_on.and_then(|due_on| opening(calendar, due_on.tomorrow().ok()?));
    let asked_on = calendar.date_of(ticket.held_since);
    let warning = due_on
        .filter(|_| !ticket.alerts.reply)
        .and_then(|due_on| reply_warning(calendar, asked_on, due_on));
    let warning = warning.and_then(|at| timer(at, Deed::WarnOfReply));
    let over = over.and_then(|at| timer(at, Deed::TakeBack));
    warning.into_iter().chain(over)
}

/// Some business days before the last day to reply, but not on the day of the question; none when there is no business
/// day between.
fn reply_warning(calendar: &Calendar, asked_on: Date, due_on: Date) -> Option<Timestamp> {
    let days = std::iter::successors(Some(due_on), |day| day.yesterday().ok());
    let between = days.take_while(|day| *day > asked_on);
    let business = between.filter(|day| calendar.is_business_day(*day));
    let day = business.take(REPLY_WARNING_DAYS + 1).last()?;
    opening(calendar, day)
}

fn confirmation(calendar: &Calendar, ticket: &Ticket) -> Option<Timer> {
    let resolved_at = ticket.resolved_at.filter(|_| ticket.state == State::Resolved)?;
    let at = calendar.add_business_days(resolved_at, CONFIRMATION_DAYS);
    timer(at, Deed::CloseUnconfirmed)
}

/// The next rung of each clock that runs. The acknowledgement stands last: it is told first when both are due at once.
fn escalations(ticket: &Ticket) -> impl Iterator<Item = Timer> + '_ {
    let deadlines = clock::deadlines(ticket);
    let alerts = ticket.alerts;
    let ladders = [
        (Cause::Resolution, deadlines.resolve, alerts.resolution),
        (
            Cause::Acknowledgement,
            deadlines.acknowledge,
            alerts.acknowledgement,
        ),
    ];
    let calendar = ticket.clocks.as_ref().map(|clocks| &clocks.terms.calendar);
    ladders.into_iter().filter_map(move |(cause, deadline, told)| {
        let (at, to) = next_rung(deadline?, told)?;
        timer(calendar?.next_open(at), Deed::Escalate(cause, to))
    })
}

/// The rung above the one that was told last, and when it is told.
fn next_rung(deadline: Deadline, told: Option<Rung>) -> Option<(Timestamp, Rung)> {
    match told {
        None => Some((deadline.warning, Rung::Holder)),
        Some(Rung::Holder) => Some((deadline.due, Rung::Desk)),
        Some(Rung::Desk) => Some((deadline.supervision, Rung::Supervision)),
        Some(Rung::Supervision) => None,
    }
}

/// The first opening on this day or after it.
fn opening(calendar: &Calendar, day: Date) -> Option<Timestamp> {
    let midnight = calendar.time_zone().to_ambiguous_timestamp(day.at(0, 0, 0, 0));
    Some(calendar.next_open(midnight.compatible().ok()?))
}

/// A calendar that never opens has no timers.
fn timer(at: Timestamp, deed: Deed) -> Option<Timer> {
    (at < Timestamp::MAX).then_some(Timer { at, deed })
}
