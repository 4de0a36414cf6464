//! `cargo xtask bench practice`: what the pages ask of a practised person (clicks, fields, seconds) and of a poor line. Method
//! and columns: docs/performance.md.
#![expect(clippy::print_stdout, reason = "a bench: what it prints is its answer")]

use clap::Parser;
use declic_tests::lived;
use declic_tests::measure::arguments;
use declic_tests::pages::{Pages, Script};

/// What one run measures.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo xtask bench practice")]
struct Arguments {}

fn main() {
    if arguments::read::<Arguments>().is_none() {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let (hub, known) = lived::hub().await;
        let pages = Pages::over(&hub).await;
        for function in ["people", "poorLine"] {
            let script = Script {
                module: "practice",
                function,
                with_scripts: true,
            };
            println!("{}\n", pages.run(&hub, script, &known).await.join("\n"));
        }
        pages.stop().await;
        hub.stop().await;
    });
}
