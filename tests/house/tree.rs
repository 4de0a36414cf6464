//! The tree: what stands where, how long a file is, what no file may say.

use crate::files::{self, File, no_faults};

/// What the root holds (ARCHITECTURE.md 1).
const ROOT: [&str; 20] = [
    ".cargo",
    ".ci",
    ".config",
    ".gitignore",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "clippy.toml",
    "crates",
    "deny.toml",
    "deploy",
    "docs",
    "proto",
    "rustfmt.toml",
    "services",
    "tests",
];

/// Lines, beyond which a Rust file holds two things.
const LONGEST: usize = 600;

/// Lines of a `main.rs`: parse the arguments, call the library, turn its error into an exit code.
const LONGEST_MAIN: usize = 60;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 7] = ["common", "helper", "helpers", "misc", "shared", "util", "utils"];

const CODE: [&str; 4] = ["crates", "services", "tests", "proto"];
const EVERYWHERE: [&str; 8] = [
    "crates", "services", "tests", "proto", "docs", "deploy", ".ci", ".config",
];
const TEXTS: [&str; 9] = [
    ".rs", ".proto", ".sql", ".toml", ".md", ".yaml", ".py", ".ftl", "run",
];

#[test]
fn the_root_holds_what_the_map_says() {
    let names = files::names_in(".");
    let unknown: Vec<String> = names
        .into_iter()
        .filter(|name| !ROOT.contains(&name.as_str()))
        .collect();
    no_faults(
        &unknown,
        "Move it into a folder of the map, or change ARCHITECTURE.md 1 and this list together.",
    );
}

#[test]
fn no_rust_file_is_too_long() {
    let long = rust()
        .into_iter()
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > LONGEST);
    let faults: Vec<String> = long
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    no_faults(
        &faults,
        &format!("A file of more than {LONGEST} lines holds two things: give each its name."),
    );
}

#[test]
fn a_program_begins_in_a_library() {
    let mains = rust()
        .into_iter()
        .filter(|file| file.path.starts_with("services/") && file.path.ends_with("/src/main.rs"));
    let long = mains
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > LONGEST_MAIN);
    let faults: Vec<String> = long
        .map(|(lines, path)| format!("{path}: {lines} lines"))
        .collect();
    no_faults(
        &faults,
        &format!("A main.rs has {LONGEST_MAIN} lines at most: move what decides into a module."),
    );
}

#[test]
fn every_crate_says_what_it_never_does() {
    let roots = rust()
        .into_iter()
        .filter(|file| file.path.ends_with("/src/lib.rs") && file.path.matches('/').count() <= 3);
    let silent = roots.filter(|file| {
        let mut header = file.text.lines().take_while(|line| line.starts_with("//!"));
        !header.any(|line| line.starts_with("//! Never here:") || line.starts_with("//! Invariant:"))
    });
    let faults: Vec<String> = silent.map(|file| file.path).collect();
    no_faults(
        &faults,
        "End the first comment of lib.rs with `Never here: …` or `Invariant: …` (ARCHITECTURE.md 2).",
    );
}

#[test]
fn no_module_has_an_empty_name() {
    let mut faults = Vec::new();
    for file in rust() {
        let parts = file
            .path
            .split('/')
            .map(|part| part.strip_suffix(".rs").unwrap_or(part));
        faults.extend(
            parts
                .filter(|part| EMPTY_NAMES.contains(part))
                .map(|part| format!("{}: `{part}`", file.path)),
        );
    }
    no_faults(&faults, "Name the thing, or keep it private beside its user.");
}

#[test]
fn nothing_is_left_for_later_without_saying_where() {
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let faults = lines(&files::below(&CODE, &TEXTS), |line| {
        marks.iter().any(|mark| holds_word(line, mark)) && !line.contains('#')
    });
    no_faults(&faults, "Do it, or write down where it is followed: `#123`.");
}

#[test]
fn no_test_is_put_aside_and_no_lint_is_silenced_for_good() {
    let bans = [
        concat!("#[ign", "ore"),
        concat!("#[al", "low("),
        concat!("#![al", "low("),
    ];
    let faults = lines(&rust(), |line| {
        bans.iter().any(|ban| line.trim_start().starts_with(ban))
    });
    no_faults(
        &faults,
        "Repair the test; write `#[expect(lint, reason = \"…\")]`, which tells when it is needless.",
    );
}

#[test]
fn nothing_that_ships_unwraps() {
    let exception = concat!("clippy::unwrap", "_used");
    let shipped: Vec<File> = rust()
        .into_iter()
        .filter(|file| !file.path.starts_with("tests/") && !file.path.contains("/tests/"))
        .collect();
    let faults = lines(&shipped, |line| line.contains(exception));
    no_faults(
        &faults,
        "Return an error, or `expect` with the sentence that says why it cannot happen.",
    );
}

#[test]
fn no_file_knows_somebody_s_machine() {
    let places = [
        concat!("/wo", "rk/"),
        concat!("/ro", "ot/"),
        concat!("/ho", "me/"),
        concat!("/t", "mp/"),
        concat!("/Us", "ers/"),
    ];
    let mut texts = files::below(&EVERYWHERE, &TEXTS);
    for name in ROOT
        .iter()
        .filter(|name| name.ends_with(".md") || name.ends_with(".toml"))
    {
        if files::root().join(name).exists() {
            texts.push(File {
                path: (*name).to_owned(),
                text: files::read(name),
            });
        }
    }
    let faults = lines(&texts, |line| {
        places.iter().any(|place| begins_a_path(line, place))
    });
    no_faults(
        &faults,
        "Use a path of the checkout, a temporary folder the program asks for, or a setting.",
    );
}

fn rust() -> Vec<File> {
    files::below(&["crates", "services", "tests"], &[".rs"])
}

/// `path:line` of each line that is at fault.
fn lines(files: &[File], at_fault: impl Fn(&str) -> bool) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files {
        for (number, line) in file.text.lines().enumerate().filter(|(_, line)| at_fault(line)) {
            faults.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
        }
    }
    faults
}

/// The word alone: `METHOD` holds no mark.
fn holds_word(line: &str, word: &str) -> bool {
    line.split(|character: char| !character.is_alphanumeric() && character != '_')
        .any(|found| found == word)
}

/// Whether an absolute path begins there, and no relative path or address goes on.
fn begins_a_path(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|character| !character.is_alphanumeric() && !"./-_$}~".contains(character))
    })
}

#[test]
fn a_path_in_an_address_is_no_path_of_a_machine() {
    assert!(begins_a_path("open(\"/x/y\")", "/x/"));
    assert!(!begins_a_path("https://host.fr/x/y and ../x/y", "/x/"));
}
