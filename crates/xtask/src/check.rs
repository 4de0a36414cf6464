//! `check`: what can be judged without running anything of ours.

use std::path::Path;

use anyhow::Result;

use crate::{process, setup, tools, workspace};

/// The contract of the last release, in buf's binary form.
const BASELINE: &str = "proto/baseline.binpb";

#[derive(clap::Args)]
pub struct Arguments {
    /// Only make today's contract the one that later changes are held to (at each release).
    #[arg(long)]
    write_baseline: bool,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    setup::run()?;
    let buf = tools::folder()?;
    let buf = tools::find_buf(&buf).ok_or_else(|| anyhow::anyhow!("buf has gone: cargo xtask setup"))?;
    if arguments.write_baseline {
        process::run(&mut process::program(&buf, ["lint", "proto"]))?;
        return process::run(&mut process::program(
            &buf,
            ["build", "proto", "--exclude-source-info", "--output", BASELINE],
        ));
    }
    contract(&buf)?;
    process::run(&mut process::cargo(["fmt", "--all", "--check"]))?;
    process::run(&mut process::cargo([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--",
        "--deny",
        "warnings",
    ]))?;
    dependencies()?;
    println!("check: all is well");
    Ok(())
}

fn contract(buf: &Path) -> Result<()> {
    process::run(&mut process::program(buf, ["lint", "proto"]))?;
    process::run(&mut process::program(
        buf,
        ["format", "proto", "--diff", "--exit-code"],
    ))?;
    if workspace::root().join(BASELINE).exists() {
        process::run(&mut process::program(
            buf,
            ["breaking", "proto", "--against", BASELINE],
        ))
    } else {
        println!("{BASELINE} is not there: nothing was released, so nothing can be broken");
        Ok(())
    }
}

/// The house tests judge licences, bans and sources on every machine; cargo-deny, slow to install, says more
/// where somebody has it.
fn dependencies() -> Result<()> {
    if tools::has_cargo("deny")? {
        process::run(&mut process::cargo([
            "deny", "check", "licenses", "bans", "sources",
        ]))
    } else {
        println!("cargo-deny is not installed: the house tests read licences, bans and sources in its place");
        Ok(())
    }
}
