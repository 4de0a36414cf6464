//! Promises about lists.

use declic_domain::directory::{Member, Role};
use declic_domain::policy::{self, Scope};
use declic_domain::ticket::State;

use super::Factory;
use super::sample::{self, Draw, Start, agency, desk, organisation, person, start};
use super::scope::population;
use crate::Store;
use crate::commit::{Audience, BlindTag};
use crate::page::{CaseFilter, CasePosition, Limit, TicketFilter, TicketPosition};
use crate::read::StoredCase;
use crate::summary::TicketSummary;

/// Pages put together MUST equal the whole list, newest first.
pub async fn pages_of_cases_put_together_equal_the_whole_list(factory: &impl Factory) {
    let store = factory.open().await;
    let cases = population(&store, 40, 40).await;
    for scope in scopes() {
        for open in [None, Some(true), Some(false)] {
            let filter = CaseFilter { open, tag: None };
            let mut expected: Vec<&StoredCase> = cases.iter().filter(|case| seen(&scope, case)).collect();
            expected.retain(|case| open.is_none_or(|open| case.file().is_open() == open));
            expected.sort_by_key(|case| std::cmp::Reverse((case.row.case.opened_at, case.row.case.id)));
            for size in [1, 3, 1_000] {
                let pages = all_cases(&store, &scope, &filter, size).await;
                assert_eq!(
                    pages.iter().collect::<Vec<_>>(),
                    expected,
                    "{open:?}, pages of {size}"
                );
            }
        }
    }
}

/// Pages put together MUST equal the whole list, those held longest first.
pub async fn pages_of_tickets_put_together_equal_the_whole_list(factory: &impl Factory) {
    let store = factory.open().await;
    let cases = population(&store, 41, 40).await;
    let filters = [
        vec![],
        vec![State::Routed],
        vec![State::Closed, State::Resolved],
        State::ALL.to_vec(),
    ];
    for scope in scopes() {
        for states in &filters {
            let mut expected = Vec::new();
            for case in &cases {
                let rows = case.tickets.iter().filter(|row| {
                    let kept = if states.is_empty() {
                        row.ticket.state.is_open()
                    } else {
                        states.contains(&row.ticket.state)
                    };
                    kept && scope.reach().sees(&case.row.case, &row.ticket)
                });
                expected.extend(rows.map(|row| TicketSummary::of(&case.row.case, &row.ticket)));
            }
            expected.sort_by_key(|ticket| (ticket.held_since, ticket.name));
            let filter = TicketFilter {
                states: states.clone(),
            };
            for size in [1, 3, 1_000] {
                let pages = all_tickets(&store, &scope, &filter, size).await;
                assert_eq!(pages, expected, "{states:?}, pages of {size}");
            }
        }
    }
}

/// A row that does not change MUST not come twice, nor be missed, while others change between two pages.
pub async fn a_row_that_does_not_change_does_not_come_twice(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(42);
    let mut cases = population(&store, 42, 30).await;
    let scope = manager();
    let filter = TicketFilter {
        states: State::ALL.to_vec(),
    };
    let mut names = Vec::new();
    let mut changed = Vec::new();
    let mut after = None;
    loop {
        let page = store
            .tickets(&scope, &filter, after, Limit::new(2))
            .await
            .expect("a read");
        let Some(last) = page.last() else { break };
        after = Some(position(last));
        names.extend(page.iter().map(|ticket| ticket.name));
        let index = draw.below(cases.len());
        let (commit, moved) = sample::change(&mut draw, &cases[index], 0, |_, ticket| {
            ticket.held_since = sample::time(usize::from(ticket.held_since < sample::time(20)) * 39);
        });
        store.commit(commit).await.expect("the only writer");
        changed.push(moved.tickets[0].ticket.name);
        cases[index] = moved;
    }
    let tickets = cases
        .iter()
        .flat_map(|case| case.tickets.iter().map(move |row| (case, row)));
    let unchanged = tickets.filter(|(case, row)| {
        scope.reach().sees(&case.row.case, &row.ticket) && !changed.contains(&row.ticket.name)
    });
    let mut compared = 0;
    for (_, row) in unchanged {
        let times = names.iter().filter(|name| **name == row.ticket.name).count();
        assert_eq!(times, 1, "a ticket that did not change comes once");
        compared += 1;
    }
    assert!(compared > 0, "some tickets did not change");
}

/// A write that names every ticket of a case MUST make lists show the case as it is after it, on each of them.
pub async fn a_list_shows_a_case_as_it_is_once_all_its_tickets_are_named(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(44);
    let desks = vec![
        desk("caf-56", "rsa"),
        desk("msa-35", "droits"),
        desk("triage-56", "rsa"),
    ];
    let before = sample::case(&mut draw, &Start { desks, ..start() }, 1);
    store
        .commit(sample::opening(&mut draw, &before))
        .await
        .expect("a commit is done");
    let (mut commit, after) = sample::change(&mut draw, &before, 1, |case, _| {
        case.urgent = !case.urgent;
        case.opener = sample::member("hugo.blanc");
    });
    let write = commit.case.as_mut().expect("a change writes a case");
    write.tickets.clone_from(&after.tickets);
    store.commit(commit).await.expect("the only writer");
    let every_state = TicketFilter {
        states: State::ALL.to_vec(),
    };
    let mut shown = all_tickets(&store, &manager(), &every_state, 50).await;
    shown.sort_by_key(|ticket| ticket.name);
    let expected = after
        .tickets
        .iter()
        .map(|row| TicketSummary::of(&after.row.case, &row.ticket));
    assert_eq!(shown, expected.collect::<Vec<_>>());
}

