//! Promises about who sees what: the engine's predicate is the policy's.

use declic_domain::directory::{Member, Role};
use declic_domain::name::DeskName;
use declic_domain::policy::{self, Scope};
use declic_domain::ticket::{State, Ticket};

use super::Factory;
use super::pages::{all_cases, all_tickets};
use super::sample::{self, Draw, Start, agency, desk, organisation, person};
use crate::Store;
use crate::page::{CaseFilter, Limit, TicketFilter};
use crate::read::StoredCase;

const OPENERS: [&str; 4] = ["camille.martin", "noor.haddad", "eva.garnier", "hugo.blanc"];
const ORGANISATIONS: [&str; 3] = ["ccas-pontivy", "udaf-35", "mds-974"];
const AGENCIES: [&str; 3] = ["caf-56", "msa-35", "triage-56"];
const DESKS: [&str; 3] = ["rsa", "logement", "droits"];
const DEPARTEMENTS: [&str; 4] = ["56", "35", "2A", "974"];

/// What one path shows, the detail path shows, and nothing else: for members of every role, lists and details show
/// exactly what `policy::Reach::sees` says.
pub async fn lists_and_details_show_what_the_policy_says(factory: &impl Factory) {
    let store = factory.open().await;
    let cases = population(&store, 50, 36).await;
    let (mut shown, mut hidden) = (0, 0);
    for scope in scopes() {
        let (of_it, not_of_it) = compare(&store, &scope, &cases).await;
        shown += of_it;
        hidden += not_of_it;
    }
    assert!(
        shown > 200 && hidden > 200,
        "the population tells scopes apart: {shown} shown, {hidden} hidden"
    );
}

/// A scope follows the case: when it is shared, with the team or with another agency, or another social worker takes it over, all its tickets follow.
pub async fn a_scope_follows_the_case_when_it_changes_hands(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(51);
    let mut cases = population(&store, 51, 12).await;
    for (round, case) in cases.iter_mut().enumerate() {
        let last = case.tickets.len() - 1;
        let (commit, after) = sample::change(&mut draw, case, last, |case, ticket| match round % 6 {
            0 => case.shared_with_team = !case.shared_with_team,
            1 => case.opener = sample::member("hugo.blanc"),
            2 => case.organisation = organisation("mds-974"),
            3 => case.departement = "2A".to_owned(),
            4 => share(ticket),
            _ => ticket.desk = desk("msa-35", "logement"),
        });
        store.commit(commit).await.expect("the only writer");
        *case = after;
    }
    for scope in scopes() {
        compare(&store, &scope, &cases).await;
    }
}

/// A ticket that one agency reads has the keys of that agency's readers, until it is shared no more.
pub async fn who_reads_a_ticket_sees_it_until_it_is_shared_no_more(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(52);
    let mut cases = population(&store, 52, 12).await;
    for shares in [true, false] {
        for case in &mut cases {
            let (commit, after) = sample::change(&mut draw, case, 0, |_, ticket| match shares {
                true => share(ticket),
                false => ticket.shared_with.clear(),
            });
            store.commit(commit).await.expect("the only writer");
            *case = after;
        }
        for scope in scopes() {
            compare(&store, &scope, &cases).await;
        }
    }
}

/// Shares a ticket with a desk of the agencies that do not treat it.
fn share(ticket: &mut Ticket) {
    let others = AGENCIES.into_iter().filter(|id| *id != ticket.agency().as_str());
    ticket.shared_with = others.map(|id| desk(id, "droits")).collect();
}

/// Writes a population of cases in which organisations, openers, desks, départements and states mix.
pub(super) async fn population(store: &impl Store, seed: u64, count: u32) -> Vec<StoredCase> {
    let mut draw = Draw::new(seed);
    let mut cases = Vec::new();
    for number in 1..=count {
        let tickets = draw.below(3) + 1;
        let start = Start {
            opener: draw.pick(&OPENERS),
            organisation: draw.pick(&ORGANISATIONS),
            shared: draw.below(2) == 1,
            departement: draw.pick(&DEPARTEMENTS),
            desks: (0..tickets)
                .map(|_| desk(draw.pick(&AGENCIES), draw.pick(&DESKS)))
                .collect(),
        };
        let mut case = sample::case(&mut draw, &start, number);
        store
            .commit(sample::opening(&mut draw, &case))
            .await
            .expect("a commit is done");
        for index in 0..tickets {
            if draw.below(3) > 0 {
                let mut states = Draw::new(draw.number());
                let (commit, after) = sample::change(&mut draw, &case, index, |_, ticket| {
                    sample::ticket_state(&mut states, ticket);
                });
                store.commit(commit).await.expect("the only writer");
                case = after;
            }
        }
        cases.push(case);
    }
    cases
}

