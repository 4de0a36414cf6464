//! What the first start makes, and what later ones read, refuse and derive.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt as _;

use declic_vault::Os;

use super::*;

fn config(folder: &Path) -> Config {
    let file = folder.join("hub.toml");
    std::fs::write(&file, crate::config::tests::MINIMAL).expect("a file in a temporary folder");
    Config::load(&file, declic_runtime::config::NoEnv).expect("a configuration")
}

fn november() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().expect("an instant")
}

#[test]
fn the_first_start_makes_secrets_for_their_owner_only_and_the_second_reads_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = config(folder.path());
    let first = open(&config, november(), &mut Os).expect("nothing exists yet");
    for name in [MASTER_FILE, "2026-11.kek", "ledger.key"] {
        let file = std::fs::metadata(config.keyring.kek_dir.join(name)).expect(name);
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
    std::fs::write(&config.store.path, "").expect("the database appears");
    let again = open(&config, november(), &mut Os).expect("everything is there");
    assert_eq!(
        first.secrets.request_digest("OpenCase", b"x"),
        again.secrets.request_digest("OpenCase", b"x")
    );
    assert_eq!(first.signer.verifier(), again.signer.verifier());
}

#[test]
fn a_secret_missing_beside_its_data_is_not_made_anew() {
    for name in [MASTER_FILE, "2026-11.kek", "ledger.key"] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let config = config(folder.path());
        open(&config, november(), &mut Os).expect("nothing exists yet");
        std::fs::write(&config.store.path, "").expect("the database appears");
        std::fs::remove_file(config.keyring.kek_dir.join(name)).expect(name);
        let error = open(&config, november(), &mut Os)
            .expect_err("it must be restored")
            .to_string();
        assert!(
            error.contains("restore it from its backup") && error.contains(name),
            "{error}"
        );
    }
}

#[test]
fn hubs_that_start_at_once_in_one_folder_have_the_same_secrets() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = config(folder.path());
    let start = std::sync::Barrier::new(8);
    let all: Vec<Files> = std::thread::scope(|scope| {
        let one = || {
            start.wait();
            open_beside(None, &config, november(), &mut Os).expect("nothing exists yet")
        };
        let started: Vec<_> = (0..8).map(|_| scope.spawn(one)).collect();
        started
            .into_iter()
            .map(|thread| thread.join().expect("no panic"))
            .collect()
    });
    let digests: BTreeSet<_> = all
        .iter()
        .map(|files| files.secrets.request_digest("OpenCase", b"x"))
        .collect();
    let signers: BTreeSet<_> = all
        .iter()
        .map(|files| files.signer.verifier().to_text())
        .collect();
    let names: BTreeSet<_> = std::fs::read_dir(&config.keyring.kek_dir)
        .expect("the folder of secrets")
        .map(|entry| entry.expect("a file").file_name())
        .collect();
    assert_eq!(
        (digests.len(), signers.len(), names.len()),
        (1, 1, 3),
        "{names:?}"
    );
}

#[test]
fn a_key_of_another_log_or_a_spoilt_secret_is_refused_by_its_name() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut config = config(folder.path());
    open(&config, november(), &mut Os).expect("nothing exists yet");
    config.ledger.origin = "declic.example/other".to_owned();
    let error = open(&config, november(), &mut Os).expect_err("another log's key");
    assert!(matches!(error, Error::Origin { .. }), "{error}");
    let master = config.keyring.kek_dir.join(MASTER_FILE);
    std::fs::write(&master, "too short").expect("the file is ours");
    let error = open(&config, november(), &mut Os)
        .expect_err("a spoilt secret")
        .to_string();
    assert!(
        error.contains(MASTER_FILE) && !error.contains("too short"),
        "{error}"
    );
}

#[test]
fn each_purpose_has_a_key_of_its_own_and_parts_do_not_run_together() {
    let secrets = Secrets::from_master([7; 32]);
    let macs = [
        secrets.request_digest("a", b"bc"),
        secrets.request_digest("ab", b"c"),
        secrets.page_mac(&[b"a", b"bc"]),
        secrets.resume_mac(&[b"a", b"bc"]),
        secrets.resume_mac(&[b"abc"]),
        secrets.mailbox_key("abc"),
        *secrets.blind_master(),
    ];
    assert_eq!(BTreeSet::from(macs).len(), macs.len());
    assert_eq!(format!("{secrets:?}"), "Secrets { .. }");
}
