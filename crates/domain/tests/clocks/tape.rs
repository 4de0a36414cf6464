//! Events of one invented case, written one after the other as the hub would record them.

use std::sync::Arc;

use declic_calendar::Calendar;
use declic_domain::clock::timeline::{Timeline, timeline};
use declic_domain::clock::{ClockPolicy, Targets, Terms};
use declic_domain::event::{CaseOpening, Event, Kind, Opened, Orientation, Party, RoutingOutcome};
use declic_domain::mandate::{Channel, Mandate};
use declic_domain::name::{
    AgencyId, CaseId, DeskName, EventId, MemberId, OrganisationId, Reference, TicketName, TicketNumber,
};
use declic_domain::ticket::{State, Ticket};
use declic_routing::RawFacts;
use jiff::Timestamp;
use jiff::civil::date;
use uuid::Uuid;

/// A case being told.
pub struct Tape {
    pub events: Vec<Event>,
    pub tickets: Vec<Ticket>,
    urgent: bool,
    opened_at: Timestamp,
}

impl Tape {
    pub fn new(opened_at: Timestamp, urgent: bool) -> Self {
        Self {
            events: Vec::new(),
            tickets: Vec::new(),
            urgent,
            opened_at,
        }
    }

    /// Opens a ticket at an agency, after another or not.
    pub fn open(
        &mut self,
        at: Timestamp,
        agency: &str,
        terms: Terms,
        after: Option<TicketNumber>,
    ) -> TicketNumber {
        let number = number(self.tickets.len() + 1);
        let before = after.and_then(|after| self.tickets.iter().find(|ticket| ticket.name.number == after));
        let opened = Opened {
            case: self.case(),
            desk: desk(agency),
            facts: self.case().facts,
            orientation: orientation(),
            predecessor: after,
            epoch: before.map_or(1, |before| before.epoch + 1),
            hops: 0,
            terms: Some(Arc::new(terms)),
        };
        let event = event(number, 1, at, State::Routed, Kind::Opened(Box::new(opened)));
        self.tickets
            .push(Ticket::opened(&event).expect("an opening opens"));
        self.events.push(event);
        number
    }

    /// Something happens on a ticket.
    pub fn add(&mut self, ticket: TicketNumber, at: Timestamp, kind: Kind) {
        let there = &mut self.tickets[usize::from(ticket.get()) - 1];
        let state = led_to(there.state, &kind);
        let event = event(ticket, there.version + 1, at, state, kind);
        let before = there.clone();
        *there = before.apply(&event).expect("the event can follow");
        self.events.push(event);
    }

    /// The case becomes urgent, or is so no more: on its open ticket, and on those that follow.
    pub fn change_urgency(&mut self, ticket: TicketNumber, at: Timestamp, urgent: bool) {
        self.urgent = urgent;
        self.add(ticket, at, Kind::UrgencyChanged { urgent });
    }

    pub fn is_urgent(&self) -> bool {
        self.urgent
    }

    pub fn told(&self, until: Timestamp) -> Timeline {
        timeline(&self.events, until).expect("the events are in order")
    }

    fn case(&self) -> CaseOpening {
        CaseOpening {
            reference: Reference::new(26, 4817).expect("a reference"),
            organisation: OrganisationId::parse("ccas-pontivy").expect("a slug"),
            opener: member("camille"),
            shared_with_team: false,
            urgent: self.urgent,
            facts: RawFacts {
                benefit: "RSA".to_owned(),
                ..RawFacts::default()
            },
            departement: "56".to_owned(),
            mandate: Mandate {
                channel: Channel::Oral,
                given_on: date(2026, 1, 1),
                expires_on: date(2027, 12, 31),
                revoked_on: None,
            },
            opened_at: self.opened_at,
        }
    }
}

/// The state after an event. A reply is taken for the last one when it answers the first item.
fn led_to(state: State, kind: &Kind) -> State {
    match kind {
        Kind::DeliveryConfirmed if state == State::Routed => State::Delivered,
        Kind::Acknowledged { .. } | Kind::TakenBack => State::Acknowledged,
        Kind::InformationRequested { .. } => State::AwaitingReply,
        Kind::Replied { items } if items.contains(&1) => State::Acknowledged,
        Kind::Redirected { .. } | Kind::RoutedByHand { .. } => State::Redirected,
        Kind::Resolved { .. } => State::Resolved,
        Kind::Closed { .. } | Kind::ClosedUnconfirmed => State::Closed,
        Kind::Reopened { .. } => State::Routed,
        Kind::Withdrawn => State::Withdrawn,
        _ => state,
    }
}

pub fn event(ticket: TicketNumber, version: u64, at: Timestamp, state: State, kind: Kind) -> Event {
    Event {
        id: EventId([0; 16]),
        ticket: TicketName {
            case: CaseId(Uuid::nil()),
            number: ticket,
        },
        version,
        actor: member("somebody"),
        party: Party::Supervision,
        recorded_at: at,
        state,
        kind,
    }
}

/// Targets in a calendar.
pub fn terms(ordinary: [&str; 2], urgent: [&str; 2], calendar: Calendar) -> Terms {
    let targets = |[acknowledge, resolve]: [&str; 2]| Targets {
        acknowledge: acknowledge.parse().expect("a target"),
        resolve: resolve.parse().expect("a target"),
    };
    let policy = ClockPolicy::new("test-1", targets(ordinary), targets(urgent)).expect("a policy");
    Terms::new(policy, calendar)
}

pub fn number(number: usize) -> TicketNumber {
    let number = u16::try_from(number).expect("a few tickets");
    TicketNumber::new(number).expect("numbers begin at 1")
}

pub fn desk(agency: &str) -> DeskName {
    DeskName::new(AgencyId::parse(agency).expect("an agency"), "accueil").expect("a desk")
}

pub fn member(id: &str) -> MemberId {
    MemberId::parse(id).expect("a member")
}

fn orientation() -> Orientation {
    Orientation {
        outcome: RoutingOutcome::Routed,
        agencies: Vec::new(),
        candidates: Vec::new(),
        question: String::new(),
        ruleset: String::new(),
        rules: Vec::new(),
        reasons: Vec::new(),
        would_change: Vec::new(),
        triage: None,
        intended: None,
    }
}
