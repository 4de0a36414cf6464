//! Promises about lists in order of turns, and about how long they are.

use std::collections::BTreeSet;

use declic_domain::directory::{Member, Role};
use declic_domain::holder::{self, Standing};
use declic_domain::name::CaseId;
use declic_domain::policy::{self, Reach, Scope};
use declic_domain::ticket::{State, Ticket};
use jiff::{SignedDuration, Timestamp};

use super::Factory;
use super::sample::{self, Draw, agency, desk, organisation, person};
use super::scope::population;
use crate::Store;
use crate::page::Limit;
use crate::read::StoredCase;
use crate::summary::TicketSummary;
use crate::turn::{self, TurnFilter, TurnPosition};

/// Pages put together MUST equal the whole list: what waits for the reader, what is due, late first, then the rest.
pub async fn pages_of_tickets_by_turn_put_together_equal_the_whole_list(factory: &impl Factory) {
    let store = factory.open().await;
    let cases = moved(&store, 60, 40).await;
    let mut listed = 0;
    for (scope, filter) in questions() {
        let expected = tickets(&cases, &scope, &filter);
        for size in [1, 3, 1_000] {
            let pages = all_tickets(&store, &scope, &filter, size).await;
            assert_eq!(pages, expected, "{scope:?} {filter:?}, pages of {size}");
        }
        for most in [1, 4, 1_000] {
            let count = store
                .count_tickets_by_turn(&scope, &filter, Limit::new(most))
                .await
                .expect("a read");
            let whole = expected.len().min(most as usize + 1);
            assert_eq!(count as usize, whole, "{scope:?} {filter:?}, counted to {most}");
        }
        listed += expected.len();
    }
    assert!(listed > 150, "the population fills lists: {listed}");
}

/// A case MUST come once, where the first of its tickets that fits stands.
pub async fn a_case_stands_where_its_first_ticket_does(factory: &impl Factory) {
    let store = factory.open().await;
    let cases = moved(&store, 61, 40).await;
    for (scope, filter) in questions() {
        let mut seen = BTreeSet::new();
        let mut expected = tickets(&cases, &scope, &filter);
        expected.retain(|(_, ticket)| seen.insert(ticket.name.case));
        let of = |case: CaseId| cases.iter().find(|one| one.row.case.id == case).cloned();
        let expected: Vec<(TurnPosition, StoredCase)> = expected
            .into_iter()
            .filter_map(|(position, ticket)| Some((position, of(ticket.name.case)?)))
            .collect();
        for size in [1, 3, 1_000] {
            let pages = all_cases(&store, &scope, &filter, size).await;
            assert_eq!(pages, expected, "{scope:?} {filter:?}, pages of {size}");
        }
        for most in [1, 4, 1_000] {
            let count = store
                .count_cases_by_turn(&scope, &filter, Limit::new(most))
                .await
                .expect("a read");
            let whole = expected.len().min(most as usize + 1);
            assert_eq!(count as usize, whole, "{scope:?} {filter:?}, counted to {most}");
        }
    }
}

/// What is open and what has ended MUST be counted as it is listed.
pub async fn cases_are_counted_as_they_are_listed(factory: &impl Factory) {
    let store = factory.open().await;
    let cases = moved(&store, 62, 40).await;
    for scope in scopes() {
        for open in [None, Some(true), Some(false)] {
            let listed = cases.iter().filter(|case| {
                let mut tickets = case.tickets.iter();
                tickets.any(|row| scope.reach().sees(&case.row.case, &row.ticket))
                    && open.is_none_or(|open| case.file().is_open() == open)
            });
            let listed = listed.count();
            for most in [1, 1_000] {
                let count = store.count_cases(&scope, open, Limit::new(most)).await;
                let count = count.expect("a read") as usize;
                assert_eq!(count, listed.min(most as usize + 1), "{scope:?} {open:?}");
            }
        }
    }
}

/// The turn of each ticket within the scope that fits, by the sentences of the contract and not by its keys.
fn tickets(cases: &[StoredCase], scope: &Scope, filter: &TurnFilter) -> Vec<(TurnPosition, TicketSummary)> {
    let mut found = Vec::new();
    for case in cases {
        for row in &case.tickets {
            let ticket = &row.ticket;
            if let Some(turn_us) = turn_of(case, ticket, scope.reach(), filter) {
                let name = ticket.name;
                let summary = TicketSummary::of(&case.row.case, ticket);
                found.push((TurnPosition { turn_us, name }, summary));
            }
        }
    }
    found.sort_by_key(|(position, _)| (position.turn_us, position.name));
    found
}

