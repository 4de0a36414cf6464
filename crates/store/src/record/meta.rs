//! The META section of an event: what happened, without words.

use std::sync::Arc;

use declic_domain::event::{
    Cause, Effect, Event, ItemKind, Kind, Opened, Outcome, Party, RedirectReason, Rung,
};
use declic_ledger::codec::{MAX_LEN, Reader, Writer};

use super::Error;
use super::clock::{terms, write_terms};
use super::contact::{contact, write_contact};
use super::facts::{
    case_opening, facts, mandate, orientation, write_case_opening, write_facts, write_mandate,
    write_orientation,
};
use super::fields::{
    agency, codes, day, decode as read_record, desk, encode as write_record, event_id, member, number, party,
    text, ticket_name, time, write_day, write_desk, write_event_id, write_number, write_option_member,
    write_option_number, write_party, write_ticket_name, write_time,
};
use super::state::{state, write_state};

const VERSION: u8 = 1;

/// What a META section holds beside its event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// Leaf hash of the ticket's event before it; zeros for its first.
    pub previous: [u8; 32],
    /// Hash of the request it answers; zeros for the hub's own commits.
    pub request: [u8; 32],
    /// Whom it is addressed to, in the order of the leaf's recipients.
    pub recipients: Vec<Party>,
}

/// The section's bytes.
pub fn encode(event: &Event, context: &Context) -> Vec<u8> {
    write_record(VERSION, |writer| {
        write_event(writer, event);
        writer.raw(&context.previous).raw(&context.request);
        writer.list(&context.recipients, write_party);
    })
}

/// The event and what stands beside it.
///
/// # Errors
/// Every other sequence of bytes than [`encode`] writes.
pub fn decode(bytes: &[u8]) -> Result<(Event, Context), Error> {
    read_record(bytes, VERSION, |reader| {
        let event = event(reader)?;
        let context = Context {
            previous: reader.array()?,
            request: reader.array()?,
            recipients: reader.list(MAX_LEN, party)?,
        };
        Ok((event, context))
    })
}

/// The name of what happened, as [`Kind::name`] gives it, from the text a database kept; `None` when no event has it.
pub fn kind_name(text: &str) -> Option<&'static str> {
    KINDS.iter().copied().find(|name| *name == text)
}

/// An opening, and one with the terms that hold for the ticket at its end.
const OPENED: u8 = 1;
const OPENED_ON_TERMS: u8 = 30;

/// Everything that can happen, by the names that a database keeps; a name is never taken away.
pub const KINDS: &[&str] = &[
    "OPENED",
    "DELIVERY_CONFIRMED",
    "ACKNOWLEDGED",
    "ASSIGNED",
    "INFORMATION_REQUESTED",
    "REPLIED",
    "TAKEN_BACK",
    "REDIRECTED",
    "ROUTED_BY_HAND",
    "RESOLVED",
    "CLOSED",
    "REOPENED",
    "WITHDRAWN",
    "MESSAGE_POSTED",
    "NOTE_ADDED",
    "CONTACT_RECORDED",
    "REMINDED",
    "SHARED",
    "UNSHARED",
    "AGENCY_TRANSFERRED",
    "URGENCY_CHANGED",
    "CASE_TRANSFERRED",
    "MANDATE_RENEWED",
    "MANDATE_REVOKED",
    "FACTS_CORRECTED",
    "PERSON_CORRECTED",
    "REPLY_WARNED",
    "UNTOUCHED_WARNED",
    "CLOSED_UNCONFIRMED",
    "LAPSED",
    "ESCALATED_TO_HOLDER",
    "ESCALATED_TO_DESK",
    "ESCALATED_TO_SUPERVISION",
    "ESCALATED_BY_SUPERVISOR",
];

fn write_event(writer: &mut Writer, event: &Event) {
    write_event_id(writer, event.id);
    write_ticket_name(writer, event.ticket);
    writer.u64(event.version).str(event.actor.as_str());
    write_party(writer, &event.party);
    write_time(writer, event.recorded_at);
    write_state(writer, event.state);
    write_kind(writer, &event.kind);
}

fn event(reader: &mut Reader<'_>) -> Result<Event, Error> {
    Ok(Event {
        id: event_id(reader)?,
        ticket: ticket_name(reader)?,
        version: reader.u64()?,
        actor: member(reader)?,
        party: party(reader)?,
        recorded_at: time(reader)?,
        state: state(reader)?,
        kind: kind(reader)?,
    })
}

