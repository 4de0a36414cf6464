//! The one translation of scopes that engines use: a scope is a set of keys, a ticket is within it when it carries one.
//!
//! Engines store the keys of every ticket beside it and compare them with those of the reader, in lists and details
//! alike. [`keys_of`] and [`keys`] say together what `policy::Reach::sees` says; the tests of this module compare them.

use std::collections::BTreeSet;

use declic_domain::case::Case;
use declic_domain::policy::Reach;
use declic_domain::ticket::Ticket;

/// The keys a ticket of a case carries.
pub fn keys_of(case: &Case, ticket: &Ticket) -> BTreeSet<String> {
    let mut keys = BTreeSet::from([
        case.opener.resource(),
        case.organisation.resource(),
        ticket.desk.resource(),
        ticket.agency().resource(),
        territory(&case.departement),
    ]);
    if case.shared_with_team {
        keys.insert(team(case.organisation.as_str()));
    }
    keys
}

/// The keys a reader holds: it sees the tickets that carry one of them.
pub fn keys(reach: &Reach) -> BTreeSet<String> {
    match reach {
        Reach::Team { member, organisation } => {
            BTreeSet::from([member.resource(), team(organisation.as_str())])
        }
        Reach::Organisation(organisation) => BTreeSet::from([organisation.resource()]),
        Reach::Desks { desks, .. } => desks.iter().map(|desk| desk.resource()).collect(),
        Reach::Agency(agency) => BTreeSet::from([agency.resource()]),
        Reach::Territory(departements) => departements.iter().map(|code| territory(code)).collect(),
        Reach::Journal => BTreeSet::new(),
    }
}

fn team(organisation: &str) -> String {
    format!("teams/{organisation}")
}

fn territory(departement: &str) -> String {
    format!("departements/{departement}")
}
