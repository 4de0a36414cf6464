//! Why a command is refused. Each reason is stable; the hub turns it into a status, and each has a page.

use jiff::civil::Date;

use crate::directory::Defect;
use crate::name::TicketNumber;
use crate::ticket::State;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It does not exist, or it is not for the actor: both look the same.
    #[error("there is no such case or ticket for you: check the name, and that it was addressed to you")]
    Unknown,
    /// The role may never do this.
    #[error("your role may not do this: ask the person whose role it is")]
    Role,
    /// A field is wrong in a way only the state can tell.
    #[error("{field}: {problem}")]
    Field {
        /// Path of the field.
        field: &'static str,
        /// What is wrong and what to do.
        problem: String,
    },
    /// Facts that routing cannot read.
    #[error("some facts cannot be read: {}", list(.0))]
    Facts(Vec<(&'static str, String)>),
    /// The state does not allow the command.
    #[error("a ticket in state {} does not allow this", name(*.state))]
    Transition {
        /// The state.
        state: State,
    },
    /// Two requests were already made in this epoch.
    #[error("two information requests were already made: resolve with what is known, or redirect")]
    InformationLimit,
    /// The ticket awaits no reply.
    #[error("the ticket awaits no reply: send the same text as a message")]
    NotAwaiting {
        /// The ticket that follows it, when it was redirected.
        successor: Option<TicketNumber>,
    },
    /// The redirect comes back to the same agency.
    #[error("the redirect comes back to your own agency: give the fact that differs, or ask for triage")]
    RedirectToSelf,
    /// The mandate does not hold today.
    #[error("the mandate does not hold today: record a new agreement of the person")]
    MandateInvalid,
    /// Every agency that the rules name has an open ticket of the case.
    #[error(
        "the agency that the rules name has an open ticket of this case already: write to it there, or correct the facts"
    )]
    AgencyAlreadyAsked,
    /// A case would have more open tickets than it may.
    #[error("a case has at most 8 open tickets: withdraw one that is of no use, or open another case")]
    TooManyTickets,
    /// The person took the mandate back.
    #[error("the person has taken the agreement back: record a new one before anything more is shared")]
    MandateRevoked,
    /// What is done at a triage desk only: routing by hand, recording a contact.
    #[error(
        "this is done on a ticket at a triage desk only: ask the agency that holds it to treat or redirect it"
    )]
    NotAtTriage,
    /// Closed more than 60 days ago.
    #[error("the ticket was closed more than 60 days ago: open a new case")]
    ReopenTooLate,
    /// An item of the reply was not asked for.
    #[error("item {item} is not awaited: nobody asked for it, read the ticket again for the items")]
    ItemNotAwaited {
        /// The item, from 1.
        item: u8,
    },
    /// An item of the reply was answered before, or comes twice.
    #[error("item {item} has its answer already: send what there is to add as a message")]
    ItemAnswered {
        /// The item, from 1.
        item: u8,
    },
    /// The agency was reminded on this business day, or on the days off after one.
    #[error("the agency was reminded already: it may be reminded again on {next_on}")]
    ReminderTooSoon {
        /// The next business day.
        next_on: Date,
    },
    /// The ticket or case changed since the client read it.
    #[error("it changed since you read it: read it again, then decide")]
    EtagOutdated {
        /// The current version.
        current: u64,
    },
    /// No ruleset has this digest.
    #[error("no ruleset has this name: list them, or propose its file")]
    NoRuleset,
    /// A ruleset that is stored, and that this program cannot read.
    #[error("this program cannot read that ruleset: install the version of the program that proposed it")]
    RulesUnreadable,
    /// The check of a ruleset found what forbids to activate it.
    #[error(
        "the check found {count} faults in this ruleset: correct it, or name départements and say why it must decide there all the same"
    )]
    RulesForbidden {
        /// How many.
        count: usize,
    },
    /// A ruleset that decides already is activated.
    #[error("this ruleset decides there already: nothing would change")]
    RulesInForce,
    /// No activation is left to be taken back.
    #[error("the rules of the program are in force: there is nothing to roll back")]
    NothingToRollBack,
    /// The directory would not hold after a change.
    #[error("nothing was changed: {0}")]
    DirectoryUnsound(Defect),
    /// The command belongs to an earlier epoch.
    #[error("this ticket has moved on since you read it: read it again")]
    EpochOutdated,
}

fn list(problems: &[(&'static str, String)]) -> String {
    let lines: Vec<String> = problems
        .iter()
        .map(|(field, problem)| format!("{field}: {problem}"))
        .collect();
    lines.join("; ")
}

/// The state's name, as clients read it.
pub fn name(state: State) -> &'static str {
    match state {
        State::Routed => "ROUTED",
        State::Delivered => "DELIVERED",
        State::Acknowledged => "ACKNOWLEDGED",
        State::AwaitingReply => "AWAITING_REPLY",
        State::Resolved => "RESOLVED",
        State::Closed => "CLOSED",
        State::Redirected => "REDIRECTED",
        State::Withdrawn => "WITHDRAWN",
        State::Lapsed => "LAPSED",
    }
}
