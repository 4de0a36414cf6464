//! `faults`: the tests that kill processes and break disks and networks, alone and as often as one likes.

use anyhow::{Result, bail};

use crate::{test, workspace};

#[derive(clap::Args)]
pub struct Arguments {
    /// How many times, one after the other: a fault that hides shows at last.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
}

pub fn run(arguments: &Arguments) -> Result<()> {
    let packages = workspace::metadata()?.packages;
    if !packages
        .iter()
        .any(|package| package.targets("test").any(|name| name == "faults"))
    {
        bail!("the workspace has no test target `faults`");
    }
    let chosen = ["-E".to_owned(), "binary(faults)".to_owned()];
    let mut ran = 0;
    for round in 1..=arguments.times {
        println!("faults: round {round} of {}", arguments.times);
        ran += test::nextest(&chosen)?;
    }
    println!("faults: {ran} tests ran, all passed");
    Ok(())
}
