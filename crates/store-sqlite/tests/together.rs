//! What this engine promises of commands that wait together: one transaction of the file, and each outcome its own.

use std::path::Path;

use declic_domain::directory::{Item, Organisation};
use declic_domain::name::{EventId, OrganisationId};
use declic_domain::policy;
use declic_store::commit::{Commit, CommitError, Entry, RequestKey};
use declic_store::{Error, Limit, Store as _};
use declic_store_sqlite::{Options, SqliteStore};
use declic_vault::keyring::KeyId;
use futures::future::join_all;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, SqliteConnection};
use tempfile::TempDir;

// These tests run on one thread: the writer takes its turn when every command of a line waits.

#[tokio::test]
async fn commands_that_wait_together_are_committed_together() {
    let folder = TempDir::new().expect("a temporary folder");
    let store = open(folder.path(), None).await;
    let commits = store.commits();
    for (waiting, batches) in [(1, 1), (100, 1), (128, 1), (129, 2), (300, 3)] {
        let before = *commits.borrow();
        let first = 1_000 * waiting;
        let outcomes =
            join_all((first..first + waiting).map(|number| store.commit(command(number, 10)))).await;
        assert!(outcomes.iter().all(Result::is_ok), "{waiting}: {outcomes:?}");
        assert_eq!(*commits.borrow() - before, batches, "{waiting} commands");
    }
    assert_whole(&store, 1 + 100 + 128 + 129 + 300).await;
}

#[tokio::test]
async fn the_same_request_twice_at_once_is_done_once_and_replayed_when_that_is_durable() {
    let folder = TempDir::new().expect("a temporary folder");
    let store = open(folder.path(), None).await;
    let outcomes = join_all([1, 2, 1, 3, 1].map(|number| store.commit(command(number, 10)))).await;
    let done = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
    let replayed = outcomes
        .iter()
        .filter(|outcome| matches!(outcome, Err(CommitError::Replayed(_))))
        .count();
    assert_eq!((done, replayed), (3, 2), "{outcomes:?}");
    assert_whole(&store, 3).await;
}

#[tokio::test]
async fn callers_that_go_away_take_nothing_from_the_others() {
    let folder = TempDir::new().expect("a temporary folder");
    let store = open(folder.path(), None).await;
    let mut waiting: Vec<_> = (0..40)
        .map(|number| Box::pin(store.commit(command(number, 10))))
        .collect();
    for commit in &mut waiting {
        assert!(futures::poll!(commit).is_pending(), "nothing is written yet");
    }
    let staying = waiting.split_off(20);
    drop(waiting);
    let outcomes = join_all(staying).await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    assert_whole(&store, 40).await;
}

#[tokio::test]
async fn a_disk_that_fills_in_the_middle_of_a_batch_leaves_what_was_acknowledged_and_nothing_else() {
    let folder = TempDir::new().expect("a temporary folder");
    let store = open(folder.path(), Some(400)).await;
    let (mut written, mut refused) = (Vec::new(), Vec::new());
    for round in 0.. {
        let numbers = 100 * round..100 * round + 60;
        let outcomes = join_all(numbers.clone().map(|number| store.commit(command(number, 2_000)))).await;
        for (number, outcome) in numbers.zip(outcomes) {
            match outcome {
                Ok(()) => written.push(number),
                Err(CommitError::Engine(Error::DiskFull(_))) => refused.push(number),
                Err(other) => panic!("{number}: nothing was sent to be committed: {other:?}"),
            }
        }
        if !refused.is_empty() {
            break;
        }
    }
    assert!(written.len() > 60, "a whole batch fits: {written:?}");
    assert_ne!(written.len() % 60, 0, "the disk filled in the middle of a batch");
    assert_found(&store, &written, &refused).await;
    assert_whole(&store, written.len()).await;
    store.close().await;

    let store = open(folder.path(), None).await;
    assert_found(&store, &written, &refused).await;
    let again = join_all(refused.iter().map(|&number| store.commit(command(number, 2_000)))).await;
    assert!(again.iter().all(Result::is_ok), "there is room again: {again:?}");
    assert_whole(&store, written.len() + refused.len()).await;
    store.close().await;
    assert_sound(folder.path()).await;
}

