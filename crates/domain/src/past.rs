//! What an agency reads of a case once it treats none of its tickets any more and reads none: the case as it stood when
//! the last one ended. What was corrected, agreed or opened since is told to those who go on with it.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::Case;
use crate::event::{Event, Kind};
use crate::name::TicketNumber;
use crate::text::{Opening, Personal, Text};

/// A case as it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// The common part.
    pub case: Case,
    /// Person, explanation and the mandate's words; none once they were erased.
    pub words: Option<Opening>,
    /// The tickets that there were, and those that followed in the same commit.
    pub tickets: BTreeSet<TicketNumber>,
}

/// The case as it stood when the last of these tickets ended, and what was told on one of them since. `history` is every
/// event of the case with its words, in the order of the journal; none when it does not begin with an opening.
pub fn as_it_stood(history: &[(Event, Text)], own: &BTreeSet<TicketNumber>) -> Option<Past> {
    let (first, text) = history.first()?;
    let Kind::Opened(opened) = &first.kind else {
        return None;
    };
    let words = match text {
        Text::Personal(Personal::Opening(words)) => Some(words.as_ref().clone()),
        _ => None,
    };
    let mut past = Past {
        case: Case::opened(first.ticket.case, &opened.case),
        words,
        tickets: BTreeSet::new(),
    };
    let end = end(history, own);
    for (index, (event, text)) in history.iter().enumerate() {
        if index <= end || own.contains(&event.ticket.number) {
            past.tell(event, text);
        }
    }
    Some(past)
}

/// Where the last of these tickets ended.
fn end(history: &[(Event, Text)], own: &BTreeSet<TicketNumber>) -> usize {
    let mut open: BTreeMap<TicketNumber, bool> = BTreeMap::new();
    let mut end = 0;
    for (index, (event, _)) in history.iter().enumerate() {
        let number = event.ticket.number;
        let was_open = open.insert(number, event.state.is_open()).unwrap_or(true);
        if own.contains(&number) && was_open && !event.state.is_open() {
            end = index;
        }
    }
    end
}

impl Past {
    fn tell(&mut self, event: &Event, text: &Text) {
        self.case.apply(event);
        self.tickets.insert(event.ticket.number);
        if let Kind::Redirected { successor, .. } | Kind::RoutedByHand { successor } = &event.kind {
            self.tickets.insert(*successor);
        }
        if let (Some(words), Text::Personal(told)) = (&mut self.words, text) {
            words.follow(told);
        }
    }
}
