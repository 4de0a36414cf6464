//! A network that goes silent costs the commands of the moment, and nothing that comes after it.

use std::time::Duration;

use declic_store::commit::CommitError;
use declic_store::{Error, Store as _};
use declic_store_postgres::{Options, PgKeyring, PgStore};
use declic_vault::keyring::{KeyId, Keyring as _};
use tokio::time::timeout;

use crate::cluster::{self, connect, execute};
use crate::hubs::request;
use crate::proxy::Proxy;

/// Far more than a hub takes to give up what is silent, far less than TCP does.
const LONG: Duration = Duration::from_secs(90);

#[tokio::test]
async fn a_store_reads_again_after_its_connections_have_gone_silent_in_the_middle_of_a_read() {
    let (url, proxy) = (cluster::database().await, Proxy::start().await);
    let store = PgStore::open(Options {
        readers: 1,
        ..Options::new(proxy.url(&url))
    })
    .await
    .expect("the database opens");
    let mut other = connect(&url).await;
    execute(&mut other, "BEGIN; LOCK TABLE log_state")
        .await
        .expect("nobody reads");
    let (read, ()) = tokio::join!(store.ping(), async {
        wait_for(1, &url).await;
        proxy.silence();
        execute(&mut other, "ROLLBACK")
            .await
            .expect("the lock is given back");
    });
    assert!(matches!(read, Err(Error::Unavailable(_))), "{read:?}");
    let again = async { while store.ping().await.is_err() {} };
    timeout(LONG, again).await.expect("the store reads again");
}

#[tokio::test]
async fn a_keyring_reads_again_after_its_connections_have_gone_silent_in_the_middle_of_reads() {
    let (url, proxy) = (cluster::database().await, Proxy::start().await);
    let ring = PgKeyring::open(&proxy.url(&url))
        .await
        .expect("a keyring is created");
    let mut other = connect(&url).await;
    execute(&mut other, "BEGIN; LOCK TABLE wrapped_keys")
        .await
        .expect("nobody reads");
    let key = KeyId([1; 16]);
    let reads = async { tokio::join!(ring.load(key), ring.load(key)) };
    let (reads, ()) = tokio::join!(timeout(LONG, reads), async {
        wait_for(2, &url).await;
        proxy.silence();
        execute(&mut other, "ROLLBACK")
            .await
            .expect("the lock is given back");
    });
    reads.expect("reads end").0.expect_err("the answer was lost");
    let again = async { while ring.load(key).await.is_err() {} };
    timeout(LONG, again).await.expect("the keyring reads again");
}

#[tokio::test]
async fn a_server_that_greets_and_goes_silent_keeps_the_store_from_committing_only_as_long_as_that() {
    let (url, proxy) = (cluster::database().await, Proxy::start().await);
    let store = PgStore::open(Options::new(proxy.url(&url)))
        .await
        .expect("the database opens");
    proxy.silence_newcomers(true);
    let refused = timeout(LONG, store.commit(request(1))).await;
    let refused = refused.expect("the caller is told");
    assert!(
        matches!(refused, Err(CommitError::Engine(Error::Unavailable(_)))),
        "{refused:?}"
    );
    proxy.silence_newcomers(false);
    store.commit(request(1)).await.expect("it was not done before");
}

/// Until this many sessions of the database wait for what another holds.
async fn wait_for(sessions: u64, url: &str) {
    // Within one transaction a session sees the others as they were when it first looked: this one has none.
    let mut database = connect(url).await;
    let waiting = "SELECT FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while execute(&mut database, waiting).await.expect("PostgreSQL answers") < sessions {
        tokio::task::yield_now().await;
    }
}
