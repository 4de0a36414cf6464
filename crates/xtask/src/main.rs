//! The verbs of the house: everything a maintainer or the CI does beyond plain cargo, as `cargo xtask VERB`.
//!
//! Each verb is one module. Verbs start other programs and say which; a missing program is an error that says
//! how to install it.
//!
//! Invariant: depends on no other crate of the workspace, so that it builds in seconds and can repair a house
//! that does not compile.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a terminal program: what it prints is its answer"
)]

mod bench;
mod check;
mod db_prepare;
mod faults;
mod pictures;
#[expect(
    dead_code,
    reason = "tests start, stop and move clusters as this program does not"
)]
mod postgres;
mod process;
mod setup;
mod territory;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// The verbs of the house.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Install what `check` and `test` need (quick when it is all there).
    Setup,
    /// Format, clippy, the proto contract's lint and its breaking changes.
    Check(check::Arguments),
    /// Every test of the workspace; arguments after `--` go to nextest.
    Test(test::Arguments),
    /// Run one bench; without a name, list them.
    Bench(bench::Arguments),
    /// Only the tests that kill processes and break disks and networks.
    Faults(faults::Arguments),
    /// Take the pictures of the pages (`docs/pictures`).
    Pictures,
    /// Make the routing's territory data anew from its open sources.
    Territory(territory::Arguments),
    /// Write the checked-query files (`.sqlx/`) of the crates that speak SQL.
    DbPrepare(db_prepare::Arguments),
}

fn main() -> ExitCode {
    match run(Arguments::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        // One sentence from the outside in; the backtrace of a verb would hide it.
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(verb: Verb) -> Result<()> {
    match verb {
        Verb::Setup => setup::run(),
        Verb::Check(arguments) => check::run(&arguments),
        Verb::Test(arguments) => test::run(&arguments),
        Verb::Bench(arguments) => bench::run(&arguments),
        Verb::Faults(arguments) => faults::run(&arguments),
        Verb::Pictures => pictures::run(),
        Verb::Territory(arguments) => territory::run(&arguments),
        Verb::DbPrepare(arguments) => db_prepare::run(&arguments),
    }
}
