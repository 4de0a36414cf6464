//! `declic hub --database …`: a hub on PostgreSQL from one command, and what it says when it cannot be.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

#[path = "../../../crates/xtask/src/postgres.rs"]
#[expect(dead_code, reason = "`cargo xtask` uses what tests do not")]
mod postgres;

/// A hub of files: what is given on the command line takes their place.
const CONFIG: &str = r#"
[server]
listen = "127.0.0.1:0"
[store]
path = "data/hub.sqlite"
[keyring]
path = "data/keyring.sqlite"
kek_dir = "secrets"
[ledger]
origin = "declic.example/hub"
key_file = "secrets/ledger.key"
[directory]
file = "directory.toml"
"#;

/// Somebody answers for each agency in it.
const DIRECTORY: &str = include_str!("../../../deploy/directory.example.toml");

fn house() -> (tempfile::TempDir, postgres::Cluster) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("hub.toml"), CONFIG).expect("a file");
    std::fs::write(folder.path().join("directory.toml"), DIRECTORY).expect("a file");
    let cluster = postgres::Cluster::start().unwrap_or_else(|why| panic!("{why}"));
    (folder, cluster)
}

fn create(cluster: &postgres::Cluster, database: &str) {
    let create = format!("CREATE DATABASE {database}");
    let done = cluster.psql("postgres").args(["-c", &create]).status();
    assert!(done.is_ok_and(|done| done.success()), "{create}");
}

fn tables(cluster: &postgres::Cluster, database: &str) -> String {
    let list = "SELECT string_agg(tablename, ' ') FROM pg_tables WHERE schemaname = 'public'";
    let output = cluster.psql(database).args(["-A", "-t", "-c", list]).output();
    String::from_utf8(output.expect("psql runs").stdout).expect("names of tables")
}

fn start(folder: &Path, options: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_declic"))
        .args(["hub"])
        .args(options)
        .current_dir(folder)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

/// Everything it says until it serves, or until it has ended.
fn heard(hub: &mut Child) -> (String, bool) {
    let mut said = String::new();
    let stderr = hub.stderr.as_mut().expect("its error stream");
    for line in BufReader::new(stderr).lines() {
        said += &(line.expect("a line of text") + "\n");
        if said.contains("the hub serves") {
            return (said, true);
        }
    }
    (said, false)
}

#[test]
fn one_address_makes_a_hub_whose_keys_are_in_a_database_of_their_own() {
    let (folder, cluster) = house();
    let url = postgres::url(cluster.home(), "declic");
    create(&cluster, "declic");

    let mut hub = start(folder.path(), &["--database", &url]);
    let (said, serves) = heard(&mut hub);
    assert!(!serves && !hub.wait().expect("it ends").success(), "{said}");
    for words in ["[keyring] url", "createdb", "declic_keys"] {
        assert!(said.contains(words), "{words}: {said}");
    }

    create(&cluster, "declic_keys");
    let mut hub = start(folder.path(), &["--database", &url]);
    let (said, serves) = heard(&mut hub);
    assert!(serves, "{said}");
    let id = i32::try_from(hub.id()).expect("an id of a process");
    kill(Pid::from_raw(id), Signal::SIGTERM).expect("a process of ours takes signals");
    assert!(hub.wait().expect("it ends").success(), "{said}");
    assert!(
        tables(&cluster, "declic").contains("cases"),
        "the database is used"
    );
    assert!(
        tables(&cluster, "declic_keys").contains("wrapped_keys"),
        "so is the keyring"
    );
    assert!(!folder.path().join("data").exists(), "the files are not");
}

#[test]
fn a_password_or_one_database_for_both_is_refused_by_the_name_of_the_option() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("hub.toml"), CONFIG).expect("a file");
    let one = "postgres://hub@db/declic";
    let rows: [(&[&str], &[&str]); 3] = [
        (
            &["--database", "postgres://hub:geheim@db/declic"],
            &["--database", "PGPASSFILE"],
        ),
        (&["--database", one, "--keyring", one], &["--keyring", "apart"]),
        (&["--keyring", one], &["--keyring", "both"]),
    ];
    for (options, words) in rows {
        let mut hub = start(folder.path(), options);
        let (said, _) = heard(&mut hub);
        assert!(!hub.wait().expect("it ends").success(), "{said}");
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
        assert!(!said.contains("geheim"), "no secret is repeated: {said}");
    }
}
