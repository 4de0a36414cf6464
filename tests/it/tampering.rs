//! The oracle of these tests is not blind: whoever changes one thing in the files behind the hub's back is found.

use std::path::Path;

use declic_tests::people::{self, standard_case};
use declic_tests::{TestHub, oracle, raw};
use prost::Message as _;
use sqlx::{Connection as _, SqliteConnection};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::commands;

/// What is done to the database, and what the oracle says.
const ROWS: [(&str, &str); 9] = [
    (
        "UPDATE leaves SET leaf = zeroblob(242) WHERE idx = 1",
        "one to one",
    ),
    (
        "DELETE FROM leaves WHERE idx = (SELECT max(idx) FROM leaves)",
        "one to one",
    ),
    (
        "UPDATE leaves SET leaf = CAST(substr(leaf, 1, 200) || zeroblob(42) AS BLOB) WHERE idx = 3;
         UPDATE entries SET leaf = (SELECT leaf FROM leaves WHERE leaves.event = entries.event)",
        "RootDiffers",
    ),
    (
        "UPDATE checkpoints SET note = replace(note, 'declic', 'autre')",
        "BadCheckpoint",
    ),
    (
        "DELETE FROM checkpoints WHERE size = (SELECT max(size) FROM checkpoints)",
        "published before the end",
    ),
    (
        "DELETE FROM mailbox WHERE no = (SELECT max(no) FROM mailbox)",
        "holds what is addressed to it",
    ),
    (
        "UPDATE tickets SET last_leaf = zeroblob(32)",
        "names the leaf of its last event",
    ),
    (
        "UPDATE entry_objects SET bytes = CAST(substr(bytes, 1, length(bytes) - 1) || X'00' AS BLOB) WHERE grp = 2",
        "opens its commitment",
    ),
    (
        "UPDATE entries SET kind = 'CLOSED' WHERE kind = 'ACKNOWLEDGED'",
        "is called after its event",
    ),
];

#[tokio::test]
async fn a_change_behind_the_hubs_back_is_found_wherever_it_is() {
    let hub = TestHub::start().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    commands::acknowledge(&hub.caf_agent(), &opened.tickets[0].ticket).await;
    commands::post(&hub.social_worker(), &opened.tickets[0].ticket, "Des nouvelles ?").await;
    let (key, now) = (hub.ledger_key(), hub.now());
    let hub = hub
        .restart_between(async |folder| {
            let config = declic_tests::hub::config(folder);
            let database = &config.store.path;
            let kept = folder.join("kept.sqlite");
            std::fs::copy(database, &kept).expect("a copy");
            oracle::check(&config, &key, now).await;
            for (statements, said) in ROWS {
                tamper(database, statements).await;
                let (config, key) = (config.clone(), key.clone());
                let checked = tokio::spawn(async move { oracle::check(&config, &key, now).await }).await;
                let panicked = checked
                    .err()
                    .unwrap_or_else(|| panic!("not found: {statements}"))
                    .into_panic();
                let words = panicked.downcast_ref::<String>().cloned();
                let words =
                    words.or_else(|| panicked.downcast_ref::<&str>().map(|words| (*words).to_owned()));
                let words = words.expect("a panic's words");
                assert!(words.contains(said), "{statements}\nis told as: {words}");
                put_back(&kept, database);
            }
        })
        .await;
    hub.stop().await;
}

#[tokio::test]
async fn a_hub_finds_a_leaf_that_was_changed_or_taken_away_and_writes_nothing_more() {
    let mut hub = TestHub::start().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let ticket = &opened.tickets[0].ticket;
    commands::acknowledge(&hub.caf_agent(), ticket).await;
    let kept = hub.path("kept.sqlite");
    let database = hub.config().store.path;
    for statement in [
        "UPDATE leaves SET leaf = CAST(substr(leaf, 1, 200) || zeroblob(42) AS BLOB) WHERE idx = 0",
        "DELETE FROM leaves WHERE idx = (SELECT max(idx) FROM leaves)",
    ] {
        hub = hub
            .restart_between(async |_| {
                std::fs::copy(&database, &kept).expect("a copy");
                tamper(&database, statement).await;
            })
            .await;
        // Its right edge is what it was, so it starts and serves; then it has read the rest.
        closes(&hub).await;
        people::ticket(&hub.social_worker(), ticket).await;
        let case = standard_case().encode_to_vec();
        let refused = raw::call_as(
            &hub.channel().await,
            "camille.martin",
            "CaseService/OpenCase",
            case,
        )
        .await;
        let refused = refused.expect_err("nothing is written");
        assert_eq!(raw::line(&refused), "Unavailable LEDGER_CLOSED", "{statement}");
        hub = hub.restart_between(async |_| put_back(&kept, &database)).await;
    }
    commands::post(&hub.social_worker(), ticket, "Des nouvelles ?").await;
    hub.stop().await;
}

/// Waits until probes are told that the hub does not serve any more.
async fn closes(hub: &TestHub) {
    let mut health = HealthClient::new(hub.channel().await);
    let watched = health.watch(HealthCheckRequest::default()).await;
    let mut told = watched.expect("probes need no token").into_inner();
    while let Some(state) = told.message().await.expect("a stream") {
        if state.status() == ServingStatus::NotServing {
            return;
        }
    }
    panic!("the stream ended");
}

fn put_back(kept: &Path, database: &Path) {
    std::fs::copy(kept, database).expect("the database is put back");
    for extension in ["sqlite-wal", "sqlite-shm"] {
        let _absent = std::fs::remove_file(database.with_extension(extension));
    }
}

/// The triggers keep the hub itself from doing so; who has the file takes them away.
async fn tamper(database: &Path, statements: &'static str) {
    let address = format!("sqlite://{}", database.display());
    let mut connection = SqliteConnection::connect(&address).await.expect("a database");
    let triggers: Vec<String> = sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        .fetch_all(&mut connection)
        .await
        .expect("the triggers");
    for trigger in triggers {
        let drop = sqlx::AssertSqlSafe(format!("DROP TRIGGER {trigger}"));
        sqlx::raw_sql(drop)
            .execute(&mut connection)
            .await
            .expect("a trigger less");
    }
    sqlx::raw_sql(statements)
        .execute(&mut connection)
        .await
        .expect("statements");
    connection.close().await.expect("a clean end");
}
