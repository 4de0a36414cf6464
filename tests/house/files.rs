//! Reading the checkout.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What `.gitignore` names, and git's own folder: not part of the house.
const OUTSIDE: [&str; 4] = [".git", "target", ".declic", "node_modules"];

/// The root of the checkout.
pub fn root() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests
        .parent()
        .expect("the package of tests is in a folder of the checkout")
        .to_owned()
}

/// A file: its path from the root with `/`, and its text.
pub struct File {
    pub path: String,
    pub text: String,
}

/// Every file below these folders whose name ends so, in the order of paths. A folder that is not there holds none.
pub fn below(folders: &[&str], endings: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    for folder in folders {
        collect(&root().join(folder), endings, &mut found);
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
    found
}

/// Names of what a folder of the checkout holds, without what git ignores.
pub fn names_in(folder: &str) -> Vec<String> {
    let mut names: Vec<String> = entries(&root().join(folder))
        .iter()
        .map(|path| name(path))
        .collect();
    names.sort();
    names
}

/// The text of one file, which must be there.
pub fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("cannot read {path}: {error}"))
}

/// What a cargo command prints; it uses the graph of Cargo.lock as it is.
pub fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("cargo starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "cargo {} failed:\n{errors}",
        arguments.join(" ")
    );
    String::from_utf8(output.stdout).expect("cargo writes UTF-8")
}

/// Fails with one line for each fault, and what to do about them.
pub fn no_faults(faults: &[String], remedy: &str) {
    assert!(
        faults.is_empty(),
        "{} faults:\n  {}\n{remedy}",
        faults.len(),
        faults.join("\n  ")
    );
}

fn collect(folder: &Path, endings: &[&str], found: &mut Vec<File>) {
    for path in entries(folder) {
        if path.is_dir() {
            collect(&path, endings, found);
        } else if endings.iter().any(|ending| name(&path).ends_with(ending)) {
            let text =
                fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let below_root = path.strip_prefix(root()).expect("it was found below the root");
            found.push(File {
                path: below_root.display().to_string(),
                text,
            });
        }
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let paths = entries.map(|entry| {
        entry
            .expect("an entry of a folder of the checkout can be read")
            .path()
    });
    paths
        .filter(|path| !OUTSIDE.contains(&name(path).as_str()))
        .collect()
}

fn name(path: &Path) -> String {
    path.file_name()
        .expect("it was found in a folder")
        .to_string_lossy()
        .into_owned()
}
