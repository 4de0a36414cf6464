//! The keyring's contract, on a database.

use std::path::{Path, PathBuf};

use declic_store_postgres::PgKeyring;
use declic_vault::keyring::{Error, KekId, KeyId, Keyring as _, Part, WrappedKey};
use sqlx::PgConnection;

use crate::cluster::{self, connect, execute};

#[tokio::test]
async fn keys_are_stored_all_or_none_and_never_overwritten() {
    let ring = PgKeyring::open(&cluster::database().await)
        .await
        .expect("a keyring is created");
    assert!(ring.is_empty().await.expect("a read"));
    let keys = [key(1, Part::Personal, 0xa1), key(1, Part::Meta, 0xa2)];
    ring.store(&keys).await.expect("the keys are new");
    assert_eq!(ring.load(KeyId([1; 16])).await.expect("a read"), keys);
    assert!(!ring.is_empty().await.expect("a read"));

    let mixed = [key(2, Part::Meta, 0xb1), key(1, Part::Meta, 0xb2)];
    let refused = ring.store(&mixed).await;
    assert!(matches!(refused, Err(Error::Exists)), "{refused:?}");
    assert_eq!(ring.load(KeyId([2; 16])).await.expect("a read"), []);
    assert_eq!(ring.load(KeyId([1; 16])).await.expect("a read"), keys);
    assert_eq!(ring.count().await.expect("a read"), 2);
}

#[tokio::test]
async fn keys_are_there_after_a_restart() {
    let url = cluster::database().await;
    let ring = PgKeyring::open(&url).await.expect("a keyring is created");
    ring.store(&[key(1, Part::Meta, 0xa1)])
        .await
        .expect("the key is new");
    ring.close().await;
    let ring = PgKeyring::open(&url).await.expect("the keyring is there");
    assert_eq!(
        ring.load(KeyId([1; 16])).await.expect("a read"),
        [key(1, Part::Meta, 0xa1)]
    );
}

#[tokio::test]
async fn a_shredded_part_is_in_no_file_of_the_database_any_more_and_the_other_stays() {
    let url = cluster::database().await;
    let ring = PgKeyring::open(&url).await.expect("a keyring is created");
    let mut admin = connect(&url).await;
    let (gone, stays) = (key(1, Part::Personal, 0xc7), key(1, Part::Meta, 0xc8));
    ring.store(&[gone.clone(), stays.clone()])
        .await
        .expect("the keys are new");
    execute(&mut admin, "CHECKPOINT")
        .await
        .expect("files are written");
    let folder = folder(&mut admin).await;
    assert!(found(&folder, &gone.bytes), "the test can find what is there");
    assert!(
        ring.shred(gone.key_id, gone.part)
            .await
            .expect("the part is there")
    );
    assert!(
        !ring
            .shred(gone.key_id, gone.part)
            .await
            .expect("a second time finds nothing")
    );
    assert_eq!(
        ring.load(gone.key_id).await.expect("a read"),
        std::slice::from_ref(&stays)
    );
    execute(&mut admin, "CHECKPOINT")
        .await
        .expect("files are written");
    assert!(
        !found(&folder, &gone.bytes),
        "the file was written anew without it"
    );
    assert!(
        found(&folder, &stays.bytes),
        "the test can still find what is there"
    );
    ring.store(&[gone])
        .await
        .expect("a shredded part is no longer there");
}

#[tokio::test]
async fn a_shredding_is_certain_only_once_nobody_reads_from_before_it() {
    let url = cluster::database().await;
    let ring = PgKeyring::open(&url).await.expect("a keyring is created");
    let (mut admin, mut reader) = (connect(&url).await, connect(&url).await);
    let gone = key(1, Part::Personal, 0xc7);
    ring.store(std::slice::from_ref(&gone))
        .await
        .expect("the key is new");
    for begin in [
        "BEGIN ISOLATION LEVEL REPEATABLE READ",
        "SELECT count(*) FROM wrapped_keys",
    ] {
        execute(&mut reader, begin).await.expect("a reader that stays");
    }
    let refused = ring.shred(gone.key_id, gone.part).await;
    assert!(
        refused.is_err(),
        "the part is still there for the reader, so nothing is promised"
    );
    execute(&mut reader, "COMMIT").await.expect("the reader goes");
    let shredded = ring.shred(gone.key_id, gone.part).await;
    assert!(shredded.expect("asked again, it is done"));
    execute(&mut admin, "CHECKPOINT")
        .await
        .expect("files are written");
    let folder = folder(&mut admin).await;
    assert!(
        !found(&folder, &gone.bytes),
        "the file was written anew without it"
    );
}

pub fn key(id: u8, part: Part, fill: u8) -> WrappedKey {
    WrappedKey {
        key_id: KeyId([id; 16]),
        part,
        kek_id: KekId::parse("2026-11").expect("a month"),
        bytes: (0..60).map(|index| fill ^ index).collect(),
    }
}

/// Where the tables of this database are.
async fn folder(database: &mut PgConnection) -> PathBuf {
    let oid: i64 =
        sqlx::query_scalar("SELECT oid::BIGINT FROM pg_database WHERE datname = current_database()")
            .fetch_one(database)
            .await
            .expect("the database knows itself");
    cluster::home().join("data/base").join(oid.to_string())
}

/// Whether any file of the folder holds these bytes. What the write-ahead log holds is recycled in time.
fn found(folder: &Path, bytes: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).expect("the folder is there");
    files.into_iter().any(|file| {
        let content = std::fs::read(file.expect("a file").path()).expect("a file is read");
        content.windows(bytes.len()).any(|window| window == bytes)
    })
}
