//! Cargo.lock: nothing older than what was repaired, nothing that is not from crates.io.

use cargo_metadata::semver::Version;
use toml::{Table, Value};

use crate::files::{self, no_faults};

/// The oldest release we take: below it is a known weakness, or a behaviour we rely on is missing (SECURITY.md 5).
const FLOORS: [(&str, &str); 10] = [
    ("sqlx", "0.9.0"),
    ("sqlx-sqlite", "0.9.0"),
    ("libsqlite3-sys", "0.37.0"),
    ("tonic", "0.14.9"),
    ("h2", "0.4.20"),
    ("hyper", "1.12.0"),
    ("rustls", "0.23.46"),
    ("rustls-webpki", "0.103.13"),
    ("jsonwebtoken", "11.1.0"),
    ("ed25519-dalek", "2.0.0"),
];

/// What must not be there at all, even for another system, and why.
const ABSENT: [(&str, &str); 4] = [
    ("rsa", "timing of decryption (RUSTSEC-2023-0071), without repair"),
    ("openssl-sys", "a second TLS stack"),
    ("native-tls", "a second TLS stack"),
    (
        "protoc-bin-vendored",
        "binaries of others; protox compiles the contract",
    ),
];

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn no_crate_is_older_than_its_floor() {
    let packages = packages();
    let mut faults = Vec::new();
    for (name, floor) in FLOORS {
        let versions: Vec<&str> = packages
            .iter()
            .filter(|package| text(package, "name") == name)
            .map(|it| text(it, "version"))
            .collect();
        if versions.is_empty() {
            faults.push(format!(
                "{name} is not in Cargo.lock: take its row away if nothing does its work any more"
            ));
        }
        let floor = parse(floor);
        let too_old = versions.into_iter().filter(|version| parse(version) < floor);
        faults.extend(too_old.map(|version| format!("{name} {version} is older than {floor}")));
    }
    no_faults(
        &faults,
        "Run `cargo update -p NAME`; a floor is lowered only with the advisory read again.",
    );
}

#[test]
fn forbidden_crates_are_absent() {
    let mut faults = Vec::new();
    for package in packages() {
        for (name, why) in ABSENT {
            if text(&package, "name") == name {
                faults.push(format!("{name}: {why}"));
            }
        }
    }
    no_faults(
        &faults,
        "`cargo tree -i NAME --target all` says who brings it; turn that feature off.",
    );
}

#[test]
fn every_crate_comes_from_crates_io() {
    let packages = packages();
    let elsewhere = packages.iter().filter(|package| {
        let source = package.get("source").and_then(Value::as_str);
        source.is_some_and(|source| source != CRATES_IO)
    });
    let faults: Vec<String> = elsewhere
        .map(|package| format!("{} {}", text(package, "name"), text(package, "source")))
        .collect();
    no_faults(
        &faults,
        "Take a released version: a git branch can change under us.",
    );
}

fn packages() -> Vec<Table> {
    let lockfile: Table = files::read("Cargo.lock").parse().expect("Cargo.lock is TOML");
    let packages = lockfile["package"]
        .as_array()
        .expect("Cargo.lock lists packages")
        .iter();
    packages
        .map(|package| package.as_table().expect("a package is a table").clone())
        .collect()
}

fn text<'a>(package: &'a Table, key: &str) -> &'a str {
    package.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A pre-release is older than its release.
fn parse(version: &str) -> Version {
    Version::parse(version).unwrap_or_else(|error| panic!("{version} in Cargo.lock: {error}"))
}
