//! Events: what happened to a ticket. The state is their fold; their META section in the ledger is this, without words.

use std::sync::Arc;

use declic_routing::RawFacts;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::clock::Terms;
use crate::contact::Contact;
use crate::mandate::Mandate;
use crate::name::{
    AgencyId, DeskName, EventId, MemberId, OrganisationId, Reference, TicketName, TicketNumber,
};
use crate::ticket::State;

/// One thing that happened to a ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its identifier, random.
    pub id: EventId,
    /// The ticket.
    pub ticket: TicketName,
    /// Version of the ticket after it, from 1, without gaps.
    pub version: u64,
    /// Who did it.
    pub actor: MemberId,
    /// Where the actor stands.
    pub party: Party,
    /// When the hub recorded it.
    pub recorded_at: Timestamp,
    /// State of the ticket after it: the fold finds the same, or the store is corrupt.
    pub state: State,
    /// What happened.
    pub kind: Kind,
}

/// Where an actor stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Party {
    /// An organisation of social workers.
    Organisation(OrganisationId),
    /// An agency.
    Agency(AgencyId),
    /// The supervision of a territory.
    Supervision,
    /// The clock of the hub: nobody of the directory, see [`crate::timer`].
    Clock,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A ticket was opened: by a new case, a redirect or a routing by hand.
    Opened(Box<Opened>),
    /// The agency's client holds it durably.
    DeliveryConfirmed,
    /// The agency took it.
    Acknowledged {
        /// The accountable agent; the desk when absent.
        agent: Option<MemberId>,
    },
    /// Given to an agent or desk of the same agency.
    Assigned {
        /// The agent; the desk when absent.
        agent: Option<MemberId>,
        /// The desk.
        desk: DeskName,
    },
    /// The agency asked for what it lacks.
    InformationRequested {
        /// Kinds of the items, numbered from 1.
        items: Vec<ItemKind>,
        /// Last day to answer.
        due_on: Date,
    },
    /// The social worker answered items.
    Replied {
        /// Numbers of the items answered, from 1.
        items: Vec<u8>,
    },
    /// The agency goes on without the reply.
    TakenBack,
    /// The agency is not competent; the successor opens in the same commit.
    Redirected {
        /// Why.
        reason: RedirectReason,
        /// The successor.
        successor: TicketNumber,
    },
    /// Sent to an agency by hand; the successor opens in the same commit.
    RoutedByHand {
        /// The successor.
        successor: TicketNumber,
    },
    /// The agency gave its outcome.
    Resolved {
        /// What was decided.
        outcome: Outcome,
    },
    /// The social worker confirmed.
    Closed {
        /// Whether the person got what was expected.
        effect: Effect,
    },
    /// The social worker reopened it.
    Reopened {
        /// The desk it goes to.
        desk: DeskName,
    },
    /// The social worker withdrew it.
    Withdrawn,
    /// Somebody wrote a message.
    MessagePosted,
    /// The agency wrote a note for itself.
    NoteAdded,
    /// A triage desk reached an agency by its usual channel, or tried to.
    ContactRecorded(Contact),
    /// The social worker reminded the agency.
    Reminded,
    /// The agency of another ticket of the case may read it.
    Shared {
        /// The desk that treats the other ticket.
        desk: DeskName,
    },
    /// That agency may read it no more.
    Unshared {
        /// The agency.
        agency: AgencyId,
    },
    /// Its agency was merged into another or renamed: the ticket followed.
    AgencyTransferred {
        /// The desk of the successor.
        desk: DeskName,
    },
    /// The case became urgent, or is so no more. Of the whole case: one event on each open ticket.
    UrgencyChanged {
        /// Whether it is urgent after it; before it was the opposite.
        urgent: bool,
    },
    /// Another colleague of the organisation follows the case. Of the whole case: one event on each open ticket.
    Transferred {
        /// Who followed it.
        from: MemberId,
        /// Who follows it.
        to: MemberId,
    },
    /// The facts of the case were corrected. Of the whole case: one event on each open ticket.
    FactsCorrected {
        /// The facts of the case until then.
        before: Box<RawFacts>,
        /// Its facts from then on.
        after: Box<RawFacts>,
        /// Département of the residence from then on.
        departement: String,
    },
    /// Who the person is was corrected; the words say what it was and is. Of the whole case: one event on each open ticket.
    PersonCorrected,
    /// The person agreed anew. Of the whole case: one event on each open ticket.
    MandateRenewed {
        /// What holds from now on.
        mandate: Mandate,
    },
    /// The person took the agreement back. Of the whole case: one event on each open ticket.
    MandateRevoked {
        /// From which day on, in the time zone of the case.
        on: Date,
    },
    /// The clock told the opener that the last day to reply comes near.
    ReplyWarned,
    /// The clock told that nobody has touched the ticket for long.
    UntouchedWarned,
    /// The clock closed what was resolved and nobody confirmed.
    ClosedUnconfirmed,
    /// The clock ended what nobody touched after its warnings.
    Lapsed,
    /// Who is late was told, or who stands above whom.
    Escalated {
        /// Why.
        cause: Cause,
        /// Whom it was told to.
        to: Rung,
    },
}

