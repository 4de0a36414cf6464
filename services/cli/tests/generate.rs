//! `declic generate`: a year of invented cases, through the real hub.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn generate(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_declic"));
    let words = [
        "generate",
        "--dir",
        "year",
        "--cases",
        "40",
        "--until",
        "2026-06-30",
    ];
    command
        .args([&words, arguments].concat())
        .current_dir(folder)
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null());
    command.output().expect("the program runs")
}

fn told(output: &Output) -> Value {
    let talk = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{talk}");
    let mut told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    told.as_object_mut()
        .expect("an object")
        .remove("seconds")
        .expect("how long it took");
    told
}

#[test]
fn a_seed_tells_one_year_and_another_seed_another() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let first = told(&generate(home.path(), &["--json"]));
    assert_eq!(first["cases"], 40);
    for happens in ["tickets", "acknowledged", "resolved", "closed"] {
        assert!(first[happens].as_u64() > Some(20), "{happens}: {first}");
    }
    let by_the_clock = first["escalated_by_the_clock"].as_u64() > Some(0);
    assert!(by_the_clock, "what the hub does by itself is told too: {first}");
    let again = told(&generate(home.path(), &["--json", "--fresh"]));
    assert_eq!(first, again);
    let other = told(&generate(home.path(), &["--json", "--fresh", "--seed", "2"]));
    assert_ne!(first, other);
}

#[test]
fn a_year_is_never_put_over_what_is_there() {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::fs::create_dir_all(home.path().join("year/hub")).expect("a folder");
    std::fs::write(home.path().join("year/demo.lock"), "a demo's").expect("a file");
    let refused = generate(home.path(), &[]);
    let talk = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(2), "{talk}");
    assert!(talk.contains("--fresh"), "{talk}");
}

#[test]
fn what_cannot_be_generated_is_refused_before_anything_is_written() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let rows: [(&[&str], &str); 4] = [
        (&["--territory", "99"], "Territoire inconnu"),
        (&["--until", "2999-01-01"], "doit être passée"),
        (&["--cases", "0"], "--cases"),
        (&["--until", "demain"], "--until"),
    ];
    for (arguments, sentence) in rows {
        let mut command = Command::new(env!("CARGO_BIN_EXE_declic"));
        let shown = command
            .args([&["generate", "--dir", "year"], arguments].concat())
            .current_dir(home.path())
            .env_clear()
            .output()
            .expect("the program runs");
        let talk = String::from_utf8_lossy(&shown.stderr);
        assert_eq!(shown.status.code(), Some(2), "{arguments:?}: {talk}");
        assert!(talk.contains(sentence), "{arguments:?}: {talk}");
        assert!(!home.path().join("year").exists(), "{arguments:?}");
    }
}
