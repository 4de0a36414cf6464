//! A supervisor's own escalation: at any time, of any open ticket, to whoever it waits for.

use crate::event::{Cause, Kind, Rung};
use crate::text::{Personal, Text};
use crate::ticket::{State, Ticket};

/// The event and its words. The late party is told first: who answers for the side that holds the ticket.
pub(crate) fn escalate(ticket: &Ticket, reason: String) -> (Kind, Text) {
    let to = match ticket.state {
        State::AwaitingReply | State::Resolved => Rung::Holder,
        _ => Rung::Desk,
    };
    let kind = Kind::Escalated {
        cause: Cause::Supervisor,
        to,
    };
    (kind, Text::Personal(Personal::Message(reason)))
}
