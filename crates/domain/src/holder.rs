//! Who has the ball: the one party a ticket waits for now.

use crate::case::Case;
use crate::name::{DeskName, MemberId};
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
}

/// Who holds the ticket; `None` once it has ended.
pub fn holder(case: &Case, ticket: &Ticket) -> Option<Holder> {
    match ticket.state {
        State::Routed | State::Delivered => Some(Holder::Desk(ticket.desk.clone())),
        State::Acknowledged => Some(match &ticket.agent {
            Some(agent) => Holder::Agent(agent.clone()),
            None => Holder::Desk(ticket.desk.clone()),
        }),
        State::AwaitingReply | State::Resolved => Some(Holder::Opener(case.opener.clone())),
        State::Closed | State::Redirected | State::Withdrawn | State::Lapsed => None,
    }
}
