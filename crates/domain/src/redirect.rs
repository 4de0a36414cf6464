//! Sending a ticket on: by the agency that is not competent, or by hand from a triage desk. A chain never loses the case.

use std::sync::Arc;

use declic_routing::{Facts, RawFacts, Regime, Stage};

use crate::case::CaseFile;
use crate::clock::Terms;
use crate::decide::{Change, Decision, Given, wrong};
use crate::directory::{Desk, Matter, is_triage};
use crate::event::{Kind, Opened, Orientation, RedirectReason, RoutingOutcome, TriageReason};
use crate::name::{AgencyId, TicketName};
use crate::opening::{address, departement, orientation, parse, routed, terms, triage};
use crate::refusal::Refusal;
use crate::text::{Personal, Text};
use crate::ticket::Ticket;

/// The redirect of a chain whose successor opens at a triage desk.
pub const LAST_REDIRECT: u8 = 3;

/// What an agency asks when it redirects.
pub(crate) struct Ask {
    pub(crate) reason: RedirectReason,
    pub(crate) message: String,
    pub(crate) commune: Option<String>,
    pub(crate) regime: Option<Regime>,
    pub(crate) agency: Option<AgencyId>,
}

pub(crate) fn redirect(
    file: &CaseFile,
    ticket: &Ticket,
    ask: Ask,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let target = target(file, ticket, &ask, given)?;
    let hops = ticket.hops.saturating_add(1);
    let (desk, orientation) = destination(file, ticket, &target, hops, given)?;
    if desk.name.agency == *ticket.agency() {
        return Err(Refusal::RedirectToSelf);
    }
    let successor = file
        .next_number()
        .ok_or(Refusal::Transition { state: ticket.state })?;
    let ended = Kind::Redirected {
        reason: ask.reason,
        successor,
    };
    let terms = terms(desk, &target.facts.benefit, &target.departement, given);
    let opened = Opened {
        hops,
        ..successor_of(file, ticket, desk, orientation, target.facts, terms)
    };
    let desk_name = TicketName {
        case: file.case.id,
        number: successor,
    };
    let mut change = Change::new(file);
    change.push(
        ticket.clone(),
        ended,
        Text::Personal(Personal::Message(ask.message)),
        given,
    )?;
    change.open(desk_name, Kind::Opened(Box::new(opened)), Text::None, given)?;
    Ok(change.decision())
}

pub(crate) fn route_by_hand(
    file: &CaseFile,
    ticket: &Ticket,
    agency: &AgencyId,
    reason: String,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    if !is_triage(ticket.agency()) {
        return Err(Refusal::NotAtTriage);
    }
    if agency == ticket.agency() {
        return Err(Refusal::RedirectToSelf);
    }
    if given.territory.agency(agency.as_str()).is_none() && !given.directory.agencies.contains_key(agency) {
        return Err(wrong(
            "agency",
            "no agency has this id: look it up with SearchCommunes and PreviewRouting",
        ));
    }
    let matter = matter(file, ticket.known_facts());
    let desk = given.directory.receiving_desk(agency, matter, given.now);
    let desk = desk.ok_or_else(|| {
        let problem = match given.directory.declines(agency, matter) {
            true => {
                "no desk of this agency takes this: reach it by its usual channel, or name another agency"
            }
            false => {
                "this agency is not enrolled: reach it by its usual channel and record it with RecordContact"
            }
        };
        wrong("agency", problem)
    })?;
    let orientation = by_hand(ticket, agency);
    let departement = where_it_is(file, ticket, given);
    hand_on(file, ticket, (desk, orientation, &departement), reason, given)
}

/// Hands a ticket whose agency has nobody to the triage desk; no redirect is counted. One that a triage desk leaves to
/// another stands there for the reason it had, and for the agency it was meant for.
pub(crate) fn to_triage(
    file: &CaseFile,
    ticket: &Ticket,
    reason: String,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let (why, intended) = match is_triage(ticket.agency()) {
        true => (
            ticket.orientation.triage.unwrap_or(TriageReason::Asked),
            ticket.orientation.intended.clone(),
        ),
        false => (TriageReason::AgencyNotEnrolled, Some(ticket.agency().clone())),
    };
    let departement = where_it_is(file, ticket, given);
    let (desk, orientation) = triage(given, &departement, why, intended, &ticket.orientation)?;
    if desk.name.agency == *ticket.agency() {
        return Err(Refusal::RedirectToSelf);
    }
    hand_on(file, ticket, (desk, orientation, &departement), reason, given)
}

