//! What keeps a hub from starting is said in one sentence that names the thing and what to do; nothing is damaged.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use declic_hub::Config;
use declic_runtime::config::NoEnv;
use declic_runtime::{Shutdown, SystemClock, SystemIds};
use declic_tests::TestHub;
use declic_tests::people::{self, standard_case};
use declic_tests::raw;
use prost::Message as _;
use sqlx::{Connection as _, SqliteConnection};

/// Why a hub on this folder does not start.
async fn refusal(folder: &Path) -> String {
    let config = match Config::load(&folder.join("hub.toml"), NoEnv) {
        Ok(config) => config,
        Err(error) => return error.to_string(),
    };
    let shutdown = Shutdown::new(Duration::ZERO);
    let started = declic_hub::start_with(config, shutdown, Arc::new(SystemClock), Arc::new(SystemIds)).await;
    format!("{:#}", started.err().expect("it must not start"))
}

/// A hub that was used and stopped, and how to spoil its folder: it must not start, saying all of these; once mended
/// it starts, and holds what it held.
async fn spoiled(name: &'static str, spoil: impl AsyncFnOnce(&Path), said: &[&str]) {
    let hub = TestHub::start().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let file = hub.path(name);
    let kept = hub.path("kept");
    let hub = hub
        .restart_between(async |folder| {
            std::fs::copy(&file, &kept).expect("a copy");
            spoil(&file).await;
            let sentence = refusal(folder).await;
            for word in said {
                assert!(sentence.contains(word), "{word} is said: {sentence}");
            }
            for extension in ["-wal", "-shm"] {
                let _absent = std::fs::remove_file(format!("{}{extension}", file.display()));
            }
            std::fs::copy(&kept, &file).expect("the file is put back");
        })
        .await;
    people::ticket(&hub.social_worker(), &opened.tickets[0].ticket).await;
    hub.stop().await;
}

async fn execute(database: &Path, statement: &'static str) {
    let mut connection = SqliteConnection::connect(&format!("sqlite://{}", database.display()))
        .await
        .expect("a database");
    sqlx::query(statement)
        .execute(&mut connection)
        .await
        .expect("a statement");
    connection.close().await.expect("a clean end");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let hub = TestHub::start().await;
    let address = hub.running().address.to_string();
    let text = std::fs::read_to_string(hub.path("hub.toml")).expect("the configuration");
    let other = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(
        other.path().join("hub.toml"),
        text.replace("127.0.0.1:0", &address),
    )
    .expect("a file");
    std::fs::copy(hub.path("directory.toml"), other.path().join("directory.toml")).expect("a file");
    let sentence = refusal(other.path()).await;
    assert!(sentence.contains(&address), "{sentence}");
    assert!(
        !other.path().join("secrets").exists(),
        "nothing was made: {sentence}"
    );
    hub.stop().await;
}

#[tokio::test]
async fn a_corrupt_configuration_is_refused_with_its_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows: [(&[u8], &str); 4] = [
        (b"[server\nlisten = 1", "hub.toml"),
        (b"\xff\xfe[server]", "hub.toml"),
        (b"", "store"),
        (b"[server]\nlisten = \"127.0.0.1:0\"\n[surprise]\n", "surprise"),
    ];
    for (text, named) in rows {
        std::fs::write(folder.path().join("hub.toml"), text).expect("a file");
        let sentence = refusal(folder.path()).await;
        assert!(sentence.contains(named), "{named} is named: {sentence}");
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let newer = async |file: &Path| execute(file, "PRAGMA user_version = 1000").await;
    spoiled(
        "data/hub.sqlite",
        newer,
        &["hub.sqlite", "schema version 1000", "install the newer version"],
    )
    .await;
    let newer = async |file: &Path| execute(file, "PRAGMA user_version = 1000").await;
    spoiled(
        "data/keyring.sqlite",
        newer,
        &[
            "keyring.sqlite",
            "schema version 1000",
            "install the newer version",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_file_that_is_no_database_or_one_of_something_else_is_left_alone() {
    let noise = async |file: &Path| std::fs::write(file, b"n'importe quoi".repeat(100)).expect("a file");
    spoiled("data/hub.sqlite", noise, &["hub.sqlite", "not a database"]).await;
    let keyring = async |file: &Path| {
        std::fs::copy(file.with_file_name("keyring.sqlite"), file)
            .map(|_| ())
            .expect("a copy");
    };
    spoiled("data/hub.sqlite", keyring, &["hub.sqlite", "not a store"]).await;
}

#[tokio::test]
async fn a_secret_that_is_missing_beside_its_data_is_never_made_anew() {
    for name in ["secrets/hub.secret", "secrets/ledger.key"] {
        let lost = async |file: &Path| std::fs::remove_file(file).expect("a file");
        spoiled(name, lost, &[name, "is missing", "restore"]).await;
    }
}

#[tokio::test]
async fn a_directory_that_contradicts_itself_is_refused() {
    let unknown_agency = async |file: &Path| {
        let text = std::fs::read_to_string(file).expect("the directory");
        let wrong = text.replace("agency = \"caf-56\"\ndesks", "agency = \"caf-99\"\ndesks");
        std::fs::write(file, wrong).expect("a file");
    };
    spoiled(
        "directory.toml",
        unknown_agency,
        &["[directory] file", "claire.morel", "agency"],
    )
    .await;
    let no_triage = async |file: &Path| {
        let text = std::fs::read_to_string(file).expect("the directory");
        std::fs::write(file, text.replace("triage-national", "triage-35")).expect("a file");
    };
    spoiled("directory.toml", no_triage, &["triage-national"]).await;
}

#[tokio::test]
async fn a_keyring_that_takes_no_keys_keeps_nobody_from_reading() {
    let hub = TestHub::start().await;
    let opened = people::open(&hub.social_worker(), standard_case()).await;
    let keyring = hub.path("data/keyring.sqlite");
    let hub = hub
        .restart_between(async |_| {
            let full = "CREATE TRIGGER full BEFORE INSERT ON wrapped_keys BEGIN SELECT RAISE (ABORT, 'no room'); END";
            execute(&keyring, full).await;
        })
        .await;
    people::ticket(&hub.social_worker(), &opened.tickets[0].ticket).await;
    let channel = hub.channel().await;
    let open = async || {
        let case = standard_case().encode_to_vec();
        raw::call_as(&channel, "camille.martin", "CaseService/OpenCase", case).await
    };
    let refused = open().await.expect_err("a case needs new keys");
    assert_eq!(raw::line(&refused), "Unavailable STORAGE_UNAVAILABLE");
    execute(&keyring, "DROP TRIGGER full").await;
    open().await.expect("keys are made at the first need");
    hub.stop().await;
}
