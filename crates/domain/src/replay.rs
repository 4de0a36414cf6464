//! A decision made again: from the facts it was made from, by the rules it was made by.

use declic_routing::{Facts, Ruleset, route};
use jiff::civil::Date;

use crate::event::{Orientation, RoutingOutcome};
use crate::opening::orientation;
use crate::ticket::Ticket;

/// What deciding again comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// The same, to the last letter.
    Same,
    /// Something else.
    Different(Box<Orientation>),
    /// The facts that were stored are no facts any more: a code has gone from the tables of this program.
    FactsUnread,
}

/// Whether rules decided on this ticket: a person may have done so instead.
pub fn is_by_rules(ticket: &Ticket) -> bool {
    ticket.orientation.outcome != RoutingOutcome::ByHand
}

/// Decides again on the facts of a ticket by these rules. `day` stands in for a day that the facts do not have: those of
/// a ticket have one.
pub fn replay(ticket: &Ticket, rules: &Ruleset, day: Date) -> Replay {
    let Ok(facts) = Facts::parse(&ticket.facts, day) else {
        return Replay::FactsUnread;
    };
    let again = Orientation {
        // Where it stands, which the directory of that day told, is none of the rules' doing.
        triage: ticket.orientation.triage,
        intended: ticket.orientation.intended.clone(),
        ..orientation(&route(&facts, rules))
    };
    if again == ticket.orientation {
        return Replay::Same;
    }
    Replay::Different(Box::new(again))
}
