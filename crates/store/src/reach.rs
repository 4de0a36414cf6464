//! The one translation of scopes that engines use: a scope is a set of keys, a ticket is within it when it carries one.
//!
//! Engines store the keys of every ticket beside it and compare them with those of the reader, in lists and details
//! alike. A ticket carries at most two keys of one reader (a social worker and its team; an agency that reads a ticket is
//! never the one that treats it). [`keys_of`] and [`keys`] say
//! together what `policy::Reach::sees` says; the tests of this module compare them.

use std::collections::BTreeSet;

use declic_domain::case::Case;
use declic_domain::policy::Reach;
use declic_domain::ticket::Ticket;

const SHARED: &str = "shared/";

/// The keys a ticket of a case carries.
pub fn keys_of(case: &Case, ticket: &Ticket) -> BTreeSet<String> {
    let mut keys = BTreeSet::from([
        own(case),
        case.organisation.resource(),
        ticket.desk.resource(),
        ticket.agency().resource(),
        territory(&case.departement),
    ]);
    for desk in &ticket.shared_with {
        keys.extend([shared(&desk.resource()), shared(&desk.agency.resource())]);
    }
    if case.shared_with_team {
        keys.insert(team(case.organisation.as_str()));
    }
    keys
}

/// The keys a reader holds: it sees the tickets that carry one of them.
pub fn keys(reach: &Reach) -> BTreeSet<String> {
    match reach {
        Reach::Team { member, organisation } => BTreeSet::from([
            own_of(member.as_str(), organisation.as_str()),
            team(organisation.as_str()),
        ]),
        Reach::Organisation(organisation) => BTreeSet::from([organisation.resource()]),
        Reach::Desks { desks, .. } => {
            let desks = desks.iter().map(|desk| desk.resource());
            desks.flat_map(|desk| [shared(&desk), desk]).collect()
        }
        Reach::Agency(agency) => BTreeSet::from([shared(&agency.resource()), agency.resource()]),
        Reach::Treated(agency) => BTreeSet::from([agency.resource()]),
        Reach::Territory(departements) => departements.iter().map(|code| territory(code)).collect(),
        Reach::Journal => BTreeSet::new(),
    }
}

/// The keys a reader holds of what it treats: those of [`keys`] without what is only shown to its desks or its agency.
pub fn treated_keys(reach: &Reach) -> BTreeSet<String> {
    let mut held = keys(reach);
    held.retain(|key| !key.starts_with(SHARED));
    held
}

/// The key of whoever follows a case. A social worker's own cases are those opened for the present organisation.
pub fn own(case: &Case) -> String {
    own_of(case.opener.as_str(), case.organisation.as_str())
}

fn own_of(member: &str, organisation: &str) -> String {
    format!("organisations/{organisation}/members/{member}")
}

/// What is shown to a desk or an agency is not theirs to treat: another key.
fn shared(with: &str) -> String {
    format!("{SHARED}{with}")
}

fn team(organisation: &str) -> String {
    format!("teams/{organisation}")
}

fn territory(departement: &str) -> String {
    format!("departements/{departement}")
}

#[cfg(test)]
mod tests {
    use declic_domain::event::{CaseOpening, Event, Kind, Opened, Orientation, Party, RoutingOutcome};
    use declic_domain::mandate::{Channel, Mandate};
    use declic_domain::name::{
        AgencyId, CaseId, DeskName, EventId, MemberId, OrganisationId, Reference, TicketName, TicketNumber,
    };
    use declic_domain::ticket::State;
    use declic_routing::RawFacts;
    use jiff::Timestamp;
    use jiff::civil::date;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    // Names that repeat across kinds: a key of one kind must never be taken for one of another.
    const NAMES: [&str; 3] = ["56", "caf-56", "a.b"];

    fn member() -> impl Strategy<Value = MemberId> {
        prop::sample::select(&NAMES).prop_map(|id| MemberId::parse(id).expect("the id of a member"))
    }

    fn organisation() -> impl Strategy<Value = OrganisationId> {
        prop::sample::select(&NAMES)
            .prop_map(|id| OrganisationId::parse(id).expect("the id of an organisation"))
    }

