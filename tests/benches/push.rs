//! `cargo xtask bench push`: how long a ticket takes from its case to whoever waits for it, at a steady rate, beside what
//! PostgreSQL takes from a commit to a listener. Method and columns: docs/performance.md.
#![expect(clippy::print_stdout, reason = "a bench: what it prints is its answer")]

#[path = "push/notify.rs"]
mod notify;
#[path = "push/receipts.rs"]
mod receipts;

use std::time::Duration;

use clap::Parser;
use declic_tests::measure::arguments;
use declic_tests::measure::engine::{Engine, House};
use declic_tests::measure::report::{self, Table, Target, figure};
use declic_tests::measure::sample::Sample;

use receipts::Receipts;

/// What one run measures.
#[derive(Debug, Clone, Parser)]
#[command(name = "cargo xtask bench push")]
pub struct Arguments {
    /// The engines, one after the other.
    #[arg(long, value_enum, value_delimiter = ',', default_value = "sqlite,postgres")]
    engine: Vec<Engine>,
    /// Tickets opened each second.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: u32,
    /// How long, in seconds.
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
}

impl Arguments {
    fn between(&self) -> Duration {
        Duration::from_secs(1) / self.rate
    }

    fn count(&self) -> u32 {
        self.rate * self.seconds
    }
}

fn main() {
    let Some(arguments) = arguments::read::<Arguments>() else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (floor, pushed) = runtime.block_on(async {
        let mut pushed = Vec::new();
        // A hub of PostgreSQL and its floor share a server; SQLite has no such thing, and is held to the same.
        let idle = House::prepare(Engine::Postgres);
        let floor = notify::measure(&idle, &arguments).await;
        drop(idle);
        for engine in &arguments.engine {
            pushed.push((*engine, receipts::measure(*engine, &arguments).await));
        }
        (floor, pushed)
    });
    println!("{}", table(floor, &pushed));
    let targets: Vec<Target> = pushed
        .iter()
        .map(|(engine, receipts)| {
            let what = format!("{engine}: commit to the watcher's receipt, p99 / NOTIFY");
            Target::at_most(what, receipts.watcher.p99_ms / floor.p99_ms, 5.0, 2.0)
        })
        .collect();
    println!("{}", report::targets(&targets));
    let json = serde_json::json!({
        "rate": arguments.rate,
        "seconds": arguments.seconds,
        "floor": floor,
        "pushed": pushed,
        "targets": targets,
    });
    println!("{}", report::write_json("push", &json).display());
}

fn table(floor: Sample, pushed: &[(Engine, Receipts)]) -> Table {
    let mut table = Table::new(&["engine", "to", "tickets", "p50, ms", "p99, ms"]);
    let mut push = |engine: String, to: &str, sample: Sample| {
        table.push(vec![
            engine,
            to.to_owned(),
            sample.calls.to_string(),
            figure(sample.p50_ms),
            figure(sample.p99_ms),
        ]);
    };
    push("PostgreSQL".to_owned(), "a listener (floor)", floor);
    for (engine, receipts) in pushed {
        push(engine.to_string(), "the answer to who opened it", receipts.answer);
        push(engine.to_string(), "a watcher", receipts.watcher);
        push(
            engine.to_string(),
            "a watcher, the connector beside",
            receipts.watcher_beside,
        );
        push(
            engine.to_string(),
            "the connector's durable receipt, as the hub records it",
            receipts.connector,
        );
    }
    table
}
