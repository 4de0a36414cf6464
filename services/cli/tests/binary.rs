//! The program itself, as a shell or a script meets it: what it prints where, and how it ends.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

/// Nothing of the machine that runs the tests enters: no variable, no configuration file.
fn declic(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_declic"))
        .args(arguments)
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("its standard input");
    // A program that refuses its arguments leaves without reading.
    let _unread = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn talk(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

#[test]
fn lines_are_explained_in_order_on_standard_output_and_mistakes_told_on_standard_error() {
    let lines = concat!(
        r#"{"id":"a","commune":"56178","regime":"general","benefit":"AF"}"#,
        "\n",
        r#"{"id":"b","commune":"56178","regime":"feudal","benefit":"AF"}"#,
        "\n",
        r#"{"id":"c","commune":"56178","regime":"agricultural","benefit":"AF"}"#,
        "\n",
    );
    let ended = declic(&["routing", "explain", "--input", "-", "--json"], lines);
    assert_eq!(ended.status.code(), Some(2));
    let answers: Vec<serde_json::Value> = out(&ended)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let shown: Vec<_> = answers
        .iter()
        .map(|answer| (&answer["id"], &answer["agencies"][0]))
        .collect();
    assert_eq!(
        shown,
        [
            (&"a".into(), &"caf-56".into()),
            (&"c".into(), &"msa-portes-de-bretagne".into())
        ]
    );
    let failures: Vec<serde_json::Value> = talk(&ended)
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(failures.len(), 2, "the line, then how many there were");
    assert_eq!(failures[0]["error"]["exit_code"], 2);

    let good = lines.lines().next().expect("a line");
    assert_eq!(
        declic(&["routing", "explain", "--input", "-", "--json"], good)
            .status
            .code(),
        Some(0)
    );
}

#[test]
fn mistakes_of_usage_and_of_input_end_with_2() {
    let rows: [(&[&str], &str); 7] = [
        (&["bogus"], ""),
        (&["case"], ""),
        (&["case", "show"], ""),
        (&["case", "open", "--input", "/nonexistent/case.json"], ""),
        (&["case", "open", "--input", "-"], "{\"person\": 1}"),
        (
            &[
                "routing",
                "explain",
                "--commune",
                "99999",
                "--regime",
                "general",
                "--benefit",
                "RSA",
            ],
            "",
        ),
        (&["case", "list"], ""),
    ];
    for (arguments, input) in rows {
        let ended = declic(arguments, input);
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}: {}", talk(&ended));
        assert!(out(&ended).is_empty(), "{arguments:?}");
        assert!(!talk(&ended).is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_case_over_its_size_is_refused_before_it_is_read() {
    let ended = declic(&["case", "open", "--input", "-"], &" ".repeat(70_000));
    assert_eq!(ended.status.code(), Some(2));
    assert!(
        talk(&ended).contains("64\u{a0}Kio") || talk(&ended).contains("64 Kio"),
        "{}",
        talk(&ended)
    );
}

#[test]
fn a_hub_that_is_away_ends_with_6_and_says_how_to_repeat_a_command() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let key = folder.path().join("me.pem");
    let key = key.to_str().expect("a readable path");
    let made = declic(&["key", "generate", "--output", key], "");
    assert_eq!((made.status.code(), out(&made).trim_end().len()), (Some(0), 43));
    // Port 9 of the loopback is nobody's: the connection is refused at once.
    let to = [
        "--hub",
        "http://127.0.0.1:9",
        "--as",
        "camille.martin",
        "--key",
        key,
        "--json",
    ];

    let ended = declic(&[&["whoami"], &to[..]].concat(), "");
    assert_eq!(ended.status.code(), Some(6), "{}", talk(&ended));

    let id = "00000000-0000-4000-8000-000000000001";
    let example = include_str!("../schemas/case.example.json");
    let open = ["case", "open", "--input", "-", "--request-id", id];
    let ended = declic(&[&open[..], &to[..]].concat(), example);
    assert_eq!(ended.status.code(), Some(6), "{}", talk(&ended));
    let failure: serde_json::Value = serde_json::from_str(&talk(&ended)).expect("one line of JSON");
    assert_eq!(failure["error"]["retry_with"], format!("--request-id {id}"));
}

#[test]
fn the_schema_of_a_case_is_printed_without_a_hub() {
    let ended = declic(&["case", "open", "--schema"], "");
    assert_eq!(ended.status.code(), Some(0));
    assert_eq!(out(&ended), include_str!("../schemas/case.schema.json"));
}

#[test]
fn help_is_data_and_speaks_the_language_asked_for() {
    let french = declic(&["ledger", "verify", "--help"], "");
    assert_eq!(french.status.code(), Some(0));
    assert!(out(&french).contains("Utilisation") && talk(&french).is_empty());
    let english = declic(&["--lang", "en", "ledger", "verify", "--help"], "");
    assert!(out(&english).contains("Usage"), "{}", out(&english));
}