/// Why a ticket is escalated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The target of the acknowledgement comes near or has passed.
    Acknowledgement,
    /// The target of the outcome comes near or has passed.
    Resolution,
    /// A supervisor asks for it.
    Supervisor,
}

/// Whom an escalation is told to: the late party first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rung {
    /// Whoever holds the ticket.
    Holder,
    /// The accountable desk and the managers of its agency.
    Desk,
    /// The supervisors of the territory.
    Supervision,
}

/// How a ticket starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The case's common part, as it was opened.
    pub case: CaseOpening,
    /// The desk it is addressed to.
    pub desk: DeskName,
    /// The facts its routing used; a redirect may correct the case's.
    pub facts: RawFacts,
    /// Why it went there.
    pub orientation: Orientation,
    /// The ticket it follows.
    pub predecessor: Option<TicketNumber>,
    /// Its epoch: 1, or one more than its predecessor's.
    pub epoch: u32,
    /// Redirects in its chain so far; routings by hand do not count.
    pub hops: u8,
    /// Targets and calendar that hold for it; absent in openings of before there were any.
    pub terms: Option<Arc<Terms>>,
}

/// The common part of a case, without person and texts.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseOpening {
    /// The reference.
    pub reference: Reference,
    /// The organisation.
    pub organisation: OrganisationId,
    /// The social worker.
    pub opener: MemberId,
    /// Whether colleagues may read it.
    pub shared_with_team: bool,
    /// Whether it is urgent.
    pub urgent: bool,
    /// The facts given.
    pub facts: RawFacts,
    /// Département of the residence.
    pub departement: String,
    /// What the person agreed to.
    pub mandate: Mandate,
    /// When the case was opened.
    pub opened_at: Timestamp,
}

/// Why a ticket goes where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orientation {
    /// What the rules could settle.
    pub outcome: RoutingOutcome,
    /// Agencies the rules name.
    pub agencies: Vec<String>,
    /// Agencies still possible.
    pub candidates: Vec<String>,
    /// The question that would settle it; empty without one.
    pub question: String,
    /// Version of the rules.
    pub ruleset: String,
    /// Rules applied.
    pub rules: Vec<String>,
    /// Reasons, in French.
    pub reasons: Vec<String>,
    /// What would change the answer, in French.
    pub would_change: Vec<String>,
    /// Why it stands at a triage desk.
    pub triage: Option<TriageReason>,
    /// The agency that would have received it, were it enrolled.
    pub intended: Option<AgencyId>,
}

/// What the rules could settle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoutingOutcome {
    /// An agency is competent.
    Routed,
    /// A fact is missing.
    Question,
    /// No rule covers it.
    Triage,
    /// Chosen by a person.
    ByHand,
}

/// Why a ticket stands at a triage desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TriageReason {
    /// The rules name an agency that is not enrolled, or whose desks are empty.
    AgencyNotEnrolled,
    /// No rule covers it.
    NoRule,
    /// A fact is missing.
    OpenQuestion,
    /// Third redirect of its chain.
    ThirdRedirect,
    /// The redirect would return to an agency already in the chain.
    AgencyAlreadyTried,
    /// The agency that redirected it asked for triage.
    Asked,
    /// The agency has no desk that treats it, or that hears who asks.
    NoDeskTakesIt,
}

