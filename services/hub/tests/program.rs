//! The program `declic-hub` as an operator runs it: what it prints, where, and how it ends.

use std::process::{Command, Output};

fn run(arguments: &[&str]) -> (bool, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_declic-hub"))
        .args(arguments)
        .output()
        .expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("it prints UTF-8");
    (status.success(), text(stdout), text(stderr))
}

#[test]
fn a_check_of_the_example_files_says_what_they_hold_and_starts_nothing() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/hub.example.toml");
    let (done, data, talk) = run(&["--config", example, "--check"]);
    assert!(done, "{talk}");
    assert!(data.contains("hub.example.toml: "), "{data}");
    assert_eq!(talk, "");
}

/// A key that nobody reads is refused with those that somebody does.
fn known_keys(example: &str, section: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("hub.toml");
    let heading = format!("[{section}]");
    let asked: String = example
        .lines()
        .map(|line| {
            if line.trim_start_matches("# ") == heading {
                format!("{heading}\nno_such_key = 1\n")
            } else {
                format!("{line}\n")
            }
        })
        .collect();
    std::fs::write(&file, asked).expect("a file");
    let (done, _, talk) = run(&["--config", &file.display().to_string(), "--check"]);
    let known = talk.split_once("use one of: ");
    let (_, known) = known.unwrap_or_else(|| panic!("{section}, {done}: {talk}"));
    known.trim().split(", ").map(str::to_owned).collect()
}

#[test]
fn the_example_shows_every_key_of_every_section() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/hub.example.toml");
    let example = std::fs::read_to_string(file).expect("the example");
    let mut missing = Vec::new();
    for section in [
        "server",
        "tls",
        "limits",
        "rate",
        "store",
        "keyring",
        "ledger",
        "directory",
        "telemetry",
    ] {
        let (_, below) = example
            .split_once(&format!("[{section}]"))
            .unwrap_or_else(|| panic!("[{section}] is not shown"));
        let below = below.split("\n[").next().unwrap_or(below);
        let shows = |key: &String| {
            below
                .lines()
                .any(|line| line.trim_start_matches("# ").starts_with(&format!("{key} = ")))
        };
        let keys = known_keys(&example, section);
        assert!(!keys.is_empty(), "[{section}] has keys");
        missing.extend(
            keys.into_iter()
                .filter(|key| !shows(key))
                .map(|key| format!("{section}.{key}")),
        );
    }
    assert!(missing.is_empty(), "the example does not show {missing:?}");
}

#[test]
fn a_configuration_that_is_not_there_is_told_on_the_error_stream_with_a_failure() {
    let (done, data, talk) = run(&["--config", "there/is/none.toml"]);
    assert!(!done);
    assert_eq!(data, "");
    assert!(
        talk.starts_with("declic-hub: ") && talk.contains("there/is/none.toml"),
        "{talk}"
    );
    assert_eq!(talk.lines().count(), 1, "one line, no backtrace: {talk}");
}

#[test]
fn an_option_that_does_not_exist_is_refused_with_the_usage() {
    let (done, _, talk) = run(&["--confg", "hub.toml"]);
    assert!(!done);
    assert!(talk.contains("Usage"), "{talk}");
}
