//! The keyring's contract, on a file.

use std::path::Path;

use declic_store_sqlite::SqliteKeyring;
use declic_vault::keyring::{Error, KekId, KeyId, Keyring as _, Part, WrappedKey};
use tempfile::TempDir;

#[tokio::test]
async fn keys_are_stored_all_or_none_and_never_overwritten() {
    let folder = TempDir::new().expect("a temporary folder");
    let ring = SqliteKeyring::open(folder.path().join("keyring.sqlite"))
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
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("keyring.sqlite");
    let ring = SqliteKeyring::open(&path).await.expect("a keyring is created");
    ring.store(&[key(1, Part::Meta, 0xa1)])
        .await
        .expect("the key is new");
    ring.close().await;
    let ring = SqliteKeyring::open(&path).await.expect("the keyring is there");
    assert_eq!(
        ring.load(KeyId([1; 16])).await.expect("a read"),
        [key(1, Part::Meta, 0xa1)]
    );
}

#[tokio::test]
async fn a_shredded_part_is_in_no_file_any_more_and_the_other_stays() {
    let folder = TempDir::new().expect("a temporary folder");
    let ring = SqliteKeyring::open(folder.path().join("keyring.sqlite"))
        .await
        .expect("a keyring is created");
    let (gone, stays) = (key(1, Part::Personal, 0xc7), key(1, Part::Meta, 0xc8));
    ring.store(&[gone.clone(), stays.clone()])
        .await
        .expect("the keys are new");
    assert!(
        found(folder.path(), &gone.bytes),
        "the test can find what is there"
    );
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
    assert!(
        !found(folder.path(), &gone.bytes),
        "the bytes are overwritten everywhere"
    );
    assert!(
        found(folder.path(), &stays.bytes),
        "the test can still find what is there"
    );
    ring.store(&[gone])
        .await
        .expect("a shredded part is no longer there");
}

#[tokio::test]
async fn a_full_disk_is_told_as_such_and_what_is_there_can_be_read() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("keyring.sqlite");
    let ring = SqliteKeyring::open_limited(&path, 40)
        .await
        .expect("a keyring is created");
    let mut stored = 0;
    let refused = loop {
        match ring.store(&batch(stored)).await {
            Ok(()) => stored += 1,
            Err(refused) => break refused,
        }
    };
    assert!(stored > 2, "some batches fit: {stored}");
    assert!(matches!(refused, Error::DiskFull(_)), "{refused:?}");
    let again = ring.store(&batch(stored)).await;
    assert!(matches!(again, Err(Error::DiskFull(_))), "{again:?}");
    let first = batch(0)[0].key_id;
    assert_eq!(ring.load(first).await.expect("reads go on").len(), 1);
    let kept = 64 * u64::from(stored);
    assert_eq!(ring.count().await.expect("a read"), kept, "all or none");
    ring.close().await;

    let ring = SqliteKeyring::open(&path).await.expect("the keyring is there");
    ring.store(&batch(stored)).await.expect("there is room again");
}

/// 64 keys that no other batch has.
fn batch(number: u8) -> [WrappedKey; 64] {
    std::array::from_fn(|index| WrappedKey {
        key_id: KeyId(
            [[number; 8], (index as u64).to_be_bytes()]
                .concat()
                .try_into()
                .expect("16 bytes"),
        ),
        ..key(0, Part::Meta, number)
    })
}

fn key(id: u8, part: Part, fill: u8) -> WrappedKey {
    WrappedKey {
        key_id: KeyId([id; 16]),
        part,
        kek_id: KekId::parse("2026-11").expect("a month"),
        bytes: (0..60).map(|index| fill ^ index).collect(),
    }
}

/// Whether any file of the folder holds these bytes.
fn found(folder: &Path, bytes: &[u8]) -> bool {
    let files = std::fs::read_dir(folder).expect("the folder is there");
    let contents = files.map(|file| std::fs::read(file.expect("a file").path()).expect("a file is read"));
    contents
        .into_iter()
        .any(|content| content.windows(bytes.len()).any(|window| window == bytes))
}
