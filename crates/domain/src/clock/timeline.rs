//! Where the time went: who held the tickets of a case, when, and whether the agency's clock ran.
//!
//! A chain is a ticket with its successors. Every second of a chain, from its opening to its end, is in exactly one
//! [`Span`] and so in one [`Part`]; between an end and a reopening it has no seconds. The spans are a fold of events and
//! of nothing else: the same events give the same spans, whatever the directory says today.

use std::collections::BTreeMap;
use std::sync::Arc;

use declic_calendar::Calendar;
use jiff::{SignedDuration, Timestamp};

use super::{Clocks, Terms};
use crate::directory::is_triage;
use crate::event::{Event, Kind};
use crate::holder::Holder;
use crate::name::{AgencyId, MemberId, TicketNumber};
use crate::ticket::{OutOfOrder, State, Ticket};

/// Where time goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Nobody at the agency has taken the ticket.
    BeforeAcknowledgement,
    /// The agency treats it.
    AtAgency,
    /// The agency waits for the social worker's reply.
    AwaitingReply,
    /// At an agency that then sent it on: a redirect shows it afterwards.
    WrongAgency,
    /// At a triage desk, which looks for the agency.
    Triage,
    /// The agency gave its outcome, which nobody has confirmed.
    ToBeConfirmed,
}

/// A stretch of time in which nothing of this changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// The ticket.
    pub ticket: TicketNumber,
    /// Its agency.
    pub agency: AgencyId,
    /// Its epoch.
    pub epoch: u32,
    /// First instant.
    pub from: Timestamp,
    /// The instant after the last.
    pub to: Timestamp,
    /// Whether it lasts still.
    pub lasts: bool,
    /// Where the time goes.
    pub part: Part,
    /// Who holds the ticket.
    pub holder: Holder,
    /// Whether the agency's clock runs.
    pub counts: bool,
    /// What that clock counts of it.
    pub counted: SignedDuration,
}

/// One epoch of a ticket: its clocks as they ended, or as they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epoch {
    /// Its number.
    pub epoch: u32,
    /// The clocks; absent when the opening had no terms.
    pub clocks: Option<Clocks>,
    /// When the agency took it.
    pub acknowledged_at: Option<Timestamp>,
    /// When the agency gave its outcome.
    pub resolved_at: Option<Timestamp>,
}

/// A ticket from its opening on.
#[derive(Debug, Clone, PartialEq)]
pub struct Life {
    /// The ticket as it stands.
    pub ticket: Ticket,
    /// Its spans, in the order of time.
    pub spans: Vec<Span>,
    /// Its epochs, in order.
    pub epochs: Vec<Epoch>,
}

/// A ticket with its successors.
#[derive(Debug, Clone, PartialEq)]
pub struct Chain {
    /// The tickets, in order.
    pub lives: Vec<Life>,
}

/// The clock of the person: from the opening to the end of everything that was asked, whoever holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonClock {
    /// When the case was opened.
    pub from: Timestamp,
    /// When its last ticket ended; absent while one is open.
    pub ended: Option<Timestamp>,
    /// Time that has passed, by the calendar on the wall: nights and Sundays too.
    pub elapsed: SignedDuration,
}

/// Where the time of a case went.
#[derive(Debug, Clone, PartialEq)]
pub struct Timeline {
    /// The chains, in the order of their first tickets.
    pub chains: Vec<Chain>,
    /// The person's own clock.
    pub person: PersonClock,
}

/// Where the time of a case went, until an instant that is not before its last event.
///
/// # Errors
/// [`OutOfOrder`] when the events of a ticket are not all there, in order.
pub fn timeline(events: &[Event], until: Timestamp) -> Result<Timeline, OutOfOrder> {
    let mut by_ticket: BTreeMap<TicketNumber, Vec<&Event>> = BTreeMap::new();
    for event in events {
        by_ticket.entry(event.ticket.number).or_default().push(event);
    }
    let transfers = transfers(events);
    let mut chains: Vec<Chain> = Vec::new();
    for events in by_ticket.values() {
        let Some(first) = events.first() else { continue };
        let before = match &first.kind {
            Kind::Opened(opened) => opened.predecessor,
            _ => None,
        };
        let followed = |chain: &&mut Chain| {
            let last = chain.lives.last();
            last.is_some_and(|life| Some(life.ticket.name.number) == before)
        };
        // Successors have larger numbers, so the one before is there already.
        match chains.iter_mut().find(followed) {
            Some(chain) => {
                let not_before = chain.end().unwrap_or(first.recorded_at);
                chain.lives.push(life(events, &transfers, not_before, until)?);
            }
            None => chains.push(Chain {
                lives: vec![life(events, &transfers, first.recorded_at, until)?],
            }),
        }
    }
    let person = person(&chains, until);
    Ok(Timeline { chains, person })
}

