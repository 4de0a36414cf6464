//! Promises about the changes of the directory.

use std::sync::Arc;

use declic_domain::directory::{Change, Item, Organisation};
use declic_domain::policy;

use super::Factory;
use super::sample::{self, Draw, member, organisation};
use crate::commit::{Commit, DirectoryWrite};
use crate::page::Limit;
use crate::{CommitError, Store};

/// Changes MUST take the next numbers, without gaps, and read back as they were written, newest first, also after a
/// restart; an item MUST replace the one of its name.
pub async fn changes_of_the_directory_read_back_newest_first(factory: &impl Factory) {
    let store = factory.open().await;
    let limit = Limit::new(10);
    assert_eq!(store.directory_changes(None, limit).await.expect("a read"), []);
    for (number, name) in (0..).zip(["CCAS", "CCAS de Pontivy", "CCAS de Pontivy"]) {
        store.commit(of(number, name)).await.expect("a change");
    }
    store.close().await;
    let store = factory.open().await;
    let written: Vec<(u64, Change)> = (0..3).rev().map(|before| (before + 1, change(before))).collect();
    let read = |before, limit| store.directory_changes(before, Limit::new(limit));
    assert_eq!(read(None, 10).await.expect("a read"), written);
    assert_eq!(read(Some(3), 10).await.expect("a read"), written[1..]);
    assert_eq!(read(Some(3), 1).await.expect("a read"), written[1..2]);
    assert_eq!(read(Some(1), 10).await.expect("a read"), []);
    assert_eq!(
        store.directory().await.expect("a read"),
        [item("CCAS de Pontivy")]
    );
}

/// A commit that expects another last change than there is MUST give `Stale` and write nothing: of many at once one is
/// done.
pub async fn of_two_changes_of_the_directory_at_once_one_is_stale(factory: &impl Factory) {
    const WRITERS: u64 = 8;
    let store = Arc::new(factory.open().await);
    let tasks: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = Arc::clone(&store);
            let mut commit = of(0, "CCAS");
            commit.request = Some((sample::key(&mut Draw::new(100 + writer)), Vec::new()));
            commit.entries = vec![sample::entry_of_no_ticket(
                &mut Draw::new(200 + writer),
                "CHANGED",
            )];
            tokio::spawn(async move { store.commit(commit).await })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        match task.await.expect("a writer ends") {
            Ok(()) => done += 1,
            Err(CommitError::Stale) => {}
            Err(error) => panic!("neither done nor stale: {error:?}"),
        }
    }
    assert_eq!(done, 1, "one of them is first");
    let limit = Limit::new(100);
    assert_eq!(
        store.directory_changes(None, limit).await.expect("a read").len(),
        1
    );
    let journal = store.journal(&policy::reader_scope(), 0, limit).await;
    assert_eq!(journal.expect("a read").len(), 1, "a stale change writes nothing");
    let refused = store.commit(of(7, "another")).await;
    assert!(matches!(refused, Err(CommitError::Stale)), "{refused:?}");
    assert_eq!(store.directory().await.expect("a read"), [item("CCAS")]);
}

fn of(expected: u64, name: &str) -> Commit {
    let mut draw = Draw::new(expected + 1);
    Commit {
        entries: vec![sample::entry_of_no_ticket(&mut draw, "DIRECTORY_CHANGED")],
        request: Some((sample::key(&mut draw), draw.bytes::<30>().to_vec())),
        directory: vec![item(name)],
        directory_change: Some(DirectoryWrite {
            expected,
            change: change(expected),
        }),
        ..Commit::default()
    }
}

fn change(before: u64) -> Change {
    Change {
        actor: (before > 0).then(|| member("jean.rolland")),
        recorded_at: sample::time(0),
        reason: "la structure change de nom".to_owned(),
        items: vec![organisation("ccas-pontivy").resource()],
    }
}

fn item(name: &str) -> Item {
    Item::Organisation(Organisation {
        id: organisation("ccas-pontivy"),
        name: name.to_owned(),
        departement: "56".to_owned(),
        kind: None,
    })
}