/// Compares every path with the policy; returns how many tickets are seen and how many are not.
async fn compare(store: &impl Store, scope: &Scope, cases: &[StoredCase]) -> (usize, usize) {
    let every_state = TicketFilter {
        states: State::ALL.to_vec(),
    };
    let tickets = all_tickets(store, scope, &every_state, 50).await;
    let listed = all_cases(store, scope, &CaseFilter::default(), 50).await;
    let (mut seen, mut unseen) = (0, 0);
    for case in cases {
        let mut any = false;
        for row in &case.tickets {
            let sees = scope.reach().sees(&case.row.case, &row.ticket);
            any |= sees;
            *(if sees { &mut seen } else { &mut unseen }) += 1;
            let times = tickets
                .iter()
                .filter(|other| other.name == row.ticket.name)
                .count();
            assert_eq!(
                times,
                usize::from(sees),
                "{scope:?} in the list of tickets: {:?}",
                row.ticket
            );
            compare_entries(store, scope, case, row.ticket.name, sees).await;
        }
        let times = listed
            .iter()
            .filter(|other| other.row.case.id == case.row.case.id)
            .count();
        assert_eq!(
            times,
            usize::from(any),
            "{scope:?} in the list of cases: {:?}",
            case.row.case
        );
        let expected = any.then_some(case);
        let detail = store.case(scope, case.row.case.id).await.expect("a read");
        assert_eq!(detail.as_ref(), expected, "{scope:?} by id");
        let detail = store
            .case_by_reference(scope, case.row.case.reference)
            .await
            .expect("a read");
        assert_eq!(detail.as_ref(), expected, "{scope:?} by reference");
    }
    assert_eq!(tickets.len(), seen, "{scope:?} lists nothing else");
    (seen, unseen)
}

async fn compare_entries(
    store: &impl Store,
    scope: &Scope,
    case: &StoredCase,
    name: declic_domain::name::TicketName,
    sees: bool,
) {
    let entries = store
        .entries(scope, name, name, 0, Limit::new(10))
        .await
        .expect("a read");
    assert_eq!(
        !entries.is_empty(),
        sees,
        "{scope:?} reads what happened on {name:?} of {:?}",
        case.row.case
    );
    let own = policy::scope(&manager_of(case)).expect("a manager reads cases");
    let all = store
        .entries(&own, name, name, 0, Limit::new(10))
        .await
        .expect("a read");
    for stored in all {
        let entry = store.entry(scope, stored.entry.event).await.expect("a read");
        assert_eq!(entry, sees.then_some(stored), "{scope:?} reads one event");
    }
}

fn manager_of(case: &StoredCase) -> Member {
    Member {
        organisation: Some(case.row.case.organisation.clone()),
        ..person("ines.petit", Role::OrganisationManager)
    }
}

/// Scopes of members of every role that has one, and the journal's own.
fn scopes() -> Vec<Scope> {
    let mut members = Vec::new();
    for organisation_id in ORGANISATIONS {
        for opener in OPENERS {
            let organisation = Some(organisation(organisation_id));
            members.push(Member {
                organisation,
                ..person(opener, Role::SocialWorker)
            });
        }
        let organisation = Some(organisation(organisation_id));
        members.push(Member {
            organisation,
            ..person("ines.petit", Role::OrganisationManager)
        });
    }
    for agency_id in AGENCIES {
        let of = |role, desks: &[DeskName]| Member {
            agency: Some(agency(agency_id)),
            desks: desks.iter().cloned().collect(),
            ..person("paul.leroy", role)
        };
        let (rsa, droits) = (desk(agency_id, "rsa"), desk(agency_id, "droits"));
        members.push(of(Role::Agent, std::slice::from_ref(&rsa)));
        members.push(of(Role::Agent, &[rsa, droits.clone()]));
        members.push(of(Role::TriageAgent, &[droits]));
        members.push(of(Role::DeskManager, &[]));
        members.push(of(Role::Connector, &[]));
    }
    members.push(sample::supervisor(&["56"]));
    members.push(sample::supervisor(&["2A", "974", "35"]));
    members.push(person("alix.robert", Role::Auditor));
    members.push(person("alix.robert", Role::Administrator));
    let mut scopes: Vec<Scope> = members.iter().filter_map(policy::scope).collect();
    scopes.push(policy::reader_scope());
    scopes.extend(AGENCIES.iter().map(|id| policy::rule_scope(&agency(id))));
    scopes
}