/// In one commit a tag MUST come and another go; those of other cases and other audiences stay.
pub async fn a_tag_that_goes_finds_the_case_no_more(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(45);
    let ours = Audience::from_resource("organisations/ccas-pontivy");
    let (before, after) = (draw.bytes(), draw.bytes());
    let tagged = |tag| BlindTag {
        audience: ours.clone(),
        tag,
    };
    let mut cases = Vec::new();
    for number in 1..=2 {
        let case = sample::case(&mut draw, &start(), number);
        let mut commit = sample::opening(&mut draw, &case);
        commit.case.as_mut().expect("an opening writes a case").blind = vec![tagged(before)];
        store.commit(commit).await.expect("a commit is done");
        cases.push(case);
    }
    let (mut commit, changed) = sample::change(&mut draw, &cases[0], 0, |_, _| {});
    let write = commit.case.as_mut().expect("a change writes a case");
    write.blind = vec![tagged(after)];
    write.gone = vec![tagged(before)];
    store.commit(commit).await.expect("the only writer");
    for (tag, expected) in [(before, &cases[1]), (after, &changed)] {
        let filter = CaseFilter {
            open: None,
            tag: Some(tagged(tag)),
        };
        let found = all_cases(&store, &manager(), &filter, 10).await;
        assert_eq!(found, std::slice::from_ref(expected));
    }
}

/// Only cases that carry the tag, each audience having its own, and only within the scope.
pub async fn a_tag_finds_the_cases_that_carry_it(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(43);
    let ours = Audience::from_resource("organisations/ccas-pontivy");
    let tag = BlindTag {
        audience: ours.clone(),
        tag: draw.bytes(),
    };
    let mut tagged = Vec::new();
    for number in 1..=6 {
        let case = sample::case(&mut draw, &start(), number);
        let mut commit = sample::opening(&mut draw, &case);
        let blind = match number {
            1..=3 => vec![
                tag.clone(),
                BlindTag {
                    audience: ours.clone(),
                    tag: draw.bytes(),
                },
            ],
            4 => vec![BlindTag {
                audience: Audience::from_resource("agencies/caf-56"),
                ..tag.clone()
            }],
            _ => Vec::new(),
        };
        commit.case.as_mut().expect("an opening writes a case").blind = blind;
        store.commit(commit).await.expect("a commit is done");
        if number <= 3 {
            tagged.push(case);
        }
    }
    tagged.sort_by_key(|case| std::cmp::Reverse((case.row.case.opened_at, case.row.case.id)));
    let filter = CaseFilter {
        open: None,
        tag: Some(tag.clone()),
    };
    for size in [1, 2, 10] {
        assert_eq!(all_cases(&store, &manager(), &filter, size).await, tagged);
    }
    let ended = CaseFilter {
        open: Some(false),
        tag: Some(tag.clone()),
    };
    assert_eq!(all_cases(&store, &manager(), &ended, 10).await, []);
    let unknown = CaseFilter {
        open: None,
        tag: Some(BlindTag {
            tag: draw.bytes(),
            ..tag
        }),
    };
    assert_eq!(all_cases(&store, &manager(), &unknown, 10).await, []);
    let mut stranger = person("lou.moreau", Role::OrganisationManager);
    stranger.organisation = Some(organisation("udaf-35"));
    let stranger = policy::scope(&stranger).expect("a manager reads cases");
    assert_eq!(all_cases(&store, &stranger, &filter, 10).await, []);
}

/// Every page of cases, put together.
pub(super) async fn all_cases(
    store: &impl Store,
    scope: &Scope,
    filter: &CaseFilter,
    size: u32,
) -> Vec<StoredCase> {
    let mut all: Vec<StoredCase> = Vec::new();
    loop {
        let after = all.last().map(|last| CasePosition {
            opened_at_us: last.row.case.opened_at.as_microsecond(),
            id: last.row.case.id,
        });
        let page = store
            .cases(scope, filter, after, Limit::new(size))
            .await
            .expect("a read");
        assert!(page.len() <= size as usize, "a page holds what was asked at most");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

/// Every page of tickets, put together.
pub(super) async fn all_tickets(
    store: &impl Store,
    scope: &Scope,
    filter: &TicketFilter,
    size: u32,
) -> Vec<TicketSummary> {
    let mut all: Vec<TicketSummary> = Vec::new();
    loop {
        let after = all.last().map(position);
        let page = store
            .tickets(scope, filter, after, Limit::new(size))
            .await
            .expect("a read");
        assert!(page.len() <= size as usize, "a page holds what was asked at most");
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

fn position(ticket: &TicketSummary) -> TicketPosition {
    TicketPosition {
        held_since_us: ticket.held_since.as_microsecond(),
        name: ticket.name,
    }
}

fn seen(scope: &Scope, case: &StoredCase) -> bool {
    case.tickets
        .iter()
        .any(|row| scope.reach().sees(&case.row.case, &row.ticket))
}

fn manager() -> Scope {
    let member = Member {
        organisation: Some(organisation("ccas-pontivy")),
        ..person("ines.petit", Role::OrganisationManager)
    };
    policy::scope(&member).expect("a manager reads cases")
}

/// A scope with one key, two with several that overlap, and one that sees nothing.
fn scopes() -> Vec<Scope> {
    let worker = Member {
        organisation: Some(organisation("ccas-pontivy")),
        ..person("camille.martin", Role::SocialWorker)
    };
    let mut agent = person("paul.leroy", Role::Agent);
    agent.agency = Some(agency("caf-56"));
    agent.desks = [desk("caf-56", "rsa"), desk("caf-56", "logement")].into();
    let supervisor = sample::supervisor(&["56", "35"]);
    let members = [worker, agent, supervisor];
    let mut scopes: Vec<Scope> = members.iter().filter_map(policy::scope).collect();
    scopes.extend([manager(), policy::reader_scope()]);
    scopes
}
