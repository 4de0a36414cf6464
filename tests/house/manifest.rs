//! The manifests: one table of dependencies and one of lints, at the root.

use toml::{Table, Value};

use crate::files::{self, File, no_faults};

#[test]
fn every_dependency_comes_from_the_one_table() {
    let mut faults = Vec::new();
    for (file, manifest) in members() {
        for (section, dependencies) in dependency_tables(&manifest) {
            for (name, how) in dependencies {
                if let Some(fault) = fault(name, how) {
                    faults.push(format!("{} [{section}] {name}: {fault}", file.path));
                }
            }
        }
    }
    no_faults(
        &faults,
        "Write version and features in [workspace.dependencies] of the root and `workspace = true` here: \
         then any selection of packages builds the same graph.",
    );
}

#[test]
fn every_crate_takes_the_lints_and_the_edition_of_the_house() {
    let mut faults = Vec::new();
    for (file, manifest) in members() {
        if !inherits(manifest.get("lints")) {
            faults.push(format!("{}: no `[lints] workspace = true`", file.path));
        }
        for key in ["version", "edition", "rust-version", "license", "publish"] {
            if !inherits(manifest.get("package").and_then(|package| package.get(key))) {
                faults.push(format!("{}: no `{key}.workspace = true`", file.path));
            }
        }
    }
    no_faults(&faults, "Copy the head of another crate's manifest.");
}

/// Manifests of the members, below the three folders the workspace lists.
fn members() -> Vec<(File, Table)> {
    let all = files::below(&["crates", "services", "tests"], &["Cargo.toml"]);
    // What is fuzzed is compiled by another tool, apart from the workspace.
    let ours = all.into_iter().filter(|file| !file.path.contains("/fuzz/"));
    let parsed = ours.map(|file| {
        let table = file
            .text
            .parse()
            .unwrap_or_else(|error| panic!("{}: {error}", file.path));
        (file, table)
    });
    parsed.collect()
}

fn dependency_tables(manifest: &Table) -> Vec<(String, &Table)> {
    let mut places = vec![(String::new(), manifest)];
    for (target, table) in manifest
        .get("target")
        .and_then(Value::as_table)
        .into_iter()
        .flatten()
    {
        places.extend(table.as_table().map(|table| (format!("target.{target}."), table)));
    }
    let mut found = Vec::new();
    for (place, table) in places {
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            found.extend(
                table
                    .get(section)
                    .and_then(Value::as_table)
                    .map(|found| (format!("{place}{section}"), found)),
            );
        }
    }
    found
}

fn fault(name: &str, how: &Value) -> Option<&'static str> {
    if !inherits(Some(how)) {
        return Some("is not `workspace = true`");
    }
    let chooses_features = how.get("features").is_some() || how.get("default-features").is_some();
    (chooses_features && !name.starts_with("declic-")).then_some("chooses features of its own")
}

fn inherits(value: Option<&Value>) -> bool {
    value
        .and_then(|value| value.get("workspace"))
        .and_then(Value::as_bool)
        == Some(true)
}
