//! Starting and stopping connectors, with a hub that is away.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use declic_client::SigningKey;
use declic_connector::{Config, Running, check, reset_cursor, start};
use declic_runtime::Shutdown;

/// Nobody listens there.
const AWAY: &str = "http://127.0.0.1:1";

fn config(home: &Path, agency: &str) -> Config {
    let home = home.join(agency);
    fs::create_dir_all(&home).expect("a folder can be made");
    let key_file = home.join("connector.key");
    let key = SigningKey::generate([7; 32]);
    fs::write(&key_file, key.to_pkcs8_pem().as_bytes()).expect("writable");
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).expect("ours");
    let folder = |name: &str| home.join(name);
    let subject = format!("connector.{agency}");
    Config::directory(
        AWAY,
        subject,
        key_file,
        folder("state"),
        folder("outbox"),
        folder("inbox"),
    )
}

async fn refusal(config: Config) -> String {
    let shutdown = Shutdown::new(Duration::from_secs(1));
    let refused = start(config, shutdown).await.expect_err("it cannot start");
    format!("{refused:#}")
}

#[tokio::test]
async fn four_connectors_live_in_one_process_without_a_hub_and_stop_one_by_one() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let shutdown = Shutdown::new(Duration::from_secs(1));
    let mut running: Vec<Running> = Vec::new();
    for agency in ["caf-56", "carsat-bretagne", "msa-portes-de-bretagne", "cd-56"] {
        let started = start(config(home.path(), agency), shutdown.clone()).await;
        running.push(started.expect("the hub may be away"));
    }
    let begun = Instant::now();
    let last = running.pop().expect("there are four");
    last.stop().await.expect("it stops because it is told to");
    assert!(!shutdown.is_stopping(), "the others go on");
    shutdown.stop();
    for mut other in running {
        other.finished().await.expect("it stops because it is told to");
    }
    assert!(begun.elapsed() < Duration::from_secs(5));
    for folder in ["done", "refused", "rejected", "sending"] {
        assert!(home.path().join("caf-56/inbox").join(folder).is_dir(), "{folder}");
    }
}

#[tokio::test]
async fn what_a_person_has_to_mend_is_said_with_what_to_do() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let good = config(home.path(), "caf-56");
    check(&good).expect("nothing is wrong with it");

    let key_file = good.key_file.path().to_owned();
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o644)).expect("ours");
    assert!(refusal(good.clone()).await.contains("chmod"));
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).expect("ours");

    fs::write(&key_file, "no key").expect("writable");
    assert!(refusal(good.clone()).await.contains("openssl genpkey"));
    fs::remove_file(&key_file).expect("ours");
    assert!(refusal(good.clone()).await.contains("connector.key"));

    let mut no_address = config(home.path(), "caf-56");
    no_address.hub = "hub.example.fr".to_owned();
    assert!(refusal(no_address).await.contains("`hub`"));

    let open = config(home.path(), "caf-56");
    let outbox = &open.handover.outbox_dir;
    fs::set_permissions(outbox, fs::Permissions::from_mode(0o755)).expect("ours");
    assert!(refusal(open).await.contains("chmod o-rwx"));
}

#[tokio::test]
async fn a_second_connector_on_the_same_state_does_not_start() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let config = config(home.path(), "caf-56");
    let shutdown = Shutdown::new(Duration::from_secs(1));
    let first = start(config.clone(), shutdown).await;
    let first = first.expect("the hub may be away");
    assert!(refusal(config.clone()).await.contains("another connector"));
    let refused = reset_cursor(&config).await.expect_err("the first one runs");
    assert!(refused.to_string().contains("another connector"), "{refused}");

    first.stop().await.expect("it stops because it is told to");
    reset_cursor(&config).await.expect("nobody holds it now");
}