/// The département of the facts as they are known; of the case, when they can no longer be read.
fn where_it_is(file: &CaseFile, ticket: &Ticket, given: &Given<'_>) -> String {
    let facts = parse(ticket.known_facts(), given);
    facts.map_or_else(
        |_| file.case.departement.clone(),
        |facts| departement(&facts, given),
    )
}

/// Ends a ticket and opens its successor at a desk, with the facts as they are known.
fn hand_on(
    file: &CaseFile,
    ticket: &Ticket,
    (desk, orientation, departement): (&Desk, Orientation, &str),
    reason: String,
    given: &mut Given<'_>,
) -> Result<Decision, Refusal> {
    let successor = file
        .next_number()
        .ok_or(Refusal::Transition { state: ticket.state })?;
    let facts = ticket.known_facts();
    let terms = terms(desk, &facts.benefit, departement, given);
    let opened = successor_of(file, ticket, desk, orientation, facts.clone(), terms);
    let name = TicketName {
        case: file.case.id,
        number: successor,
    };
    let mut change = Change::new(file);
    let text = Text::Personal(Personal::Message(reason));
    change.push(ticket.clone(), Kind::RoutedByHand { successor }, text, given)?;
    change.open(name, Kind::Opened(Box::new(opened)), Text::None, given)?;
    Ok(change.decision())
}

/// Where a redirect leads before the chain's own rules: an agency or triage, with the facts and reasons.
struct Target {
    agency: Option<AgencyId>,
    triage: TriageReason,
    facts: RawFacts,
    departement: String,
    orientation: Orientation,
}

fn target(file: &CaseFile, ticket: &Ticket, ask: &Ask, given: &Given<'_>) -> Result<Target, Refusal> {
    let mut facts = RawFacts {
        urgent: file.case.urgent,
        ..ticket.known_facts().clone()
    };
    match ask.reason {
        RedirectReason::OutsideTerritory => {
            let commune = ask
                .commune
                .as_ref()
                .ok_or_else(|| wrong("commune", "give the right commune"))?;
            facts = moved(ticket, facts, commune, given)?;
        }
        RedirectReason::WrongRegime => {
            let regime = ask
                .regime
                .ok_or_else(|| wrong("regime", "give the right regime"))?;
            facts.regime = regime.as_str().to_owned();
        }
        RedirectReason::PayerNotDecider => {
            facts.stage = Some(flipped(ticket, &facts, given)?.as_str().to_owned());
        }
        RedirectReason::OutsideCompetence | RedirectReason::LegalBar | RedirectReason::Other => {
            return named(ticket, ask, facts, given);
        }
    }
    let parsed = parse(&facts, given)?;
    let decision = routed(&parsed, given.rules, given.territory);
    let orientation = orientation(&decision);
    // Where several are competent the reasons name them all; the ticket goes to the first that is not the one leaving it.
    let elsewhere = decision
        .agencies
        .iter()
        .find(|agency| agency.as_str() != ticket.agency().as_str());
    let agency = elsewhere
        .or(decision.agencies.first())
        .map(|agency| AgencyId::parse(agency.as_str()));
    let agency = agency.transpose().map_err(|_| Refusal::Unknown)?;
    let triage = match decision.outcome {
        declic_routing::Outcome::Question => TriageReason::OpenQuestion,
        _ => TriageReason::NoRule,
    };
    let departement = departement(&parsed, given);
    Ok(Target {
        agency,
        triage,
        facts,
        departement,
        orientation,
    })
}

/// The agency the redirecting one proposes, or triage.
fn named(ticket: &Ticket, ask: &Ask, facts: RawFacts, given: &Given<'_>) -> Result<Target, Refusal> {
    let orientation = match &ask.agency {
        Some(agency) => {
            let known = given.territory.agency(agency.as_str()).is_some()
                || given.directory.agencies.contains_key(agency);
            if !known {
                return Err(wrong(
                    "agency",
                    "no agency has this id: leave it empty to ask for triage",
                ));
            }
            by_hand(ticket, agency)
        }
        None => ticket.orientation.clone(),
    };
    let departement = departement(&parse(&facts, given)?, given);
    let agency = ask.agency.clone();
    Ok(Target {
        agency,
        triage: TriageReason::Asked,
        facts,
        departement,
        orientation,
    })
}