/// Days of a calendar between two instants that count nothing though they are days of an ordinary week: holidays and
/// closures.
pub fn days_off(calendar: &Calendar, span: &Span) -> Vec<(jiff::civil::Date, declic_calendar::DayOff)> {
    let (first, last) = (calendar.date_of(span.from), calendar.date_of(span.to));
    let days = std::iter::successors(Some(first), |day| day.tomorrow().ok());
    let told = days.take_while(|day| *day <= last).filter_map(|day| {
        let off = calendar.day_off(day)?;
        (off != declic_calendar::DayOff::Weekly).then_some((day, off))
    });
    told.collect()
}

impl Chain {
    /// Its spans, in the order of time.
    pub fn spans(&self) -> impl Iterator<Item = &Span> {
        self.lives.iter().flat_map(|life| &life.spans)
    }

    /// All its time, from the opening to the end.
    pub fn whole(&self) -> SignedDuration {
        self.spans().map(Span::duration).sum()
    }

    /// Where it went; a part without a second is not there. They sum to the whole.
    pub fn parts(&self) -> BTreeMap<Part, SignedDuration> {
        let mut parts = BTreeMap::new();
        for span in self.spans() {
            *parts.entry(span.part).or_default() += span.duration();
        }
        parts.retain(|_, duration: &mut SignedDuration| duration.is_positive());
        parts
    }

    fn end(&self) -> Option<Timestamp> {
        self.lives
            .last()
            .and_then(|life| life.spans.last())
            .map(|span| span.to)
    }
}

impl Span {
    /// How long it is, on the wall.
    pub fn duration(&self) -> SignedDuration {
        self.to.duration_since(self.from)
    }
}

/// A ticket while its events are read.
struct Reading<'a> {
    ticket: Ticket,
    opener: MemberId,
    transfers: &'a [Transfer],
    calendar: Calendar,
    /// Since when it stands as it does.
    since: Timestamp,
    spans: Vec<Span>,
    epochs: Vec<Epoch>,
}

/// From when on who follows a case.
type Transfer = (Timestamp, MemberId);

/// Who came to follow the case, in the order of time. It stands on the tickets that were open then, and holds for all.
fn transfers(events: &[Event]) -> Vec<Transfer> {
    let transfer = |event: &Event| match &event.kind {
        Kind::Transferred { to, .. } => Some((event.recorded_at, to.clone())),
        _ => None,
    };
    let mut transfers: Vec<Transfer> = events.iter().filter_map(transfer).collect();
    transfers.sort();
    transfers
}

fn life(
    events: &[&Event],
    transfers: &[Transfer],
    not_before: Timestamp,
    until: Timestamp,
) -> Result<Life, OutOfOrder> {
    let (first, rest) = events.split_first().ok_or_else(|| OutOfOrder {
        ticket: String::new(),
        version: 0,
        why: "a ticket has events",
    })?;
    let mut reading = Reading::new(first, transfers, not_before)?;
    for event in rest {
        reading.read(event)?;
    }
    Ok(reading.finish(until))
}

impl<'a> Reading<'a> {
    fn new(first: &Event, transfers: &'a [Transfer], not_before: Timestamp) -> Result<Self, OutOfOrder> {
        let ticket = Ticket::opened(first)?;
        let Kind::Opened(opened) = &first.kind else {
            return Err(OutOfOrder {
                ticket: first.ticket.resource(),
                version: first.version,
                why: "the first event opens the ticket",
            });
        };
        let terms: Option<&Arc<Terms>> = opened.terms.as_ref();
        Ok(Self {
            opener: opened.case.opener.clone(),
            transfers,
            calendar: terms.map_or_else(
                || Calendar::for_departement(&opened.case.departement),
                |terms| terms.calendar.clone(),
            ),
            since: first.recorded_at.max(not_before),
            spans: Vec::new(),
            epochs: Vec::new(),
            ticket,
        })
    }

