//! Every promise of the store's contract, on a database of its own for each.

use async_trait::async_trait;
use declic_store::conformance::Factory;
use declic_store_postgres::{Options, PgStore};

use crate::cluster;

struct Database(String);

#[async_trait]
impl Factory for Database {
    type Store = PgStore;

    async fn open(&self) -> PgStore {
        PgStore::open(Options::new(&self.0))
            .await
            .expect("the database opens")
    }
}

declic_store::conformance_tests!(Database(cluster::database().await));
