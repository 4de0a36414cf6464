//! `declic demo` as a newcomer runs it: the whole house in one program, on a folder of its own.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// Nothing of the machine that runs the tests enters: no variable, no configuration file.
fn declic(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_declic"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", "/nonexistent");
    command
}

fn ended(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().expect("the program runs")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

#[test]
fn the_demo_shows_every_case_to_its_end_and_verifies_the_ledger() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let shown = ended(&mut declic(home.path(), &["demo"]));
    let page = out(&shown);
    let talk = String::from_utf8_lossy(&shown.stderr);
    assert_eq!((shown.status.code(), talk.as_ref()), (Some(0), ""), "{page}");
    assert!(page.contains("12 dossiers clos, 15 demandes"), "{page}");
    assert!(page.contains("grand livre vérifié"), "{page}");
    // One line at least of each turn a case may take.
    for turn in [
        "réorientée, suite en 2",
        "pièce demandée à l’aidant",
        "réponse de l’aidant",
        "au tri : IJ_MALADIE, Lorient",
        "orientée à la main",
        "rouverte",
        "Tri national",
        "/2  ouverte : RETRAITE, Ploërmel",
    ] {
        assert!(page.replace('\u{a0}', " ").contains(turn), "{turn}: {page}");
    }
    let widest = page.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(110), "{widest:?}: {page}");
    let made: Vec<_> = std::fs::read_dir(home.path()).expect("readable").collect();
    assert_eq!(made.len(), 1, "all that it makes is in one folder: {made:?}");
}

#[test]
fn a_second_run_continues_the_same_ledger_and_a_fresh_one_begins_again() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let run = |words: &[&str]| -> Value {
        let shown = ended(&mut declic(home.path(), &[&["demo", "--json"], words].concat()));
        let page = out(&shown);
        assert_eq!(
            shown.status.code(),
            Some(0),
            "{}",
            String::from_utf8_lossy(&shown.stderr)
        );
        assert_eq!(page.lines().count(), 1, "only a summary: {page}");
        serde_json::from_str(&page).expect("JSON")
    };
    let (first, second, fresh) = (run(&[]), run(&[]), run(&["--fresh"]));
    for summary in [&first, &second, &fresh] {
        assert_eq!((&summary["cases"], &summary["tickets"]), (&12.into(), &15.into()));
        assert_eq!(summary["steps"]["closing"]["count"], 14);
        assert_eq!(summary["ledger"]["verified"], true);
    }
    let size = |summary: &Value| summary["ledger"]["size"].as_u64().expect("a size");
    assert!(size(&second) > size(&first), "the same log goes on");
    assert_eq!(
        second["ledger"]["checkpoints"], 2,
        "the first run's checkpoint still holds"
    );
    assert_eq!(fresh["ledger"]["checkpoints"], 1);
    assert!(size(&fresh) < size(&second));
}

/// A demo that stays; stopped when dropped.
struct Staying(Child);

impl Drop for Staying {
    fn drop(&mut self) {
        let _already_gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

#[test]
fn what_stay_prints_works_when_pasted_and_an_interrupt_ends_it_cleanly() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let child = declic(home.path(), &["demo", "--stay"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut staying = Staying(child);
    let mut page = Vec::new();
    let mut lines = BufReader::new(staying.0.stdout.take().expect("its output")).lines();
    for line in lines.by_ref() {
        let line = line.expect("text");
        let last = line.contains("Ctrl-C");
        page.push(line);
        if last {
            break;
        }
    }
    let program = env!("CARGO_BIN_EXE_declic");
    let commands: Vec<&str> = page
        .iter()
        .filter_map(|line| line.trim().strip_prefix(program))
        .collect();
    assert_eq!(commands.len(), 11, "{page:#?}");
    let mut reference = String::new();
    for command in commands {
        let command = command
            .replace("RÉFÉRENCE", &reference)
            .replace("\"Droit rétabli\"", "Droit");
        let words: Vec<&str> = command.split_whitespace().collect();
        let done = ended(&mut declic(home.path(), &words));
        let (said, talk) = (out(&done), String::from_utf8_lossy(&done.stderr).into_owned());
        assert_eq!(done.status.code(), Some(0), "{command}\n{said}{talk}");
        if reference.is_empty() {
            // "Dossier 26-00013-X ouvert."
            reference = said.split_whitespace().nth(1).expect("a reference").to_owned();
        }
    }
    let pid = i32::try_from(staying.0.id()).expect("a process id");
    kill(Pid::from_raw(pid), Signal::SIGINT).expect("it runs");
    let ended = staying.0.wait().expect("it ends");
    let mut talk = String::new();
    staying
        .0
        .stderr
        .take()
        .expect("its talk")
        .read_to_string(&mut talk)
        .expect("text");
    assert_eq!(ended.code(), Some(0), "{talk}");
    // The months behind it are told while they are lived; nothing else is said.
    let mut lines = talk.lines();
    assert!(
        lines.next().is_some_and(|line| line.starts_with("Trois mois")),
        "{talk}"
    );
    assert!(lines.all(|line| line.ends_with("dossiers ouverts")), "{talk}");
}

#[test]
fn a_folder_of_somebody_else_is_refused() {
    let home = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(home.path().join("thesis.txt"), "mine").expect("a file");
    for words in [&["demo", "--dir", "."][..], &["demo", "--dir", ".", "--fresh"]] {
        assert_eq!(ended(&mut declic(home.path(), words)).status.code(), Some(2));
    }
    assert!(home.path().join("thesis.txt").exists());
    let lonely = ended(&mut declic(home.path(), &["demo", "--listen", "127.0.0.1:0"]));
    assert_eq!(lonely.status.code(), Some(2), "--listen is for --stay");
}
