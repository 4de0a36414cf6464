//! Where things are: the root of the checkout, the target folder, the packages cargo knows.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// The root of the checkout, wherever in it cargo was called from.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// A package of the workspace and the names of its targets of one kind.
pub struct Package {
    /// The name cargo knows it by.
    pub name: String,
    targets: Vec<(String, String)>,
}

impl Package {
    /// Names of its targets of this kind: `bench`, `test`, `lib`, `bin`.
    pub fn targets<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a str> {
        self.targets
            .iter()
            .filter(move |(its, _)| its == kind)
            .map(|(_, name)| name.as_str())
    }
}

/// The packages of the workspace and cargo's target folder.
pub struct Metadata {
    /// In the order cargo gives.
    pub packages: Vec<Package>,
    /// Absolute path of the target folder, which the environment may have moved.
    pub target: PathBuf,
}

/// Asks cargo; needs no network.
pub fn metadata() -> Result<Metadata> {
    let mut command = process::cargo(["metadata", "--no-deps", "--format-version", "1"]);
    let read: Value =
        serde_json::from_str(&process::output(&mut command)?).context("cargo metadata wrote no JSON")?;
    let packages = list(&read, "packages").map(package).collect::<Result<_>>()?;
    Ok(Metadata {
        packages,
        target: PathBuf::from(text(&read, "target_directory")?),
    })
}

fn package(read: &Value) -> Result<Package> {
    let mut targets = Vec::new();
    for target in list(read, "targets") {
        for kind in list(target, "kind").filter_map(Value::as_str) {
            targets.push((kind.to_owned(), text(target, "name")?));
        }
    }
    Ok(Package {
        name: text(read, "name")?,
        targets,
    })
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn text(value: &Value, key: &str) -> Result<String> {
    let found = value[key]
        .as_str()
        .with_context(|| format!("cargo metadata has no `{key}` here"))?;
    Ok(found.to_owned())
}
