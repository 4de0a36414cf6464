//! Opening a case: route it, address each ticket to a desk, never refuse what routing cannot settle.

use std::sync::Arc;

use declic_routing::{Facts, Outcome, RawFacts, Territory, route};

use crate::case::{Case, MOST_TICKETS_AT_OPENING};
use crate::clock::Terms;
use crate::decide::{Change, Decision, Given};
use crate::directory::{Desk, Matter};
use crate::event::{CaseOpening, Kind, Opened, Orientation, RoutingOutcome, TriageReason};
use crate::mandate::Mandate;
use crate::name::{AgencyId, CaseId, OrganisationId, Reference, TicketName, TicketNumber};
use crate::policy::{self, Action};
use crate::refusal::Refusal;
use crate::rulebook::InForce;
use crate::text::{self, Personal, Text};

/// A case to open, parsed.
#[derive(Debug, Clone, PartialEq)]
pub struct Opening {
    /// The identifier drawn for it.
    pub id: CaseId,
    /// The reference drawn for it.
    pub reference: Reference,
    /// The facts routing reads.
    pub facts: RawFacts,
    /// What the person agreed to.
    pub mandate: Mandate,
    /// Whether it is urgent.
    pub urgent: bool,
    /// Whether colleagues may read it.
    pub shared_with_team: bool,
    /// Person, explanation and the mandate's words.
    pub words: text::Opening,
}

/// Opens a case with one ticket per competent agency.
pub fn open(opening: Opening, given: &mut Given<'_>) -> Result<Decision, Refusal> {
    if !policy::permits(given.actor.role, Action::OpenCase) || !given.actor.active {
        return Err(Refusal::Role);
    }
    let organisation = given.actor.organisation.clone().ok_or(Refusal::Role)?;
    let facts = parse(&opening.facts, given)?;
    let departement = departement(&facts, given);
    opening.mandate.check_on(given.today(&departement))?;
    let common = CaseOpening {
        reference: opening.reference,
        organisation,
        opener: given.actor.id.clone(),
        shared_with_team: opening.shared_with_team,
        urgent: opening.urgent,
        facts: facts.to_raw(),
        departement: departement.clone(),
        mandate: opening.mandate,
        opened_at: given.now,
    };
    let addresses = addresses(&facts, &common.organisation, &departement, given)?;
    for (desk, _) in &addresses {
        given
            .directory
            .check_found(&desk.name.agency, &opening.words.person)?;
    }
    let mut change = Change::of_new_case(Case::opened(opening.id, &common));
    for (index, (desk, orientation)) in addresses.into_iter().enumerate() {
        let number = u16::try_from(index + 1)
            .ok()
            .and_then(TicketNumber::new)
            .ok_or(Refusal::Unknown)?;
        let opened = Opened {
            case: common.clone(),
            desk: desk.name.clone(),
            facts: common.facts.clone(),
            orientation,
            predecessor: None,
            epoch: 1,
            hops: 0,
            terms: Some(terms(desk, facts.benefit.code, &departement, given)),
        };
        let words = Text::Personal(Personal::Opening(Box::new(opening.words.clone())));
        let name = TicketName {
            case: opening.id,
            number,
        };
        change.open(name, Kind::Opened(Box::new(opened)), words, given)?;
    }
    Ok(change.decision())
}

/// Where tickets with these facts go: desks with the reasons, at least one.
pub(crate) fn addresses<'d>(
    facts: &Facts,
    organisation: &OrganisationId,
    departement: &str,
    given: &Given<'d>,
) -> Result<Vec<(&'d Desk, Orientation)>, Refusal> {
    let raw = facts.to_raw();
    let matter = Matter {
        benefit: facts.benefit.code,
        blockage: raw.blockage.as_deref(),
        organisation: Some(organisation),
    };
    let decision = routed(facts, given.rules, given.territory);
    let orientation = orientation(&decision);
    let mut addresses = Vec::new();
    for agency in decision.agencies.iter().take(MOST_TICKETS_AT_OPENING) {
        let agency = AgencyId::parse(agency.as_str()).map_err(|_| Refusal::Unknown)?;
        addresses.push(address(given, &agency, matter, departement, &orientation)?);
    }
    if addresses.is_empty() {
        let reason = match decision.outcome {
            Outcome::Question => TriageReason::OpenQuestion,
            Outcome::Routed | Outcome::Triage => TriageReason::NoRule,
        };
        addresses.push(triage(given, departement, reason, None, &orientation)?);
    }
    Ok(addresses)
}