fn write_kind(writer: &mut Writer, kind: &Kind) {
    match kind {
        Kind::Opened(opened) => {
            writer.u8(if opened.terms.is_some() {
                OPENED_ON_TERMS
            } else {
                OPENED
            });
            write_opened(writer, opened);
        }
        Kind::DeliveryConfirmed => {
            writer.u8(2);
        }
        Kind::Acknowledged { agent } => {
            writer.u8(3);
            write_option_member(writer, agent.as_ref());
        }
        Kind::Assigned { agent, desk } => {
            writer.u8(4);
            write_option_member(writer, agent.as_ref());
            write_desk(writer, desk);
        }
        Kind::InformationRequested { items, due_on } => {
            writer.u8(5);
            writer.list(items, |writer, item| write_item(writer, *item));
            write_day(writer, *due_on);
        }
        Kind::Replied { items } => {
            writer.u8(6).bytes(items);
        }
        Kind::TakenBack => {
            writer.u8(7);
        }
        Kind::Redirected { reason, successor } => {
            writer.u8(8);
            write_reason(writer, *reason);
            write_number(writer, *successor);
        }
        Kind::RoutedByHand { successor } => {
            writer.u8(9);
            write_number(writer, *successor);
        }
        Kind::Resolved { outcome } => {
            writer.u8(10);
            write_outcome(writer, *outcome);
        }
        Kind::Closed { effect } => {
            writer.u8(11);
            write_effect(writer, *effect);
        }
        Kind::Reopened { desk } => {
            writer.u8(12);
            write_desk(writer, desk);
        }
        Kind::Withdrawn => {
            writer.u8(13);
        }
        Kind::MessagePosted => {
            writer.u8(14);
        }
        Kind::NoteAdded => {
            writer.u8(15);
        }
        Kind::ContactRecorded(contact) => {
            writer.u8(40);
            write_contact(writer, contact);
        }
        Kind::Reminded => {
            writer.u8(41);
        }
        Kind::Shared { desk } => {
            writer.u8(42);
            write_desk(writer, desk);
        }
        Kind::Unshared { agency } => {
            writer.u8(43).str(agency.as_str());
        }
        Kind::AgencyTransferred { desk } => {
            writer.u8(44);
            write_desk(writer, desk);
        }
        Kind::UrgencyChanged { urgent } => {
            writer.u8(50).bool(*urgent);
        }
        Kind::Transferred { from, to } => {
            writer.u8(51).str(from.as_str()).str(to.as_str());
        }
        Kind::MandateRenewed { mandate } => {
            writer.u8(52);
            write_mandate(writer, mandate);
        }
        Kind::MandateRevoked { on } => {
            writer.u8(53);
            write_day(writer, *on);
        }
        Kind::PersonCorrected => {
            writer.u8(55);
        }
        Kind::FactsCorrected {
            before,
            after,
            departement,
        } => {
            writer.u8(54);
            write_facts(writer, before);
            write_facts(writer, after);
            writer.str(departement);
        }
        Kind::ReplyWarned => {
            writer.u8(60);
        }
        Kind::UntouchedWarned => {
            writer.u8(61);
        }
        Kind::ClosedUnconfirmed => {
            writer.u8(62);
        }
        Kind::Lapsed => {
            writer.u8(63);
        }
        Kind::Escalated { cause, to } => {
            writer.u8(64);
            write_cause(writer, *cause);
            write_rung(writer, *to);
        }
    }
}

