use declic_store::Store;
use declic_store_sqlite::{Options, SqliteKeyring, SqliteStore};
use declic_vault::{Keyring, Vault};
use tempfile::TempDir;

use super::*;
use crate::secrets::Secrets;

/// The database that two hubs share.
struct Shared {
    _folder: TempDir,
    store: SqliteStore,
    keyring: Arc<dyn Keyring>,
    secrets: Secrets,
}

/// A hub of it, with a folder of secrets.
struct House<'a> {
    shared: &'a Shared,
    folder: &'a Path,
    vault: Vault,
}

impl Shared {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let options = Options::new(folder.path().join("hub.sqlite"));
        let keyring = SqliteKeyring::open(folder.path().join("keyring.sqlite")).await;
        Self {
            store: SqliteStore::open(options).await.expect("a new store"),
            keyring: Arc::new(keyring.expect("a new keyring")),
            secrets: Secrets::from_master([7; 32]),
            _folder: folder,
        }
    }

    fn hub<'a>(&'a self, folder: &'a Path) -> House<'a> {
        let keys = read(folder).expect("its keys");
        let keks = KekSet::new(month("2026-11"), keys).expect("a key of the month");
        let vault = Vault::new(keks, Arc::clone(&self.keyring), Box::new(Os));
        House {
            shared: self,
            folder,
            vault: vault.with_source(Arc::new(Folder::new(folder))),
        }
    }
}

impl House<'_> {
    /// Its look at the folder at this time; the faults it finds, as text.
    async fn looks_at(&self, time: &str) -> Vec<String> {
        let agreement = Agreement {
            store: &self.shared.store,
            secrets: &self.shared.secrets,
        };
        let faults = look_after(&agreement, self.folder, &self.vault, instant(time)).await;
        let faults = faults.expect("the database answers");
        faults.iter().map(ToString::to_string).collect()
    }

    fn wraps_under(&self) -> String {
        self.vault.current_kek().to_string()
    }

    fn has(&self, month: &str) -> bool {
        self.folder.join(format!("{month}.kek")).exists()
    }
}

fn month(text: &str) -> KekId {
    KekId::parse(text).expect("a month")
}

fn instant(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

/// A folder of secrets as the hub's first start in November leaves it.
fn november() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    secrets::make_key(&file(folder.path(), &month("2026-11")), &mut Os).expect("a key");
    folder
}

/// Another folder with the same key of November.
fn copy_of(folder: &Path) -> TempDir {
    let copy = tempfile::tempdir().expect("a temporary folder");
    copy_key(folder, copy.path(), "2026-11");
    copy
}

fn copy_key(from: &Path, to: &Path, month: &str) {
    let name = format!("{month}.kek");
    std::fs::copy(from.join(&name), to.join(&name)).expect("a copy");
}

#[tokio::test]
async fn a_key_is_made_a_week_before_its_month_and_used_from_its_first_instant_on() {
    let (shared, folder) = (Shared::new().await, november());
    let hub = shared.hub(folder.path());
    let rows = [
        ("2026-11-23T23:59:59Z", false, "2026-11"),
        ("2026-11-24T00:00:00Z", true, "2026-11"),
        ("2026-11-30T23:59:59Z", true, "2026-11"),
        ("2026-12-01T00:00:00Z", true, "2026-12"),
    ];
    let mut opened = Vec::new();
    for (time, made, current) in rows {
        assert!(hub.looks_at(time).await.is_empty(), "{time}");
        assert_eq!(
            (hub.has("2026-12"), hub.wraps_under().as_str()),
            (made, current),
            "{time}"
        );
        opened.push(hub.vault.take().await.expect("keys").0);
    }
    let again = shared.hub(folder.path());
    for key in opened {
        again
            .vault
            .keys(key)
            .await
            .expect("the keys of every month open after a start");
    }
}

