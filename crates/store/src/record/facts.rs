//! Facts, mandates and orientations: what both events and states hold.

use declic_domain::event::{CaseOpening, Orientation, RoutingOutcome, TriageReason};
use declic_domain::mandate::{Channel, Mandate};
use declic_domain::name::AgencyId;
use declic_ledger::codec::{MAX_LEN, Reader, Writer};
use declic_routing::RawFacts;

use super::Error;
use super::fields::{
    agency, codes, day, member, option_text, organisation, reference, skip_text, text, texts, time,
    write_day, write_option_text, write_reference, write_texts, write_time,
};

pub(super) fn write_facts(writer: &mut Writer, facts: &RawFacts) {
    // Every field is named, so that a new one cannot be forgotten.
    let RawFacts {
        commune,
        regime,
        benefit,
        blockage,
        stage,
        relief_domicile,
        elected_domicile,
        paying_body,
        seized_body,
        agricultural_status,
        local_scheme,
        has_basic_pension,
        special_scheme,
        life_event,
        urgent,
        on_date,
    } = facts;
    writer.str(commune).str(regime).str(benefit);
    let texts = [
        blockage,
        stage,
        relief_domicile,
        elected_domicile,
        paying_body,
        seized_body,
        agricultural_status,
        special_scheme,
        life_event,
        on_date,
    ];
    for given in texts {
        write_option_text(writer, given.as_deref());
    }
    for given in [*local_scheme, *has_basic_pension] {
        writer.option(given, |writer, value| {
            writer.bool(value);
        });
    }
    writer.bool(*urgent);
}

pub(super) fn facts(reader: &mut Reader<'_>) -> Result<RawFacts, Error> {
    Ok(RawFacts {
        commune: text(reader)?,
        regime: text(reader)?,
        benefit: text(reader)?,
        blockage: option_text(reader)?,
        stage: option_text(reader)?,
        relief_domicile: option_text(reader)?,
        elected_domicile: option_text(reader)?,
        paying_body: option_text(reader)?,
        seized_body: option_text(reader)?,
        agricultural_status: option_text(reader)?,
        special_scheme: option_text(reader)?,
        life_event: option_text(reader)?,
        on_date: option_text(reader)?,
        local_scheme: reader.option(Reader::bool)?,
        has_basic_pension: reader.option(Reader::bool)?,
        urgent: reader.bool()?,
    })
}

/// Benefit and blockage of facts, past the rest.
pub(super) fn facts_in_short(reader: &mut Reader<'_>) -> Result<(String, Option<String>), Error> {
    skip_text(reader)?;
    skip_text(reader)?;
    let (benefit, blockage) = (text(reader)?, option_text(reader)?);
    for _ in 0..9 {
        reader.option(skip_text)?;
    }
    for _ in 0..2 {
        reader.option(Reader::bool)?;
    }
    reader.bool()?;
    Ok((benefit, blockage))
}

/// A mandate that was taken back has the code of its channel plus this, and the day after it.
const REVOKED: u8 = 10;

pub(super) fn write_mandate(writer: &mut Writer, mandate: &Mandate) {
    let code = channel_code(mandate.channel);
    match mandate.revoked_on {
        None => {
            writer.u8(code);
        }
        Some(day) => {
            writer.u8(code + REVOKED);
            write_day(writer, day);
        }
    }
    write_day(writer, mandate.given_on);
    write_day(writer, mandate.expires_on);
}

pub(super) fn mandate(reader: &mut Reader<'_>) -> Result<Mandate, Error> {
    let code = reader.u8()?;
    let channel = |code| channel_of(code).ok_or(Error::Value("the channel of a mandate"));
    let (channel, revoked_on) = match code.checked_sub(REVOKED) {
        Some(code) => (channel(code)?, Some(day(reader)?)),
        None => (channel(code)?, None),
    };
    Ok(Mandate {
        channel,
        given_on: day(reader)?,
        expires_on: day(reader)?,
        revoked_on,
    })
}

fn channel_code(channel: Channel) -> u8 {
    match channel {
        Channel::Signed => 1,
        Channel::Oral => 2,
        Channel::Sms => 3,
    }
}

fn channel_of(code: u8) -> Option<Channel> {
    let channels = [Channel::Signed, Channel::Oral, Channel::Sms];
    channels
        .into_iter()
        .find(|channel| channel_code(*channel) == code)
}

pub(super) fn write_case_opening(writer: &mut Writer, opening: &CaseOpening) {
    write_reference(writer, opening.reference);
    writer.str(opening.organisation.as_str());
    writer.str(opening.opener.as_str());
    writer.bool(opening.shared_with_team).bool(opening.urgent);
    write_facts(writer, &opening.facts);
    writer.str(&opening.departement);
    write_mandate(writer, &opening.mandate);
    write_time(writer, opening.opened_at);
}

pub(super) fn case_opening(reader: &mut Reader<'_>) -> Result<CaseOpening, Error> {
    Ok(CaseOpening {
        reference: reference(reader)?,
        organisation: organisation(reader)?,
        opener: member(reader)?,
        shared_with_team: reader.bool()?,
        urgent: reader.bool()?,
        facts: facts(reader)?,
        departement: text(reader)?,
        mandate: mandate(reader)?,
        opened_at: time(reader)?,
    })
}

pub(super) fn write_orientation(writer: &mut Writer, orientation: &Orientation) {
    write_outcome(writer, orientation.outcome);
    write_texts(writer, &orientation.agencies);
    write_texts(writer, &orientation.candidates);
    writer.str(&orientation.question).str(&orientation.ruleset);
    write_texts(writer, &orientation.rules);
    write_texts(writer, &orientation.reasons);
    write_texts(writer, &orientation.would_change);
    writer.option(orientation.triage, write_triage);
    write_option_text(
        writer,
        orientation.intended.as_ref().map(|agency| agency.as_str()),
    );
}

pub(super) fn orientation(reader: &mut Reader<'_>) -> Result<Orientation, Error> {
    Ok(Orientation {
        outcome: outcome(reader)?,
        agencies: texts(reader)?,
        candidates: texts(reader)?,
        question: text(reader)?,
        ruleset: text(reader)?,
        rules: texts(reader)?,
        reasons: texts(reader)?,
        would_change: texts(reader)?,
        triage: reader.option(triage)?,
        intended: reader.option(agency)?,
    })
}

/// Reason for triage and intended agency of an orientation, past the rest.
pub(super) fn orientation_in_short(
    reader: &mut Reader<'_>,
) -> Result<(Option<TriageReason>, Option<AgencyId>), Error> {
    outcome(reader)?;
    for _ in 0..2 {
        reader.list(MAX_LEN, skip_text)?;
    }
    for _ in 0..2 {
        skip_text(reader)?;
    }
    for _ in 0..3 {
        reader.list(MAX_LEN, skip_text)?;
    }
    Ok((reader.option(triage)?, reader.option(agency)?))
}

codes!(write_outcome, outcome, RoutingOutcome, "the outcome of a routing", {
    1 => RoutingOutcome::Routed,
    2 => RoutingOutcome::Question,
    3 => RoutingOutcome::Triage,
    4 => RoutingOutcome::ByHand,
});

codes!(write_triage, triage, TriageReason, "a reason for triage", {
    1 => TriageReason::AgencyNotEnrolled,
    2 => TriageReason::NoRule,
    3 => TriageReason::OpenQuestion,
    4 => TriageReason::ThirdRedirect,
    5 => TriageReason::AgencyAlreadyTried,
    6 => TriageReason::Asked,
    17 => TriageReason::NoDeskTakesIt,
});