    fn read(&mut self, event: &Event) -> Result<(), OutOfOrder> {
        // A clock that was set back gives an event no time before the one it follows.
        let at = event.recorded_at.max(self.since);
        let before = self.standing(self.since);
        let after = self.ticket.clone().apply(event)?;
        if matches!(event.kind, Kind::Reopened { .. }) {
            self.epochs.push(epoch(&self.ticket));
        }
        let left = std::mem::replace(&mut self.ticket, after);
        let epoch = left.epoch;
        if self.standing(at) != before || self.ticket.epoch != epoch {
            self.close(&left, before, at, false);
            self.since = at;
        }
        if matches!(event.kind, Kind::Redirected { .. }) && !is_triage(left.agency()) {
            for span in self.spans.iter_mut().filter(|span| span.epoch == epoch) {
                span.part = Part::WrongAgency;
            }
        }
        Ok(())
    }

    fn finish(mut self, until: Timestamp) -> Life {
        let (left, standing) = (self.ticket.clone(), self.standing(self.since));
        self.close(&left, standing, until.max(self.since), true);
        self.epochs.push(epoch(&self.ticket));
        Life {
            ticket: self.ticket,
            spans: self.spans,
            epochs: self.epochs,
        }
    }

    /// Ends the span that began when the ticket came to stand so; a ticket that has ended has none.
    fn close(&mut self, left: &Ticket, standing: Option<(Part, Holder)>, to: Timestamp, lasts: bool) {
        let Some((part, holder)) = standing else { return };
        let counts = !matches!(left.state, State::AwaitingReply | State::Resolved);
        let counted = match counts {
            true => self.calendar.business_duration(self.since, to),
            false => SignedDuration::ZERO,
        };
        self.spans.push(Span {
            ticket: left.name.number,
            agency: left.agency().clone(),
            epoch: left.epoch,
            from: self.since,
            to,
            lasts,
            part,
            holder,
            counts,
            counted,
        });
    }

    /// Where the time goes now, and who holds the ticket; none once it has ended.
    fn standing(&self, at: Timestamp) -> Option<(Part, Holder)> {
        let ticket = &self.ticket;
        let at_triage = is_triage(ticket.agency());
        let desk = || Holder::Desk(ticket.desk.clone());
        let agent = || ticket.agent.clone().map_or_else(desk, Holder::Agent);
        let transfer = self.transfers.iter().rfind(|(from, _)| *from <= at);
        let opener = || Holder::Opener(transfer.map_or(&self.opener, |(_, to)| to).clone());
        Some(match ticket.state {
            State::Routed | State::Delivered if at_triage => (Part::Triage, desk()),
            State::Routed | State::Delivered => (Part::BeforeAcknowledgement, desk()),
            State::Acknowledged if at_triage => (Part::Triage, agent()),
            State::Acknowledged => (Part::AtAgency, agent()),
            State::AwaitingReply => (Part::AwaitingReply, opener()),
            State::Resolved => (Part::ToBeConfirmed, opener()),
            State::Closed | State::Redirected | State::Withdrawn | State::Lapsed => return None,
        })
    }
}

fn epoch(ticket: &Ticket) -> Epoch {
    Epoch {
        epoch: ticket.epoch,
        clocks: ticket.clocks.clone(),
        acknowledged_at: ticket.acknowledged_at,
        resolved_at: ticket.resolved_at,
    }
}

fn person(chains: &[Chain], until: Timestamp) -> PersonClock {
    let spans = || chains.iter().flat_map(Chain::spans);
    let from = spans().map(|span| span.from).min().unwrap_or(until);
    let last = spans().map(|span| span.to).max().unwrap_or(from);
    let ended = (!spans().any(|span| span.lasts)).then_some(last);
    PersonClock {
        from,
        ended,
        elapsed: last.duration_since(from),
    }
}
