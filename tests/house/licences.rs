//! Under which licences we may hand the program on.

use crate::dependencies::compiled;
use crate::files::no_faults;

/// Permissive ones alone; the same list stands in deny.toml.
const ALLOWED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Zlib",
];

#[test]
fn every_dependency_has_a_licence_of_the_list() {
    let refused = compiled()
        .into_iter()
        .filter(|package| !allowed(&package.licence));
    let faults: Vec<String> = refused
        .map(|package| format!("{}: `{}`", package.name, package.licence))
        .collect();
    no_faults(
        &faults,
        "Choose another crate; a permissive licence is added here and in deny.toml, with its reason.",
    );
}

#[test]
fn the_list_is_that_of_deny_toml() {
    let deny: toml::Table = crate::files::read("deny.toml")
        .parse()
        .expect("deny.toml is TOML");
    let listed = deny["licenses"]["allow"]
        .as_array()
        .expect("licenses.allow is a list");
    let listed: Vec<&str> = listed.iter().filter_map(toml::Value::as_str).collect();
    assert_eq!(
        listed, ALLOWED,
        "tests/house/licences.rs and deny.toml must list the same licences"
    );
}

/// An expression as in manifests: `A OR B`, `(A OR B) AND C`, and the old `A/B`, which means OR. One that cannot be
/// read is refused.
fn allowed(expression: &str) -> bool {
    let spaced = expression
        .replace('(', " ( ")
        .replace(')', " ) ")
        .replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest) == Some(true) && rest.is_empty()
}

fn any(words: &mut &[&str]) -> Option<bool> {
    let mut holds = all(words)?;
    while take(words, "OR") {
        // Both sides are always read: an alternative that is not needed must still be consumed.
        holds |= all(words)?;
    }
    Some(holds)
}

fn all(words: &mut &[&str]) -> Option<bool> {
    let mut holds = one(words)?;
    while take(words, "AND") {
        holds &= one(words)?;
    }
    Some(holds)
}

fn one(words: &mut &[&str]) -> Option<bool> {
    if take(words, "(") {
        let holds = any(words)?;
        return take(words, ")").then_some(holds);
    }
    let name = next(words)?;
    if take(words, "WITH") {
        let exception = next(words)?;
        return Some(ALLOWED.contains(&format!("{name} WITH {exception}").as_str()));
    }
    Some(ALLOWED.contains(&name))
}

fn next<'a>(words: &mut &[&'a str]) -> Option<&'a str> {
    let (first, rest) = words.split_first()?;
    *words = rest;
    Some(first)
}

fn take(words: &mut &[&str], word: &str) -> bool {
    let taken = words.first() == Some(&word);
    if taken {
        *words = &words[1..];
    }
    taken
}

#[test]
fn an_expression_holds_when_one_choice_of_it_is_allowed() {
    for expression in [
        "MIT",
        "MIT OR GPL-3.0",
        "GPL-2.0-only OR Apache-2.0",
        "Unlicense/MIT",
        "ISC AND (GPL-3.0 OR MIT)",
    ] {
        assert!(allowed(expression), "{expression} is allowed");
    }
    for expression in [
        "",
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT OR ISC) AND AGPL-3.0",
        "MIT OR",
        "Apache-2.0 WITH unknown",
    ] {
        assert!(!allowed(expression), "{expression} is refused");
    }
}
