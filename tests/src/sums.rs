//! The sums of the figures against a full recomputation, from the events of all cases.

use std::collections::BTreeMap;

use declic_domain::event::Event;
use declic_domain::figures::{Counted, Month, Selection, Sums, exchange, has_open, records, sums};
use declic_domain::name::CaseId;
use declic_domain::policy::{self, Scope};
use declic_hub::{Hub, seal};
use declic_store::{CountedCase, Limit, Store};

/// Cases asked for at a time.
const AT_ONCE: usize = 500;

/// What must be true of the sums, however far they are:
///
/// - each group is what the cases that are kept add to it, and nothing else;
/// - a case of which everything is counted is kept with what its events give at the instant at which it was measured,
///   computed anew.
///
/// Returns how many cases that was shown of. `events` are all there are, each with its number in the journal.
///
/// # Panics
/// When one of these is not true.
pub async fn check(store: &dyn Store, everything: &Scope, events: &[(u64, Event)]) -> usize {
    let state = store.figure_state().await.expect("the state of the sums");
    let mut by_case: BTreeMap<CaseId, Vec<&(u64, Event)>> = BTreeMap::new();
    for event in events {
        by_case.entry(event.1.ticket.case).or_default().push(event);
    }
    let names: Vec<CaseId> = by_case.keys().copied().collect();
    let mut kept = BTreeMap::new();
    for some in names.chunks(AT_ONCE) {
        let counted = store
            .counted_cases(some)
            .await
            .expect("what cases are counted with");
        kept.extend(counted.into_iter().map(|counted| (counted.case, counted)));
    }
    let mut whole = Sums::new();
    for counted in kept.values() {
        exchange(&mut whole, &Sums::new(), &counted.sums).expect("sums that grow");
    }
    assert_eq!(
        groups(store, everything).await,
        whole,
        "groups are what their cases add"
    );
    let mut shown = 0;
    for (case, events) in by_case {
        if events.iter().all(|(seq, _)| *seq <= state.seq) {
            let events: Vec<Event> = events.into_iter().map(|(_, event)| event.clone()).collect();
            same(kept.get(&case), &events);
            shown += 1;
        }
    }
    shown
}

/// Every event of a hub that serves, each with its number in the journal. Cases whose keys were destroyed are left out.
///
/// # Panics
/// When something cannot be read.
pub async fn events(hub: &Hub) -> Vec<(u64, Event)> {
    let everything = policy::counting_scope(hub.territory);
    let journal = policy::reader_scope();
    let (mut events, mut after) = (Vec::new(), 0);
    loop {
        let items = hub.store.journal(&journal, after, Limit::new(1_000)).await;
        let items = items.expect("the journal");
        let Some(last) = items.last() else { return events };
        after = last.seq;
        for item in items.iter().filter(|item| item.ticket.is_some()) {
            let entry = hub.store.entry(&everything, item.event).await.expect("an entry");
            let entry = entry.expect("an entry of the country");
            if let Ok(keys) = hub.vault.keys(entry.entry.key_id).await {
                let opened = seal::open(hub, &keys, &entry, false).expect("an entry that opens");
                events.push((item.seq, opened.event));
            }
        }
    }
}

/// A case that is counted, beside its events.
fn same(kept: Option<&CountedCase>, events: &[Event]) {
    let kept = kept.expect("a case of which everything is counted is kept");
    let last = events.iter().map(|event| event.recorded_at).max();
    let last = last.expect("a case has events");
    let measured_at = kept.measured_at.unwrap_or(last);
    assert!(
        measured_at >= last,
        "{:?} is measured after its last event",
        kept.case
    );
    let records = records(events, measured_at).expect("events in their order");
    let anew = sums(&records);
    assert_eq!(kept.sums, anew, "{:?} is counted as it is", kept.case);
    assert_eq!(kept.measured_at.is_some(), has_open(&anew), "{:?}", kept.case);
}

/// Every group that is kept.
pub async fn groups(store: &dyn Store, everything: &Scope) -> Sums {
    let month = |day: &str| Month::of(day.parse().expect("a day"));
    let ever = |_: &BTreeMap<Month, u64>| month("2000-01-01")..=month("2099-12-31");
    let mut found = Sums::new();
    let mut each = |counted: Counted| {
        found.insert(counted.group, counted.sums.expect("all are asked for"));
    };
    let any = Selection::default();
    let given = store.figures(everything, &any, &ever, &mut each).await;
    given.expect("the groups");
    found
}
