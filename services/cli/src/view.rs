//! The JSON of `--json`: stable names, RFC 3339 times, codes of the contract without their prefix, `null` for what is
//! absent. docs/guides/cli.md documents it.

mod explained;

use declic_proto::v1;
use jiff::Timestamp;
use serde::Serialize;

use crate::case_file::{AgriculturalStatus, Channel, Facts, Person, Regime, Stage};
use crate::names::number_of;

pub use explained::Explained;

/// A case, with its tickets.
#[derive(Debug, Serialize)]
pub struct Case {
    pub name: String,
    pub reference: String,
    pub etag: String,
    pub state: &'static str,
    pub open_time: Option<Timestamp>,
    pub organisation: String,
    pub opener: String,
    pub opener_display_name: String,
    pub shared_with_team: bool,
    pub urgent: bool,
    pub facts: Option<Facts>,
    pub person: Option<Person>,
    pub explanation: Option<String>,
    pub mandate: Option<Mandate>,
    pub tickets: Vec<Ticket>,
}

/// What the person agreed to, as far as the caller may read it.
#[derive(Debug, Serialize)]
pub struct Mandate {
    pub channel: Channel,
    pub scope: Option<String>,
    pub given_on: String,
    pub expires_on: String,
    pub evidence: Option<String>,
    pub revoked_on: Option<String>,
}

/// A ticket; `events` only where a thread was asked for.
#[derive(Debug, Serialize)]
pub struct Ticket {
    pub name: String,
    pub reference: String,
    pub number: Option<u32>,
    pub etag: Option<String>,
    pub state: &'static str,
    pub epoch: Option<u32>,
    pub agency: String,
    pub agency_display_name: String,
    pub desk: Option<String>,
    pub agent: Option<String>,
    pub holder: Option<Holder>,
    pub benefit: Option<String>,
    pub blockage: Option<String>,
    pub urgent: bool,
    pub open_time: Option<Timestamp>,
    pub update_time: Option<Timestamp>,
    pub acknowledge_time: Option<Timestamp>,
    pub resolve_time: Option<Timestamp>,
    pub due_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remind_time: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shared_with: Vec<TicketReader>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub former_agencies: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_identifiers: Vec<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation_level: Option<u32>,
    pub information_request: Option<InformationRequest>,
    pub outcome: Option<&'static str>,
    pub next_steps: Vec<NextStep>,
    pub effect: Option<&'static str>,
    pub decision: Option<Decision>,
    pub proposal: Option<Decision>,
    pub triage_reason: Option<String>,
    pub intended_agency: Option<String>,
    pub predecessor: Option<String>,
    pub successor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<Vec<Event>>,
}

/// An agency that may read a ticket it does not treat.
#[derive(Debug, Serialize)]
pub struct TicketReader {
    pub agency: String,
    pub agency_display_name: String,
    pub desk: String,
}

/// The one party a ticket waits for.
#[derive(Debug, Serialize)]
pub struct Holder {
    pub party: String,
    pub display_name: String,
    pub since: Option<Timestamp>,
}

/// What an agency asks for.
#[derive(Debug, Serialize)]
pub struct InformationRequest {
    pub due_on: Option<String>,
    pub items: Vec<Item>,
}

/// One thing asked for.
#[derive(Debug, Serialize)]
pub struct Item {
    pub number: usize,
    pub kind: &'static str,
    pub label: String,
    pub why: String,
    pub answered: bool,
}

/// Something that comes after the outcome.
#[derive(Debug, Serialize)]
pub struct NextStep {
    pub label: String,
    pub due_on: Option<String>,
}

/// Where a case goes, and why.
#[derive(Debug, Serialize)]
pub struct Decision {
    pub outcome: &'static str,
    pub agencies: Vec<String>,
    pub candidates: Vec<String>,
    pub question: Option<String>,
    pub ruleset: String,
    pub rules: Vec<String>,
    pub reasons: Vec<String>,
    pub would_change: Vec<String>,
    #[serde(flatten)]
    pub explained: Explained,
}

/// Something that happened on a ticket.
#[derive(Debug, Serialize)]
pub struct Event {
    pub event_id: String,
    /// The ticket it happened on: the one asked for, or one that it follows.
    pub ticket: Option<String>,
    pub number: u64,
    #[serde(rename = "type")]
    pub kind: String,
    pub state: &'static str,
    pub actor: String,
    pub actor_display_name: String,
    pub party_display_name: String,
    pub record_time: Option<Timestamp>,
    pub text: Option<String>,
    pub internal: bool,
    pub erased: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
}

