//! The hand-over document: what an agency's software needs to act, in one JSON object.
//!
//! Its form is `schemas/handover.schema.json`. Names of codes are those of the contract without their prefix; dates are
//! ISO 8601, instants RFC 3339 in UTC; what does not apply is null, never absent.

use std::num::NonZeroU16;

use declic_proto::v1;
use declic_words::{Family, Lang, label};
use serde::Serialize;

/// The `schema` of every hand-over document.
pub const SCHEMA: &str = "declic/handover/v1";

/// A ticket with what its agency may read of the case. Printed, it shows no text.
#[derive(Clone, PartialEq, Serialize)]
#[expect(
    missing_docs,
    reason = "each member is described in schemas/handover.schema.json"
)]
pub struct Document {
    pub schema: &'static str,
    /// Grows with each file of the same ticket.
    pub revision: u64,
    pub ticket: String,
    pub case: String,
    pub reference: String,
    pub erased: bool,
    pub state: &'static str,
    pub state_label: String,
    pub epoch: u32,
    pub etag: String,
    pub agency: String,
    pub agency_display_name: String,
    pub desk: String,
    pub agent: Option<String>,
    pub holder: Option<Holder>,
    pub urgent: bool,
    pub benefit: String,
    pub blockage: String,
    pub blockage_label: String,
    pub opened_at: Option<String>,
    pub updated_at: Option<String>,
    pub acknowledged_at: Option<String>,
    pub resolved_at: Option<String>,
    pub organisation: String,
    pub opener: String,
    pub person: Option<Person>,
    pub explanation: String,
    pub mandate: Option<Mandate>,
    pub facts: Option<Facts>,
    pub routing: Option<Routing>,
    pub triage_reason: Option<String>,
    pub intended_agency: Option<String>,
    pub predecessor: Option<String>,
    pub successor: Option<String>,
    pub information_request: Option<InformationRequest>,
    pub outcome: Option<&'static str>,
    pub next_steps: Vec<NextStep>,
    pub effect: Option<&'static str>,
    pub events: Vec<Event>,
    pub other_tickets: Vec<OtherTicket>,
}

/// What remains of a ticket whose texts were erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(
    missing_docs,
    reason = "each member is described in schemas/handover.schema.json"
)]
pub struct Erased {
    pub schema: &'static str,
    pub revision: u64,
    pub ticket: String,
    pub reference: String,
    pub erased: bool,
}

/// The hub sent something no file can be made of.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// Not "cases/{case}/tickets/{number}".
    #[error("`{0}` is no ticket's name")]
    Ticket(String),
    /// A reference goes into a file's name: letters, digits and hyphens only.
    #[error("`{0}` is no case's reference")]
    Reference(String),
    /// The answer holds no ticket, or no case.
    #[error("the hub's answer is empty")]
    Empty,
}

/// Members as in the contract; empty texts become null.
#[derive(Clone, PartialEq, Serialize)]
pub struct Holder {
    party: String,
    display_name: String,
    since: Option<String>,
}

/// Members as in the contract; empty texts become null.
#[derive(Clone, PartialEq, Serialize)]
pub struct Person {
    given_name: String,
    family_name: String,
    birth_date: String,
    agency_identifier: Option<String>,
    nir: Option<String>,
}

/// Members as in the contract; empty texts become null.
#[derive(Clone, PartialEq, Serialize)]
pub struct Mandate {
    channel: &'static str,
    scope: String,
    given_on: String,
    expires_on: String,
    evidence: Option<String>,
}

/// Members as in the contract; empty texts become null.
#[derive(Clone, PartialEq, Serialize)]
pub struct Facts {
    commune: Option<String>,
    regime: &'static str,
    benefit: String,
    blockage: String,
    stage: Option<&'static str>,
    relief_domicile: Option<String>,
    elected_domicile: Option<String>,
    paying_body: Option<String>,
    seized_body: Option<String>,
    agricultural_status: Option<&'static str>,
    local_scheme: Option<bool>,
    has_basic_pension: Option<bool>,
    special_scheme: Option<String>,
    life_event: Option<String>,
    on_date: Option<String>,
}

/// Why the ticket came here.
#[derive(Clone, PartialEq, Serialize)]
pub struct Routing {
    outcome: &'static str,
    agencies: Vec<String>,
    ruleset: String,
    rules: Vec<String>,
    reasons: Vec<String>,
    would_change: Vec<String>,
}

/// What the agency asked for.
#[derive(Clone, PartialEq, Serialize)]
pub struct InformationRequest {
    items: Vec<Item>,
    due_on: Option<String>,
}

#[derive(Clone, PartialEq, Serialize)]
struct Item {
    number: usize,
    kind: &'static str,
    label: String,
    why: String,
    answered: bool,
}

/// Something that comes after the outcome.
#[derive(Clone, PartialEq, Serialize)]
pub struct NextStep {
    label: String,
    due_on: Option<String>,
}

