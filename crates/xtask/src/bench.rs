//! `bench`: the measurements of the house, each a bench target of its name, on what is released.

use anyhow::{Result, bail};

use crate::{process, tools, workspace};

/// Packages of the programs that benches start; they stand beside them in the target folder.
const PROGRAMS: [&str; 2] = ["declic-hub", "declic-connector"];

/// The package whose benches start them; those of others measure what is in their own process.
const STARTING: &str = "declic-tests";

#[derive(clap::Args)]
pub struct Arguments {
    /// The profile of programs and bench: `dist` is what is packaged, and takes longer to build.
    #[arg(long, default_value = "release")]
    profile: String,
    /// The bench; without it, the list of those there are.
    name: Option<String>,
    /// Passed on to the bench, for instance `--engine sqlite`; `--help` lists what it takes.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    passed_on: Vec<String>,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let packages = workspace::metadata()?.packages;
    let benches: Vec<(&str, &str)> = packages
        .iter()
        .flat_map(|package| {
            let targets = package.targets("bench");
            targets.map(move |target| (package.name.as_str(), target))
        })
        .collect();
    let names: Vec<&str> = benches.iter().map(|(_, name)| *name).collect();
    let Some(name) = &arguments.name else {
        println!("{}", names.join("\n"));
        return Ok(());
    };
    let Some((package, bench)) = benches.iter().find(|(_, bench)| bench == name) else {
        bail!("there is no bench `{name}`; those there are: {}", names.join(" "));
    };
    let mut packages = vec!["--package", package];
    if *package == STARTING {
        packages.extend(PROGRAMS.iter().flat_map(|program| ["--package", program]));
    }
    // The same packages both times: others would have other features, and everything would be compiled twice.
    let profile = ["--profile", arguments.profile.as_str()];
    let mut programs = process::cargo(["build", "--locked", "--bins"]);
    process::run(programs.args(profile).args(&packages))?;
    let mut command = process::cargo(["bench", "--locked", "--bench", bench]);
    command.args(profile).args(&packages).arg("--");
    command.env("DECLIC_BROWSER", tools::browser(&tools::folder()?));
    process::run(command.args(&arguments.passed_on))
}