/// The desk that receives a ticket for this agency: its own when it is enrolled, staffed and takes it, else the triage
/// desk.
pub(crate) fn address<'d>(
    given: &Given<'d>,
    agency: &AgencyId,
    matter: Matter<'_>,
    departement: &str,
    orientation: &Orientation,
) -> Result<(&'d Desk, Orientation), Refusal> {
    match given.directory.receiving_desk(agency, matter, given.now) {
        Some(desk) => Ok((desk, orientation.clone())),
        None => {
            let reason = match given.directory.declines(agency, matter) {
                true => TriageReason::NoDeskTakesIt,
                false => TriageReason::AgencyNotEnrolled,
            };
            triage(given, departement, reason, Some(agency.clone()), orientation)
        }
    }
}

/// The triage desk of a département, with why the ticket stands there.
pub(crate) fn triage<'d>(
    given: &Given<'d>,
    departement: &str,
    reason: TriageReason,
    intended: Option<AgencyId>,
    orientation: &Orientation,
) -> Result<(&'d Desk, Orientation), Refusal> {
    // The hub does not start without a staffed national triage desk.
    let desk = given.directory.triage_desk(departement, given.now);
    let desk = desk.ok_or(Refusal::Unknown)?;
    Ok((
        desk,
        Orientation {
            triage: Some(reason),
            intended,
            ..orientation.clone()
        },
    ))
}

/// What holds for a ticket that is routed to this desk now.
pub(crate) fn terms(desk: &Desk, benefit: &str, departement: &str, given: &Given<'_>) -> Arc<Terms> {
    let agency = &desk.name.agency;
    let policy = given.directory.policies.of(agency, benefit);
    Arc::new(Terms::new(policy, given.directory.calendar(agency, departement)))
}

/// What a routing decision leaves on the ticket.
pub fn orientation(decision: &declic_routing::Decision) -> Orientation {
    Orientation {
        outcome: match decision.outcome {
            Outcome::Routed => RoutingOutcome::Routed,
            Outcome::Question => RoutingOutcome::Question,
            Outcome::Triage => RoutingOutcome::Triage,
        },
        agencies: decision.agencies.iter().map(ToString::to_string).collect(),
        candidates: decision.candidates.iter().map(ToString::to_string).collect(),
        question: decision
            .question
            .as_ref()
            .map(|question| question.text_fr.clone())
            .unwrap_or_default(),
        ruleset: decision.ruleset.to_string(),
        rules: decision.rules.iter().map(ToString::to_string).collect(),
        reasons: decision.reasons.clone(),
        would_change: decision.would_change.clone(),
        triage: None,
        intended: None,
    }
}

/// Reads facts for the day the rules are asked: the one given, else the day in mainland France.
pub(crate) fn parse(raw: &RawFacts, given: &Given<'_>) -> Result<Facts, Refusal> {
    Facts::parse(raw, given.today("")).map_err(|errors| {
        let problem = |error: declic_routing::FactError| (error.field.as_str(), error.problem.to_string());
        Refusal::Facts(errors.0.into_iter().map(problem).collect())
    })
}

/// Code of the département of the residence, or of the elected domicile where there is one.
pub(crate) fn departement_of(facts: &Facts, territory: &Territory) -> String {
    let place = facts.elected_domicile.unwrap_or(facts.commune);
    territory
        .departement_of(place.commune)
        .map_or_else(String::new, |found| found.code.to_owned())
}

pub(crate) fn departement(facts: &Facts, given: &Given<'_>) -> String {
    departement_of(facts, given.territory)
}

/// What the rules in force decide on these facts.
pub fn routed(facts: &Facts, rules: &InForce, territory: &Territory) -> declic_routing::Decision {
    route(facts, rules.of(facts, territory))
}

impl Case {
    /// The common part as its opening sets it; no event counted yet.
    pub fn opened(id: CaseId, opening: &CaseOpening) -> Self {
        Self {
            id,
            reference: opening.reference,
            version: 0,
            organisation: opening.organisation.clone(),
            opener: opening.opener.clone(),
            shared_with_team: opening.shared_with_team,
            urgent: opening.urgent,
            facts: opening.facts.clone(),
            departement: opening.departement.clone(),
            mandate: opening.mandate,
            opened_at: opening.opened_at,
        }
    }
}