/// Something that happened.
#[derive(Clone, PartialEq, Serialize)]
pub struct Event {
    event_id: String,
    ticket: String,
    number: u64,
    #[serde(rename = "type")]
    kind: String,
    state: &'static str,
    actor: String,
    actor_display_name: String,
    party_display_name: String,
    recorded_at: Option<String>,
    text: Option<String>,
    internal: bool,
    erased: bool,
}

/// A ticket of the same case at another agency.
#[derive(Clone, PartialEq, Serialize)]
pub struct OtherTicket {
    ticket: String,
    agency: String,
    state: &'static str,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("ticket", &self.ticket)
            .field("revision", &self.revision)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

impl Document {
    /// Makes the document of a ticket from the hub's answers.
    ///
    /// # Errors
    /// [`Unusable`]: name or reference are not of their form.
    pub fn new(
        revision: u64,
        ticket: v1::Ticket,
        case: v1::Case,
        events: Vec<v1::TicketEvent>,
    ) -> Result<Self, Unusable> {
        case_of(&ticket.name)?;
        check_reference(&ticket.reference)?;
        let state = state_name(ticket.state);
        let others = case.tickets.iter().filter(|other| other.name != ticket.name);
        Ok(Self {
            schema: SCHEMA,
            revision,
            erased: false,
            state,
            state_label: label(Lang::Fr, Family::TicketState, state),
            blockage_label: label(Lang::Fr, Family::Blockage, &ticket.blockage),
            other_tickets: others.map(OtherTicket::from).collect(),
            ticket: ticket.name,
            case: case.name,
            reference: ticket.reference,
            epoch: ticket.epoch,
            etag: ticket.etag,
            agency: ticket.agency,
            agency_display_name: ticket.agency_display_name,
            desk: ticket.desk,
            agent: some(ticket.agent),
            holder: ticket.holder.map(Holder::from),
            urgent: ticket.urgent,
            benefit: ticket.benefit,
            blockage: ticket.blockage,
            opened_at: ticket.open_time.and_then(rfc3339),
            updated_at: ticket.update_time.and_then(rfc3339),
            acknowledged_at: ticket.acknowledge_time.and_then(rfc3339),
            resolved_at: ticket.resolve_time.and_then(rfc3339),
            organisation: case.organisation,
            opener: case.opener,
            person: case.person.map(Person::from),
            explanation: case.explanation,
            mandate: case.mandate.map(Mandate::from),
            facts: case.facts.map(Facts::from),
            routing: ticket.decision.map(Routing::from),
            triage_reason: some(ticket.triage_reason),
            intended_agency: some(ticket.intended_agency),
            predecessor: some(ticket.predecessor),
            successor: some(ticket.successor),
            information_request: ticket.information_request.map(InformationRequest::from),
            outcome: set(named(
                v1::Outcome::try_from(ticket.outcome),
                v1::Outcome::as_str_name,
                "OUTCOME_",
            )),
            next_steps: ticket.next_steps.into_iter().map(NextStep::from).collect(),
            effect: set(named(
                v1::Effect::try_from(ticket.effect),
                v1::Effect::as_str_name,
                "EFFECT_",
            )),
            events: events.into_iter().map(Event::from).collect(),
        })
    }
}

impl Erased {
    /// What remains of this ticket.
    ///
    /// # Errors
    /// As [`Document::new`].
    pub fn new(revision: u64, ticket: &str, reference: &str) -> Result<Self, Unusable> {
        case_of(ticket)?;
        check_reference(reference)?;
        Ok(Self {
            schema: SCHEMA,
            revision,
            ticket: ticket.to_owned(),
            reference: reference.to_owned(),
            erased: true,
        })
    }
}

impl From<v1::Holder> for Holder {
    fn from(holder: v1::Holder) -> Self {
        Self {
            party: holder.party,
            display_name: holder.display_name,
            since: holder.since.and_then(rfc3339),
        }
    }
}

impl From<v1::Person> for Person {
    fn from(person: v1::Person) -> Self {
        Self {
            given_name: person.given_name,
            family_name: person.family_name,
            birth_date: person.birth_date,
            agency_identifier: some(person.agency_identifier),
            nir: some(person.nir),
        }
    }
}

impl From<v1::Mandate> for Mandate {
    fn from(mandate: v1::Mandate) -> Self {
        let channel = v1::MandateChannel::try_from(mandate.channel);
        Self {
            channel: named(channel, v1::MandateChannel::as_str_name, "MANDATE_CHANNEL_"),
            scope: mandate.scope,
            given_on: mandate.given_on,
            expires_on: mandate.expires_on,
            evidence: some(mandate.evidence),
        }
    }
}

impl From<v1::Facts> for Facts {
    fn from(facts: v1::Facts) -> Self {
        let regime = v1::Regime::try_from(facts.regime);
        let stage = v1::Stage::try_from(facts.stage);
        let status = v1::AgriculturalStatus::try_from(facts.agricultural_status);
        let status = named(
            status,
            v1::AgriculturalStatus::as_str_name,
            "AGRICULTURAL_STATUS_",
        );
        Self {
            commune: some(facts.commune),
            regime: named(regime, v1::Regime::as_str_name, "REGIME_"),
            benefit: facts.benefit,
            blockage: facts.blockage,
            stage: set(named(stage, v1::Stage::as_str_name, "STAGE_")),
            relief_domicile: some(facts.relief_domicile),
            elected_domicile: some(facts.elected_domicile),
            paying_body: some(facts.paying_body),
            seized_body: some(facts.seized_body),
            agricultural_status: set(status),
            local_scheme: facts.local_scheme,
            has_basic_pension: facts.has_basic_pension,
            special_scheme: some(facts.special_scheme),
            life_event: some(facts.life_event),
            on_date: some(facts.on_date),
        }
    }
}

impl From<v1::RoutingDecision> for Routing {
    fn from(decision: v1::RoutingDecision) -> Self {
        let outcome = v1::RoutingOutcome::try_from(decision.outcome);
        Self {
            outcome: named(outcome, v1::RoutingOutcome::as_str_name, "ROUTING_OUTCOME_"),
            agencies: decision.agencies,
            ruleset: decision.ruleset,
            rules: decision.rules,
            reasons: decision.reasons,
            would_change: decision.would_change,
        }
    }
}

impl From<v1::InformationRequest> for InformationRequest {
    fn from(request: v1::InformationRequest) -> Self {
        let items = request.items.into_iter().zip(1..);
        Self {
            items: items.map(|(item, number)| Item::numbered(number, item)).collect(),
            due_on: some(request.due_on),
        }
    }
}

impl Item {
    fn numbered(number: usize, item: v1::InformationItem) -> Self {
        let kind = v1::InformationKind::try_from(item.kind);
        Self {
            number,
            kind: named(kind, v1::InformationKind::as_str_name, "INFORMATION_KIND_"),
            label: item.label,
            why: item.why,
            answered: item.answered,
        }
    }
}

impl From<v1::NextStep> for NextStep {
    fn from(step: v1::NextStep) -> Self {
        Self {
            label: step.label,
            due_on: some(step.due_on),
        }
    }
}

impl From<v1::TicketEvent> for Event {
    fn from(event: v1::TicketEvent) -> Self {
        Self {
            event_id: hex(&event.event_id),
            ticket: event.ticket.clone(),
            number: event.number,
            kind: event.r#type,
            state: state_name(event.state),
            actor: event.actor,
            actor_display_name: event.actor_display_name,
            party_display_name: event.party_display_name,
            recorded_at: event.record_time.and_then(rfc3339),
            text: some(event.text),
            internal: event.internal,
            erased: event.erased,
        }
    }
}

impl From<&v1::Ticket> for OtherTicket {
    fn from(ticket: &v1::Ticket) -> Self {
        Self {
            ticket: ticket.name.clone(),
            agency: ticket.agency.clone(),
            state: state_name(ticket.state),
        }
    }
}

/// "cases/{case}" of "cases/{case}/tickets/{number}", which has one spelling: the one the hub writes.
pub(crate) fn case_of(ticket: &str) -> Result<String, Unusable> {
    let parts: Vec<_> = ticket.split('/').collect();
    let word = |text: &str| {
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        (1..=64).contains(&text.len()) && text.bytes().all(known)
    };
    let counts = |text: &str| {
        let number = text.parse::<NonZeroU16>();
        number.is_ok_and(|number| number.to_string() == text)
    };
    match parts.as_slice() {
        ["cases", case, "tickets", number] if word(case) && counts(number) => Ok(format!("cases/{case}")),
        _ => Err(Unusable::Ticket(ticket.chars().take(80).collect())),
    }
}

/// State of a ticket, "ACKNOWLEDGED"; "UNSPECIFIED" for one this program does not know.
pub(crate) fn state_name(state: i32) -> &'static str {
    named(
        v1::TicketState::try_from(state),
        v1::TicketState::as_str_name,
        "TICKET_STATE_",
    )
}

/// An instant as RFC 3339 in UTC; `None` for one that no calendar has.
pub(crate) fn rfc3339(time: prost_types::Timestamp) -> Option<String> {
    let instant = jiff::Timestamp::new(time.seconds, time.nanos).ok()?;
    Some(instant.to_string())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn check_reference(reference: &str) -> Result<(), Unusable> {
    let well_formed = (1..=32).contains(&reference.len())
        && reference.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if well_formed {
        Ok(())
    } else {
        Err(Unusable::Reference(reference.chars().take(80).collect()))
    }
}

const UNSPECIFIED: &str = "UNSPECIFIED";

fn named<E, X>(value: Result<E, X>, name: impl Fn(&E) -> &'static str, prefix: &str) -> &'static str {
    value.map_or(UNSPECIFIED, |value| {
        let name = name(&value);
        name.strip_prefix(prefix).unwrap_or(name)
    })
}

fn set(name: &'static str) -> Option<&'static str> {
    (name != UNSPECIFIED).then_some(name)
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
