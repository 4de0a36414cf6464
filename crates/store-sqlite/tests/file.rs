//! What this engine promises of its file: which ones it opens, what can never be changed in it, and a full disk.

use std::path::{Path, PathBuf};

use declic_domain::directory::{Item, Organisation};
use declic_domain::name::OrganisationId;
use declic_store::commit::{Commit, CommitError};
use declic_store::{Error, Store as _};
use declic_store_sqlite::{OpenError, Options, SqliteKeyring, SqliteStore};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions as _, SqliteConnection};
use tempfile::TempDir;

#[tokio::test]
async fn a_file_that_is_not_a_database_is_refused_and_left_alone() {
    let (_folder, path) = place();
    let content = b"Bonjour, je suis une lettre et non une base.".repeat(100);
    std::fs::write(&path, &content).expect("a file is written");
    let refused = SqliteStore::open(Options::new(&path)).await.err();
    assert!(
        matches!(refused, Some(OpenError::NotADatabase { .. })),
        "{refused:?}"
    );
    assert_eq!(std::fs::read(&path).expect("the file is there"), content);
}

#[tokio::test]
async fn a_database_of_something_else_is_refused() {
    let (_folder, path) = place();
    run(&path, "CREATE TABLE recipes (name TEXT)").await;
    let refused = SqliteStore::open(Options::new(&path)).await.err();
    assert!(matches!(refused, Some(OpenError::Foreign { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_keyring_is_not_a_store_nor_the_reverse() {
    let (_folder, path) = place();
    SqliteKeyring::open(&path)
        .await
        .expect("a keyring is created")
        .close()
        .await;
    let refused = SqliteStore::open(Options::new(&path)).await.err();
    assert!(matches!(refused, Some(OpenError::Foreign { .. })), "{refused:?}");
    let (_folder, path) = place();
    SqliteStore::open(Options::new(&path))
        .await
        .expect("a store is created")
        .close()
        .await;
    let refused = SqliteKeyring::open(&path).await.err();
    assert!(matches!(refused, Some(OpenError::Foreign { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused_with_both_versions() {
    let (_folder, path) = place();
    SqliteStore::open(Options::new(&path))
        .await
        .expect("a store is created")
        .close()
        .await;
    run(&path, "PRAGMA user_version = 1000").await;
    let refused = SqliteStore::open(Options::new(&path))
        .await
        .err()
        .expect("version 1000 is newer");
    let migrations = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/store"))
        .expect("the migrations of this program")
        .count();
    let OpenError::NewerSchema { found, known, .. } = &refused else {
        panic!("{refused:?}");
    };
    assert_eq!((*found, usize::try_from(*known)), (1000, Ok(migrations)));
    assert!(
        refused.to_string().contains("install the newer version"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_path_that_cannot_be_opened_is_named() {
    let (folder, _) = place();
    let path = folder.path().join("no/such/folder/store.sqlite");
    let refused = SqliteStore::open(Options::new(&path))
        .await
        .err()
        .expect("the folder is not there");
    assert!(refused.to_string().contains("no/such/folder"), "{refused}");
}

#[tokio::test]
async fn what_the_ledger_and_the_journal_hold_cannot_be_changed() {
    let (_folder, path) = place();
    SqliteStore::open(Options::new(&path))
        .await
        .expect("a store is created")
        .close()
        .await;
    let mut file = connect(&path).await;
    let event = "X'000102030405060708090a0b0c0d0e0f'";
    for row in [
        format!(
            "INSERT INTO entries (event, kind, key_id, recorded_at_us, commitments, leaf, traceparent) \
             VALUES ({event}, 'OPENED', {event}, 0, X'', zeroblob(242), '')"
        ),
        format!(
            "INSERT INTO entry_objects (event, position, grp, no, bytes) VALUES ({event}, 0, 1, 1, X'00')"
        ),
        format!("INSERT INTO journal_order (seq, event) VALUES (1, {event})"),
        "INSERT INTO mailbox (audience, no, seq) VALUES ('agencies/caf-56', 1, 1)".to_owned(),
        format!("INSERT INTO leaves (idx, event, leaf) VALUES (0, {event}, zeroblob(242))"),
        "INSERT INTO nodes (level, idx, hash) VALUES (0, 0, zeroblob(32))".to_owned(),
        "INSERT INTO checkpoints (size, root, note) VALUES (1, zeroblob(32), 'note')".to_owned(),
    ] {
        execute(&mut file, &row).await.expect("a row is written once");
    }
    for (table, column) in [
        ("entries", "kind"),
        ("journal_order", "event"),
        ("mailbox", "seq"),
        ("leaves", "leaf"),
        ("nodes", "hash"),
        ("checkpoints", "note"),
    ] {
        let update = format!("UPDATE {table} SET {column} = {column}");
        let refused = execute(&mut file, &update).await.expect_err(table);
        assert!(refused.contains("never change"), "{table}: {refused}");
        let refused = execute(&mut file, &format!("DELETE FROM {table}"))
            .await
            .expect_err(table);
        assert!(refused.contains("never change"), "{table}: {refused}");
    }
    let refused = execute(&mut file, "UPDATE entry_objects SET bytes = X'01'")
        .await
        .expect_err("a section");
    assert!(refused.contains("never change"), "{refused}");
    // Erasure: sealed sections go, the entry with its commitments and leaf stays.
    execute(&mut file, "DELETE FROM entry_objects")
        .await
        .expect("sealed sections may be erased");
}

#[tokio::test]
async fn a_number_that_leaves_a_gap_is_refused_by_the_file_itself() {
    let (_folder, path) = place();
    SqliteStore::open(Options::new(&path))
        .await
        .expect("a store is created")
        .close()
        .await;
    let mut file = connect(&path).await;
    execute(&mut file, "PRAGMA foreign_keys = OFF")
        .await
        .expect("a setting");
    for number in ["0", "2"] {
        let insert = format!("INSERT INTO journal_order (seq, event) VALUES ({number}, zeroblob(16))");
        let refused = execute(&mut file, &insert)
            .await
            .expect_err("the first number is 1");
        assert!(refused.contains("next number"), "{refused}");
        let insert =
            format!("INSERT INTO mailbox (audience, no, seq) VALUES ('agencies/caf-56', {number}, 1)");
        let refused = execute(&mut file, &insert)
            .await
            .expect_err("the first number is 1");
        assert!(refused.contains("next number"), "{refused}");
    }
}

#[tokio::test]
async fn a_full_disk_refuses_writes_keeps_reads_and_loses_nothing() {
    let (_folder, path) = place();
    let small = Options {
        most_pages: Some(120),
        ..Options::new(&path)
    };
    let store = SqliteStore::open(small).await.expect("a store is created");
    let mut done = 0;
    let refused = loop {
        match store.commit(organisation(done)).await {
            Ok(()) => done += 1,
            Err(refused) => break refused,
        }
    };
    assert!(done > 5, "some commits fit: {done}");
    assert!(
        matches!(refused, CommitError::Engine(Error::DiskFull(_))),
        "{refused:?}"
    );
    assert_eq!(store.directory().await.expect("reads go on").len(), done);
    let again = store.commit(organisation(done)).await;
    assert!(
        matches!(again, Err(CommitError::Engine(Error::DiskFull(_)))),
        "{again:?}"
    );
    store.close().await;

    let store = SqliteStore::open(Options::new(&path))
        .await
        .expect("the file opens again");
    assert_eq!(store.directory().await.expect("a read").len(), done);
    store
        .commit(organisation(done))
        .await
        .expect("there is space again");
    store.close().await;
    let mut file = connect(&path).await;
    let check: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut file)
        .await
        .expect("SQLite answers");
    assert_eq!(check, "ok");
}

#[tokio::test]
async fn a_writer_that_lost_its_file_says_so_and_never_makes_an_empty_one() {
    let (_folder, path) = place();
    let small = Options {
        most_pages: Some(120),
        ..Options::new(&path)
    };
    let store = SqliteStore::open(small).await.expect("a store is created");
    let mut number = 0;
    while store.commit(organisation(number)).await.is_ok() {
        number += 1;
    }
    // The failure made the writer drop its connection; the next write has to open the file, which is gone.
    for suffix in ["", "-wal", "-shm"] {
        let file = PathBuf::from(format!("{}{suffix}", path.display()));
        if file.exists() {
            std::fs::remove_file(file).expect("the file is removed");
        }
    }
    let refused = store.commit(organisation(number)).await;
    assert!(
        matches!(refused, Err(CommitError::Engine(Error::Unavailable(_)))),
        "{refused:?}"
    );
    assert!(
        !path.exists(),
        "no empty store stands in for the one that was lost"
    );
}

#[tokio::test]
async fn a_store_that_closes_leaves_everything_in_its_file_also_beside_another_program() {
    let (_folder, path) = place();
    let store = SqliteStore::open(Options::new(&path))
        .await
        .expect("a store is created");
    let mut other = connect(&path).await;
    execute(&mut other, "SELECT count(*) FROM directory_items")
        .await
        .expect("another program reads");
    store.commit(organisation(1)).await.expect("there is room");
    let log = PathBuf::from(format!("{}-wal", path.display()));
    let length = || std::fs::metadata(&log).map_or(0, |log| log.len());
    assert!(length() > 0, "what is committed is in the log first");
    store.close().await;
    assert_eq!(length(), 0, "the log is empty");
}

fn place() -> (TempDir, PathBuf) {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("store.sqlite");
    (folder, path)
}

fn organisation(number: usize) -> Commit {
    let id = OrganisationId::parse(&format!("ccas-{number}")).expect("the id of an organisation");
    let item = Organisation {
        id,
        name: "x".repeat(3_000),
        departement: "56".to_owned(),
        kind: None,
    };
    Commit {
        directory: vec![Item::Organisation(item)],
        ..Commit::default()
    }
}

async fn connect(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .connect()
        .await
        .expect("the file opens")
}

async fn run(path: &Path, sql: &str) {
    execute(&mut connect(path).await, sql)
        .await
        .expect("the statement runs");
}

async fn execute(file: &mut SqliteConnection, sql: &str) -> Result<(), String> {
    let done = sqlx::query(AssertSqlSafe(sql.to_owned())).execute(file).await;
    done.map(|_| ()).map_err(|error| error.to_string())
}
