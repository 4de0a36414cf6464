//! `cargo xtask bench read`: pages and cases read through a hub that holds many tickets, beside straight SQL of the same
//! page; memory of the hub and its time to serve. Method and columns: docs/performance.md.
#![expect(clippy::print_stdout, reason = "a bench: what it prints is its answer")]

#[path = "read/level.rs"]
mod level;
#[path = "read/page.rs"]
mod page;
#[path = "read/told.rs"]
mod told;

use std::time::Duration;

use clap::Parser;
use declic_tests::measure::engine::{Engine, House};
use declic_tests::measure::{arguments, report};

use level::Level;

/// What one run measures.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo xtask bench read")]
pub struct Arguments {
    /// The engines, one after the other.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite,postgres")]
    engine: Vec<Engine>,
    /// Tickets in the database, in growing order: what is there is added to.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    tickets: Vec<usize>,
    /// Callers at once, each with one call at a time.
    #[arg(long, value_delimiter = ',', default_value = "1,8")]
    callers: Vec<usize>,
    /// Rounds of floor and hub, of which the medians are told.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How long each measurement of a round lasts, in seconds.
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Starts of the hub, of which the median is told.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    starts: u32,
}

impl Arguments {
    fn lasts(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }
}

fn main() {
    let Some(arguments) = arguments::read::<Arguments>() else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let levels: Vec<Level> = runtime.block_on(async {
        let mut levels = Vec::new();
        for engine in &arguments.engine {
            levels.extend(measure(*engine, &arguments).await);
        }
        levels
    });
    println!("{}", told::reads(&levels));
    println!("{}", told::hubs(&levels));
    let targets = told::targets(&levels);
    println!("{}", report::targets(&targets));
    let json = serde_json::json!({
        "rounds": arguments.rounds,
        "seconds": arguments.seconds,
        "levels": levels,
        "targets": targets,
    });
    println!("{}", report::write_json("read", &json).display());
}

/// One database that grows, measured at each of its sizes.
async fn measure(engine: Engine, arguments: &Arguments) -> Vec<Level> {
    let mut house = House::prepare(engine);
    let (mut levels, mut cases) = (Vec::new(), Vec::new());
    let mut there = 0;
    for tickets in &arguments.tickets {
        cases.extend(level::grow(&house, tickets.saturating_sub(there)).await);
        there = there.max(*tickets);
        levels.push(level::measure(&mut house, there, &cases, arguments).await);
    }
    levels
}
