//! Enums of the contract and of the domain, one table each. The unspecified value parses to nothing.

use declic_calendar::Part;
use declic_domain::contact::{ContactChannel, ContactResult};
use declic_domain::directory::{Enrolment, OrganisationKind, Role};
use declic_domain::event::{Effect, ItemKind, Outcome, RedirectReason, RoutingOutcome};
use declic_domain::mandate::Channel;
use declic_domain::ticket::State;
use declic_proto::v1;

macro_rules! table {
    ($wire:ident, $parse:ident, $render:ident, $domain:ty, { $($w:ident = $d:path,)+ }) => {
        /// Reads the wire's value; unspecified and unknown give nothing.
        pub fn $parse(value: i32) -> Option<$domain> {
            match v1::$wire::try_from(value).ok()? {
                v1::$wire::Unspecified => None,
                $(v1::$wire::$w => Some($d),)+
            }
        }

        /// Writes the wire's value.
        pub fn $render(value: $domain) -> v1::$wire {
            match value {
                $($d => v1::$wire::$w,)+
            }
        }
    };
}

table!(TicketState, parse_state, state, State, {
    Routed = State::Routed,
    Delivered = State::Delivered,
    Acknowledged = State::Acknowledged,
    AwaitingReply = State::AwaitingReply,
    Resolved = State::Resolved,
    Closed = State::Closed,
    Redirected = State::Redirected,
    Withdrawn = State::Withdrawn,
    Lapsed = State::Lapsed,
});

table!(Outcome, parse_outcome, outcome, Outcome, {
    RightRestored = Outcome::RightRestored,
    ErrorCorrected = Outcome::ErrorCorrected,
    DecisionExplained = Outcome::DecisionExplained,
    RefusalConfirmed = Outcome::RefusalConfirmed,
    SentToStandardProcedure = Outcome::SentToStandardProcedure,
    Duplicate = Outcome::Duplicate,
    PersonUnknown = Outcome::PersonUnknown,
});

table!(Effect, parse_effect, effect, Effect, {
    Yes = Effect::Yes,
    Partly = Effect::Partly,
    No = Effect::No,
    Unknown = Effect::Unknown,
});

table!(InformationKind, parse_item_kind, item_kind, ItemKind, {
    Document = ItemKind::Document,
    Question = ItemKind::Question,
    Date = ItemKind::Date,
});

table!(RedirectReason, parse_redirect_reason, redirect_reason, RedirectReason, {
    OutsideTerritory = RedirectReason::OutsideTerritory,
    WrongRegime = RedirectReason::WrongRegime,
    PayerNotDecider = RedirectReason::PayerNotDecider,
    OutsideCompetence = RedirectReason::OutsideCompetence,
    LegalBar = RedirectReason::LegalBar,
    Other = RedirectReason::Other,
});

table!(ContactChannel, parse_contact_channel, contact_channel, ContactChannel, {
    Telephone = ContactChannel::Telephone,
    Email = ContactChannel::Email,
    Portal = ContactChannel::Portal,
    Mail = ContactChannel::Mail,
    Counter = ContactChannel::Counter,
    Meeting = ContactChannel::Meeting,
});

table!(ContactResult, parse_contact_result, contact_result, ContactResult, {
    Answered = ContactResult::Answered,
    AnswerAwaited = ContactResult::AnswerAwaited,
    NotReached = ContactResult::NotReached,
});

table!(MandateChannel, parse_channel, channel, Channel, {
    Signed = Channel::Signed,
    Oral = Channel::Oral,
    Sms = Channel::Sms,
});

table!(Role, parse_role, role, Role, {
    SocialWorker = Role::SocialWorker,
    OrganisationManager = Role::OrganisationManager,
    Agent = Role::Agent,
    DeskManager = Role::DeskManager,
    TriageAgent = Role::TriageAgent,
    Supervisor = Role::Supervisor,
    Auditor = Role::Auditor,
    Administrator = Role::Administrator,
    Connector = Role::Connector,
});

table!(ClosurePart, parse_closure_part, closure_part, Part, {
    Day = Part::Day,
    Morning = Part::Morning,
    Afternoon = Part::Afternoon,
});

table!(OrganisationKind, parse_organisation_kind, organisation_kind, OrganisationKind, {
    Ccas = OrganisationKind::Ccas,
    FranceServices = OrganisationKind::FranceServices,
    Departement = OrganisationKind::Departement,
    Association = OrganisationKind::Association,
    Hospital = OrganisationKind::Hospital,
    Other = OrganisationKind::Other,
});

table!(Enrolment, parse_enrolment, enrolment, Enrolment, {
    Connector = Enrolment::Connector,
    Console = Enrolment::Console,
    None = Enrolment::None,
});

/// Writes what routing could settle; a choice by hand names its agency, so it is routed.
pub fn routing_outcome(value: RoutingOutcome) -> v1::RoutingOutcome {
    match value {
        RoutingOutcome::Routed | RoutingOutcome::ByHand => v1::RoutingOutcome::Routed,
        RoutingOutcome::Question => v1::RoutingOutcome::Question,
        RoutingOutcome::Triage => v1::RoutingOutcome::Triage,
    }
}
