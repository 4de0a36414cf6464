//! The texts of events: personal by nature, sealed before they are written, never in a decision's state.

use std::fmt;

use jiff::civil::Date;

use crate::person::Person;

/// Longest message, explanation or answer, in characters.
pub const LONGEST_MESSAGE: usize = 2_000;
/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// What an event says in words, apart from what it does.
#[derive(Clone, PartialEq, Eq)]
pub enum Text {
    /// Nothing.
    None,
    /// Read by every party of the ticket.
    Personal(Personal),
    /// Read by the agency that wrote it only.
    Note(String),
}

/// Words every party of the ticket reads.
#[derive(Clone, PartialEq, Eq)]
pub enum Personal {
    /// The opening of a ticket.
    Opening(Box<Opening>),
    /// A message, a reason.
    Message(String),
    /// An information request.
    Request {
        /// What is asked, in the order of the items.
        items: Vec<ItemText>,
        /// Message beside the items; may be empty.
        message: String,
    },
    /// A reply to an information request.
    Reply {
        /// Item numbers, from 1, with their answers.
        answers: Vec<(u8, String)>,
        /// Message beside the answers; may be empty.
        message: String,
    },
    /// An outcome.
    Resolution {
        /// What the person is told.
        message: String,
        /// What comes next.
        steps: Vec<Step>,
        /// Link to a procedure or a way of appeal; may be empty.
        link: String,
    },
    /// What was said when an agency was reached.
    Contact {
        /// What was said.
        message: String,
        /// What comes next; may be empty.
        next_step: String,
    },
    /// The words of a mandate that is renewed.
    Mandate {
        /// What it covers.
        scope: String,
        /// Where its evidence is kept; may be empty.
        evidence: String,
    },
    /// The person as it was and as it is.
    Person(Box<PersonCorrection>),
}

/// A correction of who the person is.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonCorrection {
    /// Until then.
    pub before: Person,
    /// From then on.
    pub after: Person,
    /// What was wrong.
    pub reason: String,
}

/// What the social worker wrote at the opening.
#[derive(Clone, PartialEq, Eq)]
pub struct Opening {
    /// Whom it is about.
    pub person: Person,
    /// The facts, the dates, what was tried.
    pub explanation: String,
    /// What the mandate covers.
    pub mandate_scope: String,
    /// Where its evidence is kept; may be empty.
    pub mandate_evidence: String,
}

impl Opening {
    /// Takes over what the words of a later event change of these, which a case keeps as they stand; says whether they do.
    pub fn follow(&mut self, words: &Personal) -> bool {
        match words {
            Personal::Mandate { scope, evidence } => {
                self.mandate_scope.clone_from(scope);
                self.mandate_evidence.clone_from(evidence);
                true
            }
            Personal::Person(correction) => {
                self.person = correction.after.clone();
                true
            }
            Personal::Opening(_)
            | Personal::Message(_)
            | Personal::Request { .. }
            | Personal::Reply { .. }
            | Personal::Resolution { .. }
            | Personal::Contact { .. } => false,
        }
    }
}

/// One thing asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct ItemText {
    /// What is asked.
    pub label: String,
    /// Why.
    pub why: String,
}

/// Something that comes after an outcome.
#[derive(Clone, PartialEq, Eq)]
pub struct Step {
    /// What.
    pub label: String,
    /// By when.
    pub due_on: Option<Date>,
}

macro_rules! sealed_debug {
    ($($name:ident),+) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(concat!(stringify!($name), "(sealed)"))
            }
        }
    )+};
}

sealed_debug!(Text, Personal, Opening, PersonCorrection, ItemText, Step);
