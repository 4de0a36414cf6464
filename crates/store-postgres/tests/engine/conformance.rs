//! Every promise of the store's contract, on a database of its own for each.

use async_trait::async_trait;
use declic_store::Store as _;
use declic_store::conformance::{self, Factory};
use declic_store_postgres::{Options, PgStore};

use crate::cluster::{self, connect, execute};

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

/// As rows are that an earlier version wrote, or whose summary is too long.
const NO_SUMMARY: &str = "
    CREATE FUNCTION no_summary() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.summary = NULL; RETURN NEW; END';
    CREATE TRIGGER no_summary BEFORE INSERT OR UPDATE ON ticket_reach
    FOR EACH ROW EXECUTE FUNCTION no_summary();";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_the_same_where_the_index_holds_no_summary() {
    let database = Database(cluster::database().await);
    database.open().await.close().await;
    let done = execute(&mut connect(&database.0).await, NO_SUMMARY).await;
    done.expect("the trigger is made");
    conformance::pages::pages_of_tickets_put_together_equal_the_whole_list(&database).await;
}