fn turn_of(case: &StoredCase, ticket: &Ticket, reach: &Reach, filter: &TurnFilter) -> Option<i64> {
    let of_case = &case.row.case;
    let summary = TicketSummary::of(of_case, ticket);
    let treats = match reach {
        Reach::Desks { agency, .. } | Reach::Agency(agency) => ticket.agency() == agency,
        _ => true,
    };
    let person = holder::named(Standing::of(of_case, ticket));
    let fits = ticket.state.is_open()
        && reach.sees(of_case, ticket)
        && (filter.states.is_empty() || filter.states.contains(&ticket.state))
        && (!filter.treated || treats)
        && filter.urgent.is_none_or(|urgent| of_case.urgent == urgent)
        && filter
            .held_by
            .as_ref()
            .is_none_or(|member| person == Some(member))
        && filter
            .due_before_us
            .is_none_or(|before| summary.due_at.is_some_and(|due| due.as_microsecond() < before));
    if !fits {
        return None;
    }
    let opener_has_it = matches!(ticket.state, State::AwaitingReply | State::Resolved);
    let is_mine = match (reach, &filter.held_by) {
        (_, Some(member)) => *member == of_case.opener,
        (Reach::Team { member, organisation }, None) => {
            *member == of_case.opener && *organisation == of_case.organisation
        }
        _ => false,
    };
    if opener_has_it && is_mine {
        return Some(ticket.held_since.as_microsecond() - (1 << 62));
    }
    Some(summary.due_at.map_or(turn::LAST, Timestamp::as_microsecond))
}

/// A population of which some is taken by name, paused, and late.
async fn moved(store: &impl Store, seed: u64, count: u32) -> Vec<StoredCase> {
    let mut cases = population(store, seed, count).await;
    let mut draw = Draw::new(seed);
    for case in &mut cases {
        for index in 0..case.tickets.len() {
            let (take, late) = (draw.below(2) == 0, draw.below(20));
            let (commit, after) = sample::change(&mut draw, case, index, |_, ticket| {
                if take && ticket.state == State::Acknowledged {
                    ticket.agent = Some(sample::member("paul.leroy"));
                }
                move_clocks(ticket, late);
            });
            store.commit(commit).await.expect("the only writer");
            *case = after;
        }
    }
    cases
}

/// Clocks as the state has them, due some days before now or after it.
fn move_clocks(ticket: &mut Ticket, days: usize) {
    use declic_domain::clock::Phase;
    let Some(clocks) = &mut ticket.clocks else { return };
    let due = now() + SignedDuration::from_hours(24 * (days as i64 - 10));
    for clock in [&mut clocks.acknowledge, &mut clocks.resolve] {
        clock.due = due;
        clock.phase = match ticket.state {
            State::Routed | State::Delivered | State::Acknowledged => Phase::Running,
            State::AwaitingReply => Phase::Paused(due),
            _ => Phase::Stopped(due),
        };
    }
}

fn now() -> Timestamp {
    sample::time(10_000)
}

async fn all_tickets(
    store: &impl Store,
    scope: &Scope,
    filter: &TurnFilter,
    size: u32,
) -> Vec<(TurnPosition, TicketSummary)> {
    let mut all: Vec<(TurnPosition, TicketSummary)> = Vec::new();
    loop {
        let after = all.last().map(|(position, _)| *position);
        let page = store
            .tickets_by_turn(scope, filter, after, Limit::new(size))
            .await
            .expect("a read");
        assert!(page.len() <= size as usize, "a page holds what was asked at most");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

async fn all_cases(
    store: &impl Store,
    scope: &Scope,
    filter: &TurnFilter,
    size: u32,
) -> Vec<(TurnPosition, StoredCase)> {
    let mut all: Vec<(TurnPosition, StoredCase)> = Vec::new();
    loop {
        let after = all.last().map(|(position, _)| *position);
        let page = store
            .cases_by_turn(scope, filter, after, Limit::new(size))
            .await
            .expect("a read");
        assert!(page.len() <= size as usize, "a page holds what was asked at most");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// Every reader asks for everything, and for each condition.
fn questions() -> Vec<(Scope, TurnFilter)> {
    let all = TurnFilter::default();
    let filters = [
        all.clone(),
        TurnFilter {
            due_before_us: Some(now().as_microsecond()),
            ..all.clone()
        },
        TurnFilter {
            states: vec![State::Resolved, State::AwaitingReply],
            treated: true,
            ..all.clone()
        },
        TurnFilter {
            urgent: Some(true),
            treated: true,
            ..all.clone()
        },
        TurnFilter {
            held_by: Some(sample::member("camille.martin")),
            ..all.clone()
        },
        TurnFilter {
            held_by: Some(sample::member("paul.leroy")),
            states: vec![State::Acknowledged],
            ..all
        },
    ];
    let asked = |scope: Scope| filters.iter().map(move |filter| (scope.clone(), filter.clone()));
    scopes().into_iter().flat_map(asked).collect()
}

fn scopes() -> Vec<Scope> {
    let of_organisation = |id, role| Member {
        organisation: Some(organisation("ccas-pontivy")),
        ..person(id, role)
    };
    let mut agent = person("paul.leroy", Role::Agent);
    agent.agency = Some(agency("caf-56"));
    agent.desks = [desk("caf-56", "rsa"), desk("caf-56", "logement")].into();
    let mut manager = person("nora.blanc", Role::DeskManager);
    manager.agency = Some(agency("msa-35"));
    let members = [
        of_organisation("camille.martin", Role::SocialWorker),
        of_organisation("ines.petit", Role::OrganisationManager),
        agent,
        manager,
        sample::supervisor(&["56", "35", "2A"]),
    ];
    let mut scopes: Vec<Scope> = members.iter().filter_map(policy::scope).collect();
    scopes.push(policy::reader_scope());
    scopes
}
