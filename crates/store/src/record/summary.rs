//! What lists show of a ticket: a record of its own beside the keys of the ticket, or read from its state and that of its
//! case, past what lists do not show.

use declic_domain::clock;
use declic_domain::name::{CaseId, MemberId, OrganisationId, Reference, TicketName};
use declic_domain::ticket::State;
use declic_ledger::codec::{Reader, Writer};

use super::Error;
use super::facts::{facts_in_short, mandate, orientation_in_short, triage, write_triage};
use super::fields::{
    agency, case_id, decode as read_record, desk, encode as write_record, member, number, option_text,
    organisation, reference, skip_text, text, ticket_name, time, write_desk, write_option_member,
    write_option_number, write_option_text, write_option_time, write_reference, write_time,
};
use super::meta::{effect, outcome, write_effect, write_outcome};
use super::state::{self, information, resolution, write_information};
use crate::summary::TicketSummary;

const VERSION: u8 = 1;

/// A summary whose ticket has a deadline: that stands first.
const WITH_DUE: u8 = 2;

/// The same two of a case that colleagues of the organisation may read.
const OF_TEAM: u8 = 3;
const OF_TEAM_WITH_DUE: u8 = 4;

/// The bytes of a summary, without what lists are selected and sorted by: name, state, and since when it is held.
pub fn encode(summary: &TicketSummary) -> Vec<u8> {
    let version = match (summary.shared_with_team, summary.due_at.is_some()) {
        (false, false) => VERSION,
        (false, true) => WITH_DUE,
        (true, false) => OF_TEAM,
        (true, true) => OF_TEAM_WITH_DUE,
    };
    write_record(version, |writer| {
        if let Some(due_at) = summary.due_at {
            write_time(writer, due_at);
        }
        write(writer, summary);
    })
}

/// A summary, with what stands beside it; `held_since_us` in microseconds since 1970 UTC.
///
/// # Errors
/// Every other sequence of bytes than [`encode`] writes, and a time that is none.
pub fn decode(
    bytes: &[u8],
    name: TicketName,
    state: State,
    held_since_us: i64,
) -> Result<TicketSummary, Error> {
    let held_since = jiff::Timestamp::from_microsecond(held_since_us).map_err(|_| Error::Value("a time"))?;
    let read = |reader: &mut Reader<'_>| -> Result<TicketSummary, Error> {
        Ok(TicketSummary {
            name,
            state,
            held_since,
            reference: reference(reader)?,
            urgent: reader.bool()?,
            opener: member(reader)?,
            organisation: organisation(reader)?,
            shared_with_team: false,
            version: reader.u64()?,
            epoch: reader.u32()?,
            desk: desk(reader)?,
            agent: reader.option(member)?,
            opened_at: time(reader)?,
            updated_at: time(reader)?,
            acknowledged_at: reader.option(time)?,
            resolved_at: reader.option(time)?,
            information: reader.option(information)?,
            outcome: reader.option(outcome)?,
            effect: reader.option(effect)?,
            benefit: text(reader)?,
            blockage: option_text(reader)?,
            triage: reader.option(triage)?,
            intended: reader.option(agency)?,
            predecessor: reader.option(number)?,
            successor: reader.option(number)?,
            due_at: None,
        })
    };
    Reader::read_all(bytes, |reader| {
        let (shared_with_team, has_due) = match reader.u8()? {
            VERSION => (false, false),
            WITH_DUE => (false, true),
            OF_TEAM => (true, false),
            OF_TEAM_WITH_DUE => (true, true),
            found => return Err(Error::Version(found)),
        };
        let due_at = if has_due { Some(time(reader)?) } else { None };
        Ok(TicketSummary {
            shared_with_team,
            due_at,
            ..read(reader)?
        })
    })
}