fn destination<'d>(
    file: &CaseFile,
    ticket: &Ticket,
    target: &Target,
    hops: u8,
    given: &Given<'d>,
) -> Result<(&'d Desk, Orientation), Refusal> {
    let departement = target.departement.as_str();
    let to_triage = |reason, intended| triage(given, departement, reason, intended, &target.orientation);
    let Some(agency) = &target.agency else {
        return to_triage(target.triage, None);
    };
    if agency == ticket.agency() {
        return Err(Refusal::RedirectToSelf);
    }
    if hops >= LAST_REDIRECT {
        return to_triage(TriageReason::ThirdRedirect, Some(agency.clone()));
    }
    if file
        .chain(ticket.name.number)
        .iter()
        .any(|before| before.agency() == agency)
    {
        return to_triage(TriageReason::AgencyAlreadyTried, Some(agency.clone()));
    }
    let matter = matter(file, &target.facts);
    address(given, agency, matter, departement, &target.orientation)
}

/// What a desk is asked about the successor of a ticket.
fn matter<'a>(file: &'a CaseFile, facts: &'a RawFacts) -> Matter<'a> {
    Matter {
        benefit: &facts.benefit,
        blockage: facts.blockage.as_deref(),
        organisation: Some(&file.case.organisation),
    }
}

/// The facts with the right commune. Where an elected or relief domicile decides instead of the residence, that domicile
/// is what was wrong: it is corrected too, as soon as the residence alone changes nothing.
fn moved(
    ticket: &Ticket,
    mut facts: RawFacts,
    commune: &str,
    given: &Given<'_>,
) -> Result<RawFacts, Refusal> {
    facts.commune = commune.to_owned();
    if facts.elected_domicile.is_some() && stays(ticket, &facts, given)? {
        facts.elected_domicile = Some(commune.to_owned());
    }
    if facts.relief_domicile.is_some() && stays(ticket, &facts, given)? {
        facts.relief_domicile = Some(commune.to_owned());
    }
    Ok(facts)
}

/// Whether these facts lead to the agency that wants to redirect.
fn stays(ticket: &Ticket, facts: &RawFacts, given: &Given<'_>) -> Result<bool, Refusal> {
    let decision = routed(&parse(facts, given)?, given.rules, given.territory);
    Ok(decision
        .agencies
        .iter()
        .any(|agency| agency.as_str() == ticket.agency().as_str()))
}

/// The other stage than the one the ticket was routed for.
fn flipped(ticket: &Ticket, facts: &RawFacts, given: &Given<'_>) -> Result<Stage, Refusal> {
    let facts = parse(facts, given)?;
    Ok(match facts.stage {
        Some(Stage::Decision) => Stage::Payment,
        Some(Stage::Payment) => Stage::Decision,
        None => {
            // No stage was given: take the one that leads elsewhere.
            let deciding = Facts {
                stage: Some(Stage::Decision),
                ..facts
            };
            let same = stays(ticket, &deciding.to_raw(), given)?;
            if same { Stage::Payment } else { Stage::Decision }
        }
    })
}

fn by_hand(ticket: &Ticket, agency: &AgencyId) -> Orientation {
    Orientation {
        outcome: RoutingOutcome::ByHand,
        agencies: vec![agency.to_string()],
        candidates: Vec::new(),
        question: String::new(),
        ruleset: ticket.orientation.ruleset.clone(),
        rules: Vec::new(),
        reasons: Vec::new(),
        would_change: Vec::new(),
        triage: None,
        intended: None,
    }
}

fn successor_of(
    file: &CaseFile,
    ticket: &Ticket,
    desk: &Desk,
    orientation: Orientation,
    facts: RawFacts,
    terms: Arc<Terms>,
) -> Opened {
    Opened {
        case: file.case.common(),
        desk: desk.name.clone(),
        facts,
        orientation,
        predecessor: Some(ticket.name.number),
        epoch: ticket.epoch + 1,
        hops: ticket.hops,
        terms: Some(terms),
    }
}
