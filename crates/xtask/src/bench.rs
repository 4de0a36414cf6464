//! `bench`: the measurements of one crate, on what is packaged (profile `bench` inherits `release`).

use anyhow::{Result, bail};

use crate::{process, workspace};

#[derive(clap::Args)]
pub struct Arguments {
    /// The crate, without `declic-`; without it, the list of those that have benches.
    name: Option<String>,
    /// Passed on to the bench, for instance `-- --save-baseline main`.
    #[arg(last = true)]
    passed_on: Vec<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let packages = workspace::metadata()?.packages;
    let benched: Vec<_> = packages
        .iter()
        .filter(|package| package.targets("bench").next().is_some())
        .collect();
    let lines: Vec<String> = benched
        .iter()
        .map(|package| {
            format!(
                "{}: {}",
                short(&package.name),
                package.targets("bench").collect::<Vec<_>>().join(" ")
            )
        })
        .collect();
    let list = if lines.is_empty() {
        "no crate has benches yet".to_owned()
    } else {
        lines.join("\n")
    };
    let Some(name) = &arguments.name else {
        println!("{list}");
        return Ok(());
    };
    let Some(chosen) = benched.iter().find(|package| short(&package.name) == name) else {
        bail!("`{name}` has no benches; those there are:\n{list}");
    };
    let mut command = process::cargo(["bench", "--locked", "--package", &chosen.name]);
    for target in chosen.targets("bench") {
        command.args(["--bench", target]);
    }
    process::run(command.arg("--").args(&arguments.passed_on))
}

fn short(package: &str) -> &str {
    package.strip_prefix("declic-").unwrap_or(package)
}
