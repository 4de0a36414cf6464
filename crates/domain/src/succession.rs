//! An agency that was merged into another, or renamed: its open tickets follow to its successor.

use crate::case::CaseFile;
use crate::decide::{Change, Decision, Given, wrong};
use crate::directory::{Desk, Matter, is_triage};
use crate::event::Kind;
use crate::name::{AgencyId, DeskName};
use crate::policy::{self, Action};
use crate::refusal::Refusal;
use crate::text::{Personal, Text};
use crate::ticket::Ticket;

/// Gives the open tickets of a case that one agency treats to its successor, with what was shared with it. State, epoch,
/// clocks and texts stay; who was accountable is the former agency's, so the desk is from now on.
///
/// # Errors
/// The role, an agency that cannot follow, or a case that has no such ticket.
pub fn transfer_agency(
    file: &CaseFile,
    agency: &AgencyId,
    successor: &AgencyId,
    reason: &str,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    check(agency, successor, given)?;
    let follow = |ticket: &&Ticket| ticket.agency() == agency && ticket.state.is_open();
    let mut change = Change::new(file);
    let mut last = None;
    for ticket in file.tickets.iter().filter(follow) {
        let desk = desk(ticket, successor, given)?;
        let text = Text::Personal(Personal::Message(reason.to_owned()));
        last = Some(desk.clone());
        change.push(ticket.clone(), Kind::AgencyTransferred { desk }, text, given)?;
    }
    let desk = last.ok_or(Refusal::Unknown)?;
    let reads = |ticket: &&Ticket| ticket.shared_with.iter().any(|desk| desk.agency == *agency);
    for ticket in file.tickets.iter().filter(reads) {
        let ended = Kind::Unshared {
            agency: agency.clone(),
        };
        let after = change.push(ticket.clone(), ended, Text::None, given)?;
        if after.agency() != successor {
            change.push(after, Kind::Shared { desk: desk.clone() }, Text::None, given)?;
        }
    }
    Ok(change.decision())
}

/// Refuses agencies between which nothing can be transferred, whatever the tickets.
///
/// # Errors
/// The role; one agency twice; a triage desk, which is nobody's successor; a successor that nobody staffs.
pub fn check(agency: &AgencyId, successor: &AgencyId, given: &Given<'_>) -> Result<(), Refusal> {
    if !policy::permits(given.actor.role, Action::TransferAgency) {
        return Err(Refusal::Role);
    }
    if is_triage(agency) {
        return Err(wrong(
            "agency",
            "is a triage desk: its tickets are routed by hand",
        ));
    }
    let takes = |desk: &Desk| given.directory.is_staffed(&desk.name);
    let enrolled = given.directory.agencies.get(successor);
    let staffed = enrolled.is_some_and(|found| found.desks.iter().any(takes));
    if successor == agency || is_triage(successor) || !staffed {
        return Err(wrong(
            "successor",
            "name another agency that is enrolled and has a desk with an active member",
        ));
    }
    Ok(())
}

/// The desk of the successor: the one of the same name, else the one that takes the benefit.
fn desk(ticket: &Ticket, successor: &AgencyId, given: &Given<'_>) -> Result<DeskName, Refusal> {
    let same = DeskName::new(successor.clone(), ticket.desk.desk()).ok();
    let same = same.filter(|desk| given.directory.desk(desk).is_some() && given.directory.is_staffed(desk));
    let matter = Matter::addressed(&ticket.facts);
    let by_benefit = || {
        given
            .directory
            .staffed_desk(successor, matter)
            .map(|desk| desk.name.clone())
    };
    same.or_else(by_benefit).ok_or_else(|| {
        wrong(
            "successor",
            "has no staffed desk for one of these tickets: staff one that takes all benefits",
        )
    })
}
