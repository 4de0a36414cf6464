//! A case: one person's blocked situation.

use declic_routing::RawFacts;
use jiff::Timestamp;

use crate::event::{CaseOpening, Event, Kind};
use crate::mandate::Mandate;
use crate::name::{CaseId, MemberId, OrganisationId, Reference, TicketNumber};
use crate::ticket::Ticket;

/// Most tickets a case opens with.
pub const MOST_TICKETS_AT_OPENING: usize = 8;

/// What is common to the tickets of one person's blocked situation, without the person.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Its identifier.
    pub id: CaseId,
    /// The reference people say aloud.
    pub reference: Reference,
    /// Counts the events of its tickets, so it grows with every commit that touches one of them.
    pub version: u64,
    /// The organisation that opened it.
    pub organisation: OrganisationId,
    /// The social worker who follows it.
    pub opener: MemberId,
    /// Whether colleagues of the organisation may read it.
    pub shared_with_team: bool,
    /// Whether it is urgent.
    pub urgent: bool,
    /// The facts given at the opening.
    pub facts: RawFacts,
    /// Code of the département of the residence, for territories and triage.
    pub departement: String,
    /// What the person agreed to.
    pub mandate: Mandate,
    /// When it was opened.
    pub opened_at: Timestamp,
}

impl Case {
    /// What a ticket that opens now takes along of it.
    pub fn common(&self) -> CaseOpening {
        CaseOpening {
            reference: self.reference,
            organisation: self.organisation.clone(),
            opener: self.opener.clone(),
            shared_with_team: self.shared_with_team,
            urgent: self.urgent,
            facts: self.facts.clone(),
            departement: self.departement.clone(),
            mandate: self.mandate,
            opened_at: self.opened_at,
        }
    }

    /// The case after one more event of one of its tickets, in the order of the journal. Commands are decided with it,
    /// replays use it. An event of the whole case stands on each open ticket and sets what it says, so that it is the same
    /// after one of them and after all.
    pub fn apply(&mut self, event: &Event) {
        self.version += 1;
        match &event.kind {
            Kind::UrgencyChanged { urgent } => {
                self.urgent = *urgent;
                self.facts.urgent = *urgent;
            }
            Kind::Transferred { to, .. } => self.opener = to.clone(),
            Kind::FactsCorrected {
                after, departement, ..
            } => {
                self.facts = after.as_ref().clone();
                self.departement.clone_from(departement);
            }
            Kind::MandateRenewed { mandate } => self.mandate = *mandate,
            Kind::MandateRevoked { on } => self.mandate.revoked_on = Some(*on),
            _ => {}
        }
    }
}

/// A case with its tickets, in the order of their numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseFile {
    /// The common part.
    pub case: Case,
    /// The tickets.
    pub tickets: Vec<Ticket>,
}

impl CaseFile {
    /// The ticket with this number.
    pub fn ticket(&self, number: TicketNumber) -> Option<&Ticket> {
        self.tickets.iter().find(|ticket| ticket.name.number == number)
    }

    /// Whether one ticket at least is open.
    pub fn is_open(&self) -> bool {
        self.tickets.iter().any(|ticket| ticket.state.is_open())
    }

    /// The ticket and those it follows by redirect, newest first.
    pub fn chain(&self, number: TicketNumber) -> Vec<&Ticket> {
        let mut chain = Vec::new();
        let mut next = self.ticket(number);
        while let Some(ticket) = next {
            chain.push(ticket);
            // A successor always has a larger number, so this ends.
            next = ticket
                .predecessor
                .filter(|before| *before < ticket.name.number)
                .and_then(|n| self.ticket(n));
        }
        chain
    }

    /// The number the next ticket takes.
    pub fn next_number(&self) -> Option<TicketNumber> {
        let last = self
            .tickets
            .iter()
            .map(|ticket| ticket.name.number.get())
            .max()
            .unwrap_or(0);
        last.checked_add(1).and_then(TicketNumber::new)
    }
}
