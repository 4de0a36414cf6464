//! `cargo xtask bench board`: boards of figures over the sums of many tickets, beside the same rows read straight; and what it
//! costs to keep sums of real cases. Method and columns: docs/performance.md.
#![expect(clippy::print_stdout, reason = "a bench: what it prints is its answer")]

#[path = "board/draw.rs"]
mod draw;
#[path = "board/keeping.rs"]
mod keeping;
#[path = "board/level.rs"]
mod level;
#[path = "board/told.rs"]
mod told;

use std::time::Duration;

use clap::Parser;
use declic_tests::measure::engine::Engine;
use declic_tests::measure::{arguments, report};

/// What one run measures.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo xtask bench board")]
pub struct Arguments {
    /// The engines, one after the other.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite,postgres")]
    engine: Vec<Engine>,
    /// Tickets of the country in the sums, spread over its départements and twelve months.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000,1000000")]
    tickets: Vec<usize>,
    /// Rounds of floor and hub, of which the medians are told.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How long each measurement of a round lasts, in seconds.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
    /// Real tickets of which sums are made, to tell what keeping them costs; 0 leaves it out.
    #[arg(long, default_value_t = 10_000)]
    kept: usize,
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
    let (levels, kept) = runtime.block_on(async {
        let (mut levels, mut kept) = (Vec::new(), Vec::new());
        for engine in &arguments.engine {
            for tickets in &arguments.tickets {
                levels.push(level::measure(*engine, *tickets, &arguments).await);
            }
            if arguments.kept > 0 {
                kept.push(keeping::measure(*engine, arguments.kept).await);
            }
        }
        (levels, kept)
    });
    println!("{}", told::boards(&levels));
    println!("{}", told::keeping(&kept));
    let targets = told::targets(&levels);
    println!("{}", report::targets(&targets));
    let json = serde_json::json!({
        "rounds": arguments.rounds,
        "seconds": arguments.seconds,
        "levels": levels,
        "kept": kept,
        "targets": targets,
    });
    println!("{}", report::write_json("board", &json).display());
}