/// How an agency was reached by its usual channel.
#[derive(Debug, Serialize)]
pub struct Contact {
    pub agency: String,
    pub agency_display_name: String,
    pub channel: &'static str,
    pub contacted_on: String,
    pub result: &'static str,
    pub next_step: Option<NextStep>,
}

/// What a command did.
#[derive(Debug, Serialize)]
pub struct Confirmation {
    pub ticket: String,
    pub state: &'static str,
    pub etag: String,
    pub epoch: u32,
    pub agency: String,
    pub event_id: String,
    pub record_time: Option<Timestamp>,
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _infallible = write!(text, "{byte:02x}");
            text
        })
}

/// Code of a ticket's state, without its prefix.
pub fn state_code(state: v1::TicketState) -> &'static str {
    bare(state.as_str_name(), "TICKET_STATE_")
}

/// A value of an enum without its prefix.
pub fn bare(name: &'static str, prefix: &str) -> &'static str {
    name.strip_prefix(prefix).unwrap_or(name)
}

/// An agency as people read it, without `agencies/`.
pub fn slug(agency: &str) -> &str {
    agency.strip_prefix("agencies/").unwrap_or(agency)
}

/// `None` for an empty text.
pub fn given(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

/// A time of the contract; `None` when absent or outside the calendar.
pub fn time(time: Option<prost_types::Timestamp>) -> Option<Timestamp> {
    time.and_then(|time| Timestamp::new(time.seconds, time.nanos).ok())
}

impl From<v1::Case> for Case {
    fn from(case: v1::Case) -> Self {
        let state = bare(case.state().as_str_name(), "CASE_STATE_");
        let tickets = case.tickets.into_iter().map(|mut ticket| {
            // Of another agency's ticket the hub says name, agency and state only; its reference is the case's.
            ticket.reference.clone_from(&case.reference);
            Ticket::from(ticket)
        });
        let tickets = tickets.collect();
        Self {
            state,
            name: case.name,
            reference: case.reference,
            etag: case.etag,
            open_time: time(case.open_time),
            organisation: case.organisation,
            opener: case.opener,
            opener_display_name: case.opener_display_name,
            shared_with_team: case.shared_with_team,
            urgent: case.urgent,
            facts: case.facts.map(facts),
            person: case.person.map(person),
            explanation: given(case.explanation),
            mandate: case.mandate.and_then(mandate),
            tickets,
        }
    }
}

impl From<v1::Ticket> for Ticket {
    fn from(ticket: v1::Ticket) -> Self {
        let (outcome, effect) = (ticket.outcome(), ticket.effect());
        Self {
            number: number_of(&ticket.name),
            state: state_code(ticket.state()),
            name: ticket.name,
            reference: ticket.reference,
            etag: given(ticket.etag),
            epoch: Some(ticket.epoch).filter(|epoch| *epoch > 0),
            agency: ticket.agency,
            agency_display_name: ticket.agency_display_name,
            desk: given(ticket.desk),
            agent: given(ticket.agent),
            holder: ticket.holder.map(|holder| Holder {
                party: holder.party,
                display_name: holder.display_name,
                since: time(holder.since),
            }),
            benefit: given(ticket.benefit),
            blockage: given(ticket.blockage),
            urgent: ticket.urgent,
            open_time: time(ticket.open_time),
            update_time: time(ticket.update_time),
            acknowledge_time: time(ticket.acknowledge_time),
            resolve_time: time(ticket.resolve_time),
            due_time: time(ticket.due_time),
            remind_time: time(ticket.remind_time),
            shared_with: ticket.shared_with.into_iter().map(TicketReader::from).collect(),
            former_agencies: ticket.former_agencies,
            missing_identifiers: ticket.missing_identifiers,
            read_only: ticket.read_only,
            escalation_level: Some(ticket.escalation_level).filter(|level| *level > 0),
            information_request: ticket.information_request.map(InformationRequest::from),
            outcome: (outcome != v1::Outcome::Unspecified).then(|| bare(outcome.as_str_name(), "OUTCOME_")),
            next_steps: ticket.next_steps.into_iter().map(NextStep::from).collect(),
            effect: (effect != v1::Effect::Unspecified).then(|| bare(effect.as_str_name(), "EFFECT_")),
            decision: ticket.decision.map(Decision::from),
            proposal: ticket.proposal.map(Decision::from),
            triage_reason: given(ticket.triage_reason),
            intended_agency: given(ticket.intended_agency),
            predecessor: given(ticket.predecessor),
            successor: given(ticket.successor),
            events: None,
        }
    }
}

impl From<v1::TicketReader> for TicketReader {
    fn from(reader: v1::TicketReader) -> Self {
        Self {
            agency: reader.agency,
            agency_display_name: reader.agency_display_name,
            desk: reader.desk,
        }
    }
}

impl From<v1::InformationRequest> for InformationRequest {
    fn from(request: v1::InformationRequest) -> Self {
        let items = request.items.into_iter().zip(1..).map(|(item, number)| Item {
            number,
            kind: bare(item.kind().as_str_name(), "INFORMATION_KIND_"),
            label: item.label,
            why: item.why,
            answered: item.answered,
        });
        Self {
            due_on: given(request.due_on),
            items: items.collect(),
        }
    }
}

impl From<v1::RoutingDecision> for Decision {
    fn from(mut decision: v1::RoutingDecision) -> Self {
        Self {
            explained: Explained::from(&mut decision),
            outcome: bare(decision.outcome().as_str_name(), "ROUTING_OUTCOME_"),
            agencies: decision.agencies,
            candidates: decision.candidates,
            question: given(decision.question),
            ruleset: decision.ruleset,
            rules: decision.rules,
            reasons: decision.reasons,
            would_change: decision.would_change,
        }
    }
}

impl From<v1::TicketEvent> for Event {
    fn from(event: v1::TicketEvent) -> Self {
        Self {
            event_id: hex(&event.event_id),
            number: event.number,
            state: state_code(event.state()),
            ticket: given(event.ticket),
            kind: event.r#type,
            actor: event.actor,
            actor_display_name: event.actor_display_name,
            party_display_name: event.party_display_name,
            record_time: time(event.record_time),
            text: given(event.text),
            internal: event.internal,
            erased: event.erased,
            contact: event.contact.map(Contact::from),
        }
    }
}

impl From<v1::Contact> for Contact {
    fn from(contact: v1::Contact) -> Self {
        Self {
            channel: bare(contact.channel().as_str_name(), "CONTACT_CHANNEL_"),
            result: bare(contact.result().as_str_name(), "CONTACT_RESULT_"),
            agency: contact.agency,
            agency_display_name: contact.agency_display_name,
            contacted_on: contact.contacted_on,
            next_step: contact.next_step.map(NextStep::from),
        }
    }
}

impl From<v1::NextStep> for NextStep {
    fn from(step: v1::NextStep) -> Self {
        Self {
            label: step.label,
            due_on: given(step.due_on),
        }
    }
}

impl From<v1::Confirmation> for Confirmation {
    fn from(confirmation: v1::Confirmation) -> Self {
        Self {
            state: state_code(confirmation.state()),
            ticket: confirmation.ticket,
            etag: confirmation.etag,
            epoch: confirmation.epoch,
            agency: confirmation.agency,
            event_id: hex(&confirmation.event_id),
            record_time: time(confirmation.record_time),
        }
    }
}

fn facts(facts: v1::Facts) -> Facts {
    Facts {
        regime: Regime::of(facts.regime()).unwrap_or(Regime::Unknown),
        stage: Stage::of(facts.stage()),
        agricultural_status: AgriculturalStatus::of(facts.agricultural_status()),
        commune: facts.commune,
        benefit: facts.benefit,
        blockage: given(facts.blockage),
        relief_domicile: given(facts.relief_domicile),
        elected_domicile: given(facts.elected_domicile),
        paying_body: given(facts.paying_body),
        seized_body: given(facts.seized_body),
        local_scheme: facts.local_scheme,
        has_basic_pension: facts.has_basic_pension,
        special_scheme: given(facts.special_scheme),
        life_event: given(facts.life_event),
        on_date: given(facts.on_date),
    }
}

fn person(person: v1::Person) -> Person {
    Person {
        given_name: person.given_name,
        family_name: person.family_name,
        birth_date: person.birth_date,
        agency_identifier: given(person.agency_identifier),
        nir: given(person.nir),
    }
}

fn mandate(mandate: v1::Mandate) -> Option<Mandate> {
    let channel = match mandate.channel() {
        v1::MandateChannel::Signed => Channel::Signed,
        v1::MandateChannel::Oral => Channel::Oral,
        v1::MandateChannel::Sms => Channel::Sms,
        v1::MandateChannel::Unspecified => return None,
    };
    Some(Mandate {
        channel,
        scope: given(mandate.scope),
        given_on: mandate.given_on,
        expires_on: mandate.expires_on,
        evidence: given(mandate.evidence),
        revoked_on: given(mandate.revoked_on),
    })
}
