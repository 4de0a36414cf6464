//! Promises about the journal and the mailboxes.

use std::collections::BTreeMap;
use std::sync::Arc;

use declic_domain::directory::Role;
use declic_domain::name::EventId;
use declic_domain::policy;

use super::Factory;
use super::sample::{self, Draw, Start, desk, organisation, person, start};
use crate::commit::{Audience, Commit, Entry};
use crate::page::Limit;
use crate::record::meta::KINDS;
use crate::{CommitError, Store};

const WRITERS: u64 = 16;
const COMMITS_EACH: u32 = 12;

/// Its entries MUST take the next numbers of the journal, without gaps, in the order they are given; a reader MUST never
/// see a number before all smaller ones. Sixteen write, some of them stale; one watches.
pub async fn a_watcher_misses_nothing_while_sixteen_write(factory: &impl Factory) {
    let store = Arc::new(factory.open().await);
    let (stop, stopped) = tokio::sync::watch::channel(None);
    let watcher = tokio::spawn(watch(Arc::clone(&store), stopped));
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        writers.push(tokio::spawn(write(Arc::clone(&store), writer)));
    }
    let mut written = Vec::new();
    for writer in writers {
        written.extend(writer.await.expect("a writer ends"));
    }
    let expected: usize = written.iter().map(Vec::len).sum();
    stop.send(Some(expected)).expect("the watcher waits");
    let seen = watcher.await.expect("the watcher ends");

    let place: BTreeMap<EventId, usize> = seen.iter().copied().zip(0..).collect();
    assert_eq!(place.len(), seen.len(), "no event comes twice");
    assert_eq!(
        seen.len(),
        expected,
        "no event is missed, and none comes from a refused commit"
    );
    for commit in &written {
        let places: Vec<usize> = commit
            .iter()
            .filter_map(|event| place.get(event).copied())
            .collect();
        let first = places.first().copied().unwrap_or(0);
        let together: Vec<usize> = (first..first + commit.len()).collect();
        assert_eq!(
            places, together,
            "the entries of a commit stand together, in its order"
        );
    }
}

/// Each audience of an entry MUST get the next number of its mailbox, without gaps.
pub async fn a_mailbox_has_no_gap(factory: &impl Factory) {
    let store = Arc::new(factory.open().await);
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        writers.push(tokio::spawn(write(Arc::clone(&store), writer)));
    }
    for writer in writers {
        writer.await.expect("a writer ends");
    }
    let journal = store
        .journal(&policy::reader_scope(), 0, Limit::new(1_000))
        .await
        .expect("a read");
    let order: BTreeMap<EventId, u64> = journal.iter().map(|item| (item.event, item.seq)).collect();
    let mut addressed = 0;
    for owner in ["agencies/caf-56", "agencies/msa-35", "organisations/ccas-pontivy"] {
        let audience = Audience::from_resource(owner);
        let (mut after, mut last_seq) = (0, 0);
        loop {
            let page = store
                .mailbox(&audience, after, Limit::new(7))
                .await
                .expect("a read");
            if page.is_empty() {
                break;
            }
            for item in page {
                assert_eq!(item.number, after + 1, "{owner} has a gap");
                let seq = order[&item.event];
                assert!(seq > last_seq, "{owner} is in the order of the journal");
                (after, last_seq) = (item.number, seq);
                addressed += 1;
            }
        }
        assert_eq!(store.mailbox_end(&audience).await.expect("a read"), after);
    }
    assert_eq!(
        addressed,
        2 * journal.len(),
        "each entry goes to an agency and an organisation"
    );
    let nobody = Audience::from_resource("agencies/carsat-42");
    assert_eq!(store.mailbox_end(&nobody).await.expect("a read"), 0);
    assert_eq!(
        store.mailbox(&nobody, 0, Limit::new(1)).await.expect("a read"),
        []
    );
}

/// The journal is for the hub's own readers: any other scope reads none of it.
pub async fn the_journal_is_for_its_readers_alone(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(20);
    let case = sample::case(&mut draw, &start(), 1);
    store
        .commit(sample::opening(&mut draw, &case))
        .await
        .expect("a commit is done");
    let mut manager = person("ines.petit", Role::OrganisationManager);
    manager.organisation = Some(organisation("ccas-pontivy"));
    let scope = policy::scope(&manager).expect("a manager reads cases");
    assert_eq!(
        store.journal(&scope, 0, Limit::new(10)).await.expect("a read"),
        []
    );
    assert_eq!(
        store
            .journal(&policy::reader_scope(), 0, Limit::new(10))
            .await
            .expect("a read")
            .len(),
        1
    );
}

