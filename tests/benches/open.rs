//! `cargo xtask bench open`: cases opened and tickets acknowledged through a hub, beside the same rows straight on its
//! engine, in turn and in the same run. Method and columns: docs/performance.md.
#![expect(clippy::print_stdout, reason = "a bench: what it prints is its answer")]

#[path = "open/bytes.rs"]
mod bytes;
#[path = "open/floor.rs"]
mod floor;
#[path = "open/rounds.rs"]
mod rounds;
#[path = "open/told.rs"]
mod told;

use std::time::Duration;

use clap::Parser;
use declic_tests::measure::engine::Engine;
use declic_tests::measure::{arguments, report};

use rounds::Measured;

/// What one run measures.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo xtask bench open")]
pub struct Arguments {
    /// The engines, one after the other.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite,postgres")]
    engine: Vec<Engine>,
    /// Callers at once, each with one call at a time.
    #[arg(long, value_delimiter = ',', default_value = "1,8,32,64,128")]
    callers: Vec<usize>,
    /// Rounds of floor and hub, of which the medians are told.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How long each measurement of a round lasts, in seconds; acknowledging ends with the tickets.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
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
    let measured: Vec<Measured> = runtime.block_on(async {
        let mut measured = Vec::new();
        for engine in &arguments.engine {
            measured.push(rounds::measure(*engine, &arguments).await);
        }
        measured
    });
    let mut targets = Vec::new();
    for one in &measured {
        println!("{}", told::levels(one));
        targets.extend(told::targets(one));
    }
    println!("{}", report::targets(&targets));
    let json = serde_json::json!({
        "rounds": arguments.rounds,
        "seconds": arguments.seconds,
        "measured": measured,
        "targets": targets,
    });
    println!("{}", report::write_json("open", &json).display());
}
