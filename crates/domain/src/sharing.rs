//! Showing a ticket to the agency of another ticket of the same case: it reads it, and does nothing with it.
//!
//! Who reads is told by the state of the ticket, so that lists and details follow: the desk that treats the other ticket
//! when it is shared, and the managers of its agency. It ends with the ticket, when the person takes the agreement back,
//! and when the social worker says so.

use crate::case::CaseFile;
use crate::decide::wrong;
use crate::event::Kind;
use crate::name::{AgencyId, DeskName};
use crate::refusal::Refusal;
use crate::text::{Personal, Text};
use crate::ticket::Ticket;

/// The event and its words.
pub(crate) fn share(
    file: &CaseFile,
    ticket: &Ticket,
    agency: &AgencyId,
    reason: String,
) -> Result<(Kind, Text), Refusal> {
    let desk = desk(file, ticket, agency)?;
    if ticket.shared_with.contains(&desk) {
        return Err(wrong("agency", "reads this ticket already: nothing would change"));
    }
    Ok((Kind::Shared { desk }, Text::Personal(Personal::Message(reason))))
}

/// The event and its words. What was read stays read: nothing is taken out of anybody's memory.
pub(crate) fn unshare(ticket: &Ticket, agency: AgencyId, reason: String) -> Result<(Kind, Text), Refusal> {
    if !ticket.shared_with.iter().any(|desk| desk.agency == agency) {
        return Err(wrong("agency", "does not read this ticket: nothing would change"));
    }
    let text = Text::Personal(Personal::Message(reason));
    Ok((Kind::Unshared { agency }, text))
}

/// The desk by which an agency is concerned: that of its newest open ticket of the case.
fn desk(file: &CaseFile, ticket: &Ticket, agency: &AgencyId) -> Result<DeskName, Refusal> {
    if ticket.agency() == agency {
        return Err(wrong(
            "agency",
            "treats this ticket: name the agency of another one",
        ));
    }
    let concerned = |other: &&Ticket| other.agency() == agency && other.state.is_open();
    let newest = file.tickets.iter().rev().find(concerned);
    newest.map(|other| other.desk.clone()).ok_or_else(|| {
        wrong(
            "agency",
            "treats no open ticket of this case: name one that does, or open a ticket with it",
        )
    })
}
