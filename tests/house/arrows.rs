//! Who may name whom: ARCHITECTURE.md 3, written as a table.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

use crate::files::{self, no_faults};

/// One row per crate: whom it may depend on. What is not listed is forbidden.
const ARROWS: [(&str, &[&str]); 19] = [
    ("calendar", &[]),
    ("routing", &[]),
    ("ledger", &[]),
    ("vault", &[]),
    ("proto", &[]),
    ("words", &[]),
    ("runtime", &[]),
    ("auth", &[]),
    ("domain", &["calendar", "routing"]),
    ("store", &["domain", "calendar", "routing", "ledger", "vault"]),
    (
        "store-sqlite",
        &["store", "domain", "calendar", "routing", "ledger", "vault"],
    ),
    (
        "store-postgres",
        &["store", "domain", "calendar", "routing", "ledger", "vault"],
    ),
    ("client", &["proto", "auth", "ledger"]),
    (
        "hub",
        &[
            "calendar",
            "routing",
            "ledger",
            "vault",
            "proto",
            "words",
            "runtime",
            "auth",
            "domain",
            "store",
            "store-sqlite",
            "store-postgres",
        ],
    ),
    ("console", &["client", "proto", "routing", "words", "runtime"]),
    ("connector", &["client", "proto", "ledger", "words", "runtime"]),
    (
        "cli",
        &[
            "client",
            "proto",
            "auth",
            "calendar",
            "ledger",
            "routing",
            "words",
            "runtime",
            "hub",
            "connector",
            "console",
        ],
    ),
    ("tests", &[ANYTHING]),
    ("xtask", &[]),
];

/// Arrows that are there only under a feature: optional, so that a package can be built without them.
const OPTIONAL: [(&str, &str); 4] = [
    ("cli", "hub"),
    ("cli", "connector"),
    ("cli", "console"),
    ("cli", "calendar"),
];

/// Arrows that are there for a crate's own tests alone, beyond those of its row.
const IN_TESTS: [(&str, &str); 0] = [];

const ANYTHING: &str = "*";

#[test]
fn no_crate_names_another_outside_the_table() {
    let mut faults = Vec::new();
    for (name, package) in ours(&metadata()) {
        let Some((_, allowed)) = ARROWS.iter().find(|(row, _)| *row == name) else {
            continue;
        };
        for dependency in &package.dependencies {
            let Some(other) = short(&dependency.name) else {
                continue;
            };
            let in_row = allowed.contains(&other) || allowed.contains(&ANYTHING);
            let in_tests =
                dependency.kind == DependencyKind::Development && IN_TESTS.contains(&(&name, other));
            if !in_row && !in_tests {
                faults.push(format!("{name} -> {other} is not an arrow of the house"));
            } else if OPTIONAL.contains(&(&name, other)) && !dependency.optional {
                faults.push(format!(
                    "{name} -> {other} must be optional, under the features `demo` and `hub`"
                ));
            }
        }
    }
    no_faults(
        &faults,
        "Move the code to the room that may know both, or change the arrow by an ADR.",
    );
}

#[test]
fn every_crate_has_a_row_and_every_row_a_crate() {
    let metadata = metadata();
    let crates: BTreeSet<String> = ours(&metadata).into_keys().collect();
    let rows: BTreeSet<String> = ARROWS.iter().map(|(row, _)| (*row).to_owned()).collect();
    let faults: Vec<String> = crates.symmetric_difference(&rows).cloned().collect();
    no_faults(
        &faults,
        "A crate comes and goes with its row in tests/house/arrows.rs and a line of an ADR.",
    );
}

#[test]
fn a_crate_is_named_after_its_folder() {
    let mut faults = Vec::new();
    for (name, package) in ours(&metadata()) {
        let folder = package
            .manifest_path
            .parent()
            .and_then(|folder| folder.file_name())
            .unwrap_or_default();
        if folder != name {
            faults.push(format!("{} is in the folder {folder}", package.name));
        }
    }
    no_faults(&faults, "The folder is the name of the crate without `declic-`.");
}

#[test]
fn cargo_run_means_the_command_line_program() {
    let metadata = metadata();
    let defaults = metadata.workspace_default_packages();
    let names: Vec<&str> = defaults.iter().map(|package| package.name.as_str()).collect();
    assert_eq!(
        names,
        ["declic-cli"],
        "`cargo run --release -- demo` needs default-members = [\"services/cli\"]"
    );
}

fn metadata() -> Metadata {
    let mut command = MetadataCommand::new();
    command.manifest_path(files::root().join("Cargo.toml")).no_deps();
    command.exec().expect("cargo metadata reads the manifests")
}

fn ours(metadata: &Metadata) -> BTreeMap<String, &Package> {
    let packages = metadata.workspace_packages().into_iter();
    let named = packages.map(|package| {
        let name = short(&package.name).unwrap_or_else(|| panic!("{} is not named declic-…", package.name));
        (name.to_owned(), package)
    });
    named.collect()
}

/// The name without `declic-`; `None` for a crate that is not ours.
fn short(package: &str) -> Option<&str> {
    if package == "xtask" {
        Some(package)
    } else {
        package.strip_prefix("declic-")
    }
}