fn write(writer: &mut Writer, summary: &TicketSummary) {
    write_reference(writer, summary.reference);
    writer.bool(summary.urgent);
    writer
        .str(summary.opener.as_str())
        .str(summary.organisation.as_str());
    writer.u64(summary.version).u32(summary.epoch);
    write_desk(writer, &summary.desk);
    write_option_member(writer, summary.agent.as_ref());
    write_time(writer, summary.opened_at);
    write_time(writer, summary.updated_at);
    write_option_time(writer, summary.acknowledged_at);
    write_option_time(writer, summary.resolved_at);
    writer.option(summary.information.as_ref(), write_information);
    writer.option(summary.outcome, write_outcome);
    writer.option(summary.effect, write_effect);
    writer.str(&summary.benefit);
    write_option_text(writer, summary.blockage.as_deref());
    writer.option(summary.triage, write_triage);
    write_option_text(writer, summary.intended.as_ref().map(|agency| agency.as_str()));
    write_option_number(writer, summary.predecessor);
    write_option_number(writer, summary.successor);
}

/// What a summary holds of the case.
struct OfCase {
    id: CaseId,
    reference: Reference,
    organisation: OrganisationId,
    opener: MemberId,
    shared_with_team: bool,
    urgent: bool,
}

/// The summary of a ticket, from the bytes of the states of its case and of itself.
///
/// # Errors
/// As [`super::state::decode_case`] and [`super::state::decode_ticket`], except that texts which are not shown are not
/// looked at; and when the ticket is one of another case.
pub fn of_states(case: &[u8], ticket: &[u8]) -> Result<TicketSummary, Error> {
    let case = read_record(case, state::VERSION, of_case)?;
    let (mut summary, parts) = state::read_ticket(ticket, |reader| of_ticket(reader, &case))?;
    summary.due_at = parts.clocks.as_ref().and_then(clock::due_at);
    if summary.name.case == case.id {
        Ok(summary)
    } else {
        Err(Error::Value("the case of a ticket"))
    }
}

fn of_case(reader: &mut Reader<'_>) -> Result<OfCase, Error> {
    let (id, reference) = (case_id(reader)?, reference(reader)?);
    let _version = reader.u64()?;
    let (organisation, opener) = (organisation(reader)?, member(reader)?);
    let (shared_with_team, urgent) = (reader.bool()?, reader.bool()?);
    facts_in_short(reader)?;
    // The département.
    skip_text(reader)?;
    mandate(reader)?;
    let _opened_at = time(reader)?;
    Ok(OfCase {
        id,
        reference,
        organisation,
        opener,
        shared_with_team,
        urgent,
    })
}

fn of_ticket(reader: &mut Reader<'_>, case: &OfCase) -> Result<TicketSummary, Error> {
    let (name, version) = (ticket_name(reader)?, reader.u64()?);
    let (state, epoch) = (state::state(reader)?, reader.u32()?);
    let (desk, agent) = (desk(reader)?, reader.option(member)?);
    let (held_since, opened_at, updated_at) = (time(reader)?, time(reader)?, time(reader)?);
    let (acknowledged_at, resolved_at) = (reader.option(time)?, reader.option(time)?);
    let _closed_at = reader.option(time)?;
    let information = reader.option(information)?;
    let _requests = reader.u8()?;
    let (resolution, effect) = (reader.option(resolution)?, reader.option(effect)?);
    let (benefit, blockage) = facts_in_short(reader)?;
    let (triage, intended) = orientation_in_short(reader)?;
    let _hops = reader.u8()?;
    let (predecessor, successor) = (reader.option(number)?, reader.option(number)?);
    Ok(TicketSummary {
        name,
        state,
        held_since,
        reference: case.reference,
        urgent: case.urgent,
        opener: case.opener.clone(),
        organisation: case.organisation.clone(),
        shared_with_team: case.shared_with_team,
        version,
        epoch,
        desk,
        agent,
        opened_at,
        updated_at,
        acknowledged_at,
        resolved_at,
        information,
        outcome: resolution.map(|resolution| resolution.outcome),
        effect,
        benefit,
        blockage,
        triage,
        intended,
        predecessor,
        successor,
        due_at: None,
    })
}
