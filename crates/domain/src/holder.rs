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

/// What decides who holds a ticket.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// Where it stands.
    pub state: State,
    /// The accountable desk.
    pub desk: &'a DeskName,
    /// The accountable agent; the desk when absent.
    pub agent: Option<&'a MemberId>,
    /// The social worker who follows its case.
    pub opener: &'a MemberId,
    /// The organisation that opened its case.
    pub organisation: &'a OrganisationId,
}

impl<'a> Standing<'a> {
    /// That of a ticket of this case.
    pub fn of(case: &'a Case, ticket: &'a Ticket) -> Self {
        Self {
            state: ticket.state,
            desk: &ticket.desk,
            agent: ticket.agent.as_ref(),
            opener: &case.opener,
            organisation: &case.organisation,
        }
    }
}

/// Who holds the ticket; `None` once it has ended.
pub fn holder(directory: &Directory, standing: Standing<'_>) -> Option<Holder> {
    let desk = standing.desk;
    match standing.state {
        State::Routed | State::Delivered => Some(Holder::Desk(desk.clone())),
        State::Acknowledged => Some(match standing.agent {
            Some(agent) if directory.agent_of(&desk.agency, agent).is_some() => Holder::Agent(agent.clone()),
            // Nobody named, or the one named has left: the desk answers for it.
            _ => Holder::Desk(desk.clone()),
        }),
        State::AwaitingReply | State::Resolved => {
            let there = directory
                .members
                .get(standing.opener)
                .is_some_and(|opener| opener.active);
            Some(match there {
                true => Holder::Opener(standing.opener.clone()),
                false => Holder::Organisation(standing.organisation.clone()),
            })
        }
        State::Closed | State::Redirected | State::Withdrawn | State::Lapsed => None,
    }
}
