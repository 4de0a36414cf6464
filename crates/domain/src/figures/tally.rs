//! Sums of many records.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::board::Cause;
use super::counts::{Counts, NotContained};
use super::record::{Age, Ending, HolderKind, Lateness, Measure, Reception, Record};
use super::rise::Arrival;
use super::spread::Spread;
use crate::clock::timeline::Part;
use crate::event::{Effect, RedirectReason};

/// The sums of many records. An empty one is what no record sums to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tickets.
    pub tickets: u64,
    /// Until they were taken.
    pub acknowledge: Spread,
    /// Until their outcomes.
    pub resolve: Spread,
    /// Until their chains were closed.
    pub wait: Spread,
    /// Where their time went.
    pub parts: BTreeMap<Part, PartSum>,
    /// Those that were not at a triage desk.
    pub addressed: u64,
    /// Those of them that their agency sent on.
    pub sent_on: u64,
    /// Why the first of each chain was.
    pub first_reasons: Counts<RedirectReason>,
    /// Outcomes that agencies gave.
    pub outcomes: u64,
    /// Those of them after which the social worker reopened the ticket.
    pub reopened: u64,
    /// Those that were not at a triage desk and whose agency asked for what it lacks.
    pub asked: u64,
    /// How often they did.
    pub requests: u64,
    /// What blocked them.
    pub causes: Counts<Cause>,
    /// Where and when they came.
    pub arrivals: Counts<Arrival>,
    /// What the persons got.
    pub effects: Counts<Effect>,
    /// Those that the clock closed, and nobody confirmed.
    pub unconfirmed: u64,
    /// Those that are open.
    pub backlog: Backlog,
}

/// A part of the time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PartSum {
    /// Tickets that spent time there.
    pub tickets: u64,
    /// Their time, on the wall.
    pub time: SignedDuration,
}

/// Open tickets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backlog {
    /// By age.
    pub ages: Counts<Age>,
    /// By who has the ball.
    pub holders: Counts<HolderKind>,
    /// By how far they have come into their agency.
    pub receptions: Counts<Reception>,
    /// By whether their agency is late.
    pub lateness: Counts<Lateness>,
    /// By how much those are late, in business minutes.
    pub late_by: Spread,
}

impl Tally {
    /// The sums of these records.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut tally = Self::default();
        for record in records {
            tally.one(record);
        }
        tally
    }

    /// One record more.
    pub fn one(&mut self, record: &Record) {
        self.tickets += 1;
        for measure in &record.acknowledge {
            self.acknowledge.one(measure);
        }
        for measure in &record.resolve {
            self.resolve.one(measure);
        }
        if let Some(wait) = &record.wait {
            self.wait.one(wait);
        }
        for (part, time) in &record.parts {
            let sum = self.parts.entry(*part).or_default();
            sum.tickets += 1;
            sum.time += *time;
        }
        self.addressed += u64::from(!record.at_triage);
        if let Some(sent_on) = record.sent_on {
            self.sent_on += 1;
            if sent_on.first {
                self.first_reasons.one(sent_on.reason);
            }
        }
        self.outcomes += u64::from(record.outcomes);
        self.reopened += u64::from(record.reopened);
        if !record.at_triage {
            self.asked += u64::from(record.requests > 0);
            self.requests += u64::from(record.requests);
        }
        self.unconfirmed += u64::from(record.unconfirmed);
        self.arrivals.one(Arrival {
            agency: record.agency.clone(),
            blockage: record.blockage.clone(),
            day: record.arrived,
        });
        self.causes.one(Cause {
            blockage: record.blockage.clone(),
            benefit: record.benefit.clone(),
            agency: record.agency.clone(),
        });
        if let Some(effect) = record.effect {
            self.effects.one(effect);
        }
        self.backlog.one(record);
    }

    /// Those of another, of other records, as well.
    pub fn add(&mut self, other: &Self) {
        self.tickets += other.tickets;
        self.acknowledge.add(&other.acknowledge);
        self.resolve.add(&other.resolve);
        self.wait.add(&other.wait);
        for (part, sum) in &other.parts {
            let there = self.parts.entry(*part).or_default();
            there.tickets += sum.tickets;
            there.time += sum.time;
        }
        self.addressed += other.addressed;
        self.sent_on += other.sent_on;
        self.first_reasons.add(&other.first_reasons);
        self.outcomes += other.outcomes;
        self.reopened += other.reopened;
        self.asked += other.asked;
        self.requests += other.requests;
        self.unconfirmed += other.unconfirmed;
        self.arrivals.add(&other.arrivals);
        self.causes.add(&other.causes);
        self.effects.add(&other.effects);
        self.backlog.add(&other.backlog);
    }

    /// Without those of another: what the records that are in this one and not in the other sum to.
    ///
    /// # Errors
    /// [`NotContained`] when the other is no part of this one.
    pub fn without(self, other: &Self) -> Result<Self, NotContained> {
        let less = |ours: u64, theirs: u64| ours.checked_sub(theirs).ok_or(NotContained);
        let mut parts = self.parts;
        for (part, sum) in &other.parts {
            let there = parts.get_mut(part).ok_or(NotContained)?;
            there.tickets = less(there.tickets, sum.tickets)?;
            if there.time < sum.time {
                return Err(NotContained);
            }
            there.time -= sum.time;
        }
        parts.retain(|_, sum| sum.tickets > 0);
        Ok(Self {
            tickets: less(self.tickets, other.tickets)?,
            acknowledge: self.acknowledge.without(&other.acknowledge)?,
            resolve: self.resolve.without(&other.resolve)?,
            wait: self.wait.without(&other.wait)?,
            parts,
            addressed: less(self.addressed, other.addressed)?,
            sent_on: less(self.sent_on, other.sent_on)?,
            first_reasons: self.first_reasons.without(&other.first_reasons)?,
            outcomes: less(self.outcomes, other.outcomes)?,
            reopened: less(self.reopened, other.reopened)?,
            asked: less(self.asked, other.asked)?,
            requests: less(self.requests, other.requests)?,
            unconfirmed: less(self.unconfirmed, other.unconfirmed)?,
            arrivals: self.arrivals.without(&other.arrivals)?,
            causes: self.causes.without(&other.causes)?,
            effects: self.effects.without(&other.effects)?,
            backlog: self.backlog.without(&other.backlog)?,
        })
    }
}

impl Backlog {
    /// How many are open.
    pub fn open(&self) -> u64 {
        self.ages.total()
    }

    fn one(&mut self, record: &Record) {
        let Some(standing) = record.standing else { return };
        self.ages.one(standing.age);
        self.holders.one(standing.holder);
        self.receptions.one(standing.reception);
        self.lateness.one(standing.lateness);
        if standing.lateness == Lateness::Late {
            self.late_by.one(&Measure {
                minutes: standing.late_minutes,
                ending: Ending::Done,
                kept: None,
            });
        }
    }

    fn add(&mut self, other: &Self) {
        self.ages.add(&other.ages);
        self.holders.add(&other.holders);
        self.receptions.add(&other.receptions);
        self.lateness.add(&other.lateness);
        self.late_by.add(&other.late_by);
    }

    fn without(self, other: &Self) -> Result<Self, NotContained> {
        Ok(Self {
            ages: self.ages.without(&other.ages)?,
            holders: self.holders.without(&other.holders)?,
            receptions: self.receptions.without(&other.receptions)?,
            lateness: self.lateness.without(&other.lateness)?,
            late_by: self.late_by.without(&other.late_by)?,
        })
    }
}
