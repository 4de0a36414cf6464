//! Clocks: what an agency had time for, what is left, and since when it is late.
//!
//! - [`Terms`]: the targets and the calendar of a ticket, pinned to it when it is routed. A policy, an hour or a closure
//!   that changes later rewrites nothing.
//! - [`Clocks`]: the clocks of a ticket, part of its state and so of the fold of its events; [`deadlines`] is what whoever
//!   warns and escalates reads.
//! - [`timeline`]: who held the tickets of a case when, where its time went, and the person's own clock.
//! - [`legal`]: what the law says of silence, as a hint to check.
//!
//! Invariant: nothing here reads a clock or decides what happens to a ticket.

use std::sync::Arc;

use declic_calendar::Calendar;
use jiff::{SignedDuration, Timestamp};

use crate::ticket::{State, Ticket};

pub mod legal;
pub mod target;
pub mod timeline;

pub use target::{ClockPolicy, Policies, PolicyError, Row, Target, Targets};

/// Business days between a target that has passed and the supervision of the territory.
pub const SUPERVISION_DAYS: u32 = 2;

/// What holds for a ticket for as long as it lives, from its routing on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The targets, with their version.
    pub policy: ClockPolicy,
    /// The calendar of the agency as it was known then.
    pub calendar: Calendar,
    /// Version of the rules of calendars.
    pub calendar_version: String,
}

/// Whether a clock runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// It runs.
    Running,
    /// It waits, since then, for a reply.
    Paused(Timestamp),
    /// It ended then: what it measures was done, or the ticket went elsewhere.
    Stopped(Timestamp),
}

/// One clock of an agency. While it is paused, its instants are those it would have without the pause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// When it started.
    pub started_at: Timestamp,
    /// When three quarters of its time have passed.
    pub warning: Timestamp,
    /// When all its time has passed.
    pub due: Timestamp,
    /// Whether it runs.
    pub phase: Phase,
    /// Business time of all pauses that have ended.
    pub paused: SignedDuration,
    /// Business time of pauses after `due`: it is not counted as late.
    pub excused: SignedDuration,
}

/// The clocks of a ticket, of its present epoch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clocks {
    /// What holds for it.
    pub terms: Arc<Terms>,
    /// Which of the targets hold.
    pub urgent: bool,
    /// Until somebody at the agency takes it.
    pub acknowledge: Clock,
    /// Until the agency gives its outcome.
    pub resolve: Clock,
}

/// What is to be watched of a running clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline {
    /// When the holder is warned.
    pub warning: Timestamp,
    /// When the desk and its managers are told.
    pub due: Timestamp,
    /// When the supervision of the territory is told; at once when it is urgent.
    pub supervision: Timestamp,
}

/// The deadlines of a ticket as it stands; a clock that is paused or has stopped has none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// Of the acknowledgement.
    pub acknowledge: Option<Deadline>,
    /// Of the outcome.
    pub resolve: Option<Deadline>,
}

/// The deadlines of a ticket as it stands.
pub fn deadlines(ticket: &Ticket) -> Deadlines {
    ticket
        .clocks
        .as_ref()
        .map_or_else(Deadlines::default, |clocks| Deadlines {
            acknowledge: clocks.deadline(&clocks.acknowledge),
            resolve: clocks.deadline(&clocks.resolve),
        })
}

/// Until when the agency has time for what it has to do next: to acknowledge, then to give its outcome; never while no
/// clock runs.
pub fn due_at(clocks: &Clocks) -> Option<Timestamp> {
    [&clocks.acknowledge, &clocks.resolve]
        .into_iter()
        .find(|clock| clock.phase == Phase::Running)
        .map(|clock| clock.due)
}

impl Terms {
    /// The targets of a policy in a calendar, by the rules of calendars of this program.
    pub fn new(policy: ClockPolicy, calendar: Calendar) -> Self {
        Self {
            policy,
            calendar,
            calendar_version: declic_calendar::VERSION.to_owned(),
        }
    }
}

impl Clock {
    fn start(at: Timestamp, target: Target, calendar: &Calendar) -> Self {
        let due = target.after(at, calendar);
        Self {
            started_at: at,
            warning: three_quarters(at, due, calendar),
            due,
            phase: Phase::Running,
            paused: SignedDuration::ZERO,
            excused: SignedDuration::ZERO,
        }
    }

    fn stop(&mut self, at: Timestamp) {
        let end = match self.phase {
            Phase::Running => at,
            Phase::Paused(since) => since,
            Phase::Stopped(_) => return,
        };
        self.phase = Phase::Stopped(end);
    }