#[tokio::test]
async fn hubs_that_share_a_folder_read_each_others_cases_across_the_turn_of_a_month() {
    let (shared, folder) = (Shared::new().await, november());
    let (one, other) = (shared.hub(folder.path()), shared.hub(folder.path()));
    assert!(one.looks_at("2026-12-01T00:00:00Z").await.is_empty());
    assert_eq!(one.wraps_under(), "2026-12");
    let (key, _) = one.vault.take().await.expect("keys");
    // The other one has not looked yet: it is still in November.
    assert_eq!(other.wraps_under(), "2026-11");
    other
        .vault
        .keys(key)
        .await
        .expect("it reads the folder when it misses a key");
    assert!(other.looks_at("2026-12-01T00:00:30Z").await.is_empty());
    assert_eq!(other.wraps_under(), "2026-12");
}

#[tokio::test]
async fn a_hub_that_lacks_the_next_months_key_says_so_a_week_before_and_goes_on() {
    let (shared, folder) = (Shared::new().await, november());
    let copy = copy_of(folder.path());
    let (one, other) = (shared.hub(folder.path()), shared.hub(copy.path()));
    assert!(one.looks_at("2026-11-24T00:00:00Z").await.is_empty());
    let faults = other.looks_at("2026-11-24T00:00:01Z").await;
    assert!(
        matches!(&faults[..], [fault] if fault.contains("2026-12.kek is missing") && fault.contains("copy it")),
        "{faults:?}"
    );
    assert!(!other.has("2026-12"), "it makes no second one");
    assert_eq!(other.looks_at("2026-12-01T00:00:00Z").await.len(), 1);
    assert_eq!(other.wraps_under(), "2026-11", "under a key that both have");
    let (key, _) = other.vault.take().await.expect("keys");
    one.vault.keys(key).await.expect("the other hub opens it");
    copy_key(folder.path(), copy.path(), "2026-12");
    assert!(other.looks_at("2026-12-01T00:01:00Z").await.is_empty());
    assert_eq!(other.wraps_under(), "2026-12");
}

#[tokio::test]
async fn a_key_that_is_not_the_one_agreed_on_wraps_nothing() {
    let (shared, folder) = (Shared::new().await, november());
    let copy = copy_of(folder.path());
    let (one, other) = (shared.hub(folder.path()), shared.hub(copy.path()));
    secrets::make_key(&file(copy.path(), &month("2026-12")), &mut Os).expect("a key");
    assert!(one.looks_at("2026-12-01T00:00:00Z").await.is_empty());
    let faults = other.looks_at("2026-12-01T00:00:00Z").await;
    assert!(
        matches!(&faults[..], [fault] if fault.contains("2026-12.kek is not the key")),
        "{faults:?}"
    );
    assert_eq!(other.wraps_under(), "2026-11");
    assert!(other.has("2026-12"), "what an operator wrote stays");
}

#[tokio::test]
async fn hubs_that_make_a_months_key_at_once_end_with_one() {
    let (shared, folder) = (Shared::new().await, november());
    let copy = copy_of(folder.path());
    let (one, other) = (shared.hub(folder.path()), shared.hub(copy.path()));
    let turn = "2026-12-01T00:00:00Z";
    let (first, second) = tokio::join!(one.looks_at(turn), other.looks_at(turn));
    assert_eq!(first.len() + second.len(), 1, "{first:?} {second:?}");
    assert!(
        one.has("2026-12") ^ other.has("2026-12"),
        "the one that was second has none"
    );
    for (hub, faults) in [(&one, first), (&other, second)] {
        let current = if faults.is_empty() { "2026-12" } else { "2026-11" };
        assert_eq!(hub.wraps_under(), current);
    }
    shared.store.close().await;
}

#[tokio::test]
async fn a_key_that_cannot_be_read_leaves_the_vault_as_it_is() {
    let (shared, folder) = (Shared::new().await, november());
    let hub = shared.hub(folder.path());
    std::fs::write(folder.path().join("2026-12.kek"), "half a k").expect("a file");
    let agreement = Agreement {
        store: &shared.store,
        secrets: &shared.secrets,
    };
    let found = look_after(
        &agreement,
        folder.path(),
        &hub.vault,
        instant("2026-12-01T00:00:00Z"),
    )
    .await;
    let error = found.expect_err("no key").to_string();
    assert!(
        error.contains("2026-12.kek") && !error.contains("half"),
        "{error}"
    );
    assert_eq!(hub.wraps_under(), "2026-11");
    hub.vault.take().await.expect("cases are opened as before");
}
