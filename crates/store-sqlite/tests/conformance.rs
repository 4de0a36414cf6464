//! Every promise of the store's contract, on a file of its own for each.

use async_trait::async_trait;
use declic_store::conformance::Factory;
use declic_store_sqlite::{Options, SqliteStore};
use tempfile::TempDir;

struct File(TempDir);

#[async_trait]
impl Factory for File {
    type Store = SqliteStore;

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(Options::new(self.0.path().join("store.sqlite")))
            .await
            .expect("the file opens")
    }
}

fn file() -> File {
    File(TempDir::new().expect("a temporary folder"))
}

declic_store::conformance_tests!(file());