#[tokio::test]
async fn a_command_too_large_for_the_disk_leaves_its_neighbours_written() {
    let folder = TempDir::new().expect("a temporary folder");
    let store = open(folder.path(), Some(400)).await;
    let size = |number| if number == 30 { 4_000_000 } else { 10 };
    let outcomes = join_all((0..60).map(|number| store.commit(command(number, size(number))))).await;
    for (number, outcome) in outcomes.iter().enumerate() {
        let expected = match outcome {
            Ok(()) => number != 30,
            Err(CommitError::Engine(Error::DiskFull(_))) => number == 30,
            Err(_) => false,
        };
        assert!(expected, "{number}: {outcome:?}");
    }
    assert_whole(&store, 59).await;
    store.close().await;
    assert_sound(folder.path()).await;
}

async fn open(folder: &Path, most_pages: Option<u32>) -> SqliteStore {
    let options = Options {
        most_pages,
        ..Options::new(folder.join("store.sqlite"))
    };
    SqliteStore::open(options).await.expect("the store opens")
}

/// Adds an organisation with a name of some length, and an entry about it.
fn command(number: u64, length: usize) -> Commit {
    let id = OrganisationId::parse(&format!("ccas-{number}")).expect("the id of an organisation");
    let organisation = Organisation {
        id,
        name: "x".repeat(length),
        departement: "56".to_owned(),
        kind: None,
    };
    let entry = Entry {
        event: EventId(id_of(number)),
        ticket: None,
        kind: "DIRECTORY_CHANGED",
        key_id: KeyId([1; 16]),
        recorded_at_us: 0,
        objects: Vec::new(),
        commitments: Vec::new(),
        leaf: [0; declic_ledger::leaf::LEN],
        audiences: Vec::new(),
        traceparent: String::new(),
    };
    Commit {
        request: Some((key(number), Vec::new())),
        directory: vec![Item::Organisation(organisation)],
        entries: vec![entry],
        ..Commit::default()
    }
}

fn key(number: u64) -> RequestKey {
    RequestKey {
        issuer: "https://declic.example".to_owned(),
        subject: "camille.martin".to_owned(),
        id: id_of(number),
        content: [2; 32],
    }
}

fn id_of(number: u64) -> [u8; 16] {
    u128::from(number).to_be_bytes()
}

/// The request keys tell what was written, asked for all at once.
async fn assert_found(store: &SqliteStore, written: &[u64], refused: &[u64]) {
    let numbers = || refused.iter().chain(written);
    let answers = join_all(numbers().map(|&number| async move { store.replay(&key(number)).await })).await;
    for (number, answer) in numbers().zip(answers) {
        let answer = answer.expect("reads go on");
        assert_eq!(answer.is_some(), written.contains(number), "{number}");
    }
}

/// So many commands are there, each whole, and the journal has no gap.
async fn assert_whole(store: &SqliteStore, commands: usize) {
    assert_eq!(store.directory().await.expect("a read").len(), commands);
    let journal = store
        .journal(&policy::reader_scope(), 0, Limit::new(1_000))
        .await
        .expect("a read");
    let numbers: Vec<u64> = journal.iter().map(|item| item.seq).collect();
    let without_gap: Vec<u64> = (1..=commands as u64).collect();
    assert_eq!(numbers, without_gap);
}

/// SQLite finds nothing wrong in the file.
async fn assert_sound(folder: &Path) {
    let mut file: SqliteConnection = SqliteConnectOptions::new()
        .filename(folder.join("store.sqlite"))
        .connect()
        .await
        .expect("the file opens");
    let check: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut file)
        .await
        .expect("SQLite answers");
    assert_eq!(check, "ok");
}