    fn agency() -> impl Strategy<Value = AgencyId> {
        prop::sample::select(&NAMES).prop_map(|id| AgencyId::parse(id).expect("the id of an agency"))
    }

    fn desk() -> impl Strategy<Value = DeskName> {
        (agency(), prop::sample::select(&NAMES))
            .prop_map(|(agency, name)| DeskName::new(agency, name).expect("the name of a desk"))
    }

    fn departement() -> impl Strategy<Value = String> {
        prop::sample::select(vec!["", "56", "2A"]).prop_map(str::to_owned)
    }

    fn reach() -> impl Strategy<Value = Reach> {
        prop_oneof![
            (member(), organisation())
                .prop_map(|(member, organisation)| Reach::Team { member, organisation }),
            organisation().prop_map(Reach::Organisation),
            (
                agency(),
                prop::collection::btree_set(prop::sample::select(&NAMES), 0..3)
            )
                .prop_map(|(agency, names)| {
                    let named = |name: &str| DeskName::new(agency.clone(), name).expect("the name of a desk");
                    let desks = names.into_iter().map(named).collect();
                    Reach::Desks { agency, desks }
                }),
            agency().prop_map(Reach::Agency),
            agency().prop_map(Reach::Treated),
            prop::collection::btree_set(departement(), 0..3).prop_map(Reach::Territory),
            Just(Reach::Journal),
        ]
    }

    fn case_and_ticket() -> impl Strategy<Value = (Case, Ticket)> {
        let shared_with = prop::collection::vec(desk(), 0..3);
        (
            member(),
            organisation(),
            any::<bool>(),
            departement(),
            desk(),
            shared_with,
        )
            .prop_map(
                |(opener, organisation, shared_with_team, departement, desk, shared_with)| {
                    let common = CaseOpening {
                        reference: Reference::new(26, 1).expect("a reference"),
                        organisation: organisation.clone(),
                        opener: opener.clone(),
                        shared_with_team,
                        urgent: false,
                        facts: RawFacts::default(),
                        departement,
                        mandate: Mandate {
                            channel: Channel::Sms,
                            given_on: date(2026, 1, 1),
                            expires_on: date(2027, 1, 1),
                            revoked_on: None,
                        },
                        opened_at: Timestamp::UNIX_EPOCH,
                    };
                    let id = CaseId(Uuid::nil());
                    let case = Case::opened(id, &common);
                    let mut ticket = ticket(id, common, desk);
                    for desk in shared_with {
                        let known = ticket.shared_with.iter().map(|other| &other.agency);
                        if !known
                            .chain([ticket.agency()])
                            .any(|agency| *agency == desk.agency)
                        {
                            ticket.shared_with.push(desk);
                        }
                    }
                    (case, ticket)
                },
            )
    }

    fn ticket(case: CaseId, common: CaseOpening, desk: DeskName) -> Ticket {
        let opened = Opened {
            desk,
            facts: RawFacts::default(),
            orientation: Orientation {
                outcome: RoutingOutcome::ByHand,
                agencies: Vec::new(),
                candidates: Vec::new(),
                question: String::new(),
                ruleset: String::new(),
                rules: Vec::new(),
                reasons: Vec::new(),
                would_change: Vec::new(),
                triage: None,
                intended: None,
            },
            predecessor: None,
            epoch: 1,
            hops: 0,
            terms: None,
            case: common.clone(),
        };
        let event = Event {
            id: EventId([0; 16]),
            ticket: TicketName {
                case,
                number: TicketNumber::FIRST,
            },
            version: 1,
            actor: common.opener,
            party: Party::Organisation(common.organisation),
            recorded_at: Timestamp::UNIX_EPOCH,
            state: State::Routed,
            kind: Kind::Opened(Box::new(opened)),
        };
        Ticket::opened(&event).expect("an opening opens")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_096))]

        #[test]
        fn a_key_in_common_is_what_the_policy_sees(reach in reach(), (case, ticket) in case_and_ticket()) {
            let (held, carried) = (keys(&reach), keys_of(&case, &ticket));
            let common = held.intersection(&carried).count();
            prop_assert_eq!(common > 0, reach.sees(&case, &ticket));
            prop_assert!(common <= 2, "the engines' lists rely on it");
        }
    }
}
