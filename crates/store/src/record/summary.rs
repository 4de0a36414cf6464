//! What lists show of a ticket, read from its state and that of its case, past what they do not show.

use declic_domain::name::{CaseId, MemberId, OrganisationId, Reference};
use declic_ledger::codec::Reader;

use super::Error;
use super::facts::{facts_in_short, mandate, orientation_in_short};
use super::fields::{
    case_id, decode, desk, member, number, organisation, reference, skip_text, ticket_name, time,
};
use super::meta::effect;
use super::state::{VERSION, information, resolution, state};
use crate::summary::TicketSummary;

/// What a summary holds of the case.
struct OfCase {
    id: CaseId,
    reference: Reference,
    organisation: OrganisationId,
    opener: MemberId,
    urgent: bool,
}

/// The summary of a ticket, from the bytes of the states of its case and of itself.
///
/// # Errors
/// As [`super::state::decode_case`] and [`super::state::decode_ticket`], except that texts which are not shown are not
/// looked at; and when the ticket is one of another case.
pub fn of_states(case: &[u8], ticket: &[u8]) -> Result<TicketSummary, Error> {
    let case = decode(case, VERSION, of_case)?;
    let summary = decode(ticket, VERSION, |reader| of_ticket(reader, &case))?;
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
    let _shared_with_team = reader.bool()?;
    let urgent = reader.bool()?;
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
        urgent,
    })
}

fn of_ticket(reader: &mut Reader<'_>, case: &OfCase) -> Result<TicketSummary, Error> {
    let (name, version, state, epoch) = (ticket_name(reader)?, reader.u64()?, state(reader)?, reader.u32()?);
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
    })
}
