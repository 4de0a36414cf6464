//! States of cases and tickets, as their rows keep them.

use declic_domain::case::Case;
use declic_domain::ticket::{Alerts, Information, Resolution, State, Ticket};
use declic_ledger::codec::{MAX_LEN, Reader, Writer};

use super::Error;
use super::facts::{facts, mandate, orientation, write_facts, write_mandate, write_orientation};
use super::fields::{
    case_id, day, decode as read_record, desk, encode as write_record, event_id, member, number,
    organisation, reference, text, ticket_name, time, write_case_id, write_day, write_desk, write_event_id,
    write_option_member, write_option_number, write_option_time, write_reference, write_ticket_name,
    write_time,
};
use super::meta::{effect, item, outcome, write_effect, write_item, write_outcome};
use super::parts::{self, Parts};

pub(super) const VERSION: u8 = 1;

/// A ticket that has parts beside: they stand at its end.
const WITH_PARTS: u8 = 2;

/// The bytes of a case's state.
pub fn encode_case(case: &Case) -> Vec<u8> {
    write_record(VERSION, |writer| {
        write_case_id(writer, case.id);
        write_reference(writer, case.reference);
        writer.u64(case.version);
        writer.str(case.organisation.as_str()).str(case.opener.as_str());
        writer.bool(case.shared_with_team).bool(case.urgent);
        write_facts(writer, &case.facts);
        writer.str(&case.departement);
        write_mandate(writer, &case.mandate);
        write_time(writer, case.opened_at);
    })
}

/// A case's state.
///
/// # Errors
/// Every other sequence of bytes than [`encode_case`] writes.
pub fn decode_case(bytes: &[u8]) -> Result<Case, Error> {
    read_record(bytes, VERSION, |reader| {
        Ok(Case {
            id: case_id(reader)?,
            reference: reference(reader)?,
            version: reader.u64()?,
            organisation: organisation(reader)?,
            opener: member(reader)?,
            shared_with_team: reader.bool()?,
            urgent: reader.bool()?,
            facts: facts(reader)?,
            departement: text(reader)?,
            mandate: mandate(reader)?,
            opened_at: time(reader)?,
        })
    })
}

/// The bytes of a ticket's state.
pub fn encode_ticket(ticket: &Ticket) -> Vec<u8> {
    let parts = parts::of(ticket);
    let version = if parts.is_empty() { VERSION } else { WITH_PARTS };
    write_record(version, |writer| {
        write_ticket_name(writer, ticket.name);
        writer.u64(ticket.version);
        write_state(writer, ticket.state);
        writer.u32(ticket.epoch);
        write_desk(writer, &ticket.desk);
        write_option_member(writer, ticket.agent.as_ref());
        for time in [ticket.held_since, ticket.opened_at, ticket.updated_at] {
            write_time(writer, time);
        }
        for time in [ticket.acknowledged_at, ticket.resolved_at, ticket.closed_at] {
            write_option_time(writer, time);
        }
        writer.option(ticket.information.as_ref(), write_information);
        writer.u8(ticket.requests);
        writer.option(ticket.resolution, write_resolution);
        writer.option(ticket.effect, write_effect);
        write_facts(writer, &ticket.facts);
        write_orientation(writer, &ticket.orientation);
        writer.u8(ticket.hops);
        write_option_number(writer, ticket.predecessor);
        write_option_number(writer, ticket.successor);
        if !parts.is_empty() {
            parts::write(writer, &parts);
        }
    })
}

/// A ticket's state.
///
/// # Errors
/// Every other sequence of bytes than [`encode_ticket`] writes.
pub fn decode_ticket(bytes: &[u8]) -> Result<Ticket, Error> {
    let (ticket, parts) = read_ticket(bytes, |reader| {
        Ok(Ticket {
            name: ticket_name(reader)?,
            version: reader.u64()?,
            state: state(reader)?,
            epoch: reader.u32()?,
            desk: desk(reader)?,
            agent: reader.option(member)?,
            held_since: time(reader)?,
            opened_at: time(reader)?,
            updated_at: time(reader)?,
            acknowledged_at: reader.option(time)?,
            resolved_at: reader.option(time)?,
            closed_at: reader.option(time)?,
            information: reader.option(information)?,
            requests: reader.u8()?,
            resolution: reader.option(resolution)?,
            effect: reader.option(effect)?,
            facts: facts(reader)?,
            orientation: orientation(reader)?,
            hops: reader.u8()?,
            predecessor: reader.option(number)?,
            successor: reader.option(number)?,
            corrected: None,
            clocks: None,
            reminded_at: None,
            alerts: Alerts::default(),
            shared_with: Vec::new(),
            former_agencies: Vec::new(),
        })
    })?;
    Ok(parts.into_ticket(ticket))
}

/// Reads a ticket's state to its last byte: what `read` takes of it, then the parts it has beside.
pub(super) fn read_ticket<T>(
    bytes: &[u8],
    read: impl FnOnce(&mut Reader<'_>) -> Result<T, Error>,
) -> Result<(T, Parts), Error> {
    Reader::read_all(bytes, |reader| match reader.u8()? {
        VERSION => Ok((read(reader)?, Parts::default())),
        WITH_PARTS => Ok((read(reader)?, parts::read(reader)?)),
        found => Err(Error::Version(found)),
    })
}

/// The byte that stands for a state, also in the columns that lists are selected by.
pub fn state_code(state: State) -> u8 {
    match state {
        State::Routed => 1,
        State::Delivered => 2,
        State::Acknowledged => 3,
        State::AwaitingReply => 4,
        State::Resolved => 5,
        State::Closed => 6,
        State::Redirected => 7,
        State::Withdrawn => 8,
        State::Lapsed => 9,
    }
}

/// The state that a byte stands for.
pub fn state_of(code: u8) -> Option<State> {
    State::ALL.into_iter().find(|state| state_code(*state) == code)
}

pub(super) fn write_state(writer: &mut Writer, state: State) {
    writer.u8(state_code(state));
}

pub(super) fn state(reader: &mut Reader<'_>) -> Result<State, Error> {
    state_of(reader.u8()?).ok_or(Error::Value("the state of a ticket"))
}

pub(super) fn write_information(writer: &mut Writer, information: &Information) {
    write_event_id(writer, information.event);
    writer.list(&information.items, |writer, (kind, answered)| {
        write_item(writer, *kind);
        writer.bool(*answered);
    });
    write_day(writer, information.due_on);
}

pub(super) fn information(reader: &mut Reader<'_>) -> Result<Information, Error> {
    Ok(Information {
        event: event_id(reader)?,
        items: reader.list(MAX_LEN, |reader| Ok::<_, Error>((item(reader)?, reader.bool()?)))?,
        due_on: day(reader)?,
    })
}

fn write_resolution(writer: &mut Writer, resolution: Resolution) {
    write_event_id(writer, resolution.event);
    write_outcome(writer, resolution.outcome);
}

pub(super) fn resolution(reader: &mut Reader<'_>) -> Result<Resolution, Error> {
    Ok(Resolution {
        event: event_id(reader)?,
        outcome: outcome(reader)?,
    })
}
