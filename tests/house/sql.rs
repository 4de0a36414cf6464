//! SQL lives in files, checked when compiled; two engines have the same files.

use std::collections::BTreeSet;

use crate::files::{self, File, no_faults};

/// Crates that speak SQL.
const CRATES: [&str; 3] = [
    "crates/store-sqlite",
    "crates/store-postgres",
    "services/connector",
];

/// The two engines of one contract.
const ENGINES: [&str; 2] = ["crates/store-sqlite", "crates/store-postgres"];

/// Writes that one engine makes step by step, and the other in one statement.
const STEPS: [[&[&str]; 2]; 4] = [
    // A commit. SQLite judges a batch and then writes it, table by table; PostgreSQL does both in one statement for each
    // batch, a smaller one when all of them are new cases or changes of the rules.
    [
        &[
            "commit/change",
            "commit/judge",
            "commit/open",
            "commit/record",
            "directory/insert",
            "directory/remove",
            "entry/exists",
            "directory/insert_change",
            "directory/last_change",
            "rules/insert",
            "rules/last",
        ],
        // The end of the journal tells that another hub committed; SQLite has one.
        &[
            "commit/batch",
            "commit/directory",
            "commit/new",
            "commit/rules",
            "journal/end",
        ],
    ],
    // A seal: `log/advance` of PostgreSQL holds all of it.
    [&["leaf/insert", "node/insert"], &[]],
    // Sums of the figures: `figures/advance` of PostgreSQL holds all of them.
    [&["figures/write"], &[]],
    // A sign-in that begins: `sign_in/insert` of PostgreSQL sweeps too.
    [&["sign_in/sweep"], &[]],
];

#[test]
fn every_query_file_is_used() {
    let mut faults = Vec::new();
    for folder in CRATES {
        let sources = files::below(&[&format!("{folder}/src")], &[".rs"]);
        for query in queries(folder) {
            let named = format!("\"{}\"", &query.path[folder.len() + 1..]);
            if !sources.iter().any(|source| source.text.contains(&named)) {
                faults.push(query.path);
            }
        }
    }
    no_faults(&faults, "Name it in a `query_file!` macro, or take it away.");
}

#[test]
fn no_query_selects_columns_it_does_not_name() {
    let mut faults = Vec::new();
    for query in CRATES.iter().flat_map(|folder| queries(folder)) {
        let code: Vec<&str> = query
            .text
            .lines()
            .map(|line| line.split("--").next().unwrap_or_default())
            .collect();
        let code = code.join(" ").to_uppercase();
        let words: Vec<&str> = code.split_whitespace().collect();
        if words
            .windows(2)
            .any(|pair| matches!(pair, ["SELECT" | "RETURNING" | "DISTINCT", star] if star.starts_with('*')))
        {
            faults.push(query.path);
        }
    }
    no_faults(
        &faults,
        "Name the columns: a migration that adds one must not change what is read.",
    );
}

#[test]
fn both_engines_have_the_same_queries() {
    let [left, right] = ENGINES.map(|folder| {
        let queries = queries(folder).into_iter();
        queries
            .map(|query| query.path[folder.len()..].to_owned())
            .collect::<BTreeSet<_>>()
    });
    // An engine that is not written yet has none; from its first query on it must have them all.
    if left.is_empty() || right.is_empty() {
        return;
    }
    let declared = |engine: usize| -> BTreeSet<String> {
        let steps = STEPS.iter().flat_map(|steps| steps[engine]);
        steps.map(|step| format!("/queries/{step}.sql")).collect()
    };
    let mut faults = Vec::new();
    for (engine, (ours, theirs)) in [(&left, &right), (&right, &left)].into_iter().enumerate() {
        let alone: BTreeSet<String> = ours.difference(theirs).cloned().collect();
        faults.extend(alone.symmetric_difference(&declared(engine)).cloned());
    }
    no_faults(
        &faults,
        "One engine has it and the other not: same promise, same file name, free contents. Writes that one engine makes \
         in several steps are declared above.",
    );
}

#[test]
fn a_crate_with_checked_queries_carries_their_descriptions() {
    let mut faults = Vec::new();
    for folder in CRATES {
        let described = files::below(&[&format!("{folder}/.sqlx")], &[".json"]).len();
        if !queries(folder).is_empty() && described == 0 {
            faults.push(folder.to_owned());
        }
    }
    no_faults(
        &faults,
        "Run `cargo xtask db-prepare` and commit `.sqlx/`: builds need no database.",
    );
}

fn queries(folder: &str) -> Vec<File> {
    files::below(&[&format!("{folder}/queries")], &[".sql"])
}
