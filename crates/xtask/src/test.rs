//! `test`: everything that can fail, in one shape, so that nothing is compiled twice.

use std::fs;
use std::path::Path;

use anyhow::{Context, Error, Result, bail};

use crate::postgres::Cluster;
use crate::{process, setup, tools, workspace};

#[derive(clap::Args)]
pub struct Arguments {
    /// Passed on to nextest, for instance `-- -E 'test(stale)'`; the doc tests are then left out.
    #[arg(last = true)]
    nextest: Vec<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let ran = nextest(&arguments.nextest)?;
    let whole = arguments.nextest.is_empty();
    if whole && ran == 0 {
        bail!("not one test ran");
    }
    if whole && has_doc_tests(workspace::root())? {
        process::run(&mut process::cargo(["test", "--doc", "--workspace", "--locked"]))?;
    }
    println!("test: {ran} tests ran, all passed");
    Ok(())
}

/// Runs the tests that the arguments choose with what they need around them; returns how many ran.
pub fn nextest(arguments: &[String]) -> Result<u64> {
    nextest_with("default", arguments, &[])
}

/// Same, by another profile of `.config/nextest.toml`, with variables that these tests read.
pub fn nextest_with(profile: &str, arguments: &[String], variables: &[(&str, String)]) -> Result<u64> {
    setup::run()?;
    let metadata = workspace::metadata()?;
    // Below the workspace, wherever cargo is told to build.
    let report = workspace::root()
        .join("target/nextest")
        .join(profile)
        .join("junit.xml");
    if report.exists() {
        fs::remove_file(&report).with_context(|| format!("cannot remove {}", report.display()))?;
    }
    let mut run = process::cargo(["nextest", "run", "--workspace", "--all-targets", "--locked"]);
    run.args(["--profile", profile]).args(arguments);
    // One cluster for all: each test has a process of its own, and would start its own otherwise.
    let cluster = Cluster::start().map_err(Error::msg)?;
    run.env("DECLIC_POSTGRES", cluster.home());
    let tools = metadata.target.join("tools");
    run.env("DECLIC_PYTHON", tools::python(&tools));
    run.env("DECLIC_OIDC_PROVIDER", tools::provider(&tools));
    run.env("DECLIC_BROWSER", tools::browser(&tools));
    // A snapshot that differs is a failure, never a new file in the checkout.
    run.env("INSTA_UPDATE", "no");
    run.envs(variables.iter().map(|(name, value)| (name, value)));
    process::run(&mut run)?;
    how_many_ran(&report)
}

/// The first element of nextest's report counts the tests.
fn how_many_ran(report: &Path) -> Result<u64> {
    let read = fs::read_to_string(report).with_context(|| format!("cannot read {}", report.display()))?;
    let count = read
        .split_once(" tests=\"")
        .and_then(|(_, after)| after.split_once('"'));
    let (count, _) = count.with_context(|| format!("{} has no count of tests", report.display()))?;
    count
        .parse()
        .with_context(|| format!("{} counts `{count}` tests", report.display()))
}

/// Whether a comment of documentation opens a block of Rust somewhere: rustdoc takes a minute to find none.
fn has_doc_tests(root: &Path) -> Result<bool> {
    for folder in ["crates", "services", "tests"] {
        if holds_doc_test(&root.join(folder))? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn holds_doc_test(folder: &Path) -> Result<bool> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let found = if path.is_dir() {
            holds_doc_test(&path)?
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            opens_rust_block(&fs::read_to_string(&path)?)
        } else {
            false
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A fence opens and closes by turns; one that opens without naming another language is Rust.
fn opens_rust_block(source: &str) -> bool {
    let documentation = source.lines().map(str::trim_start);
    let texts =
        documentation.filter_map(|line| line.strip_prefix("///").or_else(|| line.strip_prefix("//!")));
    let fences = texts.filter_map(|text| text.trim_start().strip_prefix("```"));
    fences.step_by(2).any(|attributes| {
        let language = attributes.split(',').next().unwrap_or_default();
        ["", "rust", "no_run", "should_panic", "compile_fail"].contains(&language)
    })
}

#[cfg(test)]
mod tests {
    use super::opens_rust_block;

    #[test]
    fn a_fence_that_closes_is_not_one_that_opens() {
        assert!(!opens_rust_block("/// ```text\n/// a drawing\n/// ```\n"));
        assert!(opens_rust_block(
            "/// ```text\n/// ```\n/// ```\n/// assert!(true);\n/// ```\n"
        ));
        assert!(opens_rust_block("    //! ```rust,no_run\n    //! ```\n"));
    }
}
