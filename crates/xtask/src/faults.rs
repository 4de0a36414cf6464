//! `faults`: the tests that kill processes and break disks and networks, alone, in their long form, as often as one likes.
//! `docs/faults.md` is the table of them.

use anyhow::{Result, bail};

use crate::{test, workspace};

#[derive(clap::Args)]
pub struct Arguments {
    /// How many times, one after the other: a fault that hides shows at last.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
    /// The seed of the first round, instead of each test's own; the next rounds take the next numbers.
    #[arg(long)]
    seed: Option<u64>,
    /// How many minutes the longest of them takes: two hubs on one database, of which one is killed every five seconds.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..=60))]
    minutes: u32,
    /// The short form, as in the run of all tests.
    #[arg(long, conflicts_with = "minutes")]
    short: bool,
    /// Passed on to nextest, for instance `-- -E 'binary(faults) and test(disk)'` for some of them.
    #[arg(last = true)]
    nextest: Vec<String>,
}

/// What the tests read their seed from.
const SEED: &str = "DECLIC_FAULTS_SEED";

/// What asks them for their long form, and says how long the longest takes.
const MINUTES: &str = "DECLIC_FAULTS_MINUTES";

/// The profile of `.config/nextest.toml` that gives them the time.
const PROFILE: &str = "faults";

pub fn run(arguments: &Arguments) -> Result<()> {
    let packages = workspace::metadata()?.packages;
    if !packages
        .iter()
        .any(|package| package.targets("test").any(|name| name == "faults"))
    {
        bail!("the workspace has no test target `faults`");
    }
    let all = ["-E".to_owned(), "binary(faults)".to_owned()];
    let chosen = if arguments.nextest.is_empty() {
        &all
    } else {
        arguments.nextest.as_slice()
    };
    let mut ran = 0;
    for round in 1..=arguments.times {
        let seed = seed_of(round, arguments.seed);
        let shown = seed.map_or("each test's own seed".to_owned(), |seed| format!("seed {seed}"));
        println!("faults: round {round} of {}, {shown}", arguments.times);
        let seed = seed.map(|seed| (SEED, seed.to_string()));
        let minutes = (!arguments.short).then(|| (MINUTES, arguments.minutes.to_string()));
        let variables: Vec<(&str, String)> = seed.into_iter().chain(minutes).collect();
        ran += test::nextest_with(PROFILE, chosen, &variables)?;
    }
    println!("faults: {ran} tests ran, all passed");
    Ok(())
}

/// The first round has the tests' own seeds unless one is asked for; every round has another.
fn seed_of(round: u32, asked: Option<u64>) -> Option<u64> {
    let later = u64::from(round - 1);
    match asked {
        Some(first) => Some(first.wrapping_add(later)),
        None => (round > 1).then_some(later),
    }
}