/// An entry reads back as it was written, sections, commitments and leaf byte for byte, under the scope of the ticket it
/// is viewed from.
pub async fn an_entry_reads_back_as_it_was_written(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(21);
    let two = Start {
        desks: vec![desk("caf-56", "rsa"), desk("msa-35", "droits")],
        ..start()
    };
    let case = sample::case(&mut draw, &two, 1);
    let opening = sample::opening(&mut draw, &case);
    let (change, _) = sample::change(&mut draw, &case, 0, |_, _| {});
    let mut written: Vec<Entry> = opening.entries.clone();
    written.extend(change.entries.clone());
    store.commit(opening).await.expect("a commit is done");
    store.commit(change).await.expect("a commit is done");
    let mut member = person("camille.martin", Role::SocialWorker);
    member.organisation = Some(organisation("ccas-pontivy"));
    let scope = policy::scope(&member).expect("a social worker reads cases");
    for (seq, entry) in (1..).zip(&mut written) {
        entry.audiences.clear();
        let read = store
            .entry(&scope, entry.event)
            .await
            .expect("a read")
            .expect("the entry is there");
        assert_eq!((read.seq, &read.entry), (seq, &*entry));
    }
    let (first, second) = (case.tickets[0].ticket.name, case.tickets[1].ticket.name);
    let list = async |of, after, limit| {
        let read = store
            .entries(&scope, first, of, after, Limit::new(limit))
            .await
            .expect("a read");
        read.into_iter().map(|stored| stored.entry).collect::<Vec<_>>()
    };
    assert_eq!(list(first, 0, 10).await, [written[0].clone(), written[2].clone()]);
    assert_eq!(list(first, 1, 10).await, [written[2].clone()]);
    assert_eq!(list(first, 0, 1).await, [written[0].clone()]);
    assert_eq!(list(second, 0, 10).await, [written[1].clone()]);
    assert_eq!(list(second, 1, 10).await, []);
}

/// Whatever happened, its entry MUST read back under its own name.
pub async fn every_kind_of_event_reads_back_by_its_name(factory: &impl Factory) {
    let store = factory.open().await;
    let mut draw = Draw::new(22);
    let mut case = sample::case(&mut draw, &start(), 1);
    store
        .commit(sample::opening(&mut draw, &case))
        .await
        .expect("a commit is done");
    let mut member = person("camille.martin", Role::SocialWorker);
    member.organisation = Some(organisation("ccas-pontivy"));
    let scope = policy::scope(&member).expect("a social worker reads cases");
    for kind in KINDS {
        let (mut change, after) = sample::change(&mut draw, &case, 0, |_, _| {});
        change.entries[0].kind = kind;
        let event = change.entries[0].event;
        store.commit(change).await.expect("a commit is done");
        let read = store.entry(&scope, event).await.expect("a read");
        assert_eq!(read.expect("the entry is there").entry.kind, *kind);
        case = after;
    }
}

/// Opens a case and changes it, again and again; returns the events of each commit that was done.
async fn write(store: Arc<impl Store>, writer: u64) -> Vec<Vec<EventId>> {
    let mut draw = Draw::new(1_000 + writer);
    let agencies = [desk("caf-56", "rsa"), desk("msa-35", "droits")];
    let mut written = Vec::new();
    for number in 0..COMMITS_EACH / 3 {
        let of_both = Start {
            desks: agencies.to_vec(),
            ..start()
        };
        let number = writer as u32 * 1_000 + number + 1;
        let case = sample::case(&mut draw, &of_both, number);
        let opening = sample::opening(&mut draw, &case);
        let (change, _) = sample::change(&mut draw, &case, draw_index(number), |_, _| {});
        let (stale, _) = sample::change(&mut draw, &case, draw_index(number + 1), |_, _| {});
        for commit in [opening, change] {
            written.push(events(&commit));
            store.commit(commit).await.expect("nobody else writes this case");
        }
        let refused = store.commit(stale).await;
        assert!(matches!(refused, Err(CommitError::Stale)), "{refused:?}");
    }
    written
}

/// Reads the journal whenever it may have grown, until it has read as many entries as were written.
async fn watch(
    store: Arc<impl Store>,
    mut stopped: tokio::sync::watch::Receiver<Option<usize>>,
) -> Vec<EventId> {
    let mut commits = store.commits();
    let mut seen = Vec::new();
    loop {
        // Marked before reading: a commit that comes while we read wakes us again.
        commits.borrow_and_update();
        let page = store
            .journal(&policy::reader_scope(), seen.len() as u64, Limit::new(5))
            .await
            .expect("a read");
        let at_end = page.is_empty();
        for item in page {
            assert_eq!(item.seq, seen.len() as u64 + 1, "the journal has a gap");
            seen.push(item.event);
        }
        if !at_end {
            continue;
        }
        if stopped
            .borrow_and_update()
            .is_some_and(|expected| seen.len() >= expected)
        {
            return seen;
        }
        tokio::select! {
            woken = commits.changed() => woken.expect("the store is open"),
            told = stopped.changed() => told.expect("the test goes on"),
        }
    }
}

fn events(commit: &Commit) -> Vec<EventId> {
    commit.entries.iter().map(|entry| entry.event).collect()
}

fn draw_index(number: u32) -> usize {
    (number % 2) as usize
}
