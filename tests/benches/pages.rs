//! `cargo xtask bench pages`: pages of the console in front of a hub that holds many tickets, as a browser waits for them.
//! Method and columns: docs/performance.md.
#![expect(clippy::print_stdout, reason = "a bench: what it prints is its answer")]

#[path = "pages/browser.rs"]
mod browser;
#[path = "pages/house.rs"]
mod house;
#[path = "pages/level.rs"]
mod level;
#[path = "pages/told.rs"]
mod told;

use std::path::PathBuf;

use clap::Parser;
use declic_tests::measure::engine::Engine;
use declic_tests::measure::{arguments, report, seed};

use house::House;
use level::Level;

/// What one run measures.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo xtask bench pages")]
pub struct Arguments {
    /// The engines, one after the other.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite")]
    engine: Vec<Engine>,
    /// Tickets in the database, in growing order: what is there is added to.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000")]
    tickets: Vec<usize>,
    /// A folder for the files of SQLite, which stays and is taken up again with the tickets it holds: many are written once.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// How often each page is asked for.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(20..))]
    times: u32,
    /// Writes the tickets and measures nothing.
    #[arg(long)]
    write_only: bool,
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
    println!("{}", told::pages(&levels));
    let targets = told::targets(&levels);
    println!("{}", report::targets(&targets));
    let json = serde_json::json!({
        "times": arguments.times,
        "levels": levels,
        "targets": targets,
    });
    println!("{}", report::write_json("pages", &json).display());
}

/// One database that grows, measured at each of its sizes.
async fn measure(engine: Engine, arguments: &Arguments) -> Vec<Level> {
    let house = House::prepare(engine, arguments.folder.as_deref());
    let (mut levels, mut there) = (Vec::new(), house.tickets());
    for tickets in &arguments.tickets {
        let begun = std::time::Instant::now();
        if *tickets > there {
            seed::tickets(&house.config(), tickets - there).await;
            println!(
                "{engine}: {} tickets more in {:.0} s",
                tickets - there,
                begun.elapsed().as_secs_f64()
            );
        }
        there = there.max(*tickets);
        house.remember(there);
        house.settle().await;
        if !arguments.write_only {
            levels.push(level::measure(&house, there, arguments.times).await);
        }
    }
    levels
}