    fn pause(&mut self, at: Timestamp) {
        if self.phase == Phase::Running {
            self.phase = Phase::Paused(at);
        }
    }

    /// What was left is left, from now on.
    fn resume(&mut self, at: Timestamp, calendar: &Calendar) {
        let Phase::Paused(since) = self.phase else { return };
        self.phase = Phase::Running;
        let pause = calendar.business_duration(since, at);
        self.paused = self.paused.saturating_add(pause);
        if self.due <= since {
            self.excused = self.excused.saturating_add(pause);
        }
        for instant in [&mut self.warning, &mut self.due] {
            if *instant > since {
                *instant = calendar.add_business(at, calendar.business_duration(since, *instant));
            }
        }
    }

    /// Another target holds from now on. Counted from now, a shorter one shortens what is left; a longer one gives what it
    /// would have given from the start, pauses left out. Time that has passed stays so.
    fn retarget(&mut self, at: Timestamp, target: Target, urgent: bool, calendar: &Calendar) {
        let from = match self.phase {
            Phase::Running => at,
            Phase::Paused(since) => since,
            Phase::Stopped(_) => return,
        };
        if calendar.business_duration(from, self.due).is_zero() {
            return;
        }
        if urgent {
            let due = target.after(from, calendar);
            if due < self.due {
                (self.due, self.warning) = (due, three_quarters(from, due, calendar));
            }
        } else {
            let unpaused = target.after(self.started_at, calendar);
            let due = calendar.add_business(unpaused, self.paused);
            if due > self.due {
                let warning = three_quarters(self.started_at, unpaused, calendar);
                (self.due, self.warning) = (due, calendar.add_business(warning, self.paused));
            }
        }
    }

    /// The end of its time up to now: a pause or a stop ends it.
    pub(crate) fn end(&self, now: Timestamp) -> Timestamp {
        match self.phase {
            Phase::Running => now,
            Phase::Paused(since) => since,
            Phase::Stopped(at) => at,
        }
    }

    /// Business time that is left now; none when it is late.
    pub fn remaining(&self, now: Timestamp, calendar: &Calendar) -> SignedDuration {
        calendar.business_duration(self.end(now), self.due)
    }

    /// Business time by which it is late now, or was when it stopped; none when it is not.
    pub fn late_by(&self, now: Timestamp, calendar: &Calendar) -> SignedDuration {
        let late = calendar.business_duration(self.due, self.end(now));
        late.saturating_sub(self.excused).max(SignedDuration::ZERO)
    }
}

impl Clocks {
    /// Those of a ticket that was routed, or reopened, at this instant.
    pub(crate) fn start(terms: Arc<Terms>, urgent: bool, at: Timestamp) -> Self {
        let targets = terms.policy.targets(urgent);
        let clock = |target| Clock::start(at, target, &terms.calendar);
        Self {
            acknowledge: clock(targets.acknowledge),
            resolve: clock(targets.resolve),
            urgent,
            terms,
        }
    }

    /// Those of a ticket whose event led from one state to another.
    pub(crate) fn passed(&mut self, before: State, after: State, at: Timestamp) {
        if !matches!(after, State::Routed | State::Delivered) {
            self.acknowledge.stop(at);
        }
        match (before, after) {
            (_, State::AwaitingReply) => self.resolve.pause(at),
            (State::AwaitingReply, State::Acknowledged) => self.resolve.resume(at, &self.terms.calendar),
            (_, State::Routed | State::Delivered | State::Acknowledged) => {}
            _ => self.resolve.stop(at),
        }
    }

    /// Those of a ticket whose case became urgent, or is so no more.
    pub(crate) fn change_urgency(&mut self, urgent: bool, at: Timestamp) {
        self.urgent = urgent;
        let targets = self.terms.policy.targets(urgent);
        let calendar = &self.terms.calendar;
        self.acknowledge
            .retarget(at, targets.acknowledge, urgent, calendar);
        self.resolve.retarget(at, targets.resolve, urgent, calendar);
    }

    fn deadline(&self, clock: &Clock) -> Option<Deadline> {
        (clock.phase == Phase::Running).then(|| Deadline {
            warning: clock.warning,
            due: clock.due,
            supervision: self.supervision(clock.due),
        })
    }

    fn supervision(&self, due: Timestamp) -> Timestamp {
        if self.urgent {
            return due;
        }
        self.terms.calendar.add_business_days(due, SUPERVISION_DAYS)
    }
}

/// When three quarters of the business time to a deadline have passed, in whole seconds.
fn three_quarters(from: Timestamp, due: Timestamp, calendar: &Calendar) -> Timestamp {
    calendar.add_business_seconds(from, calendar.business_between(from, due) / 4 * 3)
}
