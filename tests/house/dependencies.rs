//! What is compiled for this machine, as `cargo tree` sees it: exactly the features that are on.

use crate::files::{cargo, no_faults};

/// Compiled nowhere, though Cargo.lock may name it as somebody's option.
const NEVER_COMPILED: [(&str, &str); 2] = [
    (
        "ring",
        "aws-lc-rs is the one provider of TLS and signatures of tokens",
    ),
    ("openssl", "a second TLS stack"),
];

#[test]
fn one_cryptographic_provider_is_compiled() {
    let compiled = compiled();
    let mut faults = Vec::new();
    for (name, why) in NEVER_COMPILED {
        if compiled.iter().any(|package| package.name == name) {
            faults.push(format!("{name}: {why}"));
        }
    }
    no_faults(
        &faults,
        "`cargo tree -i NAME --workspace -e features` says which feature brings it; turn it off.",
    );
}

/// A package of the graph and the licence it declares.
pub struct Compiled {
    pub name: String,
    pub licence: String,
}

/// Each package of the graph, once.
pub fn compiled() -> Vec<Compiled> {
    let lines = cargo(&[
        "tree",
        "--workspace",
        "--locked",
        "--edges",
        "normal,build,dev",
        "--prefix",
        "none",
        "--no-dedupe",
        "--format",
        "{p}|{l}",
    ]);
    let mut lines: Vec<&str> = lines.lines().filter(|line| !line.is_empty()).collect();
    lines.sort_unstable();
    lines.dedup();
    let packages = lines.into_iter().map(|line| {
        let (package, licence) = line.split_once('|').expect("the format asks for a bar");
        let name = package.split(' ').next().unwrap_or_default();
        Compiled {
            name: name.to_owned(),
            licence: licence.to_owned(),
        }
    });
    packages.collect()
}
