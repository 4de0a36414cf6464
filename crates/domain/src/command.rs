//! What may be asked of a ticket, and in which state.

use declic_routing::Regime;
use jiff::civil::Date;

use crate::contact::Report;
use crate::event::{Effect, ItemKind, Outcome, RedirectReason};
use crate::name::{AgencyId, DeskName, MemberId};
use crate::policy::Action;
use crate::text::{ItemText, Step};
use crate::ticket::State;

/// A command on one ticket, parsed: lengths and forms are right, the rules are not checked yet.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// The agency's client holds the ticket durably.
    ConfirmDelivery,
    /// The agency takes it.
    Acknowledge {
        /// The accountable agent; the desk when absent.
        agent: Option<MemberId>,
    },
    /// Gives it to an agent or desk of the same agency.
    Assign {
        /// The agent.
        agent: Option<MemberId>,
        /// The desk; unchanged when absent.
        desk: Option<DeskName>,
        /// Why.
        reason: String,
    },
    /// Asks for what is lacking.
    RequestInformation {
        /// What is asked: kind and words.
        items: Vec<(ItemKind, ItemText)>,
        /// Last day to answer; 10 business days when absent.
        due_on: Option<Date>,
        /// Message beside the items.
        message: String,
    },
    /// Answers items.
    Reply {
        /// Item numbers, from 1, with their answers.
        answers: Vec<(u8, String)>,
        /// Message beside the answers.
        message: String,
    },
    /// Goes on without the reply.
    TakeBack {
        /// Why.
        message: String,
    },
    /// The agency is not competent.
    Redirect {
        /// Why.
        reason: RedirectReason,
        /// Message to the social worker and the next agency.
        message: String,
        /// The right commune (INSEE code).
        commune: Option<String>,
        /// The right regime.
        regime: Option<Regime>,
        /// The agency proposed.
        agency: Option<AgencyId>,
    },
    /// Sends a triage ticket to an agency.
    RouteByHand {
        /// The agency.
        agency: AgencyId,
        /// Why.
        reason: String,
    },
    /// Gives the outcome.
    Resolve {
        /// What was decided.
        outcome: Outcome,
        /// What the person is told.
        message: String,
        /// What comes next.
        steps: Vec<Step>,
        /// Link to a procedure or a way of appeal.
        link: String,
    },
    /// Confirms.
    Close {
        /// Whether the person got what was expected.
        effect: Effect,
        /// Anything to add.
        message: String,
    },
    /// Reopens.
    Reopen {
        /// What is not settled.
        reason: String,
    },
    /// Withdraws.
    Withdraw {
        /// Why.
        reason: String,
    },
    /// Writes to every party.
    PostMessage {
        /// The message.
        text: String,
    },
    /// Writes for the own agency.
    AddNote {
        /// The note.
        text: String,
    },
    /// Says how an agency was reached by its usual channel, and what came of it.
    RecordContact(Report),
    /// Reminds the agency that it holds the ticket.
    Remind {
        /// Anything to add.
        message: String,
    },
    /// Tells who answers for the side that holds it that a supervisor asks for it.
    Escalate {
        /// Why.
        reason: String,
    },
    /// Shows it to the agency of another ticket of the case.
    Share {
        /// The agency.
        agency: AgencyId,
        /// Why.
        reason: String,
    },
    /// Shows it to that agency no more.
    Unshare {
        /// The agency.
        agency: AgencyId,
        /// Why.
        reason: String,
    },
}

impl Command {
    /// What the policy is asked.
    pub fn action(&self) -> Action {
        match self {
            Self::ConfirmDelivery => Action::ConfirmDelivery,
            Self::Acknowledge { .. } => Action::AcknowledgeTicket,
            Self::Assign { .. } => Action::AssignTicket,
            Self::RequestInformation { .. } => Action::RequestInformation,
            Self::Reply { .. } => Action::ReplyTicket,
            Self::TakeBack { .. } => Action::TakeBackTicket,
            Self::Redirect { .. } => Action::RedirectTicket,
            Self::RouteByHand { .. } => Action::RouteTicketByHand,
            Self::Resolve { .. } => Action::ResolveTicket,
            Self::Close { .. } => Action::CloseTicket,
            Self::Reopen { .. } => Action::ReopenTicket,
            Self::Withdraw { .. } => Action::WithdrawTicket,
            Self::PostMessage { .. } => Action::PostMessage,
            Self::AddNote { .. } => Action::AddNote,
            Self::RecordContact(_) => Action::RecordContact,
            Self::Remind { .. } => Action::RemindTicket,
            Self::Escalate { .. } => Action::EscalateTicket,
            Self::Share { .. } => Action::ShareTicket,
            Self::Unshare { .. } => Action::UnshareTicket,
        }
    }

    /// Whether the command is an agency's whoever gives it, and so carries the epoch it was decided in. Messages and notes
    /// of an agency carry it too.
    pub fn is_of_agency(&self) -> bool {
        !matches!(
            self,
            Self::Reply { .. }
                | Self::Close { .. }
                | Self::Reopen { .. }
                | Self::Withdraw { .. }
                | Self::Remind { .. }
                | Self::Escalate { .. }
                | Self::Share { .. }
                | Self::Unshare { .. }
                | Self::PostMessage { .. }
                | Self::AddNote { .. }
        )
    }

    /// Whether the opener's side tells an agency something of the person by it that the agency did not know: done under an
    /// agreement that holds only. What ends or narrows what is shared, with its reason, needs none.
    pub fn shares_anew(&self) -> bool {
        match self {
            Self::Reply { .. } | Self::PostMessage { .. } | Self::Reopen { .. } | Self::Share { .. } => true,
            Self::Remind { message } => !message.is_empty(),
            _ => false,
        }
    }

    /// Whether a ticket in this state takes this command.
    pub fn is_allowed_in(&self, state: State) -> bool {
        takes(state, self.action())
    }
}

/// The table of states: whether a ticket in this state takes the command of this action. What is no command on one ticket is
/// taken in none.
pub fn takes(state: State, action: Action) -> bool {
    use State::{Acknowledged, AwaitingReply, Closed, Delivered, Resolved, Routed};
    match action {
        Action::ConfirmDelivery
        | Action::AssignTicket
        | Action::RouteTicketByHand
        | Action::PostMessage
        | Action::AddNote
        | Action::RecordContact
        | Action::EscalateTicket
        | Action::ShareTicket
        | Action::UnshareTicket => state.is_open(),
        Action::AcknowledgeTicket => matches!(state, Routed | Delivered),
        Action::RemindTicket => matches!(state, Routed | Delivered | Acknowledged),
        Action::RequestInformation => state == Acknowledged,
        Action::ReplyTicket | Action::TakeBackTicket => state == AwaitingReply,
        Action::RedirectTicket | Action::WithdrawTicket => {
            matches!(state, Routed | Delivered | Acknowledged | AwaitingReply)
        }
        Action::ResolveTicket => matches!(state, Acknowledged | AwaitingReply),
        Action::CloseTicket => state == Resolved,
        Action::ReopenTicket => matches!(state, Resolved | Closed),
        _ => false,
    }
}
