//! Who has the ball: the one party a ticket waits for now.

use crate::case::Case;
use crate::directory::Directory;
use crate::name::{DeskName, MemberId, OrganisationId};
use crate::ticket::{State, Ticket};

/// The one party a ticket waits for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// The accountable desk.
    Desk(DeskName),
    /// The accountable agent.
    Agent(MemberId),
    /// The social worker who follows the case.
    Opener(MemberId),
    /// The organisation of a social worker who left.
    Organisation(OrganisationId),
}

/// Who holds the ticket; `None` once it has ended.
pub fn holder(directory: &Directory, case: &Case, ticket: &Ticket) -> Option<Holder> {
    match ticket.state {
        State::Routed | State::Delivered => Some(Holder::Desk(ticket.desk.clone())),
        State::Acknowledged => Some(match &ticket.agent {
            Some(agent) if directory.agent_of(ticket.agency(), agent).is_some() => {
                Holder::Agent(agent.clone())
            }
            // Nobody named, or the one named has left: the desk answers for it.
            _ => Holder::Desk(ticket.desk.clone()),
        }),
        State::AwaitingReply | State::Resolved => {
            let there = directory
                .members
                .get(&case.opener)
                .is_some_and(|opener| opener.active);
            Some(match there {
                true => Holder::Opener(case.opener.clone()),
                false => Holder::Organisation(case.organisation.clone()),
            })
        }
        State::Closed | State::Redirected | State::Withdrawn | State::Lapsed => None,
    }
}
