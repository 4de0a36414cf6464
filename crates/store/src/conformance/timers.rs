//! Promises about the timers of tickets.

use std::time::Duration;

use declic_domain::policy::{self, Scope};
use declic_domain::ticket::{State, Ticket};
use declic_domain::timer;
use jiff::{SignedDuration, Timestamp};

use super::Factory;
use super::sample::{self, Draw, agency, desk, start};
use crate::commit::{Commit, CommitError};
use crate::page::Limit;
use crate::read::{DueTicket, StoredCase};
use crate::{DuePosition, Store};

/// Long ago for every engine's clock, and a business day of the territory: timers that count from here are due.
fn long_ago() -> Timestamp {
    "2021-03-01T10:00:00Z".parse().expect("a time")
}

/// No clock shows it for long.
fn far_ahead() -> Timestamp {
    "2200-01-01T00:00:00Z".parse().expect("a time")
}

/// Each ticket a commit names MUST get the timer of the states it writes in place of the one it had: it is due from then
/// on, and not before.
pub async fn a_commit_puts_the_timer_of_its_states_in_place_of_the_one_before(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(60);
    let case = left_alone(&mut draw, 1, long_ago());
    opened(&store, &mut draw, &case).await;
    let first = timer_of(&case, 0).expect("an open ticket has a timer");
    assert_eq!(names(&due(&store, first).await), [case.tickets[0].ticket.name]);
    assert_eq!(due(&store, earlier(first)).await, [], "not before its time");

    let touched = long_ago() + SignedDuration::from_hours(48);
    let (commit, after) = sample::change(&mut draw, &case, 0, |_, ticket| ticket.updated_at = touched);
    store.commit(commit).await.expect("a change is done");
    let second = timer_of(&after, 0).expect("an open ticket has a timer");
    assert!(first < second, "{first} {second}");
    assert_eq!(
        due(&store, earlier(second)).await,
        [],
        "the timer of before is gone"
    );
    let found = due(&store, second).await;
    assert_eq!(names(&found), [case.tickets[0].ticket.name]);
    assert_eq!(found[0].agency, agency("caf-56"));
    assert_eq!(found[0].version, after.tickets[0].ticket.version);
    assert_eq!(found[0].due_at_us, second.as_microsecond());

    let (commit, ended) = sample::change(&mut draw, &after, 0, |_, ticket| ticket.state = State::Withdrawn);
    store.commit(commit).await.expect("a change is done");
    assert_eq!(timer_of(&ended, 0), None);
    assert_eq!(due(&store, far_ahead()).await, [], "what has ended has no timer");
}

/// A commit that is refused leaves the timers as they are.
pub async fn a_stale_commit_leaves_the_timer_that_stands(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(61);
    let case = left_alone(&mut draw, 1, long_ago());
    opened(&store, &mut draw, &case).await;
    let (commit, after) = sample::change(&mut draw, &case, 0, |_, ticket| {
        ticket.updated_at = long_ago() + SignedDuration::from_hours(48);
    });
    store.commit(commit).await.expect("a change is done");
    let standing = due(&store, far_ahead()).await;
    let (late, _) = sample::change(&mut draw, &case, 0, |_, ticket| ticket.state = State::Withdrawn);
    let refused = store.commit(late).await;
    assert!(matches!(refused, Err(CommitError::Stale)), "{refused:?}");
    assert_eq!(due(&store, far_ahead()).await, standing);
    assert_eq!(names(&standing), [after.tickets[0].ticket.name]);
}

/// One that is due later by `now` or by the engine's own clock MUST not be given: a clock that jumped ahead is early for
/// nobody.
pub async fn a_timer_is_given_when_both_clocks_say_that_it_is_due(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(62);
    let past = left_alone(&mut draw, 1, long_ago());
    // It is due in the year 2199, by the clock of an engine that runs today.
    let ahead = left_alone(&mut draw, 2, far_ahead() - SignedDuration::from_hours(24 * 365));
    for case in [&past, &ahead] {
        opened(&store, &mut draw, case).await;
    }
    let at = timer_of(&ahead, 0).expect("an open ticket has a timer");
    assert!(at < far_ahead(), "{at}");
    assert_eq!(
        names(&due(&store, far_ahead()).await),
        [past.tickets[0].ticket.name]
    );
    assert_eq!(due(&store, long_ago()).await, [], "not before the time asked for");
}

/// Every other MUST be given, until a commit gives its ticket another timer: nothing is claimed, also after a restart.
pub async fn whoever_asks_is_given_the_same_timers(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(63);
    let case = left_alone(&mut draw, 1, long_ago());
    opened(&store, &mut draw, &case).await;
    let given = due(&store, far_ahead()).await;
    assert_eq!(given.len(), 1);
    assert_eq!(due(&store, far_ahead()).await, given);
    store.close().await;
    let store = factory.open().await;
    assert_eq!(due(&store, far_ahead()).await, given);
}