fn kind(reader: &mut Reader<'_>) -> Result<Kind, Error> {
    Ok(match reader.u8()? {
        OPENED => Kind::Opened(Box::new(opened(reader)?)),
        OPENED_ON_TERMS => {
            let mut opened = opened(reader)?;
            opened.terms = Some(Arc::new(terms(reader)?));
            Kind::Opened(Box::new(opened))
        }
        2 => Kind::DeliveryConfirmed,
        3 => Kind::Acknowledged {
            agent: reader.option(member)?,
        },
        4 => Kind::Assigned {
            agent: reader.option(member)?,
            desk: desk(reader)?,
        },
        5 => Kind::InformationRequested {
            items: reader.list(MAX_LEN, item)?,
            due_on: day(reader)?,
        },
        6 => Kind::Replied {
            items: reader.bytes(MAX_LEN)?.to_vec(),
        },
        7 => Kind::TakenBack,
        8 => Kind::Redirected {
            reason: reason(reader)?,
            successor: number(reader)?,
        },
        9 => Kind::RoutedByHand {
            successor: number(reader)?,
        },
        10 => Kind::Resolved {
            outcome: outcome(reader)?,
        },
        11 => Kind::Closed {
            effect: effect(reader)?,
        },
        12 => Kind::Reopened { desk: desk(reader)? },
        13 => Kind::Withdrawn,
        14 => Kind::MessagePosted,
        15 => Kind::NoteAdded,
        40 => Kind::ContactRecorded(contact(reader)?),
        41 => Kind::Reminded,
        42 => Kind::Shared { desk: desk(reader)? },
        43 => Kind::Unshared {
            agency: agency(reader)?,
        },
        44 => Kind::AgencyTransferred { desk: desk(reader)? },
        50 => Kind::UrgencyChanged {
            urgent: reader.bool()?,
        },
        51 => Kind::Transferred {
            from: member(reader)?,
            to: member(reader)?,
        },
        52 => Kind::MandateRenewed {
            mandate: mandate(reader)?,
        },
        53 => Kind::MandateRevoked { on: day(reader)? },
        54 => Kind::FactsCorrected {
            before: Box::new(facts(reader)?),
            after: Box::new(facts(reader)?),
            departement: text(reader)?,
        },
        55 => Kind::PersonCorrected,
        60 => Kind::ReplyWarned,
        61 => Kind::UntouchedWarned,
        62 => Kind::ClosedUnconfirmed,
        63 => Kind::Lapsed,
        64 => Kind::Escalated {
            cause: cause(reader)?,
            to: rung(reader)?,
        },
        _ => return Err(Error::Value("what happened")),
    })
}

fn write_opened(writer: &mut Writer, opened: &Opened) {
    write_case_opening(writer, &opened.case);
    write_desk(writer, &opened.desk);
    write_facts(writer, &opened.facts);
    write_orientation(writer, &opened.orientation);
    write_option_number(writer, opened.predecessor);
    writer.u32(opened.epoch).u8(opened.hops);
    if let Some(terms) = &opened.terms {
        write_terms(writer, terms);
    }
}

fn opened(reader: &mut Reader<'_>) -> Result<Opened, Error> {
    Ok(Opened {
        case: case_opening(reader)?,
        desk: desk(reader)?,
        facts: facts(reader)?,
        orientation: orientation(reader)?,
        predecessor: reader.option(number)?,
        epoch: reader.u32()?,
        hops: reader.u8()?,
        terms: None,
    })
}

codes!(write_item, item, ItemKind, "the kind of an item", {
    1 => ItemKind::Document,
    2 => ItemKind::Question,
    3 => ItemKind::Date,
});

codes!(write_reason, reason, RedirectReason, "the reason of a redirect", {
    1 => RedirectReason::OutsideTerritory,
    2 => RedirectReason::WrongRegime,
    3 => RedirectReason::PayerNotDecider,
    4 => RedirectReason::OutsideCompetence,
    5 => RedirectReason::LegalBar,
    6 => RedirectReason::Other,
});

codes!(write_outcome, outcome, Outcome, "the outcome of a ticket", {
    1 => Outcome::RightRestored,
    2 => Outcome::ErrorCorrected,
    3 => Outcome::DecisionExplained,
    4 => Outcome::RefusalConfirmed,
    5 => Outcome::SentToStandardProcedure,
    6 => Outcome::Duplicate,
    7 => Outcome::PersonUnknown,
});

codes!(write_effect, effect, Effect, "the effect for the person", {
    1 => Effect::Yes,
    2 => Effect::Partly,
    3 => Effect::No,
    4 => Effect::Unknown,
});

codes!(write_cause, cause, Cause, "the cause of an escalation", {
    1 => Cause::Acknowledgement,
    2 => Cause::Resolution,
    3 => Cause::Supervisor,
});

codes!(write_rung, rung, Rung, "whom an escalation is told to", {
    1 => Rung::Holder,
    2 => Rung::Desk,
    3 => Rung::Supervision,
});
