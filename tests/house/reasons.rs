//! Reasons of errors are API: each has a page that says what happened and what to do.

use std::collections::BTreeSet;

use crate::files::{self, no_faults};

const ENUM: &str = "proto/declic/v1/error_reason.proto";
const SECTIONS: [&str; 2] = ["## What happened", "## What to do"];

#[test]
fn every_reason_has_its_page_and_every_page_its_reason() {
    let reasons: BTreeSet<String> = reasons().into_iter().collect();
    let pages: BTreeSet<String> = pages().into_iter().collect();
    let mut faults = Vec::new();
    faults.extend(
        reasons
            .difference(&pages)
            .map(|reason| format!("docs/errors/{reason}.md is missing")),
    );
    faults.extend(
        pages
            .difference(&reasons)
            .map(|page| format!("docs/errors/{page}.md: no such reason in {ENUM}")),
    );
    no_faults(&faults, "A reason and its page come in one change, and never go.");
}

#[test]
fn every_page_says_what_happened_and_what_to_do() {
    let mut faults = Vec::new();
    for page in pages() {
        let path = format!("docs/errors/{page}.md");
        let text = files::read(&path);
        if text.lines().next() != Some(&format!("# {page}")) {
            faults.push(format!("{path} does not begin with `# {page}`"));
        }
        for section in SECTIONS {
            if !says_something(&text, section) {
                faults.push(format!("{path}: nothing under `{section}`"));
            }
        }
    }
    no_faults(
        &faults,
        "Write the sentences a person who meets this error needs.",
    );
}

/// Names as clients read them in ErrorInfo, without the prefix of the enum.
fn reasons() -> Vec<String> {
    let text = files::read(ENUM);
    let (_, body) = text
        .split_once("enum ErrorReason {")
        .unwrap_or_else(|| panic!("{ENUM} has no enum ErrorReason"));
    let (body, _) = body.split_once('}').expect("the enum ends");
    let code = body
        .lines()
        .map(|line| line.split("//").next().unwrap_or_default());
    let values = code
        .filter_map(|line| line.split_once('='))
        .map(|(name, _)| name.trim());
    let reasons: Vec<String> = values
        .filter_map(|name| name.strip_prefix("ERROR_REASON_"))
        .map(str::to_owned)
        .collect();
    assert!(reasons.len() > 1, "no reason was read from {ENUM}");
    reasons
        .into_iter()
        .filter(|reason| reason != "UNSPECIFIED")
        .collect()
}

fn pages() -> Vec<String> {
    let names = files::names_in("docs/errors")
        .into_iter()
        .filter(|name| name != "README.md");
    names
        .map(|name| name.strip_suffix(".md").unwrap_or(&name).to_owned())
        .collect()
}

fn says_something(text: &str, section: &str) -> bool {
    let mut lines = text.lines().skip_while(|line| *line != section).skip(1);
    let mut body = lines.by_ref().take_while(|line| !line.starts_with('#'));
    body.any(|line| !line.trim().is_empty())
}
