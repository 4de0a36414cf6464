//! Decisions made again, for whoever sees the tickets they are about.

use std::collections::BTreeMap;

use declic_domain::name::TicketNumber;
use declic_domain::policy::{self, Action};
use declic_domain::replay::{Replay, is_by_rules, replay};
use declic_domain::rulebook::{Rulebook, Rules};
use declic_domain::ticket::Ticket;
use declic_proto::v1;
use declic_routing::Ruleset;
use declic_store::{StoredCase, record};
use sha2::{Digest as _, Sha256};

use crate::caller::Caller;
use crate::command;
use crate::hub::Hub;
use crate::status::Error;
use crate::wire::case::{Named, named};
use crate::wire::{Violations, facts};

/// What is there of the rules of a version.
#[derive(Clone)]
enum Found {
    Read(Rules),
    Unknown,
    Unreadable,
}

/// The rules that the tickets of one case were decided by.
struct Shelf<'h> {
    hub: &'h Hub,
    book: Rulebook,
    found: BTreeMap<String, Found>,
}

/// Decides again on every ticket of a case that the caller sees.
///
/// # Errors
/// The name's, the store's; unknown, or not for the caller.
pub async fn of_case(
    hub: &Hub,
    caller: &Caller,
    request: v1::ReplayRoutingRequest,
) -> Result<v1::ReplayRoutingResponse, Error> {
    let mut violations = Violations::default();
    let name = named(&mut violations, "name", &request.name);
    let number = match u16::try_from(request.ticket) {
        Ok(number) => TicketNumber::new(number),
        Err(_) => {
            violations.add("ticket", "is the number of a ticket, from 1; 0 means all of them");
            None
        }
    };
    let name = violations.finish_with(name)?;
    let scope = command::scope(caller)?;
    let stored = match name {
        Named::Id(id) => hub.store.case(&scope, id).await?,
        Named::Reference(reference) => hub.store.case_by_reference(&scope, reference).await?,
    };
    let stored = stored.ok_or(Error::Absent)?;
    let mut shelf = Shelf {
        hub,
        book: super::book(hub.store.as_ref()).await?,
        found: BTreeMap::new(),
    };
    let mut decisions = Vec::new();
    for ticket in seen(caller, &stored) {
        if number.is_none_or(|number| ticket.name.number == number) {
            decisions.push(of_ticket(&mut shelf, &stored, &ticket).await?);
        }
    }
    if decisions.is_empty() {
        return Err(Error::Absent);
    }
    Ok(v1::ReplayRoutingResponse { decisions })
}

fn seen(caller: &Caller, stored: &StoredCase) -> Vec<Ticket> {
    let file = stored.file();
    let case = file.case;
    let tickets = file.tickets.into_iter();
    tickets
        .filter(|ticket| policy::may(&caller.member, Action::ReplayRouting, &case, ticket))
        .collect()
}

async fn of_ticket(
    shelf: &mut Shelf<'_>,
    stored: &StoredCase,
    ticket: &Ticket,
) -> Result<v1::ReplayedDecision, Error> {
    use v1::ReplayOutcome as O;
    let mut told = v1::ReplayedDecision {
        ticket: ticket.name.resource(),
        ruleset: ticket.orientation.ruleset.clone(),
        facts_sha256: Sha256::digest(record::facts_of(&ticket.facts)).to_vec(),
        decided: Some(facts::decision(&ticket.orientation)),
        ..v1::ReplayedDecision::default()
    };
    if !is_by_rules(ticket) {
        told.set_outcome(O::ByHand);
        return Ok(told);
    }
    let rules = match shelf.rules_of(&ticket.orientation.ruleset).await? {
        Found::Read(rules) => rules,
        Found::Unknown => {
            told.set_outcome(O::RulesUnknown);
            return Ok(told);
        }
        Found::Unreadable => {
            told.set_outcome(O::RulesUnreadable);
            return Ok(told);
        }
    };
    let day = declic_calendar::Calendar::for_departement("").date_of(stored.row.case.opened_at);
    match replay(ticket, &rules, day) {
        Replay::Same => told.set_outcome(O::Same),
        Replay::FactsUnread => told.set_outcome(O::FactsUnread),
        Replay::Different(again) => {
            told.set_outcome(O::Different);
            let again = facts::decision(&again);
            told.differences = told
                .decided
                .as_ref()
                .map_or_else(Vec::new, |before| differences(before, &again));
            told.replayed = Some(again);
        }
    }
    Ok(told)
}

impl Shelf<'_> {
    /// The rules of a version, as decisions carry it: of the program, or stored. Each is read once.
    async fn rules_of(&mut self, version: &str) -> Result<Found, Error> {
        if let Some(found) = self.found.get(version) {
            return Ok(found.clone());
        }
        let found = self.look(version).await?;
        self.found.insert(version.to_owned(), found.clone());
        Ok(found)
    }

    async fn look(&self, version: &str) -> Result<Found, Error> {
        if Ruleset::embedded().version() == version {
            return Ok(Found::Read(Rules::Embedded));
        }
        let mut known = self.book.known.iter();
        let Some(known) = known.find(|known| known.proposal.version == version) else {
            return Ok(Found::Unknown);
        };
        let Some(file) = self.hub.store.rule_file(known.proposal.digest).await? else {
            return Ok(Found::Unknown);
        };
        Ok(match super::read(known.proposal.digest, file).await {
            Some(rules) => Found::Read(Rules::Stored(rules.into())),
            None => Found::Unreadable,
        })
    }
}

/// The fields of a decision that differ, by their names in the contract.
fn differences(before: &v1::RoutingDecision, after: &v1::RoutingDecision) -> Vec<String> {
    let fields = [
        ("outcome", before.outcome == after.outcome),
        ("agencies", before.agencies == after.agencies),
        ("candidates", before.candidates == after.candidates),
        ("question", before.question == after.question),
        ("ruleset", before.ruleset == after.ruleset),
        ("rules", before.rules == after.rules),
        ("reasons", before.reasons == after.reasons),
        ("would_change", before.would_change == after.would_change),
    ];
    let differ = fields.into_iter().filter(|(_, same)| !same);
    differ.map(|(name, _)| name.to_owned()).collect()
}
