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

#[test]
fn figures_are_made_again_without_a_hub_that_serves() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/hub.example.toml");
    let (done, data, talk) = run(&["--config", example, "--rebuild-figures", "--check"]);
    assert!(
        !done && talk.contains("Usage"),
        "one thing at a time: {data}{talk}"
    );
}