/// Kinds of items an agency asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// A document.
    Document,
    /// A question.
    Question,
    /// A date.
    Date,
}

/// Why an agency redirects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RedirectReason {
    /// The person lives elsewhere.
    OutsideTerritory,
    /// Another regime.
    WrongRegime,
    /// It pays and does not decide, or the reverse.
    PayerNotDecider,
    /// Not its competence.
    OutsideCompetence,
    /// The law forbids it to act.
    LegalBar,
    /// Another reason.
    Other,
}

/// What an agency decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The right is restored.
    RightRestored,
    /// An error was corrected.
    ErrorCorrected,
    /// The decision is explained.
    DecisionExplained,
    /// The refusal stands, with ways of appeal.
    RefusalConfirmed,
    /// Sent to the standard procedure, with its link.
    SentToStandardProcedure,
    /// Already treated elsewhere, with the link.
    Duplicate,
    /// The agency does not know the person.
    PersonUnknown,
}

/// Whether the person got what was expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Yes.
    Yes,
    /// In part.
    Partly,
    /// No.
    No,
    /// Not known.
    Unknown,
}

impl Kind {
    /// The name of what happened, as clients read it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened(_) => "OPENED",
            Self::DeliveryConfirmed => "DELIVERY_CONFIRMED",
            Self::Acknowledged { .. } => "ACKNOWLEDGED",
            Self::Assigned { .. } => "ASSIGNED",
            Self::InformationRequested { .. } => "INFORMATION_REQUESTED",
            Self::Replied { .. } => "REPLIED",
            Self::TakenBack => "TAKEN_BACK",
            Self::Redirected { .. } => "REDIRECTED",
            Self::RoutedByHand { .. } => "ROUTED_BY_HAND",
            Self::Resolved { .. } => "RESOLVED",
            Self::Closed { .. } => "CLOSED",
            Self::Reopened { .. } => "REOPENED",
            Self::Withdrawn => "WITHDRAWN",
            Self::MessagePosted => "MESSAGE_POSTED",
            Self::NoteAdded => "NOTE_ADDED",
            Self::ContactRecorded(_) => "CONTACT_RECORDED",
            Self::Reminded => "REMINDED",
            Self::Shared { .. } => "SHARED",
            Self::Unshared { .. } => "UNSHARED",
            Self::AgencyTransferred { .. } => "AGENCY_TRANSFERRED",
            Self::UrgencyChanged { .. } => "URGENCY_CHANGED",
            Self::Transferred { .. } => "CASE_TRANSFERRED",
            Self::FactsCorrected { .. } => "FACTS_CORRECTED",
            Self::PersonCorrected => "PERSON_CORRECTED",
            Self::MandateRenewed { .. } => "MANDATE_RENEWED",
            Self::MandateRevoked { .. } => "MANDATE_REVOKED",
            Self::ReplyWarned => "REPLY_WARNED",
            Self::UntouchedWarned => "UNTOUCHED_WARNED",
            Self::ClosedUnconfirmed => "CLOSED_UNCONFIRMED",
            Self::Lapsed => "LAPSED",
            Self::Escalated {
                cause: Cause::Supervisor,
                ..
            } => "ESCALATED_BY_SUPERVISOR",
            Self::Escalated { to, .. } => match to {
                Rung::Holder => "ESCALATED_TO_HOLDER",
                Rung::Desk => "ESCALATED_TO_DESK",
                Rung::Supervision => "ESCALATED_TO_SUPERVISION",
            },
        }
    }
}

impl TriageReason {
    /// Its name, as clients read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AgencyNotEnrolled => "AGENCY_NOT_ENROLLED",
            Self::NoRule => "NO_RULE",
            Self::OpenQuestion => "OPEN_QUESTION",
            Self::ThirdRedirect => "THIRD_REDIRECT",
            Self::AgencyAlreadyTried => "AGENCY_ALREADY_TRIED",
            Self::Asked => "ASKED",
            Self::NoDeskTakesIt => "NO_DESK_TAKES_IT",
        }
    }
}
