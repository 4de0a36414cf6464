//! Adding a ticket to an open case: another agency for the same person, found by the same rules as when a case opens.

use declic_routing::RawFacts;

use crate::case::{CaseFile, MOST_TICKETS_AT_OPENING};
use crate::decide::{Change, Decision, Given};
use crate::directory::{Desk, is_triage};
use crate::event::{Kind, Opened, Orientation};
use crate::name::{TicketName, TicketNumber};
use crate::opening::{addresses, departement, parse, terms};
use crate::person::Person;
use crate::refusal::Refusal;
use crate::text::{Personal, Text};
use crate::ticket::Ticket;

/// Most tickets of one case that are open at once.
pub const MOST_OPEN_TICKETS: usize = MOST_TICKETS_AT_OPENING;

/// Opens a ticket with each agency that the rules name for these facts and that has none open. What they cannot settle
/// opens at a triage desk, as when a case opens. A person whom one of them could not find is refused; one whose words are
/// erased is not asked for.
pub(crate) fn add(
    file: &CaseFile,
    person: Option<&Person>,
    facts: RawFacts,
    explanation: String,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let case = &file.case;
    let facts = RawFacts {
        urgent: case.urgent,
        ..facts
    };
    let parsed = parse(&facts, given)?;
    let facts = parsed.to_raw();
    let departement = departement(&parsed, given);
    let mut new = addresses(&parsed, &case.organisation, &departement, given)?;
    new.retain(|(desk, orientation)| !is_asked(file, desk, orientation, &facts));
    if new.is_empty() {
        return Err(Refusal::AgencyAlreadyAsked);
    }
    for (desk, _) in &new {
        if let Some(person) = person {
            given.directory.check_found(&desk.name.agency, person)?;
        }
    }
    let open = file.tickets.iter().filter(|ticket| ticket.state.is_open());
    if open.count() + new.len() > MOST_OPEN_TICKETS {
        return Err(Refusal::TooManyTickets);
    }
    let first = file.next_number().ok_or(Refusal::TooManyTickets)?;
    let mut change = Change::new(file);
    for ((desk, orientation), number) in new.into_iter().zip(first.get()..) {
        let name = TicketName {
            case: case.id,
            number: TicketNumber::new(number).ok_or(Refusal::TooManyTickets)?,
        };
        let opened = Opened {
            case: case.common(),
            desk: desk.name.clone(),
            facts: facts.clone(),
            orientation,
            predecessor: None,
            epoch: 1,
            hops: 0,
            terms: Some(terms(desk, parsed.benefit.code, &departement, given)),
        };
        let words = Text::Personal(Personal::Message(explanation.clone()));
        change.open(name, Kind::Opened(Box::new(opened)), words, given)?;
    }
    Ok(change.decision())
}

/// Refuses to reopen a ticket of an agency that has another one open by now, or beside as many as may be open.
pub(crate) fn check_free(file: &CaseFile, ticket: &Ticket) -> Result<(), Refusal> {
    let others = file
        .tickets
        .iter()
        .filter(|other| other.name != ticket.name && other.state.is_open());
    if !is_triage(ticket.agency()) && others.clone().any(|other| other.agency() == ticket.agency()) {
        return Err(Refusal::AgencyAlreadyAsked);
    }
    if others.count() >= MOST_OPEN_TICKETS {
        return Err(Refusal::TooManyTickets);
    }
    Ok(())
}

/// Whether an open ticket of the case stands where these facts lead. A triage desk stands for the agency it will reach;
/// where none is known, for the question it was asked.
fn is_asked(file: &CaseFile, desk: &Desk, orientation: &Orientation, facts: &RawFacts) -> bool {
    let mut open = file.tickets.iter().filter(|ticket| ticket.state.is_open());
    open.any(|ticket| {
        let same = *ticket.agency() == desk.name.agency;
        if orientation.triage.is_none() {
            return same;
        }
        same && ticket.orientation.intended == orientation.intended
            && (orientation.intended.is_some() || ticket.facts == *facts)
    })
}