/// Pages put together are all that is due, the one due longest first, though many are due at one instant.
pub async fn pages_of_timers_put_together_are_all_that_is_due(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(64);
    let mut expected = Vec::new();
    for number in 1..=12 {
        let since = long_ago() + SignedDuration::from_hours(24 * i64::from(number % 3));
        let case = left_alone(&mut draw, number, since);
        opened(&store, &mut draw, &case).await;
        for (index, row) in case.tickets.iter().enumerate() {
            let at = timer_of(&case, index).expect("an open ticket has a timer");
            expected.push((at.as_microsecond(), row.ticket.name));
        }
    }
    expected.sort_unstable_by_key(|(at, name)| (*at, name.case.0.into_bytes(), name.number));
    for size in [1, 5, 1_000] {
        let mut found: Vec<DueTicket> = Vec::new();
        loop {
            let after = found.last().map(DueTicket::position);
            let page = page(&store, far_ahead(), after, size).await;
            if page.is_empty() {
                break;
            }
            assert!(page.len() <= size as usize, "{} of {size}", page.len());
            found.extend(page);
        }
        let found: Vec<_> = found.iter().map(|due| (due.due_at_us, due.name)).collect();
        assert_eq!(found, expected, "pages of {size}");
    }
}

/// Any scope but the journal's own MUST read nothing.
pub async fn timers_are_for_the_clockwork_alone(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(65);
    let case = left_alone(&mut draw, 1, long_ago());
    opened(&store, &mut draw, &case).await;
    let agency = policy::rule_scope(&agency("caf-56"));
    let found = store.due(&agency, far_ahead(), None, Limit::new(10)).await;
    assert_eq!(found.expect("a read"), []);
}

/// A commit of states alone is a commit: rows of before get their timers by it, and nothing is told to anyone.
pub async fn a_commit_without_events_writes_states_and_tells_nobody(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(66);
    let case = left_alone(&mut draw, 1, long_ago());
    opened(&store, &mut draw, &case).await;
    let (commit, _) = sample::change(&mut draw, &case, 0, |_, _| {});
    let mut write = commit.case.expect("a change writes a case");
    write.case = case.row.clone();
    write.tickets = case.tickets.clone();
    let again = Commit {
        case: Some(write),
        ..Commit::default()
    };
    let journal = journal_len(&store).await;
    let before = due(&store, far_ahead()).await;
    store.commit(again).await.expect("states alone are written");
    assert_eq!(journal_len(&store).await, journal);
    assert_eq!(due(&store, far_ahead()).await, before);
    let scope = policy::rule_scope(&agency("caf-56"));
    let stored = store.case(&scope, case.row.case.id).await;
    assert_eq!(stored.expect("a read"), Some(case));
}

/// A case with two tickets that nobody has touched since.
fn left_alone(draw: &mut Draw, number: u32, since: Timestamp) -> StoredCase {
    let mut start = start();
    if number > 1 {
        start.desks.push(desk("caf-56", "logement"));
    }
    let mut case = sample::case(draw, &start, number);
    for row in &mut case.tickets {
        row.ticket.updated_at = since;
        row.ticket.opened_at = since;
        row.ticket.held_since = since;
        // Without targets the one timer of an open ticket counts from when it was last touched.
        row.ticket.clocks = None;
    }
    case
}

fn timer_of(case: &StoredCase, index: usize) -> Option<Timestamp> {
    let ticket: &Ticket = &case.tickets[index].ticket;
    timer::next(&case.row.case, ticket)
}

fn earlier(at: Timestamp) -> Timestamp {
    at - Duration::from_micros(1)
}

fn names(due: &[DueTicket]) -> Vec<declic_domain::name::TicketName> {
    due.iter().map(|due| due.name).collect()
}

async fn opened(store: &impl Store, draw: &mut Draw, case: &StoredCase) {
    let opening = sample::opening(draw, case);
    store.commit(opening).await.expect("an opening is done");
}

async fn due(store: &impl Store, now: Timestamp) -> Vec<DueTicket> {
    page(store, now, None, 1_000).await
}

async fn page(store: &impl Store, now: Timestamp, after: Option<DuePosition>, size: u32) -> Vec<DueTicket> {
    let found = store.due(&scope(), now, after, Limit::new(size)).await;
    found.expect("a read")
}

async fn journal_len(store: &impl Store) -> usize {
    let read = store.journal(&scope(), 0, Limit::new(1_000)).await;
    read.expect("a read").len()
}

fn scope() -> Scope {
    policy::reader_scope()
}
